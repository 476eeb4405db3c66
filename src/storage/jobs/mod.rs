//! The durable queue: the one place that knows which jobs there are and who holds them.

mod accept;
pub mod around;
pub(in crate::storage) mod change;
mod claim;
mod complete;
#[cfg(test)]
pub mod conformance;
mod ended;
#[cfg(test)]
pub mod fixtures;
mod leader;
pub mod listing;
#[cfg(test)]
pub mod memory;
#[cfg(test)]
mod memory_figures;
pub(in crate::storage) mod read;
pub(in crate::storage) mod row;
mod spent;
pub mod sql;

use std::time::Duration;

use async_trait::async_trait;

use super::error::StoreError;
use crate::domain::cost_report::KindSpent;
use crate::domain::document::{Document, NewVersion};
use crate::domain::failure::Failure;
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{AttemptRecord, ClaimedJob, Job, JobKind, JobResult, Lease, NewJob};
use crate::domain::job_state::{InvalidTransition, JobState, StateName};
use crate::domain::policy::dispatch::{Backlog, Grant};
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// What is accepted in one transaction: a job, with its document where it makes one, and the answer to repeat.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The job.
    pub job: NewJob,
    /// The document it comes with.
    pub document: Option<Document>,
    /// The key under which a repeated request finds this job.
    pub idempotency: Option<IdempotencyKey>,
}

/// A client's own name for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The name.
    pub key: String,
    /// Hash of method, path and body: the same key with another request is refused.
    pub request_hash: String,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

/// What became of an acceptance.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    /// It is stored.
    New,
    /// The same request was accepted before: its job.
    Repeated(JobId),
    /// The key was used for another request.
    KeyReused,
}

/// What is asked when jobs are claimed.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// Of which kind.
    pub kind: JobKind,
    /// Whose, and how many of each.
    pub grants: Vec<Grant>,
    /// For which node.
    pub node: NodeId,
    /// Now.
    pub now: Timestamp,
    /// How long the claim is believed without a beat.
    pub lease: Duration,
    /// How long the attempt may take at most.
    pub deadline: Duration,
}

/// How an attempt ends, with all that is to be stored about it.
#[derive(Clone, Debug)]
pub struct Completion {
    /// Which attempt.
    pub lease: Lease,
    /// How it ended.
    pub outcome: Outcome,
    /// Its record.
    pub record: AttemptRecord,
}

/// How an attempt ends.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Done.
    Succeeded {
        /// What it left behind. For a deck the version is filled in by the store.
        result: JobResult,
        /// The version to store in the same transaction.
        version: Option<NewVersion>,
    },
    /// Failed, to be tried again.
    Retry {
        /// Why.
        failure: Failure,
        /// From when on.
        ready_at: Timestamp,
    },
    /// Failed for good.
    Dead {
        /// Why.
        failure: Failure,
    },
    /// Stopped before its end. Cancelled where someone asked for that; else it waits again, as nobody gave it up.
    Stopped,
    /// Given back unharmed; the attempt does not count.
    GivenBack,
}

/// What became of a completion.
#[derive(Clone, Debug, PartialEq)]
pub enum Completed {
    /// It counts.
    Done {
        /// Where the job stands now. That is not always where the outcome was to lead: someone may have asked to stop it,
        /// and its document may be gone.
        state: JobState,
        /// The new version of the document, if it got one.
        version: Option<u64>,
    },
    /// The claim is no longer the newest: nothing was changed.
    Stale,
}

/// The answer to a completion that changed nothing, by the job as it stands: what it was told the first time, if this very
/// completion ended the attempt, and otherwise that it is stale.
fn answer_again(completion: &Completion, job: Option<Job>) -> Completed {
    let told = |job: &Job| {
        let mut ends = job.history.iter();
        ends.any(|record| record.is_same_end(&completion.record))
    };
    let Some(job) = job.filter(told) else {
        return Completed::Stale;
    };
    let brought = match &completion.outcome {
        Outcome::Succeeded { version, .. } => version.is_some(),
        Outcome::Retry { .. } | Outcome::Dead { .. } | Outcome::Stopped | Outcome::GivenBack => {
            false
        }
    };
    let mut version = None;
    if let JobState::Succeeded {
        result: JobResult::Deck {
            version: stored, ..
        },
        ..
    } = &job.state
        && brought
    {
        version = Some(*stored);
    }
    Completed::Done {
        state: job.state,
        version,
    }
}

