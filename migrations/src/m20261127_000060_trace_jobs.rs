//! Jobs know which part of a trace asked for them.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE jobs ADD COLUMN trace TEXT",
    "ALTER TABLE ended_jobs ADD COLUMN trace TEXT",
];

const DOWN: &[&str] = &[
    "ALTER TABLE ended_jobs DROP COLUMN trace",
    "ALTER TABLE jobs DROP COLUMN trace",
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
