//! Secrets that all nodes of an installation share: the first one proposed is everybody's.

use super::database::Database;
use super::error::StoreError;
use super::sql::Sql;

/// The name of this store in errors.
const WHAT: &str = "secret";

const PROPOSE: &str =
    "INSERT INTO shared_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";

const KEPT: &str = "SELECT value FROM shared_secrets WHERE name = $1";

/// The secret of that name, 32 bytes: `proposed` where there was none.
pub async fn shared(
    database: &Database,
    name: &'static str,
    proposed: [u8; 32],
) -> Result<[u8; 32], StoreError> {
    let kept: Vec<u8> = database
        .write(WHAT, move |transaction| {
            Box::pin(async move {
                let sql = Sql::new(transaction, WHAT);
                let values = vec![name.into(), proposed.to_vec().into()];
                sql.run(PROPOSE, values).await?;
                let row = sql.one(KEPT, vec![name.into()]).await?;
                row.ok_or_else(|| StoreError::unavailable(WHAT, "it is not kept"))?
                    .get("value")
            })
        })
        .await?;
    kept.try_into()
        .map_err(|_| StoreError::unavailable(WHAT, format!("the secret {name} has not 32 bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::database::fixtures;

    async fn the_first_is_everybodys(database: &Database) {
        assert_eq!(shared(database, "a", [1; 32]).await.unwrap(), [1; 32]);
        assert_eq!(shared(database, "a", [2; 32]).await.unwrap(), [1; 32]);
        assert_eq!(shared(database, "b", [3; 32]).await.unwrap(), [3; 32]);
    }

    #[tokio::test]
    async fn the_first_secret_that_is_proposed_is_everybodys_on_sqlite() {
        let (database, _kept) = fixtures::sqlite().await.unwrap();
        the_first_is_everybodys(&database).await;
    }

    #[tokio::test]
    async fn the_first_secret_that_is_proposed_is_everybodys_on_postgres() {
        if let Some((database, _kept)) = fixtures::postgres().await {
            the_first_is_everybodys(&database).await;
        }
    }
}
