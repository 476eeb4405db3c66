//! Webhooks, what is to be delivered to them, and how far the ends of jobs have been looked at.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE webhooks (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        url TEXT NOT NULL,
        occasions TEXT NOT NULL,
        secrets TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )",
    "CREATE INDEX webhooks_of_tenant ON webhooks (tenant, id DESC)",
    "CREATE TABLE webhook_deliveries (
        id {uuid} NOT NULL PRIMARY KEY,
        webhook {uuid} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
        job {uuid} NOT NULL,
        ended_at BIGINT NOT NULL,
        occasion TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        next_at BIGINT NOT NULL,
        dies_at BIGINT NOT NULL,
        answer TEXT,
        UNIQUE (webhook, job, ended_at)
    )",
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE state = 'waiting'",
    "CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (webhook, id DESC)",
    "CREATE TABLE webhook_progress (
        name TEXT NOT NULL PRIMARY KEY,
        looked_until BIGINT NOT NULL
    )",
];

const DOWN: &[&str] = &[
    "DROP TABLE webhook_progress",
    "DROP TABLE webhook_deliveries",
    "DROP TABLE webhooks",
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
