//! Runs one attempt at a job from claim to acknowledged completion: what every worker does with every job.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use futures_util::FutureExt;
use tokio::sync::{Semaphore, mpsc};

use super::announcing::Announcing;
use super::held::{Held, HeldLeases};
use super::traced;
use crate::domain::cost::{Cost, Prices};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::fault::StageDelays;
use crate::domain::ids::{IdSource, NodeId};
use crate::domain::job::{AttemptRecord, ClaimedJob, JobKind};
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::job_state::JobState;
use crate::domain::policy::retry::{RetryRules, Verdict, judge};
use crate::domain::stage::Stage;
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::span::SpanKind;
use crate::domain::trace::tracer::{Open, Place, Tracer};
use crate::storage::events::EventBus;
use crate::storage::jobs::{Completed, Completion, JobStore, Outcome, Term};
use crate::storage::wakeups::Wakeups;
use crate::telemetry::logs;
use crate::telemetry::metrics::Telemetry;
use crate::work::attempt::{Attempt, Done, Listener};
use crate::work::capacity::looking::PoolsInSight;
use crate::work::chore::Chore;
use crate::work::faults;
use crate::work::job_work::JobWork;

/// How long a job waits to tell its start until it was told as queued.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

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
    /// Hints between nodes that there is work.
    pub wakeups: Arc<dyn Wakeups>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<IdSource>,
    /// Names and records parts of traces.
    pub tracer: Tracer,
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
    /// Jobs that are about to be told as queued.
    pub announcing: Arc<Announcing>,
    /// What is done again and again besides jobs.
    pub chores: Vec<Arc<dyn Chore>>,
    /// The pools of this node as they last showed themselves.
    pub pools: Arc<PoolsInSight>,
    /// What holds stages of jobs up, where faults are allowed.
    pub delays: Option<Arc<dyn StageDelays>>,
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
        document: Some(job.document),
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
    pub async fn run(&self, held: Held) -> Duration {
        let started = self.clock.now();
        let run = traced::attempt(&self.tracer, &held.job, self.node, started);
        logs::within(run.context(), self.attempt(held, run, started)).await;
        self.clock.now().since(started)
    }

    async fn attempt(&self, held: Held, run: Open, started: Timestamp) {
        let job = held.job.clone();
        traced::waited(&self.tracer, &job, run.context(), started);
        let waited = started.since(job.ready_at);
        self.telemetry.job_started(job.spec.kind(), waited);
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        let fact = Fact::Started {
            attempt: job.attempt,
            waited_ms,
        };
        // The order of two events is not worth a job that never starts.
        let told = self.announcing.told(job.lease.job);
        let _in_time = tokio::time::timeout(TOLD_WITHIN, told).await;
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
        )
        .held_up_by(self.delays.clone())
        .traced(self.tracer.clone(), run.context());
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
        self.finish(&attempt, run, started, ended).await;
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
        run: Open,
        started: Timestamp,
        ended: Option<Result<Done, Failure>>,
    ) {
        let now = self.clock.now();
        let (name, below) = (Stage::Persist.name(), Place::Below(run.context()));
        let persist = self.tracer.begin(name, SpanKind::Internal, below);
        let cost = Cost::of(attempt.usage(now), &self.rules.prices);
        let failure = ended
            .as_ref()
            .and_then(|ended| ended.as_ref().err())
            .cloned();
        let outcome = match ended {
            None => Outcome::Stopped,
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
        let failure = completion.record.failure.clone();
        let outcome = self.end(&attempt.job, completion, None).await;
        drop(persist);
        traced::ended(run, outcome, failure.as_ref());
    }

    /// Ends an attempt whose work is gone, with its worker or with its node: only the claim is left to go by. What belongs
    /// to another node is ended by the leader, who names its term.
    pub async fn end_lost(
        &self,
        job: &ClaimedJob,
        node: NodeId,
        failure: Failure,
        leader: Option<Term>,
    ) {
        let now = self.clock.now();
        if node != self.node {
            traced::lost(&self.tracer, job, node, &failure);
        }
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
        let completion = Completion {
            lease: job.lease,
            outcome,
            record,
        };
        self.end(job, completion, leader).await;
    }

    /// Gives a claim back unharmed: its attempt does not count.
    pub async fn give_back(&self, job: &ClaimedJob) {
        let now = self.clock.now();
        let lease = job.lease;
        let record = AttemptRecord {
            epoch: lease.epoch,
            node: self.node,
            started_at: job.claimed_at,
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
        self.end(job, completion, None).await;
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
    /// could live; after that the reaper has the word. Answers how it ended.
    async fn end(
        &self,
        job: &ClaimedJob,
        completion: Completion,
        leader: Option<Term>,
    ) -> &'static str {
        let kind = job.spec.kind();
        let record = &completion.record;
        let took = record.ended_at.since(record.started_at);
        let cost = record.cost;
        let retry = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(8);
        let store = || match leader {
            Some(term) => self.jobs.rescue(term, completion.clone()),
            None => self.jobs.complete(completion.clone()),
        };
        let stored = store.retry(retry).await;
        match stored {
            Ok(Completed::Done { state, version }) => {
                if matches!(state, JobState::Succeeded { .. }) {
                    let persisting = self.clock.now().since(completion.record.ended_at);
                    self.telemetry.stage(kind, Stage::Persist, persisting);
                }
                let outcome = outcome_label(&state);
                self.telemetry.attempt_ended(kind, outcome, took, cost);
                if state.name().is_terminal() {
                    let waited = self.clock.now().since(job.ready_at);
                    self.telemetry.job_ended(kind, outcome, waited);
                }
                if let JobState::Queued {
                    last_failure: Some(failure),
                    ..
                } = &state
                {
                    self.telemetry.retried(kind, failure.code.name());
                }
                let now = self.clock.now();
                let updated = version.map(|version| Fact::DocumentUpdated { version });
                for fact in updated.into_iter().chain(end_fact(state)) {
                    self.tell(&job.tenant, event_of(job, fact, now)).await;
                }
                outcome
            }
            Ok(Completed::Stale) => {
                self.telemetry.stale(kind);
                tracing::info!(job.id = %job.lease.job, job.epoch = job.lease.epoch, "a stale attempt was refused");
                "stale"
            }
            Err(error) => {
                tracing::error!(job.id = %job.lease.job, error = %error, "an attempt could not be ended; its lease will lapse");
                "not_ended"
            }
        }
    }
}

/// How an attempt ended, as a label, by where its job stands after it.
fn outcome_label(state: &JobState) -> &'static str {
    match state {
        JobState::Succeeded { .. } => "succeeded",
        JobState::Queued {
            last_failure: Some(_),
            ..
        } => "retried",
        JobState::Queued { .. } | JobState::Running { .. } => "given_back",
        JobState::Failed { .. } | JobState::Dead { .. } => "dead",
        JobState::Cancelled { .. } => "cancelled",
    }
}

/// What is told of a job when an attempt at it has ended.
fn end_fact(state: JobState) -> Option<Fact> {
    match state {
        JobState::Succeeded { .. } => Some(Fact::Succeeded),
        JobState::Queued {
            last_failure: Some(failure),
            ready_at,
        } => Some(Fact::Retrying {
            code: failure.code.name().to_owned(),
            message: failure.message,
            ready_at,
        }),
        JobState::Queued { .. } => Some(Fact::Queued),
        JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => Some(Fact::Failed {
            code: failure.code.name().to_owned(),
            message: failure.message,
        }),
        JobState::Cancelled { .. } => Some(Fact::Cancelled),
        JobState::Running { .. } => None,
    }
}
