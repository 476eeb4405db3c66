//! A PostgreSQL server: pools of connections to the primary, one apart for leases, and to a read replica where there is one.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use backon::Retryable;
use futures_util::future::BoxFuture;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sea_orm::sqlx::{ConnectOptions, Connection};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

use super::migrating::{self, Step};
use super::replica::Replica;
use super::{PoolUse, faults};
use crate::domain::time::Clock;
use crate::storage::error::StoreError;
use crate::storage::sql::retries;

/// Connections that renew leases, and elect who reaps.
const LEASES: u32 = 2;
/// A connection that was idle for longer is asked whether it lives before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// How long a server may take to be reached when a node starts.
const REACH: Duration = Duration::from_secs(20);
/// Connections end after so long, so that what a server or a proxy piles up for them does not grow for ever.
const LIFE: Duration = Duration::from_secs(30 * 60);

/// How to reach a PostgreSQL server.
#[derive(Clone)]
pub struct PostgresSettings {
    /// `postgres://user:password@host:port/name`.
    pub url: String,
    /// The same of a streaming replica, where there is one.
    pub replica_url: Option<String>,
    /// The most connections to the primary, besides those for leases; as many to the replica.
    pub connections: u32,
    /// How long one may wait for a free connection.
    pub acquire: Duration,
    /// How long a statement may take.
    pub statement: Duration,
    /// How long a replica that failed is left alone.
    pub replica_pause: Duration,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Pools of connections to a PostgreSQL server.
#[derive(Clone, Debug)]
pub(super) struct PostgresDatabase {
    primary: DatabaseConnection,
    leases: DatabaseConnection,
    replica: Option<Arc<Replica>>,
    most: u32,
    encrypted: bool,
}

impl PostgresDatabase {
    pub(super) async fn connect(settings: &PostgresSettings) -> Result<Self, StoreError> {
        let unavailable = |error: DbErr| StoreError::of("database", error);
        migrating::up(&session(settings).await?)
            .await
            .map_err(unavailable)?;
        let primary = options(settings, &settings.url)?;
        let replica = settings.replica_url.as_ref().map(|url| {
            let connection = pool(settings, &options(settings, url)?, settings.connections);
            let clock = Arc::clone(&settings.clock);
            let replica = Replica::new(connection, clock, settings.replica_pause);
            Ok::<_, StoreError>(Arc::new(replica))
        });
        Ok(Self {
            primary: pool(settings, &primary, settings.connections),
            leases: pool(settings, &primary, LEASES),
            replica: replica.transpose()?,
            most: settings.connections,
            encrypted: !matches!(primary.get_ssl_mode(), PgSslMode::Disable),
        })
    }

    pub(super) fn primary(&self) -> &DatabaseConnection {
        &self.primary
    }

    pub(super) fn bytes_at_once(&self) -> usize {
        if self.encrypted { 16 << 10 } else { 60 << 10 }
    }

    pub(super) fn leases(&self) -> &DatabaseConnection {
        &self.leases
    }

    pub(super) fn replica(&self) -> Option<&Replica> {
        self.replica.as_deref()
    }

    pub(super) async fn write<T, F>(&self, what: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        // Nothing is done yet: a broken connection is no reason to fail.
        let begin = || self.primary.begin();
        let patient = |error: &DbErr| faults::meaning(error) == faults::Meaning::Passing;
        let transaction = begin.retry(retries()).when(patient).await;
        let transaction = transaction.map_err(|error| StoreError::of(what, error))?;
        match work(&transaction).await {
            Ok(done) => {
                let committed = transaction.commit().await;
                committed.map_err(|error| StoreError::of(what, error))?;
                Ok(done)
            }
            Err(error) => {
                // What is not committed is undone at the latest when the connection ends.
                let _undone = transaction.rollback().await;
                Err(error)
            }
        }
    }

