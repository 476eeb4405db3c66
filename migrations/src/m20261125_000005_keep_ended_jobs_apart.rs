//! Jobs that ended move out of the table that changes often, so that it stays small whatever the history grows to.

use sea_orm_migration::prelude::*;

use crate::run;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE ended_jobs (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant TEXT NOT NULL,
        tier INTEGER NOT NULL,
        kind TEXT NOT NULL,
        document {uuid} NOT NULL,
        spec TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL,
        epoch BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        finished_at BIGINT NOT NULL,
        result TEXT,
        failure TEXT,
        record TEXT
    )",
    "INSERT INTO ended_jobs SELECT id, tenant, tier, kind, document, spec, state, attempts, max_attempts, epoch,
        created_at, finished_at, result, failure, NULL
        FROM jobs WHERE state NOT IN ('queued', 'running')",
    "CREATE INDEX ended_jobs_of_tenant ON ended_jobs (tenant, id DESC)",
    "CREATE INDEX ended_jobs_of_document ON ended_jobs (document, id DESC)",
    "CREATE INDEX ended_jobs_finished ON ended_jobs (finished_at)",
    "CREATE INDEX ended_jobs_dead ON ended_jobs (id DESC) WHERE state = 'dead'",
    // The attempts of a job outlive its row in the table of open jobs: no foreign key.
    "CREATE TABLE attempts (
        job {uuid} NOT NULL,
        epoch BIGINT NOT NULL,
        ended_at BIGINT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (job, epoch)
    )",
    "INSERT INTO attempts SELECT job, epoch, ended_at, record FROM job_attempts",
    "DROP TABLE job_attempts",
    "ALTER TABLE attempts RENAME TO job_attempts",
    "DELETE FROM jobs WHERE state NOT IN ('queued', 'running')",
    "DROP INDEX jobs_leases",
    "DROP INDEX jobs_of_tenant",
    "DROP INDEX jobs_in_state",
    "DROP INDEX jobs_open",
    "DROP INDEX jobs_of_document",
    // Without `lease_until` in it, so that a beat leaves all indexes alone.
    "CREATE INDEX jobs_running ON jobs (tenant) WHERE state = 'running'",
];

const DOWN: &[&str] = &[
    "DROP INDEX jobs_running",
    "INSERT INTO jobs (id, tenant, tier, kind, document, spec, state, ready_at, attempts, max_attempts, epoch,
        cancel_requested, created_at, finished_at, result, failure)
        SELECT id, tenant, tier, kind, document, spec, state, created_at, attempts, max_attempts, epoch,
        FALSE, created_at, finished_at, result, failure FROM ended_jobs",
    "CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running'",
    "CREATE INDEX jobs_of_tenant ON jobs (tenant, id DESC)",
    "CREATE INDEX jobs_in_state ON jobs (state, kind, id DESC)",
    "CREATE INDEX jobs_open ON jobs (tenant) WHERE state IN ('queued', 'running')",
    "CREATE INDEX jobs_of_document ON jobs (document, id DESC)",
    "CREATE TABLE attempts (
        job {uuid} NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
        epoch BIGINT NOT NULL,
        ended_at BIGINT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (job, epoch)
    )",
    "INSERT INTO attempts SELECT job, epoch, ended_at, record FROM job_attempts",
    "INSERT INTO attempts SELECT id, epoch, finished_at, record FROM ended_jobs WHERE record IS NOT NULL",
    "DROP TABLE job_attempts",
    "ALTER TABLE attempts RENAME TO job_attempts",
    "DROP TABLE ended_jobs",
];

/// Rows of open jobs live for moments: what they leave is to be cleaned up long before a fifth of the table is dead.
const ONLY_POSTGRES: &[&str] = &["ALTER TABLE jobs SET (
        fillfactor = 70,
        autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0
    )"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        if manager.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
            run(manager, ONLY_POSTGRES).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
