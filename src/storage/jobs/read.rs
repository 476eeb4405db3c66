//! Reading jobs: one, and how many.

use std::time::Duration;

use sea_orm::ConnectionTrait;

use super::row;
use super::{Arrived, JobCount};
use crate::domain::ids::JobId;
use crate::domain::job::{Job, JobKind};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, whole};

/// One job with its history.
pub(super) async fn job<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: Option<&TenantId>,
    id: JobId,
) -> Result<Option<Job>, StoreError> {
    let found = sql.one(&row::with_id(), vec![id.0.into()]).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let mut job = row::job(&found)?;
    if tenant.is_some_and(|tenant| *tenant != job.tenant) {
        return Ok(None);
    }
    row::add_history(sql, std::slice::from_mut(&mut job)).await?;
    Ok(Some(job))
}

/// How many there are, by kind and state: what the leader has counted of those that ended, and the rest counted now.
pub(super) async fn counts<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
) -> Result<Vec<JobCount>, StoreError> {
    let rows = sql
        .all(
            "SELECT state, kind, CAST(SUM(jobs) AS BIGINT) AS jobs FROM (\
             SELECT state, kind, COUNT(*) AS jobs FROM jobs GROUP BY state, kind UNION ALL \
             SELECT state, kind, COUNT(*) AS jobs FROM ended_jobs \
             WHERE finished_at > (SELECT counted_to FROM job_totals_to) GROUP BY state, kind UNION ALL \
             SELECT state, kind, jobs FROM job_totals) AS parts \
             GROUP BY state, kind HAVING SUM(jobs) > 0 ORDER BY state, kind",
            Vec::new(),
        )
        .await?;
    let read = |row: &Row| {
        Ok(JobCount {
            kind: row.parse("kind")?,
            state: row.parse("state")?,
            jobs: row.number("jobs")?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many of a kind were accepted in each stretch of time. What was accepted since then has not ended before.
pub(in crate::storage) async fn arrived<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    kind: JobKind,
    since: Timestamp,
    bucket: Duration,
) -> Result<Vec<Arrived>, StoreError> {
    let size = whole(bucket.as_micros()).max(1);
    let statement = format!(
        "SELECT tier, slot, CAST(SUM(jobs) AS BIGINT) AS jobs FROM (\
         SELECT tier, created_at / {size} AS slot, COUNT(*) AS jobs FROM jobs \
         WHERE kind = $1 AND created_at >= $2 GROUP BY tier, slot UNION ALL \
         SELECT tier, created_at / {size} AS slot, COUNT(*) AS jobs FROM ended_jobs \
         WHERE kind = $1 AND finished_at >= $2 AND created_at >= $2 GROUP BY tier, slot) AS parts \
         GROUP BY tier, slot ORDER BY slot, tier"
    );
    let rows = sql
        .all(&statement, vec![kind.name().into(), since.0.into()])
        .await?;
    let read = |row: &Row| {
        let slot: i64 = row.number("slot")?;
        Ok(Arrived {
            tier: row::tier(row)?,
            from: Timestamp(slot * size),
            jobs: row.number("jobs")?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many of a tenant's are not at their end.
pub(super) async fn open_jobs<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: &TenantId,
) -> Result<u64, StoreError> {
    // The index of ready jobs begins with their kind.
    let kinds = JobKind::ALL.map(|kind| format!("'{}'", kind.name()));
    let statement = format!(
        "SELECT (SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND kind IN ({}) AND tenant = $1) + \
         (SELECT COUNT(*) FROM jobs WHERE state = 'running' AND tenant = $1) AS jobs",
        kinds.join(", ")
    );
    let row = sql.one(&statement, vec![tenant.as_str().into()]).await?;
    row.map_or(Ok(0), |row| row.number("jobs"))
}
