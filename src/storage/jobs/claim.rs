//! Claiming: who has what ready, taking it, and keeping hold of it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Value};

use super::row::{self, RUNS, tier};
use super::{Beat, ClaimRequest, Expired, complete};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ClaimedJob, JobKind, Lease};
use crate::domain::job_state::JobState;
use crate::domain::policy::dispatch::{Backlog, BacklogRow};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::{Row, Sql, integer, whole};

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

/// What a claim makes of a job; the numbers are places of values after those of the rows.
fn taken(first: usize) -> String {
    let [node, now, lease, deadline] = [first, first + 1, first + 2, first + 3];
    format!(
        "state = 'running', epoch = epoch + 1, attempts = attempts + 1, node = ${node}, started_at = ${now}, \
         lease_until = ${lease}, deadline = ${deadline}, cancel_requested = FALSE"
    )
}

/// What a claim answers.
const CLAIMED: &str = "RETURNING jobs.id AS id, jobs.tenant AS tenant, jobs.tier AS tier, \
     jobs.document AS document, jobs.spec AS spec, jobs.ready_at AS ready_at, jobs.attempts AS attempts, \
     jobs.max_attempts AS max_attempts, jobs.epoch AS epoch, jobs.trace AS trace";

fn taker(request: &ClaimRequest) -> [Value; 5] {
    [
        request.node.0.into(),
        request.now.0.into(),
        request.now.plus(request.lease).0.into(),
        request.now.plus(request.deadline).0.into(),
        request.kind.name().into(),
    ]
}

/// Takes what was granted, as far as it is still there, in one statement for all grants: what others are about to take is
/// left to them.
pub(super) async fn claim_at_once<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    request: &ClaimRequest,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let grants = &request.grants;
    let sent = Rows::default()
        .texts(
            "tenant",
            grants.iter().map(|grant| grant.tenant.as_str().to_owned()),
        )
        .integers(
            "tier",
            grants.iter().map(|grant| i64::from(grant.tier.rank())),
        )
        .integers("most", grants.iter().map(|grant| whole(grant.jobs)));
    let (sent, mut values) = sent.source(sql.backend());
    let first = values.len() + 1;
    values.extend(taker(request));
    let (now, kind) = (first + 1, first + 4);
    let rows = sql
        .all(
            &format!(
                "WITH granted AS ({sent}), picked AS (\
                 SELECT ready.id FROM granted CROSS JOIN LATERAL (SELECT id FROM jobs \
                 WHERE state = 'queued' AND kind = ${kind} AND tenant = granted.tenant \
                 AND tier = granted.tier AND ready_at <= ${now} \
                 ORDER BY ready_at, id LIMIT granted.most FOR UPDATE SKIP LOCKED) AS ready) \
                 UPDATE jobs SET {} FROM picked WHERE jobs.id = picked.id {CLAIMED}",
                taken(first)
            ),
            values,
        )
        .await?;
    let mut claimed = read_claimed(&rows, request.now)?;
    // RETURNING promises no order.
    let place = |job: &ClaimedJob| {
        grants
            .iter()
            .position(|grant| grant.tenant == job.tenant && grant.tier == job.tier)
    };
    claimed.sort_by_cached_key(|job| (place(job), job.ready_at, job.lease.job));
    Ok(claimed)
}

/// The same a grant at a time, for a database with one writer.
pub(super) async fn claim_in_turn<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    request: &ClaimRequest,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let mut claimed = Vec::new();
    for grant in &request.grants {
        let mut values = Vec::from(taker(request));
        values.extend([
            grant.tenant.as_str().into(),
            integer(grant.tier.rank()),
            integer(grant.jobs),
        ]);
        let rows = sql
            .all(
                &format!(
                    "UPDATE jobs SET {} WHERE state = 'queued' AND id IN (SELECT id FROM jobs \
                     WHERE state = 'queued' AND kind = $5 AND tenant = $6 AND tier = $7 AND ready_at <= $2 \
                     ORDER BY ready_at, id LIMIT $8) {CLAIMED}",
                    taken(1)
                ),
                values,
            )
            .await?;
        let mut granted = read_claimed(&rows, request.now)?;
        granted.sort_by_key(|job| (job.ready_at, job.lease.job));
        claimed.append(&mut granted);
    }
    Ok(claimed)
}

fn read_claimed(rows: &[Row], now: Timestamp) -> Result<Vec<ClaimedJob>, StoreError> {
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
            claimed_at: now,
            trace: row::trace(row)?,
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
    let (sent, mut values) = complete::leases(leases).source(sql.backend());
    values.push(lease_until.0.into());
    let place = values.len();
    let rows = sql
        .all(
            &format!(
                "WITH sent AS ({sent}) UPDATE jobs SET lease_until = ${place} FROM sent \
                 WHERE jobs.id = sent.id AND jobs.epoch = sent.epoch AND {RUNS} \
                 RETURNING jobs.id AS id, jobs.epoch AS epoch, jobs.cancel_requested AS cancel_requested"
            ),
            values,
        )
        .await?;
    let mut held = BTreeMap::new();
    for row in rows {
        let lease = Lease {
            job: JobId(row.get("id")?),
            epoch: row.number("epoch")?,
        };
        held.insert(lease, row.get::<bool>("cancel_requested")?);
    }
    let mut beat = Beat::default();
    for lease in leases {
        match held.get(lease) {
            None => beat.stale.push(*lease),
            Some(true) => beat.cancelled.push(*lease),
            Some(false) => {}
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
                "{} WHERE state = 'running' \
                 AND (lease_until <= $1 OR deadline <= $1) ORDER BY lease_until, id LIMIT $2",
                row::OPEN
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
