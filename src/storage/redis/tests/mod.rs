//! Everything that stands on Redis, on real servers: what each port must do, and what happens when Redis goes and comes back.

mod conforming;
mod outages;
mod places;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::connection::{Redis, RedisSettings};
use crate::domain::time::SystemClock;
use crate::storage::cache::in_process::InProcessCache;
use crate::storage::cache::redis::RedisCache;
use crate::storage::events::in_process::EventLimits;
use crate::storage::events::redis::RedisEvents;
use crate::storage::limits::in_process::InProcessLimits;
use crate::storage::limits::redis::RedisLimits;

/// Far longer than anything takes: only a test that hangs meets it.
const PATIENCE: Duration = Duration::from_secs(30);

async fn connect(url: &str) -> Redis {
    connect_with(url, None).await
}

async fn connect_with(url: &str, ca: Option<PathBuf>) -> Redis {
    let settings = RedisSettings {
        url: url.to_owned(),
        ca,
        prefix: "test".to_owned(),
        timeout: Duration::from_secs(2),
    };
    let redis = Redis::open(&settings).await.unwrap();
    until(async || redis.answers() && redis.hears()).await;
    redis
}

/// Waits until something is so.
async fn until(so: impl AsyncFn() -> bool) {
    let waited = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waited)
        .await
        .expect("it never came to be");
}

fn limits(redis: &Redis) -> RedisLimits {
    let alone = InProcessLimits::new(Arc::new(SystemClock));
    RedisLimits::new(redis.clone(), alone, 0.5)
}

fn cache(redis: &Redis) -> RedisCache {
    RedisCache::new(redis.clone(), InProcessCache::new(100_000))
}

fn events(redis: &Redis, limits: EventLimits) -> RedisEvents {
    RedisEvents::new(redis.clone(), limits)
}
