//! A cache in the memory of this process.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use moka::Expiry;
use moka::future::Cache as Entries;

use super::{Cache, Stamp};

/// What an entry takes besides its key and bytes.
const ENTRY_BYTES: usize = 128;

/// Counters that keys share by their hash, so that stamps take a fixed room: half a MiB. Two keys on one counter only
/// forget each other a little early.
const COUNTERS: usize = 65_536;

/// A cache in memory, bounded by the bytes of what it keeps.
#[derive(Clone, Debug)]
pub struct InProcessCache {
    entries: Entries<String, Entry>,
    forgotten: Arc<[AtomicU64]>,
    hasher: RandomState,
}

#[derive(Clone, Debug)]
struct Entry {
    bytes: Bytes,
    ttl: Duration,
    /// An entry counts only while its key's counter stands where it stood before the value was read. Checked when it is
    /// taken, not when it is put: between the two, someone may forget.
    stamp: u64,
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
            forgotten: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    fn counter(&self, key: &str) -> &AtomicU64 {
        let hash = self.hasher.hash_one(key);
        let place = usize::try_from(hash % COUNTERS as u64).unwrap_or(0);
        &self.forgotten[place]
    }

    fn current(&self, key: &str) -> u64 {
        self.counter(key).load(Ordering::SeqCst)
    }

    /// Forgets a key without waiting; its room is free when something else needs it.
    pub(super) fn forget_now(&self, key: &str) {
        self.counter(key).fetch_add(1, Ordering::SeqCst);
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        for counter in self.forgotten.iter() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        self.entries.invalidate_all();
    }
}

#[async_trait]
impl Cache for InProcessCache {
    async fn get(&self, key: &str) -> Option<Bytes> {
        let entry = self.entries.get(key).await?;
        (entry.stamp == self.current(key)).then_some(entry.bytes)
    }

    async fn stamp(&self, key: &str) -> Stamp {
        Stamp {
            here: self.current(key),
            shared: None,
        }
    }

    async fn put(&self, key: &str, bytes: Bytes, ttl: Duration, stamp: Stamp) {
        let stamp = stamp.here;
        if stamp == self.current(key) {
            let entry = Entry { bytes, ttl, stamp };
            self.entries.insert(key.to_owned(), entry).await;
        }
    }

    async fn forget(&self, key: &str) {
        self.forget_now(key);
        self.entries.invalidate(key).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn an_entry_that_slipped_in_while_its_key_was_forgotten_does_not_count() {
        let cache = InProcessCache::new(10_000);
        let stamp = cache.stamp("a").await;
        cache.forget("a").await;
        // What `put` does after it looked at the counter.
        let entry = Entry {
            bytes: Bytes::from_static(b"old"),
            ttl: HOUR,
            stamp: stamp.here,
        };
        cache.entries.insert("a".to_owned(), entry).await;
        assert_eq!(cache.get("a").await, None);
    }

    #[tokio::test]
    async fn it_never_keeps_more_than_its_bytes() {
        let cache = InProcessCache::new(10_000);
        for number in 0..100 {
            let (key, bytes) = (number.to_string(), Bytes::from(vec![0; 1_000]));
            let stamp = cache.stamp(&key).await;
            cache.put(&key, bytes, HOUR, stamp).await;
        }
        cache.entries.run_pending_tasks().await;
        assert!(cache.entries.weighted_size() <= 10_000);
        assert!(cache.entries.entry_count() > 0);
    }
}
