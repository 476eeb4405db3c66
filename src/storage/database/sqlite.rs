//! The embedded database: SQLite with one writer that commits in groups, and a few readers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::migrating::{self, Step};
use crate::storage::error::StoreError;

/// How many operations may share a transaction: enough to make the cost of a commit small, few enough to answer soon.
const GROUP: usize = 128;
/// How many operations may wait for the writer before callers wait to hand theirs over.
const WAITING: usize = 1_024;
/// Connections that read; SQLite runs each on a thread of its own.
const READERS: u32 = 4;
/// How long a connection waits for a lock of another process.
const BUSY: Duration = Duration::from_secs(5);

/// A database file. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct SqliteDatabase {
    operations: mpsc::Sender<Box<dyn Operation>>,
    readers: DatabaseConnection,
}

impl SqliteDatabase {
    /// Opens a database file, makes it where there is none, brings its schema up to date, and starts its writer on the
    /// current runtime.
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let unavailable = |error: DbErr| StoreError::unavailable("database", error);
        let path: Arc<Path> = path.into();
        let writer = connect(&path, Role::Writer).await.map_err(unavailable)?;
        migrating::up(&writer).await.map_err(unavailable)?;
        let readers = connect(&path, Role::Reader).await.map_err(unavailable)?;
        let (operations, waiting) = mpsc::channel(WAITING);
        tokio::spawn(run(path, writer, waiting));
        Ok(Self {
            operations,
            readers,
        })
    }

    /// Where to read. What a write has answered is visible to every read that starts after.
    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Does something in a transaction; answers when it is on disk. An error undoes all that was done.
    pub(super) async fn write<T, F>(&self, what: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let operation = Pending {
            what,
            work: Some(work),
            result: None,
            sender,
        };
        let stopped = || StoreError::unavailable(what, "the writer has stopped");
        self.operations
            .send(Box::new(operation))
            .await
            .map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Brings the schema of a file up to date; makes it where there is none.
pub async fn migrate_up(path: &Path) -> Result<(), StoreError> {
    changed(migrating::up(&session(path).await?).await)
}

/// Takes the newest steps of the schema back.
pub async fn migrate_down(path: &Path, steps: u32) -> Result<(), StoreError> {
    changed(migrating::down(&session(path).await?, steps).await)
}

/// The steps of the schema, oldest first.
pub async fn migration_status(path: &Path) -> Result<Vec<Step>, StoreError> {
    changed(migrating::status(&session(path).await?).await)
}

/// Copies a database that others may be writing to, as it stands at one moment, into a file that is not there yet.
pub async fn copy_to(from: &Path, to: &Path) -> Result<(), StoreError> {
    let to = to.to_string_lossy().replace('\'', "''");
    let session = session(from).await?;
    let copy = format!("VACUUM INTO '{to}'");
    changed(session.execute_unprepared(&copy).await).map(drop)
}

async fn session(path: &Path) -> Result<DatabaseConnection, StoreError> {
    changed(connect(&path.into(), Role::Writer).await)
}

fn changed<T>(done: Result<T, DbErr>) -> Result<T, StoreError> {
    done.map_err(|error| StoreError::of("database", error))
}

/// Something to be done by the writer.
#[async_trait]
trait Operation: Send {
    /// Does it; answers whether it may be committed.
    async fn perform(&mut self, transaction: &DatabaseTransaction) -> bool;

    /// Tells the caller, once it is known whether the transaction was committed.
    fn answer(self: Box<Self>, committed: Result<(), Arc<str>>);
}

struct Pending<T, F> {
    what: &'static str,
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    sender: oneshot::Sender<Result<T, StoreError>>,
}

#[async_trait]
impl<T, F> Operation for Pending<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c DatabaseTransaction) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'static,
{
    async fn perform(&mut self, transaction: &DatabaseTransaction) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let work = std::panic::AssertUnwindSafe(work(transaction)).catch_unwind();
        let result = work
            .await
            .unwrap_or_else(|_| Err(StoreError::unavailable(self.what, "a write panicked")));
        let worked = result.is_ok();
        self.result = Some(result);
        worked
    }

    fn answer(self: Box<Self>, committed: Result<(), Arc<str>>) {
        let answer = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(reason)) => Err(StoreError::unavailable(self.what, reason.as_ref())),
            (None, Ok(())) => Err(StoreError::unavailable(self.what, "nothing was done")),
        };
        // A caller that went away wants no answer.
        let _gone = self.sender.send(answer);
    }
}

