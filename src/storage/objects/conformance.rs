//! What every object store must do, one function a fact; at the end the adapters it is run for.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::local::LocalObjects;
use super::parts::{PartStore, PartUpload};
use super::s3::{self, S3Objects};
use super::{ObjectKey, ObjectStore};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

async fn what_was_put_is_read_back(store: &dyn ObjectStore) {
    let bytes = Bytes::from_static(b"hello");
    store.put(&key("a/b/c"), bytes.clone()).await.unwrap();
    assert_eq!(store.get(&key("a/b/c")).await.unwrap(), Some(bytes));
    assert_eq!(store.size(&key("a/b/c")).await.unwrap(), Some(5));
}

async fn what_is_put_again_is_replaced(store: &dyn ObjectStore) {
    for text in ["first", "second one"] {
        store.put(&key("a/b"), Bytes::from(text)).await.unwrap();
    }
    let read = store.get(&key("a/b")).await.unwrap();
    assert_eq!(read.unwrap(), b"second one".as_slice());
}

async fn what_is_not_there_is_none(store: &dyn ObjectStore) {
    assert_eq!(store.get(&key("a/b")).await.unwrap(), None);
    assert_eq!(store.size(&key("a/b")).await.unwrap(), None);
}

async fn what_was_deleted_is_gone(store: &dyn ObjectStore) {
    store.put(&key("a/b"), Bytes::new()).await.unwrap();
    assert_eq!(store.size(&key("a/b")).await.unwrap(), Some(0));
    for _ in 0..2 {
        store.delete(&key("a/b")).await.unwrap();
        assert_eq!(store.get(&key("a/b")).await.unwrap(), None);
    }
}

async fn what_comes_in_pieces_is_there_when_it_is_finished(store: &dyn ObjectStore) {
    let mut writer = store.begin(&key("a/b")).await.unwrap();
    for piece in ["one ", "two ", "three"] {
        writer.write(Bytes::from(piece)).await.unwrap();
        assert_eq!(store.size(&key("a/b")).await.unwrap(), None);
    }
    writer.finish().await.unwrap();
    let read = store.get(&key("a/b")).await.unwrap();
    assert_eq!(read.unwrap(), b"one two three".as_slice());
}

async fn what_was_given_up_was_never_there(store: &dyn ObjectStore) {
    let mut writer = store.begin(&key("a/b")).await.unwrap();
    writer.write(Bytes::from("half")).await.unwrap();
    drop(writer);
    assert_eq!(store.get(&key("a/b")).await.unwrap(), None);
}

async fn a_range_is_cut_at_the_end(store: &dyn ObjectStore) {
    store
        .put(&key("a/b"), Bytes::from("0123456789"))
        .await
        .unwrap();
    for (range, expected) in [(2..5, "234"), (7..99, "789"), (3..3, ""), (50..60, "")] {
        let read = store.get_range(&key("a/b"), range).await.unwrap();
        assert_eq!(read.as_deref(), Some(expected.as_bytes()));
    }
    assert_eq!(store.get_range(&key("a/c"), 0..5).await.unwrap(), None);
}

/// The least a part may have that is not the last (S3's rule).
const PART: usize = 5 * 1_024 * 1_024;

/// A store that takes uploads in parts.
pub trait BothPorts: ObjectStore + PartStore {}
impl<T: ObjectStore + PartStore> BothPorts for T {}

async fn start(store: &dyn BothPorts) -> PartUpload {
    let id = store.start(&key("a/b")).await.unwrap();
    PartUpload {
        key: key("a/b"),
        id,
    }
}

/// Sends a part as a client would: straight into the store where it gives a link.
async fn send(store: &dyn BothPorts, upload: &PartUpload, number: u32, bytes: &Bytes) {
    let valid = Duration::from_secs(60);
    let announced = (number, bytes.len() as u64);
    let link = store.link_to_part(upload, announced, valid).await.unwrap();
    let Some(link) = link else {
        let writer = store.begin_part(upload, number).await.unwrap();
        let mut writer = writer.unwrap();
        writer.write(bytes.clone()).await.unwrap();
        return writer.finish().await.unwrap();
    };
    let put = reqwest::Client::builder().no_proxy().build().unwrap();
    let put = put.put(link).body(bytes.clone()).send().await.unwrap();
    assert_eq!(put.status(), 200);
}

async fn parts_become_an_object_when_they_are_finished(store: &dyn BothPorts) {
    let upload = start(store).await;
    let (first, last) = (Bytes::from(vec![b'a'; PART]), Bytes::from("b"));
    // In any order, and one of them twice.
    send(store, &upload, 2, &Bytes::from("something else")).await;
    send(store, &upload, 1, &first).await;
    send(store, &upload, 2, &last).await;
    assert_eq!(store.size(&upload.key).await.unwrap(), None);
    let parts = store.parts(&upload).await.unwrap();
    let sizes: Vec<_> = parts.iter().map(|part| (part.number, part.bytes)).collect();
    assert_eq!(sizes, [(1, PART as u64), (2, 1)]);
    for _ in 0..2 {
        store.finish(&upload, &parts).await.unwrap();
        let whole = store.get(&upload.key).await.unwrap().unwrap();
        assert_eq!(whole, [&first[..], &last[..]].concat());
    }
}