    pub(super) fn pools(&self) -> Vec<PoolUse> {
        let replica = self.replica.as_deref().map(Replica::connection);
        let all = [
            ("primary", Some(&self.primary), self.most),
            ("leases", Some(&self.leases), LEASES),
            ("replica", replica, self.most),
        ];
        let used = all.into_iter().filter_map(|(role, connection, most)| {
            let pool = connection?.get_postgres_connection_pool();
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            let busy = pool.size().saturating_sub(idle);
            Some(PoolUse {
                role,
                idle,
                busy,
                most,
            })
        });
        used.collect()
    }
}

/// Brings the schema up to date.
pub async fn migrate_up(settings: &PostgresSettings) -> Result<(), StoreError> {
    let done = migrating::up(&session(settings).await?).await;
    done.map_err(|error| StoreError::of("database", error))
}

/// Takes the newest steps of the schema back.
pub async fn migrate_down(settings: &PostgresSettings, steps: u32) -> Result<(), StoreError> {
    let done = migrating::down(&session(settings).await?, steps).await;
    done.map_err(|error| StoreError::of("database", error))
}

/// The steps of the schema, oldest first.
pub async fn migration_status(settings: &PostgresSettings) -> Result<Vec<Step>, StoreError> {
    let steps = migrating::status(&session(settings).await?).await;
    steps.map_err(|error| StoreError::of("database", error))
}

/// Where a URL leads, without what is secret in it.
pub fn place(url: &str) -> String {
    match PgConnectOptions::from_str(url) {
        Ok(options) => format!(
            "{}:{}/{}",
            options.get_host(),
            options.get_port(),
            options.get_database().unwrap_or(options.get_username())
        ),
        Err(_) => "an unreadable URL".to_owned(),
    }
}

/// A single session, for changes of the schema: they may take longer than other statements.
async fn session(settings: &PostgresSettings) -> Result<DatabaseConnection, StoreError> {
    let options = parse(&settings.url)?;
    // A pool would only say that it took too long; the server, or the network, says why.
    let tried = tokio::time::timeout(REACH, options.connect()).await;
    let tried = tried.map_err(|_| StoreError::unavailable("database", "it does not answer"))?;
    let tried = tried.map_err(|error| StoreError::unavailable("database", error))?;
    // It was only to see.
    let _closed = tried.close().await;
    let patient = PostgresSettings {
        acquire: REACH,
        ..settings.clone()
    };
    Ok(pool(&patient, &options, 1))
}

fn parse(url: &str) -> Result<PgConnectOptions, StoreError> {
    // The driver's own message may repeat the URL, and with it the password.
    let options = PgConnectOptions::from_str(url).map_err(|_| {
        let shape = "the URL is not of the form postgres://user:password@host:port/name";
        StoreError::unavailable("database", shape)
    })?;
    Ok(options
        .application_name("slidecraft")
        .disable_statement_logging())
}

fn options(settings: &PostgresSettings, url: &str) -> Result<PgConnectOptions, StoreError> {
    let statement = settings.statement.as_millis().to_string();
    Ok(parse(url)?.options([
        ("statement_timeout", statement.as_str()),
        // A transaction of ours does not wait between its statements: one that does has lost its node.
        ("idle_in_transaction_session_timeout", statement.as_str()),
        // Plans are kept, and may have been made when the queue was empty; every query here finds a few rows by an index. Joins
        // that read all of a table to find them made one enqueue in twenty take 15 ms, once there were 26,000 ended jobs.
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
    ]))
}

fn pool(settings: &PostgresSettings, options: &PgConnectOptions, most: u32) -> DatabaseConnection {
    let pool = PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(settings.acquire)
        .max_lifetime(LIFE)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move {
                // One that does not answer is closed, and another is taken.
                Ok(known.idle_for < IDLE || connection.ping().await.is_ok())
            })
        })
        .connect_lazy_with(options.clone());
    DatabaseConnection::from(pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_where_but_not_who() {
        let told = place("postgres://someone:hunter2@db.example:6432/decks");
        assert_eq!(told, "db.example:6432/decks");
        assert_eq!(place("mysql//nonsense hunter2"), "an unreadable URL");
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        let told = parse("postgres://u:hunter2@[broken").unwrap_err();
        let source = std::error::Error::source(&told).unwrap().to_string();
        assert!(!source.contains("hunter2"), "{source}");
        assert!(source.contains("postgres://user:password@host"), "{source}");
    }
}
