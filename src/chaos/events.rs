//! An event bus that follows a fault plan: some events are not told.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::plan::FaultPlan;
use crate::domain::job_event::JobEvent;
use crate::domain::tenant::TenantId;
use crate::storage::error::StoreError;
use crate::storage::events::{EventBus, EventId, Replay, ToldEvent};

/// An event bus that follows a fault plan.
pub struct FaultyEvents {
    /// The bus.
    pub inner: Arc<dyn EventBus>,
    /// The plan.
    pub plan: Arc<FaultPlan>,
}

#[async_trait]
impl EventBus for FaultyEvents {
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError> {
        if self.plan.drops_event() {
            let lost = "a fault plan dropped this event";
            return Err(StoreError::unavailable("event", lost));
        }
        self.inner.tell(tenant, event).await
    }

    async fn newest(&self, tenant: &TenantId) -> Result<EventId, StoreError> {
        self.inner.newest(tenant).await
    }

    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError> {
        self.inner.replay(tenant, after).await
    }

    fn subscribe(&self) -> mpsc::Receiver<ToldEvent> {
        self.inner.subscribe()
    }
}
