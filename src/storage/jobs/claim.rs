//! Claiming: who has what ready, taking it, and keeping hold of it.

use sea_orm::ConnectionTrait;

use super::row::{self, tier};
use super::{Beat, ClaimRequest, Expired};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ClaimedJob, JobKind, Lease};
use crate::domain::job_state::JobState;
use crate::domain::policy::dispatch::{Backlog, BacklogRow, Grant};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer};

/// What is ready.
pub(super) async fn backlog<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    kind: JobKind,
    now: Timestamp,
) -> Result<Backlog, StoreError> {
    let values = || vec![kind.name().into(), now.0.into()];
    let rows = sql
        .all(
            "SELECT tenant, tier, COUNT(*) AS ready, MIN(ready_at) AS oldest FROM jobs \
             WHERE state = 'queued' AND kind = $1 AND ready_at <= $2 \
             GROUP BY tenant, tier ORDER BY tenant, tier",
            values(),
        )
        .await?;
    // Grouped, so that the index of ready jobs answers it alone.
    let later = sql
        .all(
            "SELECT MIN(ready_at) AS next FROM jobs \
             WHERE state = 'queued' AND kind = $1 AND ready_at > $2 GROUP BY tenant, tier",
            values(),
        )
        .await?;
    let later = later.iter().map(|row| row.moment("next"));
    let read = |row: &Row| {
        Ok(BacklogRow {
            tenant: row.parse("tenant")?,
            tier: tier(row)?,
            ready: row.number("ready")?,
            oldest_ready_at: row.moment("oldest")?,
        })
    };
    Ok(Backlog {
        rows: rows.iter().map(read).collect::<Result<_, StoreError>>()?,
        next_ready_at: later.collect::<Result<Vec<_>, _>>()?.into_iter().min(),
    })
}

/// Takes what was granted, as far as it is still there.
pub(super) async fn claim<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    request: ClaimRequest,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let mut claimed = Vec::new();
    for grant in &request.grants {
        let mut granted = claim_grant(sql, &request, grant).await?;
        // RETURNING promises no order.
        granted.sort_by_key(|job| (job.ready_at, job.lease.job));
        claimed.append(&mut granted);
    }
    Ok(claimed)
}

async fn claim_grant<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    request: &ClaimRequest,
    grant: &Grant,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let rows = sql
        .all(
            "UPDATE jobs SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, \
             node = $1, started_at = $2, lease_until = $3, deadline = $4, cancel_requested = $5 \
             WHERE state = 'queued' AND id IN (SELECT id FROM jobs WHERE state = 'queued' \
             AND kind = $6 AND tenant = $7 AND tier = $8 AND ready_at <= $2 \
             ORDER BY ready_at, id LIMIT $9) \
             RETURNING id, tenant, tier, document, spec, ready_at, attempts, max_attempts, epoch",
            vec![
                request.node.0.into(),
                request.now.0.into(),
                request.now.plus(request.lease).0.into(),
                request.now.plus(request.deadline).0.into(),
                false.into(),
                request.kind.name().into(),
                grant.tenant.as_str().into(),
                integer(grant.tier.rank()),
                integer(grant.jobs),
            ],
        )
        .await?;
    let read = |row: &Row| {
        Ok(ClaimedJob {
            lease: Lease {
                job: JobId(row.get("id")?),
                epoch: row.number("epoch")?,
            },
            tenant: row.parse("tenant")?,
            tier: tier(row)?,
            document: DocumentId(row.get("document")?),
            spec: row.json("spec")?,
            attempt: row::count(row, "attempts")?,
            max_attempts: row::count(row, "max_attempts")?,
            ready_at: row.moment("ready_at")?,
            claimed_at: request.now,
        })
    };
    rows.iter().map(read).collect()
}

/// Extends claims that are still the newest.
pub(super) async fn beat<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    leases: &[Lease],
    lease_until: Timestamp,
) -> Result<Beat, StoreError> {
    let mut beat = Beat::default();
    for lease in leases {
        let row = sql
            .one(
                "UPDATE jobs SET lease_until = $1 WHERE id = $2 AND epoch = $3 \
                 AND state = 'running' RETURNING cancel_requested",
                vec![
                    lease_until.0.into(),
                    lease.job.0.into(),
                    integer(lease.epoch),
                ],
            )
            .await?;
        match row {
            None => beat.stale.push(*lease),
            Some(row) if row.get("cancel_requested")? => beat.cancelled.push(*lease),
            Some(_) => {}
        }
    }
    Ok(beat)
}

/// Claims that ran out.
pub(super) async fn expired<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Expired>, StoreError> {
    let rows = sql
        .all(
            &format!(
                "SELECT {} FROM jobs WHERE state = 'running' \
                 AND (lease_until <= $1 OR deadline <= $1) ORDER BY lease_until, id LIMIT $2",
                row::COLUMNS
            ),
            vec![now.0.into(), integer(limit)],
        )
        .await?;
    let mut jobs = rows.iter().map(row::job).collect::<Result<Vec<_>, _>>()?;
    row::add_history(sql, &mut jobs).await?;
    let expired = jobs.into_iter().map(|job| {
        // Whichever came first is what ended it.
        let deadline = matches!(
            &job.state,
            JobState::Running { lease_until, deadline, .. } if deadline <= lease_until
        );
        Expired { job, deadline }
    });
    Ok(expired.collect())
}
