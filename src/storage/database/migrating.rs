//! The schema of a database: brought up to date, taken back, and told.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement};
use slidecraft_migrations::Migrator;
use slidecraft_migrations::sea_orm_migration::{MigrationStatus, MigratorTrait};

/// The key of the advisory lock under which one node at a time changes the schema: `slidecra` in ASCII.
const LOCK: i64 = 0x736c_6964_6563_7261;

/// A step of the schema's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, which begins with the date.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

/// Takes all steps that are missing. The connection is a pool of one: the lock belongs to a session.
pub(super) async fn up(connection: &DatabaseConnection) -> Result<(), DbErr> {
    // A node that starts on an up-to-date database need not wait for the lock.
    if is_up_to_date(connection).await {
        return Ok(());
    }
    locked(connection, Migrator::up(connection, None)).await
}

/// Takes back the newest steps.
pub(super) async fn down(connection: &DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    locked(connection, Migrator::down(connection, Some(steps))).await
}

/// All steps, oldest first.
pub(super) async fn status(connection: &DatabaseConnection) -> Result<Vec<Step>, DbErr> {
    let known = Migrator::get_migration_with_status(connection).await?;
    let step = |migration: &slidecraft_migrations::sea_orm_migration::Migration| Step {
        name: migration.name().to_owned(),
        applied: migration.status() == MigrationStatus::Applied,
    };
    Ok(known.iter().map(step).collect())
}

/// Whether the database has every step that this binary knows. It may have more: a node that is updated last restarts on
/// the schema of those before it.
async fn is_up_to_date(connection: &DatabaseConnection) -> bool {
    let applied = Statement::from_string(
        connection.get_database_backend(),
        "SELECT version FROM seaql_migrations",
    );
    // Where there is no such table there is no schema either.
    let Ok(rows) = connection.query_all_raw(applied).await else {
        return false;
    };
    let names: Vec<String> = rows
        .iter()
        .filter_map(|row| row.try_get("", "version").ok())
        .collect();
    Migrator::migrations()
        .iter()
        .all(|known| names.iter().any(|name| name == known.name()))
}

async fn locked(
    connection: &DatabaseConnection,
    change: impl Future<Output = Result<(), DbErr>>,
) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return change.await;
    }
    let lock = format!("SELECT pg_advisory_lock({LOCK})");
    connection.execute_unprepared(&lock).await?;
    let changed = change.await;
    let unlock = format!("SELECT pg_advisory_unlock({LOCK})");
    // Should this fail, the lock ends with the session.
    let unlocked = connection.execute_unprepared(&unlock).await;
    changed?;
    unlocked.map(drop)
}
