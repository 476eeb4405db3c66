//! What was asked and what stood ready, hour by hour, and the reports that were made of it.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE capacity_demand (
        hour BIGINT NOT NULL,
        kind TEXT NOT NULL,
        tier INTEGER NOT NULL,
        arrived BIGINT NOT NULL,
        peak BIGINT NOT NULL,
        served BIGINT NOT NULL,
        measured BIGINT NOT NULL,
        busy BIGINT NOT NULL,
        waits TEXT NOT NULL,
        PRIMARY KEY (hour, kind, tier)
    )",
    "CREATE TABLE capacity_supply (
        hour BIGINT NOT NULL,
        pool TEXT NOT NULL,
        node {uuid} NOT NULL,
        samples BIGINT NOT NULL,
        fewest BIGINT NOT NULL,
        most BIGINT NOT NULL,
        workers BIGINT NOT NULL,
        slots BIGINT NOT NULL,
        busy BIGINT NOT NULL,
        at_most BIGINT NOT NULL,
        changes BIGINT NOT NULL,
        PRIMARY KEY (hour, pool, node)
    )",
    "CREATE TABLE capacity_reports (
        id {uuid} NOT NULL PRIMARY KEY,
        week BIGINT NOT NULL UNIQUE,
        report TEXT NOT NULL,
        announced BIGINT NOT NULL DEFAULT 0
    )",
];

const DOWN: &[&str] = &[
    "DROP TABLE capacity_reports",
    "DROP TABLE capacity_supply",
    "DROP TABLE capacity_demand",
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
