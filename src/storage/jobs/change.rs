//! Changing jobs from outside: cancel, retry, give up.

use sea_orm::ConnectionTrait;

use super::{ChangeError, read, row};
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::domain::job_state::{InvalidTransition, JobState};
use crate::domain::tenant::TenantId;
use crate::storage::error::StoreError;
use crate::storage::sql::Sql;

/// Changes a job by a transition of its state, where that is allowed; answers the job as it then stands.
pub(super) async fn change<C, F>(
    sql: &Sql<'_, C>,
    tenant: Option<&TenantId>,
    id: JobId,
    transition: F,
) -> Result<Result<Job, ChangeError>, StoreError>
where
    C: ConnectionTrait,
    F: FnOnce(JobState) -> Result<JobState, InvalidTransition> + Send,
{
    let Some(mut job) = read::job(sql, tenant, id).await? else {
        return Ok(Err(ChangeError::NotFound));
    };
    let was_dead = matches!(job.state, JobState::Dead { .. });
    job.state = match transition(job.state) {
        Ok(state) => state,
        Err(refused) => return Ok(Err(ChangeError::NotAllowed(refused))),
    };
    if was_dead && matches!(job.state, JobState::Queued { .. }) {
        job.attempts = 0;
    }
    row::store_state(sql, &job).await?;
    Ok(Ok(job))
}
