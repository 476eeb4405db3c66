//! Webhooks and their deliveries, durably. What is to be told is found in the table of jobs itself: no end of a job can be
//! stored without being told, whoever dies in between.

#[cfg(test)]
pub mod conformance;
mod deliveries;
mod row;
pub mod sql;

use async_trait::async_trait;

use super::error::StoreError;
use crate::domain::ids::{DeliveryId, JobId, WebhookId};
use crate::domain::job_state::StateName;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Delivery, DeliveryState, Occasion, Webhook};

/// The end of a job that a webhook has not been told yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Whom to tell.
    pub webhook: Webhook,
    /// Which job.
    pub job: JobId,
    /// As what it ended.
    pub state: StateName,
    /// When.
    pub ended_at: Timestamp,
}

/// Hears how calls of webhooks went.
pub trait DeliveryListener: Send + Sync {
    /// A receiver was called, and the delivery now stands so.
    fn called(&self, state: DeliveryState);
}

/// Webhooks and their deliveries.
#[async_trait]
pub trait WebhookStore: Send + Sync {
    /// Stores a webhook, or what changed of it. Answers `false` where it belongs to another tenant.
    async fn save(&self, webhook: Webhook) -> Result<bool, StoreError>;

    /// A tenant's webhooks, newest first.
    async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError>;

    /// One of them.
    async fn webhook(
        &self,
        tenant: &TenantId,
        id: WebhookId,
    ) -> Result<Option<Webhook>, StoreError>;

    /// Removes a webhook with its deliveries; answers whether there was one.
    async fn remove(&self, tenant: &TenantId, id: WebhookId) -> Result<bool, StoreError>;

    /// Until when the ends of jobs have been looked at; `None` before the first time.
    async fn looked_until(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Ends of jobs since `since` that a webhook is to be told of and was not, oldest first, at most `limit`.
    async fn untold(&self, since: Timestamp, limit: u32) -> Result<Vec<Untold>, StoreError>;

    /// Webhooks of all tenants that are to be told of that.
    async fn asked(&self, occasion: Occasion) -> Result<Vec<Webhook>, StoreError>;

    /// Stores deliveries, and until when ends have been looked at. One that is there stays as it is.
    async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        looked_until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes deliveries that are due; nobody else gets them before `until`.
    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<(Delivery, Webhook)>, StoreError>;

    /// Stores how a delivery stands.
    async fn settle(&self, delivery: Delivery) -> Result<(), StoreError>;

    /// Forgets deliveries of ends before `moment` that are not waiting; answers how many.
    async fn forget(&self, moment: Timestamp) -> Result<u64, StoreError>;

    /// The deliveries of a tenant's webhook, newest first, older than `before`.
    async fn deliveries(
        &self,
        tenant: &TenantId,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// One of them.
    async fn delivery(
        &self,
        tenant: &TenantId,
        webhook: WebhookId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError>;
}
