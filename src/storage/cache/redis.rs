//! The cache of many nodes: what each node keeps near, and behind it what all share in Redis.
//!
//! A change is forgotten here and in Redis before `forget` returns; the other nodes hear of it on the channel that also
//! brings the tenant's events, so whoever is told of a change by any node reads the changed thing there. A node that does not
//! hear the others keeps nothing near, and where Redis is away everything is read from where it lives.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use fred::types::Value;

use super::in_process::InProcessCache;
use super::{Cache, Stamp};
use crate::storage::error::StoreError;
use crate::storage::redis::connection::Redis;
use crate::storage::redis::keys::partition_of_key;
use crate::storage::redis::words::{self, Word};

/// The name of this store in errors.
const WHAT: &str = "cache";

/// How long a stamp is remembered: far longer than anyone takes to read a value from the store.
const STAMP_KEPT_MS: &str = "3600000";

/// How often it is looked whether what is late can be forgotten.
const LOOK: Duration = Duration::from_millis(200);

/// Keys that may be late: far more than change in an outage that nobody notices.
const MOST_LATE: usize = 100_000;

const GET: &str = "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}";

const STAMP: &str = "return tonumber(redis.call('GET', KEYS[1]) or '0')";

/// A stamp is the moment a key was last forgotten, so that one of before a flush is never met again.
const FORGET: &str = "
    local time = redis.call('TIME')
    local stamp = string.format('%.0f', time[1] * 1000000 + time[2])
    redis.call('SET', KEYS[2], stamp, 'PX', ARGV[1])
    redis.call('DEL', KEYS[1])
    redis.call(ARGV[2], KEYS[3], ARGV[3])
    return 1";

const PUT: &str = "
    if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1";

/// The cache of many nodes.
#[derive(Debug)]
pub struct RedisCache {
    redis: Redis,
    near: Arc<InProcessCache>,
    late: Arc<Late>,
}

impl RedisCache {
    /// A cache on this connection, with `near` before it.
    pub fn new(redis: Redis, near: InProcessCache) -> Self {
        let near = Arc::new(near);
        let heard = Arc::downgrade(&near);
        redis.listen(move |word| {
            let Some(near) = heard.upgrade() else { return };
            match word {
                Word::Forget(key) => near.forget_now(key),
                Word::Missed => near.forget_all(),
                Word::Event { .. } | Word::Wake(_) | Word::Lost => {}
            }
        });
        let late = Arc::new(Late::default());
        tokio::spawn(forget_late(redis.clone(), Arc::downgrade(&late)));
        Self { redis, near, late }
    }

    fn keys(&self, key: &str) -> Vec<String> {
        keys(&self.redis, key)
    }
}

fn keys(redis: &Redis, key: &str) -> Vec<String> {
    let names = redis.names();
    vec![
        names.cached(key),
        names.stamp(key),
        names.channel(partition_of_key(key)),
    ]
}

async fn forget(redis: &Redis, key: &str) -> Result<(), StoreError> {
    let values = vec![
        STAMP_KEPT_MS.to_owned(),
        redis.publish_command().to_owned(),
        words::forget(key),
    ];
    let forgotten = redis.run::<i64, _>(WHAT, FORGET, keys(redis, key), values);
    forgotten.await.map(drop)
}

/// Forgets what could not be forgotten while Redis was away, once it is back. Ends with the cache.
async fn forget_late(redis: Redis, late: Weak<Late>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(late) = late.upgrade() else { return };
        if !redis.answers() {
            continue;
        }
        let keys = late.lock().clone();
        for key in keys {
            if forget(&redis, &key).await.is_err() {
                break;
            }
            late.lock().remove(&key);
        }
    }
}

/// Keys that other nodes may still find what is no longer true under.
#[derive(Debug, Default)]
struct Late(Mutex<BTreeSet<String>>);

impl Late {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn get(&self, key: &str) -> Option<Bytes> {
        if self.redis.hears()
            && let Some(near) = self.near.get(key).await
        {
            return Some(near);
        }
        let here = self.near.stamp(key).await;
        let shared = vec![self.redis.names().cached(key)];
        let found: (Option<Bytes>, i64) = self
            .redis
            .run(WHAT, GET, shared, Vec::<String>::new())
            .await
            .ok()?;
        let (Some(bytes), Ok(left)) = (found.0, u64::try_from(found.1)) else {
            return None;
        };
        let left = Duration::from_millis(left);
        self.near.put(key, bytes.clone(), left, here).await;
        Some(bytes)
    }

    async fn stamp(&self, key: &str) -> Stamp {
        let here = self.near.stamp(key).await;
        let keys = vec![self.redis.names().stamp(key)];
        let shared = self
            .redis
            .run::<u64, _>(WHAT, STAMP, keys, Vec::<String>::new());
        Stamp {
            shared: shared.await.ok(),
            ..here
        }
    }

    async fn put(&self, key: &str, bytes: Bytes, ttl: Duration, stamp: Stamp) {
        let Some(shared) = stamp.shared else { return };
        let unchanged = self.near.stamp(key).await.here == stamp.here;
        if !unchanged || ttl.is_zero() {
            return;
        }
        let values: Vec<Value> = vec![
            shared.to_string().into(),
            bytes.clone().into(),
            ttl.as_millis().to_string().into(),
        ];
        let put = self.redis.run::<i64, _>(WHAT, PUT, self.keys(key), values);
        if matches!(put.await, Ok(1)) {
            self.near.put(key, bytes, ttl, stamp).await;
        }
    }

    async fn forget(&self, key: &str) {
        self.near.forget(key).await;
        if forget(&self.redis, key).await.is_err() {
            let mut late = self.late.lock();
            if late.len() < MOST_LATE {
                late.insert(key.to_owned());
            } else {
                tracing::warn!(
                    "Redis is away for too long; other nodes may show old versions until they lapse"
                );
            }
        }
    }
}
