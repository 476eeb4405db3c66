//! API keys in a database, SQLite or PostgreSQL.

use async_trait::async_trait;
use sea_orm::DatabaseConnection;

use super::{ApiKey, KeyStore};
use crate::domain::ids::KeyId;
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::{Row, Sql, integer, to_json};

/// The name of this store in errors.
const WHAT: &str = "key";

const COLUMNS: &str = "id, name, prefix, hash, tenant, tier, scopes, created_at, revoked_at";

/// API keys in a database.
#[derive(Clone, Debug)]
pub struct SqlKeyStore {
    database: Database,
}

impl SqlKeyStore {
    /// The keys in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::reading(self.database.reader(), WHAT)
    }
}

#[async_trait]
impl KeyStore for SqlKeyStore {
    async fn add(&self, key: ApiKey) -> Result<(), StoreError> {
        let values = vec![
            key.id.0.into(),
            key.name.into(),
            key.prefix.into(),
            key.hash.into(),
            key.tenant.as_str().into(),
            integer(key.tier.rank()),
            to_json(WHAT, &key.scopes)?.into(),
            key.created_at.0.into(),
            key.revoked_at.map(|moment| moment.0).into(),
        ];
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let statement = format!(
                        "INSERT INTO api_keys ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                    );
                    Sql::new(transaction, WHAT).run(&statement, values).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let row = self
            .reader()
            .one(
                &format!("SELECT {COLUMNS} FROM api_keys WHERE hash = $1 AND revoked_at IS NULL"),
                vec![hash.into()],
            )
            .await?;
        row.as_ref().map(key).transpose()
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        let statement = format!("SELECT {COLUMNS} FROM api_keys ORDER BY created_at DESC, id DESC");
        let rows = self.reader().all(&statement, Vec::new()).await?;
        rows.iter().map(key).collect()
    }

    async fn revoke(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    let revoked = Sql::new(transaction, WHAT)
                        .run(
                            "UPDATE api_keys SET revoked_at = $2 \
                             WHERE id = $1 AND revoked_at IS NULL",
                            vec![id.0.into(), now.0.into()],
                        )
                        .await?;
                    Ok(revoked > 0)
                })
            })
            .await
    }
}

fn key(row: &Row) -> Result<ApiKey, StoreError> {
    let rank = row.get::<i32>("tier")?;
    Ok(ApiKey {
        id: KeyId(row.get("id")?),
        name: row.get("name")?,
        prefix: row.get("prefix")?,
        hash: row.get("hash")?,
        tenant: row.parse("tenant")?,
        tier: u8::try_from(rank)
            .ok()
            .and_then(Tier::from_rank)
            .ok_or_else(|| row.corrupt(format!("there is no tier {rank}")))?,
        scopes: row.json("scopes")?,
        created_at: row.moment("created_at")?,
        revoked_at: row.maybe_moment("revoked_at")?,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::storage::keys::Scope;

    #[tokio::test]
    async fn a_revoked_key_is_listed_but_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db")).await.unwrap();
        let keys = SqlKeyStore::new(database);
        let key = ApiKey {
            id: KeyId(Uuid::from_u128(1)),
            name: "ci".to_owned(),
            prefix: "sc_ab".to_owned(),
            hash: "00ff".to_owned(),
            tenant: "acme".parse().unwrap(),
            tier: Tier::Enterprise,
            scopes: vec![Scope::Read, Scope::Admin],
            created_at: Timestamp(1),
            revoked_at: None,
        };
        keys.add(key.clone()).await.unwrap();
        assert!(keys.add(key.clone()).await.is_err());
        assert_eq!(keys.by_hash("00ff").await.unwrap(), Some(key.clone()));
        assert!(keys.revoke(key.id, Timestamp(9)).await.unwrap());
        assert!(!keys.revoke(key.id, Timestamp(10)).await.unwrap());
        assert_eq!(keys.by_hash("00ff").await.unwrap(), None);
        let listed = keys.list().await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].revoked_at, Some(Timestamp(9)));
    }
}
