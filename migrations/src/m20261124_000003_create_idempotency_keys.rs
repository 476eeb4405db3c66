//! The names clients gave their requests, so that a repeated one is answered and not done again.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE idempotency_keys (
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        request_hash TEXT NOT NULL,
        job {uuid} NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (tenant, name)
    )",
    "CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)",
];

const DOWN: &[&str] = &["DROP TABLE idempotency_keys"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
