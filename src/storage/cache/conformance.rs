//! What every cache must do, one function a fact; each adapter is run through them.

use std::future::ready;
use std::time::Duration;

use bytes::Bytes;

use super::Cache;
use super::in_process::InProcessCache;

const HOUR: Duration = Duration::from_secs(3_600);

async fn keep(cache: &dyn Cache, key: &str, ttl: Duration) {
    let stamp = cache.stamp(key).await;
    cache.put(key, Bytes::from_static(b"1"), ttl, stamp).await;
}

pub(crate) async fn what_is_kept_is_found_until_forgotten(cache: &dyn Cache) {
    keep(cache, "deck/acme/1", HOUR).await;
    keep(cache, "deck/acme/2", HOUR).await;
    assert_eq!(cache.get("deck/acme/1").await.unwrap(), b"1".as_slice());
    cache.forget("deck/acme/1").await;
    assert_eq!(cache.get("deck/acme/1").await, None);
    assert!(cache.get("deck/acme/2").await.is_some());
}

pub(crate) async fn what_was_read_before_a_change_is_not_kept_after_it(cache: &dyn Cache) {
    let stamp = cache.stamp("a").await;
    let read = Bytes::from_static(b"old");
    cache.forget("a").await;
    cache.put("a", read, HOUR, stamp).await;
    assert_eq!(cache.get("a").await, None);
    keep(cache, "a", HOUR).await;
    assert_eq!(cache.get("a").await.unwrap(), b"1".as_slice());
}

pub(crate) async fn what_is_kept_again_replaces_what_was(cache: &dyn Cache) {
    keep(cache, "a", HOUR).await;
    let stamp = cache.stamp("a").await;
    let bytes = Bytes::from_static(b"\x00\xff two");
    cache.put("a", bytes.clone(), HOUR, stamp).await;
    assert_eq!(cache.get("a").await, Some(bytes));
}

pub(crate) async fn an_entry_without_time_to_live_is_not_found(cache: &dyn Cache) {
    keep(cache, "a", Duration::ZERO).await;
    assert_eq!(cache.get("a").await, None);
}

pub(crate) async fn an_entry_is_gone_after_its_time(cache: &dyn Cache) {
    keep(cache, "a", Duration::from_millis(5)).await;
    // However long that takes: it ends.
    while cache.get("a").await.is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Runs every fact for an adapter: its name, and how it is opened (`None`: what it needs is not here).
macro_rules! cache_adapter {
    ($adapter:ident, $open:expr) => {
        cache_adapter! {$adapter, $open,
            what_is_kept_is_found_until_forgotten
            what_was_read_before_a_change_is_not_kept_after_it
            what_is_kept_again_replaces_what_was
            an_entry_without_time_to_live_is_not_found
            an_entry_is_gone_after_its_time
        }
    };
    ($adapter:ident, $open:expr, $($fact:ident)*) => {
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                if let Some((cache, _held)) = $open.await {
                    $crate::storage::cache::conformance::$fact(&cache).await;
                }
            })*
        }
    };
}
pub(crate) use cache_adapter;

fn open_in_process() -> (InProcessCache, ()) {
    (InProcessCache::new(10_000), ())
}

cache_adapter!(in_process, ready(Some(open_in_process())));
