//! Databases for tests of stores: each its own, gone when the test ends.

use std::sync::Arc;
use std::time::Duration;

use super::Database;
use super::postgres::PostgresSettings;
use crate::domain::time::SystemClock;
use crate::storage::ports;

#[path = "../../../tests/support/postgres.rs"]
pub(crate) mod server;

pub(crate) use server::TestDatabase;

/// Settings for a PostgreSQL database of a test.
pub(crate) fn settings(url: String) -> PostgresSettings {
    PostgresSettings {
        url,
        replica_url: None,
        connections: 5,
        acquire: Duration::from_secs(10),
        statement: Duration::from_secs(30),
        replica_pause: Duration::from_secs(60),
        clock: Arc::new(SystemClock),
    }
}

/// An embedded database.
pub(crate) async fn sqlite() -> Option<(Database, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&folder.path().join("test.db")).await;
    Some((database.unwrap(), folder))
}

/// A database on a server, where there is one.
pub(crate) async fn postgres() -> Option<(Database, TestDatabase)> {
    let kept = TestDatabase::create().await?;
    let database = Database::connect(&settings(kept.url())).await.unwrap();
    Some((database, kept))
}

#[expect(dead_code, reason = "the fault matrix uses the rest of it")]
#[path = "../../../tests/support/cluster.rs"]
pub(crate) mod cluster;
