//! From the table of open jobs to that of ended ones, and back.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Value};

use super::row::{RUNS, StateColumns, WHAT};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{AttemptRecord, JobKind, Lease};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::{Sql, to_json, whole};

/// The columns of an ended job, in the order of [`FROM_OPEN`].
const COLUMNS: &str = "id, tenant, tier, kind, document, spec, state, attempts, max_attempts, epoch, \
     created_at, trace, finished_at, result, failure, record";

/// What of an ended job its open row knows, around what its end brings.
const FROM_OPEN: &str = "jobs.id AS id, jobs.tenant AS tenant, jobs.tier AS tier, jobs.kind AS kind, \
     jobs.document AS document, jobs.spec AS spec, jobs.max_attempts AS max_attempts, \
     jobs.epoch AS epoch, jobs.created_at AS created_at, jobs.trace AS trace";

/// The end of an attempt that is the end of its job.
#[derive(Debug)]
pub(super) struct End<'r> {
    /// The claim.
    pub(super) lease: Lease,
    /// Where the job then stands.
    pub(super) state: JobState,
    /// Attempts that do not count.
    pub(super) uncounted: u32,
    /// The attempt.
    pub(super) record: &'r AttemptRecord,
}

/// Forgets jobs of a kind on a document that have ended; answers how many.
pub(super) async fn forget<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: &TenantId,
    document: DocumentId,
    kind: JobKind,
) -> Result<u64, StoreError> {
    let values = || -> Vec<Value> {
        vec![
            document.0.into(),
            tenant.as_str().into(),
            kind.name().into(),
        ]
    };
    let which = "SELECT id FROM ended_jobs WHERE document = $1 AND tenant = $2 AND kind = $3";
    for table in ["job_attempts", "idempotency_keys"] {
        let statement = format!("DELETE FROM {table} WHERE job IN ({which})");
        sql.run(&statement, values()).await?;
    }
    let statement = "DELETE FROM ended_jobs WHERE document = $1 AND tenant = $2 AND kind = $3";
    sql.run(statement, values()).await
}

/// Ends jobs that are held under these leases; answers which.
pub(super) async fn end_held<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    ends: &[End<'_>],
) -> Result<BTreeSet<JobId>, StoreError> {
    if ends.is_empty() {
        return Ok(BTreeSet::new());
    }
    let bring = format!(
        "{FROM_OPEN}, sent.state AS state, jobs.attempts - sent.uncounted AS attempts, \
         sent.finished_at AS finished_at, NULLIF(sent.result, '') AS result, \
         NULLIF(sent.failure, '') AS failure, sent.record AS record"
    );
    let held = format!("jobs.id = sent.id AND jobs.epoch = sent.epoch AND {RUNS}");
    let (sent, values) = rows(ends)?.source(sql.backend());
    let moved = if sql.is_shared() {
        // The deletion decides who ends it: of two that try, one finds nothing to delete.
        format!(
            "WITH sent AS ({sent}), gone AS (DELETE FROM jobs USING sent WHERE {held} RETURNING {bring}) \
             INSERT INTO ended_jobs ({COLUMNS}) SELECT {COLUMNS} FROM gone RETURNING id"
        )
    } else {
        format!(
            "WITH sent AS ({sent}), gone AS (SELECT {bring} FROM sent JOIN jobs ON {held}) \
             INSERT INTO ended_jobs ({COLUMNS}) SELECT {COLUMNS} FROM gone WHERE TRUE RETURNING id"
        )
    };
    let rows = sql.all(&moved, values).await?;
    let ended = rows
        .iter()
        .map(|row| Ok(JobId(row.get("id")?)))
        .collect::<Result<BTreeSet<_>, StoreError>>()?;
    if !sql.is_shared() && !ended.is_empty() {
        let (sent, values) = ids(&ended).source(sql.backend());
        let gone = format!("DELETE FROM jobs WHERE id IN (SELECT id FROM ({sent}))");
        sql.run(&gone, values).await?;
    }
    Ok(ended)
}

