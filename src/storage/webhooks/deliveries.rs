//! Deliveries: found in the table of jobs, stored, taken to be sent, and settled.

use sea_orm::{ConnectionTrait, Value};

use super::Untold;
use super::row::{self, DELIVERY, WEBHOOK, WHAT};
use crate::domain::ids::JobId;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Delivery, Occasion, Webhook};
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer, to_json};

/// What looks at the ends of jobs; one row in the table of progress.
pub(super) const LOOKER: &str = "ends";

/// See [`super::WebhookStore::untold`].
pub(super) async fn untold<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Untold>, StoreError> {
    let statement = format!(
        "SELECT {WEBHOOK}, j.id AS job, j.state AS job_state, j.finished_at AS ended_at \
         FROM ended_jobs j JOIN webhooks w ON w.tenant = j.tenant \
         WHERE j.finished_at >= $1 AND j.finished_at >= w.created_at \
         AND w.occasions LIKE '%' || CASE j.state WHEN 'succeeded' THEN 'job.succeeded' \
             WHEN 'dead' THEN 'job.failed' WHEN 'cancelled' THEN 'job.cancelled' ELSE 'nothing' END || '%' \
         AND NOT EXISTS \
         (SELECT 1 FROM webhook_deliveries d \
          WHERE d.webhook = w.id AND d.job = j.id AND d.ended_at = j.finished_at) \
         ORDER BY j.finished_at LIMIT $2"
    );
    let rows = sql
        .all(&statement, vec![since.0.into(), integer(limit)])
        .await?;
    let read = |row: &Row| {
        Ok(Untold {
            webhook: row::webhook(row)?,
            job: JobId(row.get("job")?),
            state: row.parse("job_state")?,
            ended_at: row.moment("ended_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// See [`super::WebhookStore::asked`].
pub(super) async fn asked<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    occasion: Occasion,
) -> Result<Vec<Webhook>, StoreError> {
    let statement = format!("SELECT {WEBHOOK} FROM webhooks w WHERE w.occasions LIKE $1");
    let pattern = format!("%\"{}\"%", occasion.name());
    let rows = sql.all(&statement, vec![pattern.into()]).await?;
    rows.iter().map(row::webhook).collect()
}

/// Stores a delivery, unless it is there.
pub(super) async fn insert<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO webhook_deliveries (id, webhook, job, ended_at, occasion, body, state, attempts, \
         next_at, dies_at, answer) \
         SELECT $1, w.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM webhooks w WHERE w.id = $2 \
         ON CONFLICT (webhook, job, ended_at) DO NOTHING",
        values(delivery)?,
    )
    .await?;
    Ok(())
}

fn values(delivery: &Delivery) -> Result<Vec<Value>, StoreError> {
    Ok(vec![
        delivery.id.0.into(),
        delivery.webhook.0.into(),
        delivery.subject.into(),
        delivery.ended_at.0.into(),
        to_json(WHAT, &delivery.occasion)?.into(),
        delivery.body.as_str().into(),
        delivery.state.name().into(),
        i32::try_from(delivery.attempts).unwrap_or(i32::MAX).into(),
        delivery.next_at.0.into(),
        delivery.dies_at.0.into(),
        delivery.answer.clone().into(),
    ])
}

/// Notes until when ends have been looked at; never back.
pub(super) async fn looked<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    until: Timestamp,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO webhook_progress (name, looked_until) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET looked_until = excluded.looked_until \
         WHERE webhook_progress.looked_until < excluded.looked_until",
        vec![LOOKER.into(), until.0.into()],
    )
    .await?;
    Ok(())
}

/// See [`super::WebhookStore::claim`].
pub(super) async fn claim<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<(Delivery, Webhook)>, StoreError> {
    // Of two nodes that choose the same row, the second finds it put off when the first has committed.
    let taken = sql
        .all(
            "UPDATE webhook_deliveries SET next_at = $2 WHERE state = 'waiting' AND next_at <= $1 \
             AND id IN (SELECT id FROM webhook_deliveries \
                        WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at LIMIT $3) \
             RETURNING id",
            vec![now.0.into(), until.0.into(), integer(limit)],
        )
        .await?;
    let statement = format!(
        "SELECT {DELIVERY}, {WEBHOOK} FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook \
         WHERE d.id = $1"
    );
    let mut claimed = Vec::with_capacity(taken.len());
    for row in taken {
        let id: uuid::Uuid = row.get("id")?;
        if let Some(row) = sql.one(&statement, vec![id.into()]).await? {
            claimed.push((row::delivery(&row)?, row::webhook(&row)?));
        }
    }
    Ok(claimed)
}

/// See [`super::WebhookStore::settle`].
pub(super) async fn settle<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    sql.run(
        "UPDATE webhook_deliveries SET state = $2, attempts = $3, next_at = $4, dies_at = $5, \
         answer = $6 WHERE id = $1",
        vec![
            delivery.id.0.into(),
            delivery.state.name().into(),
            i32::try_from(delivery.attempts).unwrap_or(i32::MAX).into(),
            delivery.next_at.0.into(),
            delivery.dies_at.0.into(),
            delivery.answer.clone().into(),
        ],
    )
    .await?;
    Ok(())
}
