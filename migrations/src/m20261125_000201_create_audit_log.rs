//! What operators did.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &["CREATE TABLE audit_log (
        id {uuid} NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        who TEXT NOT NULL,
        origin TEXT,
        request TEXT,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        state_before TEXT,
        state_after TEXT
    )"];

const DOWN: &[&str] = &["DROP TABLE audit_log"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
