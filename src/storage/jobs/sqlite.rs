//! The queue in the embedded database.

use async_trait::async_trait;
use sea_orm::{DatabaseConnection, DatabaseTransaction};

use super::row::WHAT;
use super::{
    Acceptance, Accepted, Beat, ChangeError, ClaimRequest, Completed, Completion, Expired,
    JobCount, JobFilter, JobStore, accept, change, claim, complete, read,
};
use crate::domain::ids::JobId;
use crate::domain::job::{ClaimedJob, Job, JobKind, Lease};
use crate::domain::job_state::{InvalidTransition, JobState};
use crate::domain::policy::dispatch::Backlog;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use crate::storage::sql::Sql;

/// The queue in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteJobStore {
    database: Database,
}

impl SqliteJobStore {
    /// The queue in that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn reader(&self) -> Sql<'_, DatabaseConnection> {
        Sql::new(self.database.reader(), WHAT)
    }

    async fn change<F>(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        transition: F,
    ) -> Result<Result<Job, ChangeError>, StoreError>
    where
        F: FnOnce(JobState) -> Result<JobState, InvalidTransition> + Send + 'static,
    {
        let tenant = tenant.cloned();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move {
                    change::change(&sql(transaction), tenant.as_ref(), id, transition).await
                })
            })
            .await
    }
}

fn sql(transaction: &DatabaseTransaction) -> Sql<'_, DatabaseTransaction> {
    Sql::new(transaction, WHAT)
}

#[async_trait]
impl JobStore for SqliteJobStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { accept::accept(&sql(transaction), acceptance).await })
            })
            .await
    }

    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError> {
        claim::backlog(&self.reader(), kind, now).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        if request.grants.is_empty() {
            return Ok(Vec::new());
        }
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { claim::claim(&sql(transaction), request).await })
            })
            .await
    }

    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { complete::complete(&sql(transaction), completion).await })
            })
            .await
    }

    async fn beat(&self, leases: &[Lease], lease_until: Timestamp) -> Result<Beat, StoreError> {
        if leases.is_empty() {
            return Ok(Beat::default());
        }
        let leases = leases.to_vec();
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { claim::beat(&sql(transaction), &leases, lease_until).await })
            })
            .await
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        claim::expired(&self.reader(), now, limit).await
    }

    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError> {
        read::job(&self.reader(), tenant, id).await
    }

    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        read::jobs(&self.reader(), &filter).await
    }

    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(tenant, id, move |state| state.cancel(now))
            .await
    }

    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(tenant, id, move |state| state.revive(now))
            .await
    }

    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError> {
        self.change(None, id, JobState::drop_dead).await
    }

    async fn counts(&self) -> Result<Vec<JobCount>, StoreError> {
        read::counts(&self.reader()).await
    }

    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        read::open_jobs(&self.reader(), tenant).await
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.database
            .write(WHAT, move |transaction| {
                Box::pin(async move { accept::forget_keys(&sql(transaction), now).await })
            })
            .await
    }
}
