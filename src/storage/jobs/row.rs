//! Jobs as rows: columns to states and back.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Value};

use crate::domain::failure::Failure;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{AttemptRecord, Job, JobResult, JobSpec};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer, to_json};

/// The name of this store in errors.
pub(super) const WHAT: &str = "job";

/// The columns that [`job`] reads.
pub(super) const COLUMNS: &str = "id, tenant, tier, document, spec, state, ready_at, attempts, \
     max_attempts, epoch, node, started_at, lease_until, deadline, cancel_requested, created_at, \
     finished_at, result, failure";

/// Reads a row, without its history.
pub(super) fn job(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: JobId(row.get("id")?),
        tenant: row.parse("tenant")?,
        tier: tier(row)?,
        document: DocumentId(row.get("document")?),
        spec: row.json::<JobSpec>("spec")?,
        max_attempts: count(row, "max_attempts")?,
        created_at: row.moment("created_at")?,
        epoch: row.number("epoch")?,
        attempts: count(row, "attempts")?,
        state: state(row)?,
        history: Vec::new(),
    })
}

/// The tier of a row.
pub(super) fn tier(row: &Row) -> Result<Tier, StoreError> {
    let rank = row.get::<i32>("tier")?;
    u8::try_from(rank)
        .ok()
        .and_then(Tier::from_rank)
        .ok_or_else(|| row.corrupt(format!("there is no tier {rank}")))
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

/// Writes where a job stands, and how many attempts it used.
pub(super) async fn store_state<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    job: &Job,
) -> Result<(), StoreError> {
    let columns = StateColumns::of(&job.state)?;
    sql.run(
        "UPDATE jobs SET state = $2, attempts = $3, ready_at = COALESCE($4, ready_at), \
         cancel_requested = $5, finished_at = $6, result = $7, failure = $8 WHERE id = $1",
        vec![
            job.id.0.into(),
            job.state.name().name().into(),
            integer(job.attempts),
            columns.ready_at.map(|moment| moment.0).into(),
            columns.cancel_requested.into(),
            columns.finished_at.map(|moment| moment.0).into(),
            Value::from(columns.result),
            Value::from(columns.failure),
        ],
    )
    .await?;
    Ok(())
}

/// What of a state is in columns. Node and lease are written by a claim alone and mean nothing in any other state.
#[derive(Default)]
struct StateColumns {
    ready_at: Option<Timestamp>,
    cancel_requested: bool,
    finished_at: Option<Timestamp>,
    result: Option<String>,
    failure: Option<String>,
}

impl StateColumns {
    fn of(state: &JobState) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        match state {
            JobState::Queued {
                ready_at,
                last_failure,
            } => {
                columns.ready_at = Some(*ready_at);
                columns.failure = last_failure
                    .as_ref()
                    .map(|failure| to_json(WHAT, failure))
                    .transpose()?;
            }
            JobState::Running {
                cancel_requested, ..
            } => columns.cancel_requested = *cancel_requested,
            JobState::Succeeded {
                finished_at,
                result,
            } => {
                columns.finished_at = Some(*finished_at);
                columns.result = Some(to_json(WHAT, result)?);
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
                columns.failure = Some(to_json(WHAT, failure)?);
            }
        }
        Ok(columns)
    }
}

/// Reads the attempts of jobs that ended, and puts each with its job.
pub(super) async fn add_history<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    jobs: &mut [Job],
) -> Result<(), StoreError> {
    if jobs.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (1..=jobs.len()).map(|place| format!("${place}")).collect();
    let rows = sql
        .all(
            &format!(
                "SELECT job, record FROM job_attempts WHERE job IN ({}) ORDER BY job, epoch",
                places.join(", ")
            ),
            jobs.iter().map(|job| job.id.0.into()).collect(),
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
        job.history = histories.remove(&job.id).unwrap_or_default();
    }
    Ok(())
}
