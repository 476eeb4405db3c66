//! The database: an embedded SQLite file, or a PostgreSQL server that many nodes share. The stores above know it as one
//! thing: somewhere to read, and transactions.

pub mod faults;
pub mod migrating;
pub mod postgres;
pub mod replica;
pub mod sqlite;

#[cfg(test)]
pub mod fixtures;
#[cfg(test)]
mod replica_tests;
#[cfg(test)]
mod tests;

use std::path::Path;

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction};

use self::postgres::{PostgresDatabase, PostgresSettings};
use self::replica::Replica;
use self::sqlite::SqliteDatabase;
use super::error::StoreError;

/// A database. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

/// How far the connections of a pool are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// Which pool: `primary`, `leases` or `replica`.
    pub role: &'static str,
    /// Connections that wait for work.
    pub idle: u32,
    /// Connections that work.
    pub busy: u32,
    /// The most there may be.
    pub most: u32,
}

impl Database {
    /// Opens a SQLite file, makes it where there is none, and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let database = SqliteDatabase::open(path).await?;
        Ok(Self {
            engine: Engine::Sqlite(database),
        })
    }

    /// Connects to a PostgreSQL server, and brings its schema up to date. Two nodes that start together do that once.
    pub async fn connect(settings: &PostgresSettings) -> Result<Self, StoreError> {
        let database = PostgresDatabase::connect(settings).await?;
        Ok(Self {
            engine: Engine::Postgres(database),
        })
    }

    /// Where to read. What a write has answered is visible to every read that starts after.
    pub(in crate::storage) fn reader(&self) -> &DatabaseConnection {
        match &self.engine {
            Engine::Sqlite(database) => database.reader(),
            Engine::Postgres(database) => database.primary(),
        }
    }

    /// Where a statement is a transaction of its own and waits for no other writer: PostgreSQL only.
    pub(in crate::storage) fn statements(&self) -> Option<&DatabaseConnection> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(database) => Some(database.primary()),
        }
    }

    /// How many bytes of a statement go out at once: of what is longer, the rest waits some 40 ms. The driver leaves Nagle's
    /// algorithm on (sqlx 0.9.0), so that the rest of a write waits until the server has acknowledged what went before: under
    /// TLS a write is 16 KiB, without it what fits into a segment of the loopback or of jumbo frames.
    pub(in crate::storage) fn bytes_at_once(&self) -> usize {
        match &self.engine {
            Engine::Sqlite(_) => usize::MAX,
            Engine::Postgres(database) => database.bytes_at_once(),
        }
    }

    /// The same on connections that nothing else uses: a lease must not lapse because all others are busy.
    pub(in crate::storage) fn leases(&self) -> Option<&DatabaseConnection> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(database) => Some(database.leases()),
        }
    }

    /// The read replica, where there is one.
    pub fn replica(&self) -> Option<&Replica> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(database) => database.replica(),
        }
    }

    /// Does something in a transaction; answers when it is on disk. An error undoes all that was done.
    pub(in crate::storage) async fn write<T, F>(
        &self,
        what: &'static str,
        work: F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        match &self.engine {
            Engine::Sqlite(database) => database.write(what, work).await,
            Engine::Postgres(database) => database.write(what, work).await,
        }
    }

    /// How far each pool of connections is in use.
    pub fn pools(&self) -> Vec<PoolUse> {
        match &self.engine {
            Engine::Sqlite(_) => Vec::new(),
            Engine::Postgres(database) => database.pools(),
        }
    }

    /// Whether the database answers a read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader()
            .ping()
            .await
            .map_err(|error| StoreError::of("database", error))
    }
}
