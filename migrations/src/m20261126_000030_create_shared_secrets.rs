//! Secrets that all nodes share.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &["CREATE TABLE shared_secrets (
        name TEXT NOT NULL PRIMARY KEY,
        value {blob} NOT NULL
    )"];

const DOWN: &[&str] = &["DROP TABLE shared_secrets"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
