//! Completing: the ends of attempts with all that they leave behind, many in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;

use super::ended::{End, end_held};
use super::row::{RUNS, StateColumns, WHAT};
use super::{Completed, Completion, Outcome, answer_again, read};
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{AttemptRecord, JobResult, Lease};
use crate::domain::job_state::{AttemptEnd, JobState};
use crate::domain::tenant::TenantId;
use crate::storage::documents::row as documents;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::{Sql, to_json, whole};

/// Whether an attempt ends its job whatever the row says: one statement ends any number of such.
pub(super) fn is_plain(completion: &Completion) -> bool {
    match &completion.outcome {
        Outcome::Succeeded { version, .. } => version.is_none(),
        Outcome::Dead { .. } => true,
        Outcome::Retry { .. } | Outcome::Stopped | Outcome::GivenBack => false,
    }
}

/// Ends attempts whose claim is still the newest. A completion that comes twice, after an answer that was lost, is answered
/// as it was the first time.
pub(super) async fn complete_all<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    completions: Vec<Completion>,
) -> Result<Vec<Completed>, StoreError> {
    let mut answers = Vec::with_capacity(completions.len());
    let mut rest = completions;
    while !rest.is_empty() {
        // Of two that end the same attempt the first wins.
        let mut leases = BTreeSet::new();
        let repeated = |completion: &Completion| !leases.insert(completion.lease);
        let first = rest.iter().position(repeated).unwrap_or(rest.len());
        let later = rest.split_off(first);
        answers.append(&mut complete_distinct(sql, rest).await?);
        rest = later;
    }
    Ok(answers)
}

async fn complete_distinct<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    mut completions: Vec<Completion>,
) -> Result<Vec<Completed>, StoreError> {
    let held = held(sql, &completions).await?;
    let mut led_to = Vec::with_capacity(completions.len());
    for completion in &mut completions {
        led_to.push(follow(sql, &held, completion).await?);
    }
    let (mut ends, mut waits) = (Vec::new(), Vec::new());
    for (completion, led_to) in completions.iter().zip(&led_to) {
        let Some(led_to) = led_to else { continue };
        let end = End {
            lease: completion.lease,
            state: led_to.state.clone(),
            uncounted: u32::from(matches!(completion.outcome, Outcome::GivenBack)),
            record: &completion.record,
        };
        if end.state.name().is_terminal() {
            ends.push(end);
        } else {
            waits.push(end);
        }
    }
    let mut done = end_held(sql, &ends).await?;
    done.append(&mut queue_again(sql, &waits).await?);
    let mut answers = Vec::with_capacity(completions.len());
    for (completion, led_to) in completions.iter().zip(led_to) {
        answers.push(match led_to {
            Some(led_to) if done.contains(&completion.lease.job) => Completed::Done {
                state: led_to.state,
                version: led_to.version,
            },
            Some(_) | None => {
                let job = read::job(sql, None, completion.lease.job).await?;
                answer_again(completion, job)
            }
        });
    }
    Ok(answers)
}

/// What is to be known of a claim before its attempt can end.
struct Held {
    tenant: TenantId,
    document: DocumentId,
    cancel_requested: bool,
}

/// The claims that have to be looked at, as far as they are still the newest. They stay so until the transaction ends.
async fn held<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    completions: &[Completion],
) -> Result<BTreeMap<Lease, Held>, StoreError> {
    let asked: Vec<Lease> = completions
        .iter()
        .filter(|completion| !is_plain(completion))
        .map(|completion| completion.lease)
        .collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (sent, values) = leases(&asked).source(sql.backend());
    let lock = if sql.is_shared() {
        "ORDER BY jobs.id FOR UPDATE OF jobs"
    } else {
        ""
    };
    let rows = sql
        .all(
            &format!(
                "WITH sent AS ({sent}) SELECT jobs.id AS id, jobs.epoch AS epoch, jobs.tenant AS tenant, \
                 jobs.document AS document, jobs.cancel_requested AS cancel_requested \
                 FROM sent JOIN jobs ON jobs.id = sent.id AND jobs.epoch = sent.epoch \
                 WHERE {RUNS} {lock}"
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
        let seen = Held {
            tenant: row.parse("tenant")?,
            document: DocumentId(row.get("document")?),
            cancel_requested: row.get("cancel_requested")?,
        };
        held.insert(lease, seen);
    }
    Ok(held)
}

/// Claims as rows.
pub(super) fn leases(leases: &[Lease]) -> Rows {
    Rows::default()
        .uuids("id", leases.iter().map(|lease| lease.job.0))
        .integers("epoch", leases.iter().map(|lease| whole(lease.epoch)))
}

/// Where an outcome leads.
struct LedTo {
    state: JobState,
    version: Option<u64>,
}

/// Where an outcome leads; its version is stored. `None`: the claim is no longer the newest.
async fn follow<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    held: &BTreeMap<Lease, Held>,
    completion: &mut Completion,
) -> Result<Option<LedTo>, StoreError> {
    let plain = is_plain(completion);
    let held = held.get(&completion.lease);
    if held.is_none() && !plain {
        return Ok(None);
    }
    let unwanted = held.is_some_and(|held| held.cancel_requested);
    let record = &mut completion.record;
    let mut version = None;
    let end = match &mut completion.outcome {
        Outcome::Succeeded {
            result,
            version: new,
        } => match (new.take(), held) {
            (Some(new), Some(held)) => {
                let (end, stored) = store_version(sql, held, (result.clone(), new), record).await?;
                version = stored;
                end
            }
            (_, _) => AttemptEnd::Succeeded(result.clone()),
        },
        // Nobody wants another attempt at what was to be stopped.
        Outcome::Retry { .. } | Outcome::Stopped | Outcome::GivenBack if unwanted => {
            AttemptEnd::Cancelled
        }
        Outcome::Retry { failure, ready_at } => AttemptEnd::Retry(failure.clone(), *ready_at),
        Outcome::Dead { failure } => AttemptEnd::Dead(failure.clone()),
        Outcome::Stopped | Outcome::GivenBack => AttemptEnd::GivenBack,
    };
    let state = after(record, end)?;
    Ok(Some(LedTo { state, version }))
}

