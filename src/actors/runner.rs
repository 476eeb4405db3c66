//! Runs one attempt at a job from claim to acknowledged completion: what every worker does with every job.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use futures_util::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::domain::cost::{Cost, Prices};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{IdSource, JobId, NodeId};
use crate::domain::job::{AttemptRecord, ClaimedJob, JobKind, Lease};
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::policy::retry::{RetryRules, Verdict, judge};
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::storage::events::EventBus;
use crate::storage::jobs::{Completed, Completion, JobStore, Outcome};
use crate::telemetry::metrics::Telemetry;
use crate::work::attempt::{Attempt, Done, Listener};
use crate::work::faults;
use crate::work::job_work::JobWork;

/// Rules that every attempt follows.
#[derive(Clone, Debug)]
pub struct QueueRules {
    /// How long a claim is believed without a beat.
    pub lease: Duration,
    /// How often claims are beaten.
    pub beat: Duration,
    /// How often lapsed claims are looked for.
    pub reap: Duration,
    /// How often a pool looks by itself.
    pub poll: Duration,
    /// How often a worker says that it is alive, and how long it is believed.
    pub worker_beat: Duration,
    /// The hard deadline of an attempt.
    pub deadlines: Deadlines,
    /// Again or not.
    pub retry: RetryRules,
    /// What things cost.
    pub prices: Prices,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            beat: Duration::from_secs(5),
            reap: Duration::from_secs(1),
            poll: Duration::from_secs(1),
            worker_beat: Duration::from_secs(5),
            deadlines: Deadlines::default(),
            retry: RetryRules::default(),
            prices: Prices::default(),
        }
    }
}

/// The hard deadline of an attempt, by kind.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Of convert jobs.
    pub convert: Duration,
    /// Of export jobs.
    pub export: Duration,
    /// Of AI jobs.
    pub ai: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            convert: Duration::from_secs(120),
            export: Duration::from_secs(120),
            ai: Duration::from_secs(60),
        }
    }
}

impl Deadlines {
    /// That of a kind.
    pub fn of(&self, kind: JobKind) -> Duration {
        match kind {
            JobKind::Convert => self.convert,
            JobKind::Export => self.export,
            JobKind::Ai => self.ai,
        }
    }
}

/// Everything that actors share: ports, rules and chance.
#[derive(Clone)]
pub struct Ground {
    /// This process.
    pub node: NodeId,
    /// The queue.
    pub jobs: Arc<dyn JobStore>,
    /// The event bus.
    pub events: Arc<dyn EventBus>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<IdSource>,
    /// What jobs do.
    pub work: JobWork,
    /// What is counted.
    pub telemetry: Arc<Telemetry>,
    /// The rules.
    pub rules: QueueRules,
    /// How many blocking computations run at once.
    pub cores: Arc<Semaphore>,
    /// Claims that this node works on.
    pub held: Arc<HeldLeases>,
}

/// Claims that this node works on, and how to stop each.
#[derive(Debug, Default)]
pub struct HeldLeases {
    held: Mutex<BTreeMap<Lease, CancellationToken>>,
}

impl HeldLeases {
    /// Holds a claim until the guard is dropped, by whatever way the attempt ends.
    pub fn hold(self: &Arc<Self>, lease: Lease) -> Held {
        let stop = CancellationToken::new();
        self.lock().insert(lease, stop.clone());
        Held {
            lease,
            stop,
            all: Arc::clone(self),
        }
    }

    /// All of them.
    pub fn leases(&self) -> Vec<Lease> {
        self.lock().keys().copied().collect()
    }

    /// Asks the attempt that works on a claim to stop.
    pub fn stop(&self, lease: Lease) {
        if let Some(stop) = self.lock().get(&lease) {
            stop.cancel();
        }
    }

