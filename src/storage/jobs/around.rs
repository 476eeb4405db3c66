//! A queue with something around every call of it: its time taken, or faults of a plan.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::cost_report::KindSpent;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{ClaimedJob, Job, JobKind, Lease};
use crate::domain::policy::dispatch::Backlog;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::around::Around;
use crate::storage::error::StoreError;
use crate::storage::jobs::{
    Acceptance, Accepted, Arrived, Beat, ChangeError, ClaimRequest, Completed, Completion, Expired,
    JobCount, JobFilter, JobStore, Term,
};

/// A queue with something around its calls.
pub struct JobsAround<A> {
    inner: Arc<dyn JobStore>,
    around: A,
}

impl<A: Around> JobsAround<A> {
    /// Puts `around` around every call of `inner`.
    pub fn new(inner: Arc<dyn JobStore>, around: A) -> Self {
        Self { inner, around }
    }
}

#[async_trait]
impl<A: Around> JobStore for JobsAround<A> {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.around
            .around("accept", self.inner.accept(acceptance))
            .await
    }

    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError> {
        self.around
            .around("backlog", self.inner.backlog(kind, now))
            .await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.around.around("claim", self.inner.claim(request)).await
    }

    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError> {
        self.around
            .around("complete", self.inner.complete(completion))
            .await
    }

    async fn beat(&self, leases: &[Lease], lease_until: Timestamp) -> Result<Beat, StoreError> {
        self.around
            .around("beat", self.inner.beat(leases, lease_until))
            .await
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        self.around
            .around("expired", self.inner.expired(now, limit))
            .await
    }

    async fn lead(
        &self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Term>, StoreError> {
        self.around
            .around("lead", self.inner.lead(node, now, until))
            .await
    }

    async fn resign(&self, node: NodeId) -> Result<(), StoreError> {
        self.around.around("lead", self.inner.resign(node)).await
    }

    async fn rescue(&self, term: Term, completion: Completion) -> Result<Completed, StoreError> {
        self.around
            .around("rescue", self.inner.rescue(term, completion))
            .await
    }

    async fn count_ended(&self, term: Term, up_to: Timestamp) -> Result<(), StoreError> {
        self.around
            .around("count_ended", self.inner.count_ended(term, up_to))
            .await
    }

    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError> {
        self.around.around("job", self.inner.job(tenant, id)).await
    }

    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        self.around.around("jobs", self.inner.jobs(filter)).await
    }

    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.around
            .around("cancel", self.inner.cancel(tenant, id, now))
            .await
    }

    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        self.around
            .around("retry", self.inner.retry(tenant, id, now))
            .await
    }

    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError> {
        self.around
            .around("drop_dead", self.inner.drop_dead(id))
            .await
    }

    async fn counts(&self) -> Result<Vec<JobCount>, StoreError> {
        self.around.around("counts", self.inner.counts()).await
    }

    async fn spent(&self, since: Timestamp) -> Result<Vec<KindSpent>, StoreError> {
        self.around.around("spent", self.inner.spent(since)).await
    }

    async fn arrived(
        &self,
        kind: JobKind,
        since: Timestamp,
        bucket: Duration,
    ) -> Result<Vec<Arrived>, StoreError> {
        self.around
            .around("arrived", self.inner.arrived(kind, since, bucket))
            .await
    }

    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        self.around
            .around("open_jobs", self.inner.open_jobs(tenant))
            .await
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.around
            .around("forget_keys", self.inner.forget_keys(now))
            .await
    }

    async fn forget_ended(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        kind: JobKind,
    ) -> Result<u64, StoreError> {
        let forgotten = self.inner.forget_ended(tenant, document, kind);
        self.around.around("forget_ended", forgotten).await
    }
}
