//! Webhooks and deliveries as rows.

use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::webhook::{Delivery, Webhook};
use crate::storage::error::StoreError;
use crate::storage::sql::Row;

/// The name of this store in errors.
pub(super) const WHAT: &str = "webhook";

/// The columns that [`webhook`] reads.
pub(super) const WEBHOOK: &str = "w.id AS webhook_id, w.tenant AS tenant, w.url AS url, \
     w.occasions AS occasions, w.secrets AS secrets, w.created_at AS created_at";

/// The columns that [`delivery`] reads.
pub(super) const DELIVERY: &str = "d.id AS id, d.webhook AS webhook, d.job AS job, \
     d.ended_at AS ended_at, d.occasion AS occasion, d.body AS body, d.state AS state, \
     d.attempts AS attempts, d.next_at AS next_at, d.dies_at AS dies_at, d.answer AS answer";

/// Reads a webhook.
pub(super) fn webhook(row: &Row) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: WebhookId(row.get("webhook_id")?),
        tenant: row.parse("tenant")?,
        url: row.get("url")?,
        occasions: row.json("occasions")?,
        secrets: row.json("secrets")?,
        created_at: row.moment("created_at")?,
    })
}

/// Reads a delivery.
pub(super) fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: DeliveryId(row.get("id")?),
        webhook: WebhookId(row.get("webhook")?),
        subject: row.get("job")?,
        ended_at: row.moment("ended_at")?,
        occasion: row.json("occasion")?,
        body: row.get("body")?,
        state: row.parse("state")?,
        attempts: u32::try_from(row.get::<i32>("attempts")?).unwrap_or_default(),
        next_at: row.moment("next_at")?,
        dies_at: row.moment("dies_at")?,
        answer: row.get("answer")?,
    })
}
