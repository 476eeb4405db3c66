//! An event bus that forgets what an event makes stale before it tells it: whoever hears of a change reads the changed thing.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{EventBus, EventId, Replay, ToldEvent};
use crate::domain::job_event::JobEvent;
use crate::domain::tenant::TenantId;
use crate::storage::cache::{Cache, keys};
use crate::storage::error::StoreError;

/// An event bus that keeps a cache honest.
pub struct ForgettingEvents {
    events: Arc<dyn EventBus>,
    cache: Arc<dyn Cache>,
}

impl ForgettingEvents {
    /// Tells by `events`, after forgetting from `cache`.
    pub fn new(events: Arc<dyn EventBus>, cache: Arc<dyn Cache>) -> Self {
        Self { events, cache }
    }
}

impl std::fmt::Debug for ForgettingEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ForgettingEvents")
    }
}

#[async_trait]
impl EventBus for ForgettingEvents {
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError> {
        for key in keys::stale(tenant, &event) {
            self.cache.forget(&key).await;
        }
        self.events.tell(tenant, event).await
    }

    async fn newest(&self, tenant: &TenantId) -> Result<EventId, StoreError> {
        self.events.newest(tenant).await
    }

    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError> {
        self.events.replay(tenant, after).await
    }

    fn subscribe(&self) -> mpsc::Receiver<ToldEvent> {
        self.events.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{DocumentId, JobId};
    use crate::domain::job::JobKind;
    use crate::domain::job_event::Fact;
    use crate::domain::stage::Stage;
    use crate::domain::time::{ManualClock, Timestamp};
    use crate::storage::cache::in_process::InProcessCache;
    use crate::storage::events::in_process::{EventLimits, InProcessEvents};

    const HOUR: Duration = Duration::from_secs(3_600);

    fn event(fact: Fact) -> JobEvent {
        JobEvent {
            tenant: None,
            document: Some(DocumentId(Uuid::from_u128(1))),
            job: Some(JobId(Uuid::from_u128(2))),
            kind: Some(JobKind::Convert),
            at: Timestamp(0),
            fact,
        }
    }

    fn bus() -> (ForgettingEvents, Arc<InProcessCache>, TenantId) {
        let clock = Arc::new(ManualClock::at(Timestamp(1_000)));
        let events = Arc::new(InProcessEvents::new(clock, EventLimits::default()));
        let cache = Arc::new(InProcessCache::new(100_000));
        let bus = ForgettingEvents::new(events, Arc::clone(&cache) as Arc<dyn Cache>);
        (bus, cache, "acme".parse().unwrap())
    }

    #[tokio::test]
    async fn a_state_read_before_the_end_was_told_is_never_shown_after_it() {
        let (bus, cache, tenant) = bus();
        let key = keys::job(&tenant, JobId(Uuid::from_u128(2)));
        let mut followed = bus.subscribe();
        // A reader looks at the store just before the job ends, and is slow to keep what it saw.
        let stamp = cache.stamp(&key).await;
        bus.tell(&tenant, event(Fact::Succeeded)).await.unwrap();
        cache
            .put(&key, Bytes::from_static(b"running"), HOUR, stamp)
            .await;
        assert!(followed.recv().await.is_some());
        assert_eq!(cache.get(&key).await, None);
    }

    #[tokio::test]
    async fn a_conversion_forgets_its_deck_and_neither_progress_nor_an_export_does() {
        let (bus, cache, tenant) = bus();
        let key = keys::deck(&tenant, DocumentId(Uuid::from_u128(1)));
        let stamp = cache.stamp(&key).await;
        cache.put(&key, Bytes::from_static(b"1"), HOUR, stamp).await;
        let progress = Fact::Progress {
            stage: Stage::Parse,
            done: 1,
            total: 2,
        };
        bus.tell(&tenant, event(progress)).await.unwrap();
        let exported = JobEvent {
            kind: Some(JobKind::Export),
            ..event(Fact::Succeeded)
        };
        bus.tell(&tenant, exported).await.unwrap();
        assert!(cache.get(&key).await.is_some());
        bus.tell(&tenant, event(Fact::Succeeded)).await.unwrap();
        assert_eq!(cache.get(&key).await, None);
    }
}
