//! Who of several nodes does what only one may do, and the counts that it keeps of what is history.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    // A term begins when another node takes over; what an earlier leader still writes names an older term.
    "CREATE TABLE leadership (
        role TEXT NOT NULL PRIMARY KEY,
        node {uuid} NOT NULL,
        term BIGINT NOT NULL,
        lapses_at BIGINT NOT NULL
    )",
    // Jobs that ended up to `counted_to`; those after it are counted when asked.
    "CREATE TABLE job_totals (
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        jobs BIGINT NOT NULL,
        PRIMARY KEY (kind, state)
    )",
    "CREATE TABLE job_totals_to (
        only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
        counted_to BIGINT NOT NULL
    )",
    "INSERT INTO job_totals_to (only_row, counted_to) VALUES (1, 0)",
];

const DOWN: &[&str] = &[
    "DROP TABLE job_totals_to",
    "DROP TABLE job_totals",
    "DROP TABLE leadership",
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
