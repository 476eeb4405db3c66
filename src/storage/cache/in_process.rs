//! A cache in the memory of this process.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use moka::Expiry;
use moka::future::Cache as Entries;

use super::Cache;

/// What an entry takes besides its key and bytes.
const ENTRY_BYTES: usize = 128;

/// A cache in memory, bounded by the bytes of what it keeps.
#[derive(Clone, Debug)]
pub struct InProcessCache {
    entries: Entries<String, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    bytes: Bytes,
    ttl: Duration,
}

struct Ttl;

impl Expiry<String, Entry> for Ttl {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl InProcessCache {
    /// A cache of at most that many bytes.
    pub fn new(bytes: u64) -> Self {
        let weigh = |key: &String, entry: &Entry| {
            u32::try_from(key.len() + entry.bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        Self {
            entries: Entries::builder()
                .max_capacity(bytes)
                .weigher(weigh)
                .expire_after(Ttl)
                .build(),
        }
    }
}

#[async_trait]
impl Cache for InProcessCache {
    async fn get(&self, key: &str) -> Option<Bytes> {
        self.entries.get(key).await.map(|entry| entry.bytes)
    }

    async fn put(&self, key: &str, bytes: Bytes, ttl: Duration) {
        let entry = Entry { bytes, ttl };
        self.entries.insert(key.to_owned(), entry).await;
    }

    async fn forget(&self, key: &str) {
        self.entries.invalidate(key).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn what_is_kept_is_found_until_forgotten() {
        let cache = InProcessCache::new(10_000);
        cache.put("a", Bytes::from_static(b"1"), HOUR).await;
        assert_eq!(cache.get("a").await.unwrap(), b"1".as_slice());
        cache.forget("a").await;
        assert_eq!(cache.get("a").await, None);
    }

    #[tokio::test]
    async fn an_entry_without_time_to_live_is_not_found() {
        let cache = InProcessCache::new(10_000);
        cache
            .put("a", Bytes::from_static(b"1"), Duration::ZERO)
            .await;
        assert_eq!(cache.get("a").await, None);
    }

    #[tokio::test]
    async fn it_never_keeps_more_than_its_bytes() {
        let cache = InProcessCache::new(10_000);
        for number in 0..100 {
            let bytes = Bytes::from(vec![0; 1_000]);
            cache.put(&number.to_string(), bytes, HOUR).await;
        }
        cache.entries.run_pending_tasks().await;
        assert!(cache.entries.weighted_size() <= 10_000);
        assert!(cache.entries.entry_count() > 0);
    }
}
