//! Accepting: a job, its document and the name of the request, in one transaction.

use sea_orm::ConnectionTrait;

use super::row::WHAT;
use super::{Acceptance, Accepted, IdempotencyKey};
use crate::domain::ids::JobId;
use crate::domain::job::NewJob;
use crate::domain::job_state::StateName;
use crate::domain::time::Timestamp;
use crate::storage::documents::row as documents;
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer, to_json};

/// Accepts. The same acceptance may come twice, after an answer that was lost: the second changes nothing.
pub(super) async fn accept<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    acceptance: Acceptance,
) -> Result<Accepted, StoreError> {
    let job = &acceptance.job;
    if let Some(key) = &acceptance.idempotency
        && let Some(earlier) = earlier(sql, job, key).await?
    {
        return Ok(earlier);
    }
    if let Some(document) = &acceptance.document {
        documents::insert(sql, document).await?;
    }
    insert(sql, job).await?;
    if let Some(key) = acceptance.idempotency {
        remember(sql, job, key).await?;
    }
    Ok(Accepted::New)
}

async fn earlier<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    job: &NewJob,
    key: &IdempotencyKey,
) -> Result<Option<Accepted>, StoreError> {
    let row = sql
        .one(
            "SELECT request_hash, job FROM idempotency_keys \
             WHERE tenant = $1 AND name = $2 AND expires_at > $3",
            vec![
                job.tenant.as_str().into(),
                key.key.as_str().into(),
                job.created_at.0.into(),
            ],
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let known = JobId(row.get("job")?);
    Ok(Some(
        if row.get::<String>("request_hash")? != key.request_hash {
            Accepted::KeyReused
        } else if known == job.id {
            Accepted::New
        } else {
            Accepted::Repeated(known)
        },
    ))
}

async fn insert<C: ConnectionTrait>(sql: &Sql<'_, C>, job: &NewJob) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO jobs (id, tenant, tier, kind, document, spec, state, ready_at, attempts, \
         max_attempts, epoch, cancel_requested, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, $10, $8) ON CONFLICT (id) DO NOTHING",
        vec![
            job.id.0.into(),
            job.tenant.as_str().into(),
            integer(job.tier.rank()),
            job.spec.kind().name().into(),
            job.document.0.into(),
            to_json(WHAT, &job.spec)?.into(),
            StateName::Queued.name().into(),
            job.created_at.0.into(),
            integer(job.max_attempts),
            false.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn remember<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    job: &NewJob,
    key: IdempotencyKey,
) -> Result<(), StoreError> {
    sql.run(
        "INSERT INTO idempotency_keys (tenant, name, request_hash, job, expires_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, name) DO UPDATE SET \
         request_hash = excluded.request_hash, job = excluded.job, expires_at = excluded.expires_at",
        vec![
            job.tenant.as_str().into(),
            key.key.into(),
            key.request_hash.into(),
            job.id.0.into(),
            key.expires_at.0.into(),
        ],
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
