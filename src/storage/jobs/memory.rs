//! The queue in memory, for tests in virtual time, which a database on other threads would stop. Held to the same suite.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use std::time::Duration;

use async_trait::async_trait;

use super::{
    Acceptance, Accepted, Arrived, Beat, ChangeError, ClaimRequest, Completed, Completion, Expired,
    JobCount, JobFilter, JobStore, Outcome, Term, answer_again,
};
use super::{listing, memory_figures};
use crate::domain::cost_report::KindSpent;
use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{AttemptRecord, ClaimedJob, Job, JobKind, JobResult, Lease};
use crate::domain::job_state::{AttemptEnd, InvalidTransition, JobState, StateName};
use crate::domain::policy::dispatch::{Backlog, BacklogRow};
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;

/// A document and the versions of its deck.
pub(in crate::storage) struct Kept {
    pub(in crate::storage) document: Document,
    pub(in crate::storage) decks: Vec<StoredDeck>,
}

impl Kept {
    /// Stores the next version; answers its number.
    pub(in crate::storage) fn append(&mut self, new: NewVersion, now: Timestamp) -> u64 {
        let version = self.document.version + 1;
        self.document = Document {
            version,
            title: new.title,
            slides: new.slides,
            updated_at: now,
            ..self.document.clone()
        };
        self.decks.push(StoredDeck {
            version,
            deck: new.deck.into(),
            created_at: now,
        });
        version
    }
}

#[derive(Default)]
pub(in crate::storage) struct Tables {
    pub(in crate::storage) jobs: BTreeMap<JobId, Job>,
    pub(in crate::storage) documents: BTreeMap<DocumentId, Kept>,
    keys: BTreeMap<(TenantId, String), (String, JobId, Timestamp)>,
}

/// The queue in memory, and the documents of its jobs. Clones share it.
#[derive(Clone, Default)]
pub struct MemoryJobStore {
    tables: Arc<Mutex<Tables>>,
}

impl MemoryJobStore {
    pub(in crate::storage) fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        to: impl FnOnce(JobState) -> Result<JobState, InvalidTransition>,
        revive: bool,
    ) -> Result<Job, ChangeError> {
        let mut tables = self.lock();
        let job = tables
            .jobs
            .get_mut(&id)
            .filter(|job| tenant.is_none_or(|wanted| *wanted == job.tenant));
        let job = job.ok_or(ChangeError::NotFound)?;
        job.state = to(job.state.clone()).map_err(ChangeError::NotAllowed)?;
        if revive {
            job.attempts = 0;
        }
        Ok(job.clone())
    }
}

fn ready_at(job: &Job) -> Option<Timestamp> {
    match job.state {
        JobState::Queued { ready_at, .. } => Some(ready_at),
        JobState::Running { .. }
        | JobState::Succeeded { .. }
        | JobState::Failed { .. }
        | JobState::Cancelled { .. }
        | JobState::Dead { .. } => None,
    }
}

fn is_held(job: &Job, lease: Lease) -> bool {
    job.epoch == lease.epoch && job.state.name() == StateName::Running
}

/// How an attempt ends, and which version its deck became. Where its document is gone there is nothing to succeed at.
fn end_of(
    completion: Completion,
    stopping: bool,
    document: Option<&mut Kept>,
) -> (AttemptEnd, Option<u64>, AttemptRecord) {
    let mut record = completion.record;
    let now = record.ended_at;
    let (end, version) = match (completion.outcome, document) {
        (
            Outcome::Succeeded {
                version: Some(new),
                mut result,
            },
            Some(kept),
        ) => {
            let number = kept.append(new, now);
            if let JobResult::Deck { version, .. } = &mut result {
                *version = number;
            }
            (AttemptEnd::Succeeded(result), Some(number))
        }
        (
            Outcome::Succeeded {
                version: Some(_), ..
            },
            None,
        ) => {
            let gone = Failure::new(FailureCode::DocumentGone, "the document was deleted");
            record.failure = Some(gone.clone());
            (AttemptEnd::Dead(gone), None)
        }
        (Outcome::Succeeded { result, .. }, _) => (AttemptEnd::Succeeded(result), None),
        (Outcome::Retry { .. } | Outcome::Stopped | Outcome::GivenBack, _) if stopping => {
            (AttemptEnd::Cancelled, None)
        }
        (Outcome::Retry { failure, ready_at }, _) => (AttemptEnd::Retry(failure, ready_at), None),
        (Outcome::Dead { failure }, _) => (AttemptEnd::Dead(failure), None),
        (Outcome::Stopped | Outcome::GivenBack, _) => (AttemptEnd::GivenBack, None),
    };
    (end, version, record)
}

