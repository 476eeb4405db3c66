//! The schema history of SlideCraft: every change of the database, oldest first.

pub use sea_orm_migration;
use sea_orm_migration::prelude::*;

mod m20261124_000001_create_documents;
mod m20261124_000002_create_jobs;
mod m20261124_000003_create_idempotency_keys;
mod m20261124_000004_create_api_keys;
mod m20261125_000005_keep_ended_jobs_apart;
mod m20261125_000006_create_leadership;
mod m20261125_000010_create_uploads;
mod m20261125_000011_create_webhooks;
mod m20261125_000201_create_audit_log;
mod m20261126_000020_create_decisions;
mod m20261126_000030_create_shared_secrets;
mod m20261127_000040_create_capacity;
mod m20261127_000050_list_what_failed;
mod m20261127_000060_trace_jobs;

/// Brings a database to the newest schema.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_create_documents::Migration),
            Box::new(m20261124_000002_create_jobs::Migration),
            Box::new(m20261124_000003_create_idempotency_keys::Migration),
            Box::new(m20261124_000004_create_api_keys::Migration),
            Box::new(m20261125_000005_keep_ended_jobs_apart::Migration),
            Box::new(m20261125_000006_create_leadership::Migration),
            Box::new(m20261125_000010_create_uploads::Migration),
            Box::new(m20261125_000201_create_audit_log::Migration),
            Box::new(m20261125_000011_create_webhooks::Migration),
            Box::new(m20261126_000020_create_decisions::Migration),
            Box::new(m20261126_000030_create_shared_secrets::Migration),
            Box::new(m20261127_000040_create_capacity::Migration),
            Box::new(m20261127_000050_list_what_failed::Migration),
            Box::new(m20261127_000060_trace_jobs::Migration),
        ]
    }
}

/// Runs statements one after the other, with `{uuid}` and `{blob}` replaced by what the backend calls them.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == sea_orm::DatabaseBackend::Postgres;
    let (uuid, blob) = if postgres {
        ("UUID", "BYTEA")
    } else {
        ("BLOB", "BLOB")
    };
    for statement in statements {
        let statement = statement.replace("{uuid}", uuid).replace("{blob}", blob);
        manager
            .get_connection()
            .execute_unprepared(&statement)
            .await?;
    }
    Ok(())
}
