//! Accepting: jobs, their documents and the names of their requests, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;

use super::row::WHAT;
use super::{Acceptance, Accepted, IdempotencyKey};
use crate::domain::ids::JobId;
use crate::domain::job::NewJob;
use crate::domain::time::Timestamp;
use crate::storage::documents::row as documents;
use crate::storage::error::StoreError;
use crate::storage::rows::Rows;
use crate::storage::sql::{Sql, to_json, whole};

/// Whether an acceptance is no more than a row: one statement stores any number of such.
pub(super) fn is_plain(acceptance: &Acceptance) -> bool {
    acceptance.document.is_none() && acceptance.idempotency.is_none()
}

/// Accepts. The same acceptance may come twice, after an answer that was lost: the second changes nothing.
pub(super) async fn accept_all<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptances: &[Acceptance],
) -> Result<Vec<Accepted>, StoreError> {
    let mut answers = Vec::with_capacity(acceptances.len());
    let mut rest = acceptances;
    while !rest.is_empty() {
        // A name that comes twice is new only the first time: what comes after has to see what came before.
        let (now, later) = rest.split_at(until_repeated(rest));
        answers.append(&mut accept_distinct(sql, now).await?);
        rest = later;
    }
    Ok(answers)
}

/// How many come before a name that was there already.
fn until_repeated(acceptances: &[Acceptance]) -> usize {
    let mut names = BTreeSet::new();
    let repeated = |acceptance: &Acceptance| {
        let key = acceptance.idempotency.as_ref();
        key.is_some_and(|key| !names.insert((acceptance.job.tenant.clone(), key.key.clone())))
    };
    acceptances
        .iter()
        .position(repeated)
        .unwrap_or(acceptances.len())
}

async fn accept_distinct<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptances: &[Acceptance],
) -> Result<Vec<Accepted>, StoreError> {
    let earlier = name_all(sql, acceptances).await?;
    let new: Vec<&Acceptance> = acceptances
        .iter()
        .filter(|acceptance| !earlier.contains_key(&acceptance.job.id))
        .collect();
    let with_them: Vec<_> = new
        .iter()
        .filter_map(|acceptance| acceptance.document.as_ref())
        .collect();
    documents::insert_all(sql, &with_them).await?;
    insert_all(sql, &new).await?;
    let answer = |acceptance: &Acceptance| {
        let known = earlier.get(&acceptance.job.id);
        known.cloned().unwrap_or(Accepted::New)
    };
    Ok(acceptances.iter().map(answer).collect())
}

/// Stores the names of requests. Answers for those whose name was there before.
async fn name_all<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptances: &[Acceptance],
) -> Result<BTreeMap<JobId, Accepted>, StoreError> {
    let mut named: Vec<(&NewJob, &IdempotencyKey)> = acceptances
        .iter()
        .filter_map(|acceptance| Some((&acceptance.job, acceptance.idempotency.as_ref()?)))
        .collect();
    if named.is_empty() {
        return Ok(BTreeMap::new());
    }
    // In one order, or two nodes that store the same names could wait for each other.
    named.sort_by(|one, other| (&one.0.tenant, &one.1.key).cmp(&(&other.0.tenant, &other.1.key)));
    let (sent, values) = rows_of_names(&named).source(sql.backend());
    // One that ran out is given anew; one that holds comes back with the job it was given to.
    sql.run(
        &format!(
            "WITH sent AS ({sent}) \
             INSERT INTO idempotency_keys (tenant, name, request_hash, job, expires_at) \
             SELECT tenant, name, request_hash, job, expires_at FROM sent WHERE TRUE \
             ON CONFLICT (tenant, name) DO UPDATE SET request_hash = excluded.request_hash, \
             job = excluded.job, expires_at = excluded.expires_at \
             WHERE idempotency_keys.expires_at <= (SELECT MAX(asked_at) FROM sent)"
        ),
        values,
    )
    .await?;
    let (sent, values) = rows_of_names(&named).source(sql.backend());
    let rows = sql
        .all(
            &format!(
                "WITH sent AS ({sent}) SELECT sent.job AS job, k.job AS holder, k.request_hash AS held, \
                 sent.request_hash AS asked FROM sent JOIN idempotency_keys k \
                 ON k.tenant = sent.tenant AND k.name = sent.name"
            ),
            values,
        )
        .await?;
    let mut earlier = BTreeMap::new();
    for row in rows {
        let (job, holder) = (JobId(row.get("job")?), JobId(row.get("holder")?));
        if row.get::<String>("held")? != row.get::<String>("asked")? {
            earlier.insert(job, Accepted::KeyReused);
        } else if holder != job {
            earlier.insert(job, Accepted::Repeated(holder));
        }
    }
    Ok(earlier)
}

