//! What every object store must do, one function a fact; at the end the adapters it is run for.

use bytes::Bytes;

use super::local::LocalObjects;
use super::{ObjectKey, ObjectStore};
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
        ];)*}
    };
}

adapters! {
    local: open_local();
    gathering: open_gathering();
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
