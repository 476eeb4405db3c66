//! Jobs: a narrow row that changes often, and beside it the attempts that ended.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE jobs (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        tier INTEGER NOT NULL,
        kind TEXT NOT NULL,
        document {uuid} NOT NULL,
        spec TEXT NOT NULL,
        state TEXT NOT NULL,
        ready_at BIGINT NOT NULL,
        attempts INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL,
        epoch BIGINT NOT NULL,
        node {uuid},
        started_at BIGINT,
        lease_until BIGINT,
        deadline BIGINT,
        cancel_requested BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL,
        finished_at BIGINT,
        result TEXT,
        failure TEXT
    )",
    "CREATE INDEX jobs_ready ON jobs (kind, tenant, tier, ready_at, id) WHERE state = 'queued'",
    "CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running'",
    "CREATE INDEX jobs_of_tenant ON jobs (tenant, id DESC)",
    "CREATE INDEX jobs_in_state ON jobs (state, kind, id DESC)",
    "CREATE INDEX jobs_open ON jobs (tenant) WHERE state IN ('queued', 'running')",
    "CREATE INDEX jobs_of_document ON jobs (document, id DESC)",
    "CREATE TABLE job_attempts (
        job {uuid} NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        ended_at BIGINT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (job, epoch)
    )",
];

const DOWN: &[&str] = &["DROP TABLE job_attempts", "DROP TABLE jobs"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