#[async_trait]
impl JobStore for MemoryJobStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        let mut tables = self.lock();
        let Acceptance {
            job,
            document,
            idempotency,
        } = acceptance;
        if let Some(key) = idempotency {
            let name = (job.tenant.clone(), key.key);
            if let Some((hash, id, expires)) = tables.keys.get(&name)
                && *expires > job.created_at
            {
                return Ok(if *hash != key.request_hash {
                    Accepted::KeyReused
                } else if *id == job.id {
                    Accepted::New
                } else {
                    Accepted::Repeated(*id)
                });
            }
            tables
                .keys
                .insert(name, (key.request_hash, job.id, key.expires_at));
        }
        if let Some(document) = document {
            let decks = Vec::new();
            tables
                .documents
                .entry(document.id)
                .or_insert(Kept { document, decks });
        }
        tables
            .jobs
            .entry(job.id)
            .or_insert_with(|| Job::accepted(job));
        Ok(Accepted::New)
    }

    async fn backlog(&self, kind: JobKind, now: Timestamp) -> Result<Backlog, StoreError> {
        let tables = self.lock();
        let mut rows: BTreeMap<(TenantId, Tier), (u64, Timestamp)> = BTreeMap::new();
        let mut next_ready_at: Option<Timestamp> = None;
        for job in tables.jobs.values().filter(|job| job.spec.kind() == kind) {
            let Some(at) = ready_at(job) else { continue };
            if at > now {
                next_ready_at = Some(next_ready_at.map_or(at, |known| known.min(at)));
                continue;
            }
            let row = rows
                .entry((job.tenant.clone(), job.tier))
                .or_insert((0, at));
            row.0 += 1;
            row.1 = row.1.min(at);
        }
        let rows = rows
            .into_iter()
            .map(|((tenant, tier), (ready, oldest_ready_at))| BacklogRow {
                tenant,
                tier,
                ready,
                oldest_ready_at,
            });
        Ok(Backlog {
            rows: rows.collect(),
            next_ready_at,
        })
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let mut tables = self.lock();
        let mut claimed = Vec::new();
        for grant in &request.grants {
            let mut ready: Vec<_> = tables
                .jobs
                .values_mut()
                .filter(|job| job.spec.kind() == request.kind)
                .filter(|job| job.tenant == grant.tenant && job.tier == grant.tier)
                .filter_map(|job| {
                    ready_at(job)
                        .filter(|at| *at <= request.now)
                        .map(|at| (at, job))
                })
                .collect();
            ready.sort_by_key(|(at, job)| (*at, job.id));
            for (at, job) in ready.into_iter().take(grant.jobs as usize) {
                job.epoch += 1;
                job.attempts += 1;
                job.state = JobState::Running {
                    node: request.node,
                    started_at: request.now,
                    lease_until: request.now.plus(request.lease),
                    deadline: request.now.plus(request.deadline),
                    cancel_requested: false,
                };
                claimed.push(ClaimedJob {
                    lease: Lease {
                        job: job.id,
                        epoch: job.epoch,
                    },
                    tenant: job.tenant.clone(),
                    tier: job.tier,
                    document: job.document,
                    spec: job.spec.clone(),
                    attempt: job.attempts,
                    max_attempts: job.max_attempts,
                    ready_at: at,
                    claimed_at: request.now,
                    trace: job.trace,
                });
            }
        }
        Ok(claimed)
    }

    async fn complete(&self, completion: Completion) -> Result<Completed, StoreError> {
        let mut tables = self.lock();
        let lease = completion.lease;
        let Some(mut job) = tables
            .jobs
            .get(&lease.job)
            .filter(|job| is_held(job, lease))
            .cloned()
        else {
            let job = tables.jobs.get(&lease.job).cloned();
            return Ok(answer_again(&completion, job));
        };
        let stopping = matches!(
            job.state,
            JobState::Running {
                cancel_requested: true,
                ..
            }
        );
        let given_back = matches!(completion.outcome, Outcome::GivenBack);
        job.attempts -= u32::from(given_back);
        let document = tables.documents.get_mut(&job.document);
        let (end, version, record) = end_of(completion, stopping, document);
        job.state = job
            .state
            .end(end, record.ended_at)
            .map_err(|error| StoreError::Corrupt {
                what: "job",
                detail: error.to_string(),
            })?;
        job.history.push(record);
        let state = job.state.clone();
        tables.jobs.insert(job.id, job);
        Ok(Completed::Done { state, version })
    }

    async fn beat(&self, leases: &[Lease], until: Timestamp) -> Result<Beat, StoreError> {
        let mut tables = self.lock();
        let mut beat = Beat::default();
        for lease in leases {
            let job = tables
                .jobs
                .get_mut(&lease.job)
                .filter(|job| job.epoch == lease.epoch);
            match job.map(|job| &mut job.state) {
                Some(JobState::Running {
                    lease_until,
                    cancel_requested,
                    ..
                }) => {
                    *lease_until = until;
                    if *cancel_requested {
                        beat.cancelled.push(*lease);
                    }
                }
                _ => beat.stale.push(*lease),
            }
        }
        Ok(beat)
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        let tables = self.lock();
        let mut lapsed: Vec<_> = tables
            .jobs
            .values()
            .filter_map(|job| {
                let JobState::Running {
                    deadline,
                    lease_until,
                    ..
                } = job.state
                else {
                    return None;
                };
                let expired = Expired {
                    job: job.clone(),
                    // Whichever came first is what ended it.
                    deadline: deadline <= lease_until,
                };
                (deadline <= now || lease_until <= now).then_some((lease_until, expired))
            })
            .collect();
        lapsed.sort_by_key(|(lease_until, expired)| (*lease_until, expired.job.id));
        let lapsed = lapsed.into_iter().map(|(_, expired)| expired);
        Ok(lapsed.take(limit as usize).collect())
    }

    async fn lead(
        &self,
        _: NodeId,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Option<Term>, StoreError> {
        // Nobody else can have it.
        Ok(Some(Term(1)))
    }

    async fn resign(&self, _: NodeId) -> Result<(), StoreError> {
        Ok(())
    }

    async fn rescue(&self, _: Term, completion: Completion) -> Result<Completed, StoreError> {
        self.complete(completion).await
    }

    async fn count_ended(&self, _: Term, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn job(&self, tenant: Option<&TenantId>, id: JobId) -> Result<Option<Job>, StoreError> {
        let tables = self.lock();
        let job = tables
            .jobs
            .get(&id)
            .filter(|job| tenant.is_none_or(|wanted| *wanted == job.tenant));
        Ok(job.cloned())
    }

    async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, StoreError> {
        let tables = self.lock();
        let jobs = tables.jobs.values().rev();
        let found = jobs.filter(|job| listing::fits(&filter, job));
        Ok(found.take(filter.limit as usize).cloned().collect())
    }

    async fn cancel(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        Ok(self.change(tenant, id, |state| state.cancel(now), false))
    }

    async fn retry(
        &self,
        tenant: Option<&TenantId>,
        id: JobId,
        now: Timestamp,
    ) -> Result<Result<Job, ChangeError>, StoreError> {
        Ok(self.change(tenant, id, |state| state.revive(now), true))
    }

    async fn drop_dead(&self, id: JobId) -> Result<Result<Job, ChangeError>, StoreError> {
        Ok(self.change(None, id, JobState::drop_dead, false))
    }

    async fn counts(&self) -> Result<Vec<JobCount>, StoreError> {
        let tables = self.lock();
        let mut counts: BTreeMap<(JobKind, StateName), u64> = BTreeMap::new();
        for job in tables.jobs.values() {
            *counts
                .entry((job.spec.kind(), job.state.name()))
                .or_default() += 1;
        }
        let counts = counts
            .into_iter()
            .map(|((kind, state), jobs)| JobCount { kind, state, jobs });
        Ok(counts.collect())
    }

    async fn spent(&self, since: Timestamp) -> Result<Vec<KindSpent>, StoreError> {
        Ok(memory_figures::spent(self.lock().jobs.values(), since))
    }

    async fn arrived(
        &self,
        kind: JobKind,
        since: Timestamp,
        bucket: Duration,
    ) -> Result<Vec<Arrived>, StoreError> {
        let tables = self.lock();
        let of_kind = tables.jobs.values().filter(|job| job.spec.kind() == kind);
        Ok(memory_figures::arrived(of_kind, since, bucket))
    }

    async fn open_jobs(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        let tables = self.lock();
        let open = tables
            .jobs
            .values()
            .filter(|job| job.tenant == *tenant && !job.state.name().is_terminal());
        Ok(open.count() as u64)
    }

    async fn forget_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut tables = self.lock();
        let before = tables.keys.len();
        tables.keys.retain(|_, (_, _, expires)| *expires > now);
        Ok((before - tables.keys.len()) as u64)
    }

    async fn forget_ended(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        kind: JobKind,
    ) -> Result<u64, StoreError> {
        let mut tables = self.lock();
        let goes = |job: &Job| {
            job.tenant == *tenant
                && job.document == document
                && job.spec.kind() == kind
                && job.state.name().is_terminal()
        };
        let gone: Vec<JobId> = tables
            .jobs
            .values()
            .filter(|job| goes(job))
            .map(|job| job.id)
            .collect();
        tables.jobs.retain(|id, _| !gone.contains(id));
        tables.keys.retain(|_, (_, id, _)| !gone.contains(id));
        Ok(gone.len() as u64)
    }
}