/// Commits in groups until nobody can ask any more.
async fn run(
    path: Arc<Path>,
    mut writer: DatabaseConnection,
    mut waiting: mpsc::Receiver<Box<dyn Operation>>,
) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let committed = commit(&writer, &mut group).await;
        if committed.is_err() {
            // SQLite may have rolled back on its own when the disk failed, and then the connection no longer knows
            // where it stands; closing it undoes whatever was left.
            let _broken = writer.close_by_ref().await;
            if let Ok(fresh) = connect(&path, Role::Writer).await {
                writer = fresh;
            }
        }
        let committed = committed.map_err(|error| Arc::<str>::from(error.to_string()));
        for operation in group.drain(..) {
            operation.answer(committed.clone());
        }
    }
    let _last = writer.close_by_ref().await;
}

/// Does a group of operations in one transaction, each under its own savepoint.
async fn commit(
    writer: &DatabaseConnection,
    group: &mut [Box<dyn Operation>],
) -> Result<(), DbErr> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = writer.begin_with_options(immediate).await?;
    for operation in group {
        let savepoint = transaction.begin().await?;
        if operation.perform(&savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
    }
    transaction.commit().await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Writer,
    Reader,
}

async fn connect(path: &Arc<Path>, role: Role) -> Result<DatabaseConnection, DbErr> {
    let path = Arc::clone(path);
    // The path is set below, so that no character in it needs escaping.
    let mut options = ConnectOptions::new("sqlite://slidecraft.db");
    options
        .max_connections(if role == Role::Writer { 1 } else { READERS })
        .min_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .connect_lazy(true)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite: SqliteConnectOptions| {
            let sqlite = sqlite
                .filename(&path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // With WAL anything less loses commits that were answered when the power fails.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY);
            match role {
                Role::Writer => sqlite,
                Role::Reader => sqlite.pragma("query_only", "ON"),
            }
        });
    sea_orm::Database::connect(options).await
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::storage::database::Database;
    use crate::storage::jobs::JobStore;
    use crate::storage::jobs::fixtures::{at, job_id, tenant, upload};
    use crate::storage::jobs::sql::SqlJobStore;

    async fn pragma(database: &Database, sql: &'static str) {
        database
            .write("test", move |transaction| {
                Box::pin(async move {
                    let done = transaction.execute_unprepared(sql).await;
                    done.map_err(|error| StoreError::unavailable("test", error))?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn an_accepted_job_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a ?#%.db");
        for _ in 0..2 {
            let jobs = SqlJobStore::new(Database::open(&path).await.unwrap());
            jobs.accept(upload("acme", 1, at(0))).await.unwrap();
        }
        let jobs = SqlJobStore::new(Database::open(&path).await.unwrap());
        assert!(jobs.job(None, job_id(1)).await.unwrap().is_some());
        assert_eq!(jobs.open_jobs(&tenant("acme")).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn one_that_fails_leaves_the_others_of_its_group() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db")).await.unwrap();
        let jobs = SqlJobStore::new(database.clone());
        let broken = database.write("test", |transaction| {
            Box::pin(async move {
                let sql = "DELETE FROM jobs; INSERT INTO nowhere VALUES (1)";
                let done = transaction.execute_unprepared(sql).await;
                done.map(drop)
                    .map_err(|error| StoreError::unavailable("test", error))
            })
        });
        let (first, broken, second) = futures_util::join!(
            jobs.accept(upload("acme", 1, at(0))),
            broken,
            jobs.accept(upload("acme", 2, at(0))),
        );
        assert!(first.is_ok() && second.is_ok());
        assert!(matches!(broken, Err(StoreError::Unavailable { .. })));
        assert_eq!(jobs.open_jobs(&tenant("acme")).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_the_writer_lives_on() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db")).await.unwrap();
        let jobs = SqlJobStore::new(database.clone());
        jobs.accept(upload("acme", 1, at(0))).await.unwrap();
        pragma(&database, "PRAGMA max_page_count = 1").await;
        let mut large = upload("acme", 2, at(0));
        if let Some(document) = &mut large.document {
            document.title = "x".repeat(1_000_000);
        }
        let refused = jobs.accept(large.clone()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable { .. })));
        assert_eq!(jobs.open_jobs(&tenant("acme")).await.unwrap(), 1);
        pragma(&database, "PRAGMA max_page_count = 1000000").await;
        jobs.accept(large).await.unwrap();
        assert_eq!(jobs.open_jobs(&tenant("acme")).await.unwrap(), 2);
    }
}
