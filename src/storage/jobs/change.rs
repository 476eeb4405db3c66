//! Changing jobs from outside: cancel, retry, give up.

use sea_orm::ConnectionTrait;

use super::row::WHAT;
use super::{ChangeError, ended, read};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::Job;
use crate::domain::job_state::{InvalidTransition, JobState, StateName};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::Sql;

/// How often a change that somebody else got ahead of is tried again.
const TRIES: usize = 5;

/// Changes a job by a transition of its state, where that is allowed; answers the job as it then stands.
pub(super) async fn change<C, F>(
    sql: &Sql<'_, C>,
    tenant: Option<&TenantId>,
    id: JobId,
    transition: F,
) -> Result<Result<Job, ChangeError>, StoreError>
where
    C: ConnectionTrait,
    F: Fn(JobState) -> Result<JobState, InvalidTransition> + Send + Sync,
{
    for _ in 0..TRIES {
        lock(sql, id).await?;
        let Some(mut job) = read::job(sql, tenant, id).await? else {
            return Ok(Err(ChangeError::NotFound));
        };
        let before = job.state.name();
        job.state = match transition(job.state) {
            Ok(state) => state,
            Err(refused) => return Ok(Err(ChangeError::NotAllowed(refused))),
        };
        if before == StateName::Dead && job.state.name() == StateName::Queued {
            job.attempts = 0;
        }
        if store(sql, before, &job).await? {
            return Ok(Ok(job));
        }
    }
    Err(StoreError::unavailable(
        WHAT,
        "the job changed again and again while it was to be changed",
    ))
}

/// Holds a job as it is until the transaction ends, in whichever table it is.
async fn lock<C: ConnectionTrait>(sql: &Sql<'_, C>, id: JobId) -> Result<(), StoreError> {
    if !sql.is_shared() {
        return Ok(());
    }
    for table in ["jobs", "ended_jobs"] {
        let row = format!("SELECT id FROM {table} WHERE id = $1 FOR UPDATE");
        if sql.one(&row, vec![id.0.into()]).await?.is_some() {
            break;
        }
    }
    Ok(())
}

/// Stores a change; answers whether the job still stood where it was read.
async fn store<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    before: StateName,
    job: &Job,
) -> Result<bool, StoreError> {
    let id = job.id;
    match (before, &job.state) {
        (StateName::Queued, JobState::Cancelled { finished_at }) => {
            let moved = ended::cancel_queued(sql, "id = $1", vec![id.0.into()], *finished_at);
            Ok(moved.await? > 0)
        }
        (StateName::Running, JobState::Running { .. }) => {
            let flagged = sql
                .run(
                    "UPDATE jobs SET cancel_requested = TRUE WHERE id = $1 AND state = 'running'",
                    vec![id.0.into()],
                )
                .await?;
            Ok(flagged > 0)
        }
        (StateName::Dead, JobState::Queued { ready_at, .. }) => {
            ended::revive(sql, id, *ready_at).await
        }
        (StateName::Dead, JobState::Failed { .. }) => ended::fail_dead(sql, id).await,
        (_, state) => Err(StoreError::Corrupt {
            what: WHAT,
            detail: format!("nobody stores a change to {}", state.name().name()),
        }),
    }
}

/// Cancels the queued jobs of a document, and asks the running ones to stop.
pub(in crate::storage) async fn cancel_of_document<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    (tenant, document): (&TenantId, DocumentId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let of_document = || vec![document.0.into(), tenant.as_str().into()];
    ended::cancel_queued(sql, "document = $1 AND tenant = $2", of_document(), now).await?;
    sql.run(
        "UPDATE jobs SET cancel_requested = TRUE \
         WHERE document = $1 AND tenant = $2 AND state = 'running'",
        of_document(),
    )
    .await?;
    Ok(())
}