/// Where a job that was running stands after the end of its attempt.
fn after(record: &AttemptRecord, end: AttemptEnd) -> Result<JobState, StoreError> {
    let running = JobState::Running {
        node: record.node,
        started_at: record.started_at,
        lease_until: record.ended_at,
        deadline: record.ended_at,
        cancel_requested: false,
    };
    running
        .end(end, record.ended_at)
        .map_err(|refused| StoreError::Corrupt {
            what: WHAT,
            detail: refused.to_string(),
        })
}

/// Stores the version that came with a success. Where its document is gone there is nothing to have succeeded at.
async fn store_version<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    held: &Held,
    (mut result, new): (JobResult, NewVersion),
    record: &mut AttemptRecord,
) -> Result<(AttemptEnd, Option<u64>), StoreError> {
    let place = (&held.tenant, held.document);
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

/// Sends jobs back to the queue that are held under these leases; answers which.
async fn queue_again<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    waits: &[End<'_>],
) -> Result<BTreeSet<JobId>, StoreError> {
    if waits.is_empty() {
        return Ok(BTreeSet::new());
    }
    let columns: Vec<StateColumns> = waits
        .iter()
        .map(|wait| StateColumns::of(&wait.state))
        .collect::<Result<_, _>>()?;
    let held: Vec<Lease> = waits.iter().map(|wait| wait.lease).collect();
    let ready_at = |columns: &StateColumns| columns.ready_at.map_or(0, |moment| moment.0);
    let sent = leases(&held)
        .integers("again_at", columns.iter().map(ready_at))
        .integers("uncounted", waits.iter().map(|wait| whole(wait.uncounted)))
        .texts("why", columns.iter().map(|columns| columns.failure.clone()));
    let (sent, values) = sent.source(sql.backend());
    let rows = sql
        .all(
            &format!(
                "WITH sent AS ({sent}) UPDATE jobs SET state = 'queued', ready_at = sent.again_at, \
                 attempts = attempts - sent.uncounted, failure = NULLIF(sent.why, ''), \
                 cancel_requested = FALSE FROM sent \
                 WHERE jobs.id = sent.id AND jobs.epoch = sent.epoch AND {RUNS} \
                 RETURNING jobs.id AS id"
            ),
            values,
        )
        .await?;
    let queued = rows
        .iter()
        .map(|row| Ok(JobId(row.get("id")?)))
        .collect::<Result<BTreeSet<_>, StoreError>>()?;
    let ended: Vec<&End<'_>> = waits
        .iter()
        .filter(|wait| queued.contains(&wait.lease.job))
        .collect();
    remember(sql, &ended).await?;
    Ok(queued)
}

/// Keeps the records of attempts whose jobs go on.
async fn remember<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    ended: &[&End<'_>],
) -> Result<(), StoreError> {
    if ended.is_empty() {
        return Ok(());
    }
    let held: Vec<Lease> = ended.iter().map(|end| end.lease).collect();
    let records: Vec<String> = ended
        .iter()
        .map(|end| to_json(WHAT, end.record))
        .collect::<Result<_, _>>()?;
    let sent = leases(&held)
        .integers("ended_at", ended.iter().map(|end| end.record.ended_at.0))
        .texts("record", records.into_iter());
    let (sent, values) = sent.source(sql.backend());
    sql.run(
        &format!(
            "WITH sent AS ({sent}) INSERT INTO job_attempts (job, epoch, ended_at, record) \
             SELECT id, epoch, ended_at, record FROM sent"
        ),
        values,
    )
    .await?;
    Ok(())
}
