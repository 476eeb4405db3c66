//! Uploads in a database.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::{Announced, UploadStore};
use crate::domain::ids::{DocumentId, JobId, UploadId};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::upload::{Upload, UploadState};
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::jobs::IdempotencyKey;
use crate::storage::sql::{Row, Sql, integer, to_json};

/// The name of this store in errors.
const WHAT: &str = "upload";

const COLUMNS: &str = "id, tenant, document, job, store_id, name, format, bytes, sha256, part_bytes, \
     state, created_at, expires_at";

/// Uploads in a database.
#[derive(Clone, Debug)]
pub struct SqlUploadStore {
    database: Database,
}

impl SqlUploadStore {
    /// The uploads in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::new(self.database.reader(), WHAT)
    }

    /// Runs one statement; answers how many rows it changed.
    async fn run(&self, sql: &'static str, values: Vec<sea_orm::Value>) -> Result<u64, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { Sql::new(transaction, WHAT).run(sql, values).await })
            })
            .await
    }
}

#[async_trait]
impl UploadStore for SqlUploadStore {
    async fn announce(
        &self,
        upload: Upload,
        key: Option<IdempotencyKey>,
    ) -> Result<Announced, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let sql = Sql::new(transaction, WHAT);
                    if let Some(key) = &key
                        && let Some(earlier) = remember(&sql, &upload, key).await?
                    {
                        return Ok(earlier);
                    }
                    insert(&sql, &upload).await?;
                    Ok(Announced::New)
                })
            })
            .await
    }

    async fn upload(&self, tenant: &TenantId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        let statement = format!("SELECT {COLUMNS} FROM uploads WHERE id = $1 AND tenant = $2");
        let values = vec![id.0.into(), tenant.as_str().into()];
        let row = self.reader().one(&statement, values).await?;
        row.as_ref().map(upload).transpose()
    }

    async fn waiting(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        let row = self
            .reader()
            .one(
                "SELECT COUNT(*) AS waiting FROM uploads \
                 WHERE tenant = $1 AND state IN ('open', 'complete')",
                vec![tenant.as_str().into()],
            )
            .await?;
        row.map_or(Ok(0), |row| row.number("waiting"))
    }

    async fn advance(
        &self,
        id: UploadId,
        from: UploadState,
        to: UploadState,
    ) -> Result<bool, StoreError> {
        let values = vec![id.0.into(), from.name().into(), to.name().into()];
        let moved = self
            .run(
                "UPDATE uploads SET state = $3 WHERE id = $1 AND state = $2",
                values,
            )
            .await?;
        Ok(moved > 0)
    }

    async fn overdue(&self, now: Timestamp, limit: u32) -> Result<Vec<Upload>, StoreError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM uploads WHERE expires_at <= $1 OR state = 'discarded' \
             ORDER BY expires_at LIMIT $2"
        );
        let values = vec![now.0.into(), integer(limit)];
        let rows = self.reader().all(&statement, values).await?;
        rows.iter().map(upload).collect()
    }

    async fn forget(&self, id: UploadId) -> Result<(), StoreError> {
        self.run("DELETE FROM uploads WHERE id = $1", vec![id.0.into()])
            .await?;
        Ok(())
    }
}

/// Keeps the key of a request. Of two that come together one waits here for the other and then finds it.
async fn remember<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    upload: &Upload,
    key: &IdempotencyKey,
) -> Result<Option<Announced>, StoreError> {
    let kept = sql
        .one(
            "INSERT INTO idempotency_keys (tenant, name, request_hash, job, expires_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, name) DO UPDATE SET \
             request_hash = CASE WHEN idempotency_keys.expires_at <= $6 \
                 THEN excluded.request_hash ELSE idempotency_keys.request_hash END, \
             job = CASE WHEN idempotency_keys.expires_at <= $6 \
                 THEN excluded.job ELSE idempotency_keys.job END, \
             expires_at = CASE WHEN idempotency_keys.expires_at <= $6 \
                 THEN excluded.expires_at ELSE idempotency_keys.expires_at END \
             RETURNING request_hash, job",
            vec![
                upload.tenant.as_str().into(),
                key.key.as_str().into(),
                key.request_hash.as_str().into(),
                upload.id.0.into(),
                key.expires_at.0.into(),
                upload.created_at.0.into(),
            ],
        )
        .await?;
    let Some(kept) = kept else { return Ok(None) };
    let id = UploadId(kept.get("job")?);
    if kept.get::<String>("request_hash")? != key.request_hash {
        return Ok(Some(Announced::KeyReused));
    }
    Ok((id != upload.id).then_some(Announced::Repeated(id)))
}

async fn insert<C: ConnectionTrait>(sql: &Sql<'_, C>, upload: &Upload) -> Result<(), StoreError> {
    let statement = format!(
        "INSERT INTO uploads ({COLUMNS}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING"
    );
    let values = vec![
        upload.id.0.into(),
        upload.tenant.as_str().into(),
        upload.document.0.into(),
        upload.job.0.into(),
        upload.store_id.as_str().into(),
        upload.name.as_str().into(),
        to_json(WHAT, &upload.format)?.into(),
        integer(upload.bytes),
        upload.sha256.as_str().into(),
        integer(upload.part_bytes),
        upload.state.name().into(),
        upload.created_at.0.into(),
        upload.expires_at.0.into(),
    ];
    sql.run(&statement, values).await?;
    Ok(())
}

fn upload(row: &Row) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: UploadId(row.get("id")?),
        tenant: row.parse("tenant")?,
        document: DocumentId(row.get("document")?),
        job: JobId(row.get("job")?),
        store_id: row.get("store_id")?,
        name: row.get("name")?,
        format: row.json("format")?,
        bytes: row.number("bytes")?,
        sha256: row.get("sha256")?,
        part_bytes: row.number("part_bytes")?,
        state: row.parse("state")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}
