//! Webhooks and their deliveries in a database.

use async_trait::async_trait;
use sea_orm::{DatabaseConnection, Value};

use super::row::{self, DELIVERY, WEBHOOK, WHAT};
use super::{Untold, WebhookStore, deliveries};
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Delivery, Occasion, Webhook};
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer, to_json};

/// Webhooks in a database.
#[derive(Clone, Debug)]
pub struct SqlWebhookStore {
    database: Database,
}

impl SqlWebhookStore {
    /// The webhooks in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::new(self.database.reader(), WHAT)
    }

    /// Runs one statement; answers whether it changed anything.
    async fn run(&self, sql: &'static str, values: Vec<Value>) -> Result<bool, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let changed = Sql::new(transaction, WHAT).run(sql, values).await?;
                    Ok(changed > 0)
                })
            })
            .await
    }
}

#[async_trait]
impl WebhookStore for SqlWebhookStore {
    async fn save(&self, webhook: Webhook) -> Result<bool, StoreError> {
        let values = vec![
            webhook.id.0.into(),
            webhook.tenant.as_str().into(),
            webhook.url.as_str().into(),
            to_json(WHAT, &webhook.occasions)?.into(),
            to_json(WHAT, &webhook.secrets)?.into(),
            webhook.created_at.0.into(),
        ];
        self.run(
            "INSERT INTO webhooks (id, tenant, url, occasions, secrets, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET url = excluded.url, \
             occasions = excluded.occasions, secrets = excluded.secrets \
             WHERE webhooks.tenant = excluded.tenant",
            values,
        )
        .await
    }

    async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError> {
        let statement =
            format!("SELECT {WEBHOOK} FROM webhooks w WHERE w.tenant = $1 ORDER BY w.id DESC");
        let values = vec![tenant.as_str().into()];
        let rows = self.reader().all(&statement, values).await?;
        rows.iter().map(row::webhook).collect()
    }

    async fn webhook(
        &self,
        tenant: &TenantId,
        id: WebhookId,
    ) -> Result<Option<Webhook>, StoreError> {
        let statement =
            format!("SELECT {WEBHOOK} FROM webhooks w WHERE w.id = $1 AND w.tenant = $2");
        let values = vec![id.0.into(), tenant.as_str().into()];
        let row = self.reader().one(&statement, values).await?;
        row.as_ref().map(row::webhook).transpose()
    }

    async fn remove(&self, tenant: &TenantId, id: WebhookId) -> Result<bool, StoreError> {
        let values = vec![id.0.into(), tenant.as_str().into()];
        self.run("DELETE FROM webhooks WHERE id = $1 AND tenant = $2", values)
            .await
    }

    async fn looked_until(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = self
            .reader()
            .one(
                "SELECT looked_until FROM webhook_progress WHERE name = $1",
                vec![deliveries::LOOKER.into()],
            )
            .await?;
        row.map(|row| row.moment("looked_until")).transpose()
    }

    async fn untold(&self, since: Timestamp, limit: u32) -> Result<Vec<Untold>, StoreError> {
        deliveries::untold(&self.reader(), since, limit).await
    }

    async fn asked(&self, occasion: Occasion) -> Result<Vec<Webhook>, StoreError> {
        deliveries::asked(&self.reader(), occasion).await
    }

    async fn deliver(
        &self,
        found: Vec<Delivery>,
        looked_until: Timestamp,
    ) -> Result<(), StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let sql = Sql::new(transaction, WHAT);
                    for delivery in &found {
                        deliveries::insert(&sql, delivery).await?;
                    }
                    deliveries::looked(&sql, looked_until).await
                })
            })
            .await
    }

    async fn claim(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<(Delivery, Webhook)>, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    deliveries::claim(&Sql::new(transaction, WHAT), now, until, limit).await
                })
            })
            .await
    }

    async fn settle(&self, delivery: Delivery) -> Result<(), StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    deliveries::settle(&Sql::new(transaction, WHAT), &delivery).await
                })
            })
            .await
    }

    async fn forget(&self, moment: Timestamp) -> Result<u64, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    Sql::new(transaction, WHAT)
                        .run(
                            "DELETE FROM webhook_deliveries WHERE ended_at < $1 AND state <> 'waiting'",
                            vec![moment.0.into()],
                        )
                        .await
                })
            })
            .await
    }

    async fn deliveries(
        &self,
        tenant: &TenantId,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut values: Vec<Value> = vec![webhook.0.into(), tenant.as_str().into(), integer(limit)];
        let mut older = "";
        if let Some(before) = before {
            older = "AND d.id < $4";
            values.push(before.0.into());
        }
        let statement = format!(
            "SELECT {DELIVERY} FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook \
             WHERE d.webhook = $1 AND w.tenant = $2 {older} ORDER BY d.id DESC LIMIT $3"
        );
        let rows = self.reader().all(&statement, values).await?;
        rows.iter().map(row::delivery).collect()
    }

    async fn delivery(
        &self,
        tenant: &TenantId,
        webhook: WebhookId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        let statement = format!(
            "SELECT {DELIVERY} FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook \
             WHERE d.id = $1 AND d.webhook = $2 AND w.tenant = $3"
        );
        let values = vec![id.0.into(), webhook.0.into(), tenant.as_str().into()];
        let row = self.reader().one(&statement, values).await?;
        row.as_ref().map(row::delivery).transpose()
    }
}