/// What the store answers to a beat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// Claims that are no longer ours: their work is to stop.
    pub stale: Vec<Lease>,
    /// Claims whose job someone wants stopped.
    pub cancelled: Vec<Lease>,
}

/// A claim whose holder stopped beating, or that passed its deadline.
#[derive(Clone, Debug, PartialEq)]
pub struct Expired {
    /// The job as it stands, running.
    pub job: Job,
    /// Whether it was the deadline rather than the lease.
    pub deadline: bool,
}

/// Which jobs are asked for. All given conditions hold.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Whose; everyone's where absent.
    pub tenant: Option<TenantId>,
    /// In which state.
    pub state: Option<StateName>,
    /// Of which kind.
    pub kind: Option<JobKind>,
    /// On which document.
    pub document: Option<DocumentId>,
    /// With this text in the file's name, the question or the failure, in large or small letters. It is looked for in the
    /// [`listing::LOOKED_THROUGH`] newest of those that fit otherwise.
    pub text: Option<String>,
    /// Older than this one: the cursor, newest first.
    pub before: Option<JobId>,
    /// At most how many.
    pub limit: u32,
}

/// Why a job was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// There is no such job, or it belongs to another tenant.
    NotFound,
    /// Its state does not allow it.
    NotAllowed(InvalidTransition),
}

/// The term of a leader: the number of times the lead has changed hands. What an older term writes is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(pub u64);

/// How many jobs of a kind are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCount {
    /// Of which kind.
    pub kind: JobKind,
    /// In which state.
    pub state: StateName,
    /// How many.
    pub jobs: u64,
}

/// How many jobs of a tier were accepted in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Of which tier.
    pub tier: Tier,
    /// When the stretch began.
    pub from: Timestamp,
    /// How many.
    pub jobs: u64,
}

/// The durable queue.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Stores a job, and its document, durably. When this returns, a crash loses nothing of it.
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError>;

    /// Which tenants have how many jobs of a kind ready at `now`.
    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError>;

    /// Claims jobs, oldest first within a tenant and tier; raises the epoch of each.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Ends an attempt, if its claim is still the newest. The same completion may come twice, after an answer that was
    /// lost: it counts once and is answered twice.
    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError>;

    /// Says that these claims are still worked on, until `lease_until`.
    async fn beat(&self, leases: &[Lease], lease_until: Timestamp) -> Result<Beat, StoreError>;

    /// Claims that ran out by `now`, at most `limit`. They stay as they are until each is completed.
    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError>;

    /// Takes or keeps the lead of all nodes until a moment; `None` while another node has it. A new term begins when it
    /// changes hands.
    async fn lead(
        &self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Term>, StoreError>;

    /// Gives the lead up, if this node has it, so that the next need not wait for it to lapse.
    async fn resign(&self, node: NodeId) -> Result<(), StoreError>;

    /// Completes a lapsed attempt as the leader; stale where the term is no longer the newest.
    async fn rescue(&self, term: Term, completion: Completion) -> Result<Completed, StoreError>;

    /// Counts as the leader what ended up to a moment, so that [`JobStore::counts`] need not read all of history. Nothing
    /// may end before that moment any more.
    async fn count_ended(&self, term: Term, up_to: Timestamp) -> Result<(), StoreError>;

    /// One job; `tenant` absent asks as an operator.
    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Jobs, newest first.
    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError>;

    /// Asks to stop a job; answers it as it then stands.
    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError>;

    /// Sends a dead job back to the queue with fresh attempts; answers it as it then stands.
    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError>;

    /// Gives a dead job up for good.
    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError>;

    /// How many jobs there are, by kind and state.
    async fn counts(&self) -> Result<Vec<JobCount>, StoreError>;

    /// What jobs cost that ended from `since` on, for each kind; an attempt that was tried again counts when its job ended.
    async fn spent(&self, since: Timestamp) -> Result<Vec<KindSpent>, StoreError>;

    /// How many jobs of a kind were accepted from `since` on, for each tier and stretch of `bucket`, in order of time.
    async fn arrived(
        &self,
        kind: JobKind,
        since: Timestamp,
        bucket: Duration,
    ) -> Result<Vec<Arrived>, StoreError>;

    /// How many jobs of a tenant are queued or running.
    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError>;

    /// Forgets idempotency keys that ran out; answers how many.
    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Forgets jobs of a kind on a document that have ended, with their attempts and the names they were asked for by;
    /// answers how many.
    async fn forget_ended(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        kind: JobKind,
    ) -> Result<u64, StoreError>;
}
