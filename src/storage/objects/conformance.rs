//! What every object store must do, one function a fact; at the end the adapters it is run for.

use bytes::Bytes;

use super::local::LocalObjects;
use super::{ObjectKey, ObjectStore};

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
        ];)*}
    };
}

adapters! {
    local: open_local();
}

async fn open_local() -> (LocalObjects, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalObjects::open(folder.path()).await.unwrap();
    (store, folder)
}

#[test]
fn a_key_never_leaves_its_place() {
    for text in ["", "/a", "a//b", "../a", "a/../b", "a/.", "a\\b", "a b"] {
        assert_eq!(ObjectKey::parse(text), None, "{text}");
    }
}
