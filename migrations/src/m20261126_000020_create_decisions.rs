//! What was decided about proposals: which were applied, dropped or taken back.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    // A proposal goes by the id of the job that made it. Without a row it is open.
    "CREATE TABLE decisions (
        proposal {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        document {uuid} NOT NULL,
        state TEXT NOT NULL,
        version BIGINT,
        at BIGINT NOT NULL
    )",
    "CREATE INDEX decisions_of_document ON decisions (document)",
];

const DOWN: &[&str] = &["DROP TABLE decisions"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