fn rows_of_names(named: &[(&NewJob, &IdempotencyKey)]) -> Rows {
    Rows::default()
        .texts(
            "tenant",
            named.iter().map(|(job, _)| job.tenant.as_str().to_owned()),
        )
        .texts("name", named.iter().map(|(_, key)| key.key.clone()))
        .texts(
            "request_hash",
            named.iter().map(|(_, key)| key.request_hash.clone()),
        )
        .uuids("job", named.iter().map(|(job, _)| job.id.0))
        .integers("expires_at", named.iter().map(|(_, key)| key.expires_at.0))
        .integers("asked_at", named.iter().map(|(job, _)| job.created_at.0))
}

async fn insert_all<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptances: &[&Acceptance],
) -> Result<(), StoreError> {
    if acceptances.is_empty() {
        return Ok(());
    }
    let jobs = || acceptances.iter().map(|acceptance| &acceptance.job);
    let specs: Vec<String> = jobs()
        .map(|job| to_json(WHAT, &job.spec))
        .collect::<Result<_, _>>()?;
    let sent = Rows::default()
        .uuids("id", jobs().map(|job| job.id.0))
        .texts("tenant", jobs().map(|job| job.tenant.as_str().to_owned()))
        .integers("tier", jobs().map(|job| i64::from(job.tier.rank())))
        .texts("kind", jobs().map(|job| job.spec.kind().name().to_owned()))
        .uuids("document", jobs().map(|job| job.document.0))
        .texts("spec", specs.into_iter())
        .integers("max_attempts", jobs().map(|job| whole(job.max_attempts)))
        .integers("created_at", jobs().map(|job| job.created_at.0))
        .texts(
            "trace",
            jobs().map(|job| {
                job.trace
                    .map_or_else(String::new, |trace| trace.to_string())
            }),
        );
    let (sent, values) = sent.source(sql.backend());
    // A job that is asked for again may have ended meanwhile.
    sql.run(
        &format!(
            "WITH sent AS ({sent}) INSERT INTO jobs (id, tenant, tier, kind, document, spec, state, ready_at, \
             attempts, max_attempts, epoch, cancel_requested, created_at, trace) \
             SELECT id, tenant, tier, kind, document, spec, 'queued', created_at, 0, max_attempts, 0, FALSE, \
             created_at, NULLIF(trace, '') FROM sent \
             WHERE NOT EXISTS (SELECT 1 FROM ended_jobs WHERE ended_jobs.id = sent.id) \
             ON CONFLICT (id) DO NOTHING"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// Takes back what an acceptance that was asked for again put beside its end: the first one may have been claimed and
/// ended between the look and the insertion of the second.
pub(super) async fn take_back_ended<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptances: &[Acceptance],
) -> Result<(), StoreError> {
    let sent = Rows::default().uuids(
        "id",
        acceptances.iter().map(|acceptance| acceptance.job.id.0),
    );
    let (sent, values) = sent.source(sql.backend());
    sql.run(
        &format!(
            "WITH sent AS ({sent}) DELETE FROM jobs WHERE id IN (SELECT id FROM sent) \
             AND state = 'queued' AND epoch = 0 AND id IN (SELECT id FROM ended_jobs)"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// Forgets the names of requests that ran out.
pub(super) async fn forget_keys<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    sql.run(
        "DELETE FROM idempotency_keys WHERE expires_at <= $1",
        vec![now.0.into()],
    )
    .await
}
