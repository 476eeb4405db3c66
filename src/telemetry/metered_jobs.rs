//! A queue whose questions to the database are timed.

use std::sync::Arc;

use async_trait::async_trait;

use super::metrics::Telemetry;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{ClaimedJob, Job, JobKind, Lease};
use crate::domain::policy::dispatch::Backlog;
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::storage::error::StoreError;
use crate::storage::jobs::{
    Acceptance, Accepted, Beat, ChangeError, ClaimRequest, Completed, Completion, Expired,
    JobCount, JobFilter, JobStore, Term,
};

/// A queue that is timed.
pub struct MeteredJobStore {
    inner: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    telemetry: Arc<Telemetry>,
}

impl MeteredJobStore {
    /// Times that queue.
    pub fn new(inner: Arc<dyn JobStore>, clock: Arc<dyn Clock>, telemetry: Arc<Telemetry>) -> Self {
        Self {
            inner,
            clock,
            telemetry,
        }
    }

    async fn timed<T>(
        &self,
        query: &'static str,
        asked: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = self.clock.now();
        let answer = asked.await;
        let took = self.clock.now().since(started);
        self.telemetry.db_query(query, took);
        answer
    }
}

#[async_trait]
impl JobStore for MeteredJobStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.timed("accept", self.inner.accept(acceptance)).await
    }

    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError> {
        self.timed("backlog", self.inner.backlog(kind, now)).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.timed("claim", self.inner.claim(request)).await
    }

    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError> {
        self.timed("complete", self.inner.complete(completion))
            .await
    }

    async fn beat(&self, leases: &[Lease], lease_until: Timestamp) -> Result<Beat, StoreError> {
        self.timed("beat", self.inner.beat(leases, lease_until))
            .await
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        self.timed("expired", self.inner.expired(now, limit)).await
    }

    async fn lead(
        &self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Term>, StoreError> {
        self.timed("lead", self.inner.lead(node, now, until)).await
    }

    async fn resign(&self, node: NodeId) -> Result<(), StoreError> {
        self.timed("lead", self.inner.resign(node)).await
    }

    async fn rescue(&self, term: Term, completion: Completion) -> Result<Completed, StoreError> {
        self.timed("rescue", self.inner.rescue(term, completion))
            .await
    }

    async fn count_ended(&self, term: Term, up_to: Timestamp) -> Result<(), StoreError> {
        self.timed("count_ended", self.inner.count_ended(term, up_to))
            .await
    }

    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError> {
        self.timed("job", self.inner.job(tenant, id)).await
    }

    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        self.timed("jobs", self.inner.jobs(filter)).await
    }

    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.timed("cancel", self.inner.cancel(tenant, id, now))
            .await
    }

    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.timed("retry", self.inner.retry(tenant, id, now)).await
    }

    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError> {
        self.timed("drop_dead", self.inner.drop_dead(id)).await
    }

    async fn counts(&self) -> Result<Vec<JobCount>, StoreError> {
        self.timed("counts", self.inner.counts()).await
    }

    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        self.timed("open_jobs", self.inner.open_jobs(tenant)).await
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.timed("forget_keys", self.inner.forget_keys(now)).await
    }

    async fn forget_ended(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        kind: JobKind,
    ) -> Result<u64, StoreError> {
        let forgotten = self.inner.forget_ended(tenant, document, kind);
        self.timed("forget_ended", forgotten).await
    }
}
