//! What nodes share, by the settings: in this process, or on Redis.

use std::sync::Arc;

use anyhow::Context;

use super::faults::Faults;
use super::stores::Stores;
use crate::config::settings::Settings;
use crate::storage::cache::Cache;
use crate::storage::cache::in_process::InProcessCache;
use crate::storage::cache::redis::RedisCache;
use crate::storage::events::EventBus;
use crate::storage::events::forgetting::ForgettingEvents;
use crate::storage::events::in_process::{EventLimits, InProcessEvents};
use crate::storage::events::redis::RedisEvents;
use crate::storage::limits::Limits;
use crate::storage::limits::in_process::InProcessLimits;
use crate::storage::limits::redis::RedisLimits;
use crate::storage::redis::connection::{Redis, RedisSettings};
use crate::storage::wakeups::Wakeups;
use crate::storage::wakeups::in_process::AloneWakeups;
use crate::storage::wakeups::redis::RedisWakeups;

/// What nodes share.
#[derive(Clone)]
pub struct Shared {
    /// What happened, in order.
    pub events: Arc<dyn EventBus>,
    /// What was read lately.
    pub cache: Arc<dyn Cache>,
    /// Hints that there is work.
    pub wakeups: Arc<dyn Wakeups>,
    /// Rates and slots.
    pub limits: Arc<dyn Limits>,
    /// The connection, where there is one: readiness names it.
    pub redis: Option<Redis>,
}

impl Shared {
    /// Opens what the settings say.
    pub async fn open(
        settings: &Settings,
        stores: &Stores,
        faults: &Faults,
    ) -> anyhow::Result<Self> {
        let near = InProcessCache::new(settings.cache.bytes);
        let alone = InProcessLimits::new(Arc::clone(&stores.clock));
        let Some(url) = settings.redis.url.reveal() else {
            let bus = InProcessEvents::new(Arc::clone(&stores.clock), event_limits(settings));
            let cache: Arc<dyn Cache> = Arc::new(near);
            return Ok(Self {
                events: Arc::new(ForgettingEvents::new(
                    faults.events(Arc::new(bus)),
                    Arc::clone(&cache),
                )),
                cache,
                wakeups: Arc::new(AloneWakeups::default()),
                limits: Arc::new(alone),
                redis: None,
            });
        };
        let ca = &settings.redis.ca;
        let connection = RedisSettings {
            url: url.to_owned(),
            ca: (!ca.as_os_str().is_empty()).then(|| ca.clone()),
            prefix: settings.redis.prefix.clone(),
            timeout: settings.redis.timeout.0,
        };
        let redis = Redis::open(&connection)
            .await
            .context("Redis cannot be used; set SLIDECRAFT__REDIS__URL to its address, or to nothing for a single node")?;
        // The cache listens first: what is forgotten is forgotten before anyone is told why.
        let cache: Arc<dyn Cache> = Arc::new(RedisCache::new(redis.clone(), near));
        let bus = RedisEvents::new(redis.clone(), event_limits(settings));
        let share = settings.redis.share_alone;
        Ok(Self {
            events: Arc::new(ForgettingEvents::new(
                faults.events(Arc::new(bus)),
                Arc::clone(&cache),
            )),
            cache,
            wakeups: Arc::new(RedisWakeups::new(&redis)),
            limits: Arc::new(RedisLimits::new(redis.clone(), alone, share)),
            redis: Some(redis),
        })
    }
}

fn event_limits(settings: &Settings) -> EventLimits {
    EventLimits {
        events: settings.events.keep,
        age: settings.events.keep_for.0,
        tenants: settings.events.tenants,
        behind: settings.events.behind,
    }
}