async fn what_was_aborted_is_nowhere(store: &dyn BothPorts) {
    let upload = start(store).await;
    send(store, &upload, 1, &Bytes::from("a")).await;
    for _ in 0..2 {
        store.abort(&upload).await.unwrap();
        assert_eq!(store.parts(&upload).await.unwrap(), []);
    }
    assert_eq!(store.size(&upload.key).await.unwrap(), None);
}

/// Every fact, for servers that cannot be started once for each.
pub const FACTS: &[for<'a> fn(&'a dyn ObjectStore) -> BoxFuture<'a, ()>] = &[
    |store| Box::pin(what_was_put_is_read_back(store)),
    |store| Box::pin(what_is_put_again_is_replaced(store)),
    |store| Box::pin(what_is_not_there_is_none(store)),
    |store| Box::pin(what_was_deleted_is_gone(store)),
    |store| Box::pin(what_comes_in_pieces_is_there_when_it_is_finished(store)),
    |store| Box::pin(what_was_given_up_was_never_there(store)),
    |store| Box::pin(a_range_is_cut_at_the_end(store)),
];

/// Every fact about uploads in parts.
pub const PART_FACTS: &[for<'a> fn(&'a dyn BothPorts) -> BoxFuture<'a, ()>] = &[
    |store| Box::pin(parts_become_an_object_when_they_are_finished(store)),
    |store| Box::pin(what_was_aborted_is_nowhere(store)),
];

macro_rules! adapters {
    ($($adapter:ident: $open:expr => [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let (store, _kept) = $open.await;
                super::$fact(&store).await;
            })*
        }
    )*};
    ($($adapter:ident: $open:expr;)*) => {
        adapters! {$($adapter: $open => [
            what_was_put_is_read_back
            what_is_put_again_is_replaced
            what_is_not_there_is_none
            what_was_deleted_is_gone
            what_comes_in_pieces_is_there_when_it_is_finished
            what_was_given_up_was_never_there
            a_range_is_cut_at_the_end
        ];)*}
    };
}

adapters! {
    local: open_local();
    gathering: open_gathering();
    bucket: open_bucket();
}

async fn open_bucket() -> (S3Objects, s3::tests::World) {
    s3::tests::open().await
}

#[tokio::test]
async fn uploads_in_parts_go_into_a_folder() {
    for fact in PART_FACTS {
        let (store, _folder) = open_local().await;
        fact(&store).await;
    }
}

#[tokio::test]
async fn uploads_in_parts_go_into_a_bucket() {
    for fact in PART_FACTS {
        let (store, _world) = open_bucket().await;
        fact(&store).await;
    }
}

#[tokio::test]
async fn parts_that_nobody_finished_are_found_by_their_age() {
    let (store, folder) = open_local().await;
    let upload = start(&store).await;
    send(&store, &upload, 1, &Bytes::from("a")).await;
    assert_eq!(store.abort_older(Timestamp(0)).await.unwrap(), 0);
    assert_eq!(store.abort_older(Timestamp(i64::MAX)).await.unwrap(), 1);
    assert_eq!(store.parts(&upload).await.unwrap(), []);
    let left = std::fs::read_dir(folder.path().join("parts")).unwrap();
    assert_eq!(left.count(), 0);
}

async fn open_local() -> (LocalObjects, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalObjects::open(folder.path()).await.unwrap();
    (store, folder)
}

#[tokio::test]
async fn a_write_that_was_given_up_leaves_no_file() {
    let (store, folder) = open_local().await;
    let mut writer = store.begin(&key("a/b")).await.unwrap();
    writer.write(Bytes::from("half")).await.unwrap();
    let unfinished = || {
        std::fs::read_dir(folder.path().join("unfinished"))
            .unwrap()
            .count()
    };
    assert_eq!(unfinished(), 1);
    drop(writer);
    assert_eq!(unfinished(), 0);
}

/// A store that gathers in memory what comes in pieces.
struct Gathering(LocalObjects);

#[async_trait::async_trait]
impl ObjectStore for Gathering {
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError> {
        self.0.put(key, bytes).await
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        self.0.get(key).await
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError> {
        self.0.size(key).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        self.0.delete(key).await
    }
}

async fn open_gathering() -> (Gathering, tempfile::TempDir) {
    let (store, folder) = open_local().await;
    (Gathering(store), folder)
}

#[test]
fn a_key_never_leaves_its_place() {
    for text in ["", "/a", "a//b", "../a", "a/../b", "a/.", "a\\b", "a b"] {
        assert_eq!(ObjectKey::parse(text), None, "{text}");
    }
}
