//! Reading jobs: one, many, and how many.

use sea_orm::{ConnectionTrait, Value};

use super::row::{self, COLUMNS};
use super::{JobCount, JobFilter};
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::domain::tenant::TenantId;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer};

/// One job with its history.
pub(super) async fn job<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: Option<&TenantId>,
    id: JobId,
) -> Result<Option<Job>, StoreError> {
    let found = sql
        .one(
            &format!("SELECT {COLUMNS} FROM jobs WHERE id = $1"),
            vec![id.0.into()],
        )
        .await?;
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

/// Jobs, newest first, with their histories.
pub(super) async fn jobs<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    filter: &JobFilter,
) -> Result<Vec<Job>, StoreError> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut ask = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(format!("{condition} ${}", values.len()));
    };
    if let Some(tenant) = &filter.tenant {
        ask("tenant =", tenant.as_str().into());
    }
    if let Some(state) = filter.state {
        ask("state =", state.name().into());
    }
    if let Some(kind) = filter.kind {
        ask("kind =", kind.name().into());
    }
    if let Some(document) = filter.document {
        ask("document =", document.0.into());
    }
    if let Some(before) = filter.before {
        ask("id <", before.0.into());
    }
    values.push(integer(filter.limit));
    let rows = sql
        .all(
            &format!(
                "SELECT {COLUMNS} FROM jobs WHERE {} ORDER BY id DESC LIMIT ${}",
                conditions.join(" AND "),
                values.len()
            ),
            values,
        )
        .await?;
    let mut jobs = rows.iter().map(row::job).collect::<Result<Vec<_>, _>>()?;
    row::add_history(sql, &mut jobs).await?;
    Ok(jobs)
}

/// How many there are, by kind and state.
pub(super) async fn counts<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
) -> Result<Vec<JobCount>, StoreError> {
    let rows = sql
        .all(
            "SELECT state, kind, COUNT(*) AS jobs FROM jobs GROUP BY state, kind ORDER BY state, kind",
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

/// How many of a tenant's are not at their end.
pub(super) async fn open_jobs<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: &TenantId,
) -> Result<u64, StoreError> {
    let row = sql
        .one(
            "SELECT COUNT(*) AS jobs FROM jobs \
             WHERE tenant = $1 AND state IN ('queued', 'running')",
            vec![tenant.as_str().into()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.number("jobs"))
}
