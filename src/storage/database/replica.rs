//! A read replica: asked for what cannot be stale, left alone for a while when it fails, and watched for how far it lags.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, Value};
use sea_orm::{DatabaseBackend, DatabaseConnection, DbErr, QueryResult, Statement};

use crate::domain::time::{Clock, Timestamp};

/// How long a read may wait for the replica before the primary is asked.
const PATIENCE: Duration = Duration::from_millis(500);

/// A read replica.
#[derive(Debug)]
pub struct Replica {
    connection: DatabaseConnection,
    clock: Arc<dyn Clock>,
    pause: Duration,
    paused_until: AtomicI64,
    answered: AtomicU64,
    missed: AtomicU64,
    failed: AtomicU64,
}

/// How often the replica was asked, and with what success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplicaUse {
    /// It had what was asked for.
    pub answered: u64,
    /// It did not have it yet: the primary was asked.
    pub missed: u64,
    /// It failed: the primary was asked.
    pub failed: u64,
}

impl Replica {
    pub(super) fn new(
        connection: DatabaseConnection,
        clock: Arc<dyn Clock>,
        pause: Duration,
    ) -> Self {
        Self {
            connection,
            clock,
            pause,
            paused_until: AtomicI64::new(i64::MIN),
            answered: AtomicU64::new(0),
            missed: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// A row that never changes once it is there. `None` where the primary has to be asked: the row has not arrived yet,
    /// or the replica does not answer.
    pub(in crate::storage) async fn row(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Option<QueryResult> {
        if self.clock.now() < Timestamp(self.paused_until.load(Ordering::Relaxed)) {
            return None;
        }
        match self.ask(sql, values).await {
            Ok(Some(row)) => {
                self.answered.fetch_add(1, Ordering::Relaxed);
                Some(row)
            }
            Ok(None) => {
                self.missed.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(error) => {
                self.failed.fetch_add(1, Ordering::Relaxed);
                let until = self.clock.now().plus(self.pause);
                self.paused_until.store(until.0, Ordering::Relaxed);
                tracing::warn!(error = %error, "the read replica does not answer; the primary is asked");
                None
            }
        }
    }

    /// How far the replica is behind the primary. Nothing arrives while nothing is written: then it is not behind.
    pub async fn lag(&self) -> Option<Duration> {
        let sql = "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 \
             ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS lag \
             WHERE pg_is_in_recovery()";
        let row = self.ask(sql, Vec::new()).await.ok()??;
        let seconds: Option<f64> = row.try_get("", "lag").ok()?;
        Duration::try_from_secs_f64(seconds?.max(0.0)).ok()
    }

    /// How often it was asked so far.
    pub fn used(&self) -> ReplicaUse {
        ReplicaUse {
            answered: self.answered.load(Ordering::Relaxed),
            missed: self.missed.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
        }
    }

    async fn ask(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, DbErr> {
        let statement = Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values);
        let asked = self.connection.query_one_raw(statement);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(DbErr::Custom("it took too long".to_owned())),
        }
    }
}
