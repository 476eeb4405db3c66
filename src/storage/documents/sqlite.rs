//! Documents in the embedded database.

use async_trait::async_trait;
use bytes::Bytes;
use sea_orm::{ConnectionTrait, DatabaseConnection, Value};

use super::row::{self, COLUMNS};
use super::{DocumentStore, Saved};
use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer};

/// The name of this store in errors.
const WHAT: &str = "document";

/// Documents in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteDocumentStore {
    database: Database,
}

impl SqliteDocumentStore {
    /// The documents in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::new(self.database.reader(), WHAT)
    }
}

#[async_trait]
impl DocumentStore for SqliteDocumentStore {
    async fn document(
        &self,
        tenant: &TenantId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        find(&self.reader(), tenant, id).await
    }

    async fn documents(
        &self,
        tenant: &TenantId,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let mut values: Vec<Value> = vec![tenant.as_str().into(), integer(limit)];
        let mut older = "";
        if let Some(before) = before {
            older = "AND id < $3";
            values.push(before.0.into());
        }
        let rows = self
            .reader()
            .all(
                &format!(
                    "SELECT {COLUMNS} FROM documents WHERE tenant = $1 {older} \
                     ORDER BY id DESC LIMIT $2"
                ),
                values,
            )
            .await?;
        rows.iter().map(row::document).collect()
    }

    async fn deck(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        version: Option<u64>,
    ) -> Result<Option<StoredDeck>, StoreError> {
        let version = version.map(|version| i64::try_from(version).unwrap_or(i64::MAX));
        let row = self
            .reader()
            .one(
                "SELECT v.version AS version, v.created_at AS created_at, v.deck AS deck \
                 FROM documents d JOIN document_versions v ON v.document = d.id \
                 WHERE d.id = $1 AND d.tenant = $2 AND v.version = COALESCE($3, d.version)",
                vec![id.0.into(), tenant.as_str().into(), version.into()],
            )
            .await?;
        row.map(|row| {
            Ok(StoredDeck {
                version: row.number("version")?,
                deck: Bytes::from(row.get::<Vec<u8>>("deck")?),
                created_at: row.moment("created_at")?,
            })
        })
        .transpose()
    }

    async fn save(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        expected: u64,
        version: NewVersion,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        let tenant = tenant.clone();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let sql = Sql::new(transaction, WHAT);
                    let place = (&tenant, id);
                    let saved = row::append(&sql, place, Some(expected), version, now).await?;
                    Ok(match saved {
                        Some(number) => Saved::Version(number),
                        None => match find(&sql, &tenant, id).await? {
                            Some(document) => Saved::Stale(document.version),
                            None => Saved::NotFound,
                        },
                    })
                })
            })
            .await
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tenant = tenant.clone();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(
                    async move { delete(&Sql::new(transaction, WHAT), &tenant, id, now).await },
                )
            })
            .await
    }
}

async fn find<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: &TenantId,
    id: DocumentId,
) -> Result<Option<Document>, StoreError> {
    let found = sql
        .one(
            &format!("SELECT {COLUMNS} FROM documents WHERE id = $1 AND tenant = $2"),
            vec![id.0.into(), tenant.as_str().into()],
        )
        .await?;
    found.as_ref().map(row::document).transpose()
}

async fn delete<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    tenant: &TenantId,
    id: DocumentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let of_document = || vec![id.0.into(), Value::from(tenant.as_str())];
    let deleted = sql
        .run(
            "DELETE FROM documents WHERE id = $1 AND tenant = $2",
            of_document(),
        )
        .await?;
    if deleted == 0 {
        return Ok(false);
    }
    let mut values = of_document();
    values.push(now.0.into());
    sql.run(
        "UPDATE jobs SET state = 'cancelled', finished_at = $3, failure = NULL \
         WHERE document = $1 AND tenant = $2 AND state = 'queued'",
        values,
    )
    .await?;
    let mut values = of_document();
    values.push(true.into());
    sql.run(
        "UPDATE jobs SET cancel_requested = $3 \
         WHERE document = $1 AND tenant = $2 AND state = 'running'",
        values,
    )
    .await?;
    Ok(true)
}
