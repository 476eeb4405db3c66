//! Documents in a database, SQLite or PostgreSQL.

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
use crate::storage::jobs::change;
use crate::storage::sql::{Row, Sql, integer};

/// The name of this store in errors.
const WHAT: &str = "document";

/// A version of a deck. It never changes: whoever has it, has it right.
const DECK: &str =
    "SELECT version, created_at, deck FROM document_versions WHERE document = $1 AND version = $2";

/// Documents in a database. The primary says which version is the newest; its bytes, which are large and never change, may
/// come from a read replica.
#[derive(Clone, Debug)]
pub struct SqlDocumentStore {
    database: Database,
}

impl SqlDocumentStore {
    /// The documents in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::reading(self.database.reader(), WHAT)
    }
}

#[async_trait]
impl DocumentStore for SqlDocumentStore {
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
        let Some(document) = find(&self.reader(), tenant, id).await? else {
            return Ok(None);
        };
        let version = version.unwrap_or(document.version);
        let values = || vec![id.0.into(), integer(version)];
        if let Some(replica) = self.database.replica()
            && let Some(row) = replica.row(DECK, values()).await
        {
            return deck(&Row::of(row, WHAT)).map(Some);
        }
        let row = self.reader().one(DECK, values()).await?;
        row.as_ref().map(deck).transpose()
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

fn deck(row: &Row) -> Result<StoredDeck, StoreError> {
    Ok(StoredDeck {
        version: row.number("version")?,
        deck: Bytes::from(row.get::<Vec<u8>>("deck")?),
        created_at: row.moment("created_at")?,
    })
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
    let deleted = sql
        .run(
            "DELETE FROM documents WHERE id = $1 AND tenant = $2",
            vec![id.0.into(), tenant.as_str().into()],
        )
        .await?;
    if deleted == 0 {
        return Ok(false);
    }
    change::cancel_of_document(sql, (tenant, id), now).await?;
    Ok(true)
}