fn rows(ends: &[End<'_>]) -> Result<Rows, StoreError> {
    let columns: Vec<StateColumns> = ends
        .iter()
        .map(|end| StateColumns::of(&end.state))
        .collect::<Result<_, _>>()?;
    let records: Vec<String> = ends
        .iter()
        .map(|end| to_json(WHAT, end.record))
        .collect::<Result<_, _>>()?;
    Ok(Rows::default()
        .uuids("id", ends.iter().map(|end| end.lease.job.0))
        .integers("epoch", ends.iter().map(|end| whole(end.lease.epoch)))
        .texts(
            "state",
            ends.iter().map(|end| end.state.name().name().to_owned()),
        )
        .integers("uncounted", ends.iter().map(|end| whole(end.uncounted)))
        .integers("finished_at", ends.iter().map(|end| end.record.ended_at.0))
        .texts(
            "result",
            columns.iter().map(|columns| columns.result.clone()),
        )
        .texts(
            "failure",
            columns.iter().map(|columns| columns.failure.clone()),
        )
        .texts("record", records.into_iter()))
}

fn ids(jobs: &BTreeSet<JobId>) -> Rows {
    Rows::default().uuids("id", jobs.iter().map(|job| job.0))
}

/// Cancels queued jobs for which `condition` holds; answers how many.
pub(in crate::storage) async fn cancel_queued<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    condition: &str,
    mut values: Vec<Value>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let asked = values.clone();
    values.push(now.0.into());
    let place = values.len();
    // Under a lock, so that none is claimed in between.
    let lock = if sql.is_shared() { "FOR UPDATE" } else { "" };
    let moved = sql
        .run(
            &format!(
                "WITH gone AS (SELECT * FROM jobs WHERE state = 'queued' AND {condition} {lock}) \
                 INSERT INTO ended_jobs ({COLUMNS}) SELECT id, tenant, tier, kind, document, spec, \
                 'cancelled', attempts, max_attempts, epoch, created_at, trace, ${place}, NULL, NULL, NULL FROM gone"
            ),
            values,
        )
        .await?;
    // Not more than was moved: others may have come meanwhile.
    let gone = format!(
        "DELETE FROM jobs WHERE state = 'queued' AND {condition} AND id IN (SELECT id FROM ended_jobs)"
    );
    sql.run(&gone, asked).await?;
    Ok(moved)
}

/// Sends a dead job back to the queue with fresh attempts; answers whether it was dead.
pub(super) async fn revive<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    id: JobId,
    ready_at: Timestamp,
) -> Result<bool, StoreError> {
    if !uncount_dead(sql, id).await? {
        return Ok(false);
    }
    sql.run(
        "INSERT INTO jobs (id, tenant, tier, kind, document, spec, state, ready_at, attempts, max_attempts, \
         epoch, cancel_requested, created_at, trace) SELECT id, tenant, tier, kind, document, spec, 'queued', $2, 0, \
         max_attempts, epoch, FALSE, created_at, trace FROM ended_jobs WHERE id = $1",
        vec![id.0.into(), ready_at.0.into()],
    )
    .await?;
    sql.run(
        "INSERT INTO job_attempts (job, epoch, ended_at, record) \
         SELECT id, epoch, finished_at, record FROM ended_jobs WHERE id = $1 AND record IS NOT NULL",
        vec![id.0.into()],
    )
    .await?;
    sql.run("DELETE FROM ended_jobs WHERE id = $1", vec![id.0.into()])
        .await?;
    Ok(true)
}

/// Gives a dead job up for good; answers whether it was dead.
pub(super) async fn fail_dead<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    id: JobId,
) -> Result<bool, StoreError> {
    if !uncount_dead(sql, id).await? {
        return Ok(false);
    }
    sql.run(
        "UPDATE ended_jobs SET state = 'failed' WHERE id = $1 AND state = 'dead'",
        vec![id.0.into()],
    )
    .await?;
    count(sql, id, StateName::Failed, 1).await?;
    Ok(true)
}

/// Takes a dead job out of what the leader has counted, where it has; answers whether it was dead.
async fn uncount_dead<C: ConnectionTrait>(sql: &Sql<'_, C>, id: JobId) -> Result<bool, StoreError> {
    let lock = if sql.is_shared() { "FOR UPDATE" } else { "" };
    let dead = format!("SELECT id FROM ended_jobs WHERE id = $1 AND state = 'dead' {lock}");
    if sql.one(&dead, vec![id.0.into()]).await?.is_none() {
        return Ok(false);
    }
    count(sql, id, StateName::Dead, -1).await?;
    Ok(true)
}

/// Changes how many are counted in a state by an ended job, where the leader has counted as far as to it.
async fn count<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    id: JobId,
    state: StateName,
    by: i64,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO job_totals (kind, state, jobs) SELECT kind, $2, $3 FROM ended_jobs \
         WHERE id = $1 AND finished_at <= (SELECT counted_to FROM job_totals_to) \
         ON CONFLICT (kind, state) DO UPDATE SET jobs = job_totals.jobs + excluded.jobs",
        vec![id.0.into(), state.name().into(), by.into()],
    )
    .await?;
    Ok(())
}

/// Counts what ended up to a moment into the totals, once.
pub(super) async fn count_ended<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    up_to: Timestamp,
) -> Result<(), StoreError> {
    let lock = if sql.is_shared() { "FOR UPDATE" } else { "" };
    let known = format!("SELECT counted_to FROM job_totals_to {lock}");
    let Some(row) = sql.one(&known, Vec::new()).await? else {
        return Ok(());
    };
    let counted_to = row.moment("counted_to")?;
    if counted_to >= up_to {
        return Ok(());
    }
    sql.run(
        "INSERT INTO job_totals (kind, state, jobs) SELECT kind, state, COUNT(*) FROM ended_jobs \
         WHERE finished_at > $1 AND finished_at <= $2 GROUP BY kind, state \
         ON CONFLICT (kind, state) DO UPDATE SET jobs = job_totals.jobs + excluded.jobs",
        vec![counted_to.0.into(), up_to.0.into()],
    )
    .await?;
    sql.run(
        "UPDATE job_totals_to SET counted_to = $1",
        vec![up_to.0.into()],
    )
    .await?;
    Ok(())
}
