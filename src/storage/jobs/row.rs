//! Jobs as rows: columns to states and back. Open jobs are in `jobs`, which stays small; those that ended in `ended_jobs`.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use crate::domain::failure::Failure;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{AttemptRecord, Job, JobResult, JobSpec};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;
use crate::domain::trace::context::TraceContext;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::{Row, Sql, to_json};

/// The name of this store in errors.
pub(super) const WHAT: &str = "job";

/// That a job runs, said so that no index of running jobs answers it: jobs that are named by their ids are to be found by
/// those. A plan made while few ran went through all that run for each row that was sent.
pub(super) const RUNS: &str = "jobs.state || '' = 'running'";

/// The columns that [`job`] reads, of a job that is open. What it has not is typed: PostgreSQL takes a bare NULL below a union
/// for a text.
pub(super) const OPEN: &str = "SELECT id, tenant, tier, kind, document, spec, state, ready_at, attempts, \
     max_attempts, epoch, node, started_at, lease_until, deadline, cancel_requested, created_at, trace, \
     CAST(NULL AS BIGINT) AS finished_at, NULL AS result, failure, NULL AS record FROM jobs";

/// The same of a job that ended.
pub(super) const ENDED: &str = "SELECT id, tenant, tier, kind, document, spec, state, CAST(NULL AS BIGINT) AS ready_at, attempts, \
     max_attempts, epoch, CAST(NULL AS UUID) AS node, CAST(NULL AS BIGINT) AS started_at, CAST(NULL AS BIGINT) AS lease_until, CAST(NULL AS BIGINT) AS deadline, \
     FALSE AS cancel_requested, created_at, trace, finished_at, result, failure, record FROM ended_jobs";

/// The job whose id is the first value, open or ended.
pub(super) fn with_id() -> String {
    format!("{OPEN} WHERE id = $1 UNION ALL {ENDED} WHERE id = $1")
}

/// Reads a row, with no more of its history than its last attempt.
pub(super) fn job(row: &Row) -> Result<Job, StoreError> {
    let last = row.maybe_json::<AttemptRecord>("record")?;
    Ok(Job {
        id: JobId(row.get("id")?),
        tenant: row.parse("tenant")?,
        tier: tier(row)?,
        document: DocumentId(row.get("document")?),
        spec: row.json::<JobSpec>("spec")?,
        max_attempts: count(row, "max_attempts")?,
        created_at: row.moment("created_at")?,
        trace: trace(row)?,
        epoch: row.number("epoch")?,
        attempts: count(row, "attempts")?,
        state: state(row)?,
        history: last.into_iter().collect(),
    })
}

/// The tier of a row.
pub(in crate::storage) fn tier(row: &Row) -> Result<Tier, StoreError> {
    let rank = row.get::<i32>("tier")?;
    u8::try_from(rank)
        .ok()
        .and_then(Tier::from_rank)
        .ok_or_else(|| row.corrupt(format!("there is no tier {rank}")))
}

/// The part of a trace that asked for a job. What cannot be read is no reason to lose the job.
pub(super) fn trace(row: &Row) -> Result<Option<TraceContext>, StoreError> {
    let text = row.get::<Option<String>>("trace")?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// A small number of a row.
pub(super) fn count(row: &Row, column: &str) -> Result<u32, StoreError> {
    u32::try_from(row.get::<i32>(column)?)
        .map_err(|_| row.corrupt(format!("{column} is out of range")))
}

fn state(row: &Row) -> Result<JobState, StoreError> {
    let finished_at = || row.moment("finished_at");
    let failure = || row.json::<Failure>("failure");
    Ok(match row.parse::<StateName>("state")? {
        StateName::Queued => JobState::Queued {
            ready_at: row.moment("ready_at")?,
            last_failure: row.maybe_json("failure")?,
        },
        StateName::Running => JobState::Running {
            node: NodeId(row.get("node")?),
            started_at: row.moment("started_at")?,
            lease_until: row.moment("lease_until")?,
            deadline: row.moment("deadline")?,
            cancel_requested: row.get("cancel_requested")?,
        },
        StateName::Succeeded => JobState::Succeeded {
            finished_at: finished_at()?,
            result: row.json::<JobResult>("result")?,
        },
        StateName::Failed => JobState::Failed {
            finished_at: finished_at()?,
            failure: failure()?,
        },
        StateName::Cancelled => JobState::Cancelled {
            finished_at: finished_at()?,
        },
        StateName::Dead => JobState::Dead {
            finished_at: finished_at()?,
            failure: failure()?,
        },
    })
}

/// What of a state is in columns; an absent text is empty. Node and lease are written by a claim alone and mean nothing in
/// any other state.
#[derive(Debug, Default)]
pub(super) struct StateColumns {
    /// From when on it may be claimed.
    pub(super) ready_at: Option<Timestamp>,
    /// When it ended.
    pub(super) finished_at: Option<Timestamp>,
    /// What it left behind, as JSON.
    pub(super) result: String,
    /// Why it failed, as JSON.
    pub(super) failure: String,
}

impl StateColumns {
    /// Those of a state.
    pub(super) fn of(state: &JobState) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        match state {
            JobState::Queued {
                ready_at,
                last_failure,
            } => {
                columns.ready_at = Some(*ready_at);
                if let Some(failure) = last_failure {
                    columns.failure = to_json(WHAT, failure)?;
                }
            }
            JobState::Running { .. } => {}
            JobState::Succeeded {
                finished_at,
                result,
            } => {
                columns.finished_at = Some(*finished_at);
                columns.result = to_json(WHAT, result)?;
            }
            JobState::Cancelled { finished_at } => columns.finished_at = Some(*finished_at),
            JobState::Failed {
                finished_at,
                failure,
            }
            | JobState::Dead {
                finished_at,
                failure,
            } => {
                columns.finished_at = Some(*finished_at);
                columns.failure = to_json(WHAT, failure)?;
            }
        }
        Ok(columns)
    }
}

/// Reads the earlier attempts of jobs, and puts each with its job.
pub(super) async fn add_history<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    jobs: &mut [Job],
) -> Result<(), StoreError> {
    if jobs.is_empty() {
        return Ok(());
    }
    let asked = Rows::default().uuids("id", jobs.iter().map(|job| job.id.0));
    let (asked, values) = asked.source(sql.backend());
    let rows = sql
        .all(
            &format!(
                "WITH asked AS ({asked}) SELECT job, record FROM job_attempts \
                 WHERE job IN (SELECT id FROM asked) ORDER BY job, epoch"
            ),
            values,
        )
        .await?;
    let mut histories: BTreeMap<JobId, Vec<AttemptRecord>> = BTreeMap::new();
    for row in rows {
        histories
            .entry(JobId(row.get("job")?))
            .or_default()
            .push(row.json("record")?);
    }
    for job in jobs {
        let mut history = histories.remove(&job.id).unwrap_or_default();
        history.append(&mut job.history);
        job.history = history;
    }
    Ok(())
}
