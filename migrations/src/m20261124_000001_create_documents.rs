//! Documents, and the versions of their decks.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE documents (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        version BIGINT NOT NULL,
        slides INTEGER NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX documents_of_tenant ON documents (tenant, id DESC)",
    "CREATE TABLE document_versions (
        document {uuid} NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        deck {blob} NOT NULL,
        PRIMARY KEY (document, version)
    )",
];

const DOWN: &[&str] = &["DROP TABLE document_versions", "DROP TABLE documents"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
