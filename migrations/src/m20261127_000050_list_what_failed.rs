//! Jobs that failed or were stopped, newest first: they are few, and a list of them would else read all that succeeded.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE INDEX ended_jobs_failed ON ended_jobs (id DESC) WHERE state = 'failed'",
    "CREATE INDEX ended_jobs_cancelled ON ended_jobs (id DESC) WHERE state = 'cancelled'",
];

const DOWN: &[&str] = &[
    "DROP INDEX ended_jobs_cancelled",
    "DROP INDEX ended_jobs_failed",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
