//! Uploads in parts: what was announced, and what became of it.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE uploads (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        document {uuid} NOT NULL,
        job {uuid} NOT NULL,
        store_id TEXT NOT NULL,
        name TEXT NOT NULL,
        format TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        part_bytes BIGINT NOT NULL,
        state TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )",
    "CREATE INDEX uploads_of_tenant ON uploads (tenant, state)",
    "CREATE INDEX uploads_expiry ON uploads (expires_at)",
];

const DOWN: &[&str] = &["DROP TABLE uploads"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
