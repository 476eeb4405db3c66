//! Reading through the cache, one reader at a time: what was read before a change is never kept after it.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use super::problem::Problem;
use super::state::ApiState;

/// What a cache is called in metrics, and how long it keeps things.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// How long.
    pub ttl: Duration,
}

/// What is under `key`, from the cache or from `read`. What `read` does not find is not kept.
pub async fn through<F, R>(
    state: &ApiState,
    kind: Kind,
    key: &str,
    read: F,
) -> Result<Option<Bytes>, Problem>
where
    F: FnOnce() -> R,
    R: Future<Output = Result<Option<Bytes>, Problem>>,
{
    let kept = state.cache.get(key).await;
    state.telemetry.cache(kind.name, kept.is_some());
    if kept.is_some() {
        return Ok(kept);
    }
    let first = state.reading.first(key).await;
    // Whoever waited for another reader finds what it read, unless that is stale already or is not kept.
    if first.is_none()
        && let Some(kept) = state.cache.get(key).await
    {
        return Ok(Some(kept));
    }
    let stamp = state.cache.stamp(key).await;
    let found = read().await?;
    if let Some(bytes) = &found {
        state.cache.put(key, bytes.clone(), kind.ttl, stamp).await;
    }
    Ok(found)
}
