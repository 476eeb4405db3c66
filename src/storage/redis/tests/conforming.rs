//! The adapters on Redis do what those in process do.

use std::time::Duration;

use async_trait::async_trait;

use super::super::server::RedisServer;
use super::{cache, connect, events, limits};
use crate::storage::cache::conformance::cache_adapter;
use crate::storage::cache::redis::RedisCache;
use crate::storage::events::conformance::{LIMITS, Time, events_adapter};
use crate::storage::events::in_process::EventLimits;
use crate::storage::events::redis::RedisEvents;
use crate::storage::limits::conformance::{Passing, limits_adapter};
use crate::storage::limits::redis::RedisLimits;

/// A server, whose time nobody can set.
struct ServerTime(#[expect(dead_code, reason = "held until dropped")] RedisServer);

/// How long events are kept where a test waits for them to be forgotten.
const SHORT: Duration = Duration::from_millis(50);

#[async_trait]
impl Passing for ServerTime {
    async fn pass(&self, time: Duration) {
        tokio::time::sleep(time + Duration::from_millis(2)).await;
    }
}

#[async_trait]
impl Time for ServerTime {
    fn step_back(&self) {}

    async fn outlive(&self) {
        tokio::time::sleep(SHORT * 2).await;
    }
}

async fn open_limits() -> Option<(RedisLimits, ServerTime)> {
    let server = RedisServer::start().await?;
    let redis = connect(&server.url()).await;
    Some((limits(&redis), ServerTime(server)))
}

limits_adapter!(of_limits, open_limits());

async fn open_cache() -> Option<(RedisCache, RedisServer)> {
    let server = RedisServer::start().await?;
    let redis = connect(&server.url()).await;
    Some((cache(&redis), server))
}

cache_adapter!(of_cache, open_cache());

async fn open_events(age: Duration) -> Option<(RedisEvents, ServerTime)> {
    let server = RedisServer::start().await?;
    let redis = connect(&server.url()).await;
    let bus = events(&redis, EventLimits { age, ..LIMITS });
    Some((bus, ServerTime(server)))
}

events_adapter!(of_events, open_events(LIMITS.age),
    ids_grow_when_the_clock_steps_back
    what_came_after_is_replayed_in_order
    what_is_no_longer_kept_is_said_to_be_missing
    an_id_of_another_life_is_a_gap
    the_newest_id_is_where_a_new_reader_begins
    an_id_from_the_future_is_a_gap
    all_tenants_reach_a_subscriber_in_order
    a_slow_subscriber_is_dropped_and_nobody_waits
);

events_adapter!(
    of_events_kept_for_a_moment,
    open_events(SHORT),
    what_is_too_old_is_forgotten
);
