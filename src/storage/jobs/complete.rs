//! Completing: the end of an attempt with all that it leaves behind, in one transaction.

use sea_orm::ConnectionTrait;

use super::row::{self, WHAT};
use super::{Completed, Completion, Outcome};
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{AttemptRecord, Job, JobResult, Lease};
use crate::domain::job_state::{AttemptEnd, JobState};
use crate::storage::documents::row as documents;
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer, to_json};

/// Ends an attempt, if its claim is still the newest.
pub(super) async fn complete<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    completion: Completion,
) -> Result<Completed, StoreError> {
    let Some(mut job) = held(sql, completion.lease).await? else {
        return Ok(Completed::Stale);
    };
    let mut record = completion.record;
    let given_back = matches!(completion.outcome, Outcome::GivenBack);
    let mut stored = None;
    let end = match completion.outcome {
        Outcome::Succeeded { result, version } => {
            let (end, version) = succeed(sql, &job, (result, version), &mut record).await?;
            stored = version;
            end
        }
        // Nobody wants another attempt at what was to be stopped.
        Outcome::Retry { .. } | Outcome::Stopped | Outcome::GivenBack if cancel_requested(&job) => {
            AttemptEnd::Cancelled
        }
        Outcome::Retry { failure, ready_at } => AttemptEnd::Retry(failure, ready_at),
        Outcome::Dead { failure } => AttemptEnd::Dead(failure),
        Outcome::Stopped | Outcome::GivenBack => AttemptEnd::GivenBack,
    };
    if given_back {
        job.attempts = job.attempts.saturating_sub(1);
    }
    job.state = match job.state.end(end, record.ended_at) {
        Ok(state) => state,
        Err(_not_running) => return Ok(Completed::Stale),
    };
    row::store_state(sql, &job).await?;
    remember(sql, completion.lease, &record).await?;
    Ok(Completed::Done {
        state: job.state,
        version: stored,
    })
}

/// The job of a lease, while it is held under that lease.
async fn held<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    lease: Lease,
) -> Result<Option<Job>, StoreError> {
    let row = sql
        .one(
            &format!(
                "SELECT {} FROM jobs WHERE id = $1 AND epoch = $2 AND state = 'running'",
                row::COLUMNS
            ),
            vec![lease.job.0.into(), integer(lease.epoch)],
        )
        .await?;
    row.as_ref().map(row::job).transpose()
}

fn cancel_requested(job: &Job) -> bool {
    matches!(
        job.state,
        JobState::Running {
            cancel_requested: true,
            ..
        }
    )
}

/// Stores the version that came with a success. Where its document is gone there is nothing to have succeeded at.
async fn succeed<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    job: &Job,
    (mut result, version): (JobResult, Option<NewVersion>),
    record: &mut AttemptRecord,
) -> Result<(AttemptEnd, Option<u64>), StoreError> {
    let Some(new) = version else {
        return Ok((AttemptEnd::Succeeded(result), None));
    };
    let place = (&job.tenant, job.document);
    let stored = documents::append(sql, place, None, new, record.ended_at).await?;
    let Some(number) = stored else {
        let failure = Failure::new(
            FailureCode::DocumentGone,
            "The document was deleted before its conversion ended.",
        );
        record.failure = Some(failure.clone());
        return Ok((AttemptEnd::Dead(failure), None));
    };
    if let JobResult::Deck { version, .. } = &mut result {
        *version = number;
    }
    Ok((AttemptEnd::Succeeded(result), Some(number)))
}

async fn remember<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    lease: Lease,
    record: &AttemptRecord,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO job_attempts (job, epoch, ended_at, record) VALUES ($1, $2, $3, $4)",
        vec![
            lease.job.0.into(),
            integer(lease.epoch),
            record.ended_at.0.into(),
            to_json(WHAT, record)?.into(),
        ],
    )
    .await?;
    Ok(())
}
