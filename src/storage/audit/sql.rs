//! The audit log in the database, embedded or on a server.

use async_trait::async_trait;

use super::{AuditEntry, AuditLog};
use crate::domain::ids::AuditId;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer, to_json};

/// The name of this store in errors.
const WHAT: &str = "audit";

/// The audit log in SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlAuditLog {
    database: Database,
}

impl SqlAuditLog {
    /// The log in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

const APPEND: &str = "INSERT INTO audit_log \
    (id, at, who, origin, request, action, target, state_before, state_after) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const NEWEST: &str = "SELECT * FROM audit_log ORDER BY id DESC LIMIT $1";

const BEFORE: &str = "SELECT * FROM audit_log WHERE id < $2 ORDER BY id DESC LIMIT $1";

#[async_trait]
impl AuditLog for SqlAuditLog {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let json = |value: &Option<_>| value.as_ref().map(|it| to_json(WHAT, it)).transpose();
        let (before, after) = (json(&entry.before)?, json(&entry.after)?);
        let values = vec![
            entry.id.0.into(),
            entry.at.0.into(),
            entry.who.into(),
            entry.from.into(),
            entry.request.into(),
            entry.action.into(),
            entry.target.into(),
            before.into(),
            after.into(),
        ];
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let added = Sql::new(transaction, WHAT).run(APPEND, values).await;
                    added.map(drop)
                })
            })
            .await
    }

    async fn entries(
        &self,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let reader = Sql::new(self.database.reader(), WHAT);
        let rows = match before {
            None => reader.all(NEWEST, vec![integer(limit)]).await?,
            Some(id) => {
                reader
                    .all(BEFORE, vec![integer(limit), id.0.into()])
                    .await?
            }
        };
        rows.iter().map(entry).collect()
    }
}

fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: AuditId(row.get("id")?),
        at: row.moment("at")?,
        who: row.get("who")?,
        from: row.get("origin")?,
        request: row.get("request")?,
        action: row.get("action")?,
        target: row.get("target")?,
        before: row.maybe_json("state_before")?,
        after: row.maybe_json("state_after")?,
    })
}