    /// Asks whatever attempt works on a job to stop.
    pub fn stop_job(&self, job: JobId) {
        for (lease, stop) in self.lock().iter() {
            if lease.job == job {
                stop.cancel();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Lease, CancellationToken>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claim that is worked on.
#[derive(Debug)]
pub struct Held {
    lease: Lease,
    /// Cancelled when the attempt is to stop.
    pub stop: CancellationToken,
    all: Arc<HeldLeases>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.stop.cancel();
        self.all.lock().remove(&self.lease);
    }
}

/// Passes what an attempt tells to the bus, in order, without holding the attempt up.
struct Teller {
    facts: mpsc::UnboundedSender<(Fact, Timestamp)>,
    clock: Arc<dyn Clock>,
    telemetry: Arc<Telemetry>,
}

impl Listener for Teller {
    fn heard(&self, job: &ClaimedJob, fact: Fact) {
        if let Fact::Stage { stage, duration_ms } = &fact {
            let took = Duration::from_secs_f64(duration_ms / 1_000.0);
            self.telemetry.stage(job.spec.kind(), *stage, took);
        }
        // The receiver lives as long as the attempt; after it nobody wants to hear.
        let _ = self.facts.send((fact, self.clock.now()));
    }
}

/// An event about a claimed job.
pub fn event_of(job: &ClaimedJob, fact: Fact, at: Timestamp) -> JobEvent {
    JobEvent {
        tenant: Some(job.tenant.clone()),
        document: job.document,
        job: Some(job.lease.job),
        kind: Some(job.spec.kind()),
        at,
        fact,
    }
}

impl Ground {
    /// Tells an event. Losing one is no reason to fail a job: clients that missed it see a gap or ask for the job.
    pub async fn tell(&self, tenant: &TenantId, event: JobEvent) {
        if let Err(error) = self.events.tell(tenant, event).await {
            tracing::warn!(error = %error, "an event was not told");
        }
    }

    /// Runs a claimed job and ends its attempt in the store. Answers how long it took.
    pub async fn run(&self, job: ClaimedJob) -> Duration {
        let held = self.held.hold(job.lease);
        let started = self.clock.now();
        let waited = started.since(job.ready_at);
        self.telemetry.job_started(job.spec.kind(), waited);
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let fact = Fact::Started {
            attempt: job.attempt,
            waited_ms,
        };
        self.tell(&job.tenant, event_of(&job, fact, started)).await;

        let (facts, mut told) = mpsc::unbounded_channel();
        let listener = Teller {
            facts,
            clock: Arc::clone(&self.clock),
            telemetry: Arc::clone(&self.telemetry),
        };
        let attempt = Attempt::new(
            job,
            held.stop.clone(),
            Arc::clone(&self.clock),
            Arc::new(listener),
            Arc::clone(&self.cores),
        );
        let ended = {
            let body = self.body(&attempt);
            tokio::pin!(body);
            loop {
                tokio::select! {
                    biased;
                    Some((fact, at)) = told.recv() => {
                        self.tell(&attempt.job.tenant, event_of(&attempt.job, fact, at)).await;
                    }
                    ended = &mut body => break ended,
                }
            }
        };
        while let Ok((fact, at)) = told.try_recv() {
            self.tell(&attempt.job.tenant, event_of(&attempt.job, fact, at))
                .await;
        }
        self.finish(&attempt, started, ended).await;
        self.clock.now().since(started)
    }

    /// The work itself under its deadline, ears open for a request to stop. `None`: it was asked to stop.
    async fn body(&self, attempt: &Attempt) -> Option<Result<Done, Failure>> {
        let kind = attempt.job.spec.kind();
        let work = self.work.of(kind);
        let deadline = self.rules.deadlines.of(kind);
        let guarded = AssertUnwindSafe(work.run(attempt)).catch_unwind();
        tokio::select! {
            biased;
            () = attempt.stop.cancelled() => None,
            () = tokio::time::sleep(deadline) => {
                attempt.stop.cancel();
                let message = format!("the attempt took longer than {} s", deadline.as_secs());
                Some(Err(Failure::new(FailureCode::DeadlineExceeded, message)))
            }
            outcome = guarded => Some(match outcome {
                Ok(outcome) => outcome,
                Err(panic) => Err(faults::panicked(panic.as_ref())),
            }),
        }
    }

    async fn finish(
        &self,
        attempt: &Attempt,
        started: Timestamp,
        ended: Option<Result<Done, Failure>>,
    ) {
        let now = self.clock.now();
        let cost = Cost::of(attempt.usage(now), &self.rules.prices);
        let failure = ended
            .as_ref()
            .and_then(|ended| ended.as_ref().err())
            .cloned();
        let outcome = match ended {
            None => Outcome::Cancelled,
            Some(Ok(Done { result, version })) => Outcome::Succeeded { result, version },
            Some(Err(failure)) => self.verdict(failure, &attempt.job, now),
        };
        let record = AttemptRecord {
            epoch: attempt.job.lease.epoch,
            node: self.node,
            started_at: started,
            ended_at: now,
            failure,
            stages: attempt.stages(),
            cost,
        };
        let completion = Completion {
            lease: attempt.job.lease,
            outcome,
            record,
        };
        self.end(&attempt.job, completion).await;
    }

    /// Ends an attempt whose work is gone, with its worker or with its node: only the claim is left to go by.
    pub async fn end_lost(&self, job: &ClaimedJob, node: NodeId, failure: Failure) {
        let now = self.clock.now();
        let record = AttemptRecord {
            epoch: job.lease.epoch,
            node,
            started_at: job.claimed_at,
            ended_at: now,
            failure: Some(failure.clone()),
            stages: Vec::new(),
            cost: Cost::default(),
        };
        let outcome = self.verdict(failure, job, now);
        let lease = job.lease;
        self.end(
            job,
            Completion {
                lease,
                outcome,
                record,
            },
        )
        .await;
    }

    /// Gives a claim back unharmed: its attempt does not count.
    pub async fn give_back(&self, lease: Lease) {
        let now = self.clock.now();
        let record = AttemptRecord {
            epoch: lease.epoch,
            node: self.node,
            started_at: now,
            ended_at: now,
            failure: None,
            stages: Vec::new(),
            cost: Cost::default(),
        };
        let completion = Completion {
            lease,
            outcome: Outcome::GivenBack,
            record,
        };
        if let Err(error) = self.jobs.complete(completion).await {
            tracing::warn!(job.id = %lease.job, error = %error, "a job could not be given back; its lease will lapse");
        }
    }

    /// What follows a failure.
    fn verdict(&self, failure: Failure, job: &ClaimedJob, now: Timestamp) -> Outcome {
        let jitter = self.ids.fraction();
        match judge(
            &self.rules.retry,
            &failure,
            job.attempt,
            job.max_attempts,
            jitter,
        ) {
            Verdict::Again(delay) => Outcome::Retry {
                failure,
                ready_at: now.plus(delay),
            },
            Verdict::Dead => Outcome::Dead { failure },
        }
    }

    /// Ends an attempt in the store and tells what became of it. The store is asked again for as long as the lease
    /// could live; after that the reaper has the word.
    async fn end(&self, job: &ClaimedJob, completion: Completion) {
        let kind = job.spec.kind();
        let (label, fact) = label_and_fact(&completion.outcome);
        let took = completion
            .record
            .ended_at
            .since(completion.record.started_at);
        let cost = completion.record.cost;
        let retry = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(8);
        let store = || self.jobs.complete(completion.clone());
        match store.retry(retry).await {
            Ok(Completed::Done { version: None }) if has_version(&completion.outcome) => {
                // The store found the document gone and ended the job as dead.
                self.telemetry.attempt_ended(kind, "dead", took, cost);
                let code = FailureCode::DocumentGone.name().to_owned();
                let message = "the document was deleted while its file was converted".to_owned();
                let told = event_of(job, Fact::Failed { code, message }, self.clock.now());
                self.tell(&job.tenant, told).await;
            }
            Ok(Completed::Done { version }) => {
                self.telemetry.attempt_ended(kind, label, took, cost);
                if let Outcome::Retry { failure, .. } = &completion.outcome {
                    self.telemetry.retried(kind, failure.code.name());
                }
                let now = self.clock.now();
                if let Some(version) = version {
                    let updated = Fact::DocumentUpdated { version };
                    self.tell(&job.tenant, event_of(job, updated, now)).await;
                }
                if let Some(fact) = fact {
                    self.tell(&job.tenant, event_of(job, fact, now)).await;
                }
            }
            Ok(Completed::Stale) => {
                self.telemetry.stale(kind);
                tracing::info!(job.id = %job.lease.job, job.epoch = job.lease.epoch, "a stale attempt was refused");
            }
            Err(error) => {
                tracing::error!(job.id = %job.lease.job, error = %error, "an attempt could not be ended; its lease will lapse");
            }
        }
    }
}

fn label_and_fact(outcome: &Outcome) -> (&'static str, Option<Fact>) {
    match outcome {
        Outcome::Succeeded { .. } => ("succeeded", Some(Fact::Succeeded)),
        Outcome::Retry { failure, ready_at } => {
            let (code, message) = (failure.code.name().to_owned(), failure.message.clone());
            (
                "retried",
                Some(Fact::Retrying {
                    code,
                    message,
                    ready_at: *ready_at,
                }),
            )
        }
        Outcome::Dead { failure } => {
            let (code, message) = (failure.code.name().to_owned(), failure.message.clone());
            ("dead", Some(Fact::Failed { code, message }))
        }
        Outcome::Cancelled => ("cancelled", Some(Fact::Cancelled)),
        Outcome::GivenBack => ("given_back", None),
    }
}

fn has_version(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Succeeded {
            version: Some(_),
            ..
        }
    )
}
