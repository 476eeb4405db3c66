//! One attempt at a job as the work sees it: stages are timed, progress is told, a request to stop is heard.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::faults;
use super::stages::{Parts, StagePart};
use crate::deck::watch::Watch;
use crate::domain::cost::Usage;
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::fault::StageDelays;
use crate::domain::job::{ClaimedJob, JobResult};
use crate::domain::job_event::Fact;
use crate::domain::stage::{Stage, StageTime};
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::tracer::Tracer;

/// The least time between two tellings of progress: four in a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// How long a computation whose attempt is over may keep its core: the step it is in may well end by itself.
const LAST_STEP: Duration = Duration::from_secs(10);

/// Who hears what happens in an attempt.
pub trait Listener: Send + Sync {
    /// A fact, to be told to those who follow. Must not block.
    fn heard(&self, job: &ClaimedJob, fact: Fact);
}

/// What a job leaves behind when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The result to show.
    pub result: JobResult,
    /// The version to store with it.
    pub version: Option<NewVersion>,
}

/// What a kind of job does.
#[async_trait]
pub trait Work: Send + Sync {
    /// Does it. The future may be dropped at any await.
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure>;
}

/// One attempt.
pub struct Attempt {
    /// The job, as it was claimed.
    pub job: ClaimedJob,
    /// Cancelled when the attempt is to stop.
    pub stop: CancellationToken,
    clock: Arc<dyn Clock>,
    listener: Arc<dyn Listener>,
    cores: Arc<Semaphore>,
    delays: Option<Arc<dyn StageDelays>>,
    parts: Option<Parts>,
    stages: Mutex<Vec<StageTime>>,
    cpu_micros: AtomicU64,
    storage_bytes: AtomicU64,
    ai_micro_dollars: AtomicU64,
}

impl Attempt {
    /// An attempt at `job`; `cores` bounds how many blocking computations run at once.
    pub fn new(
        job: ClaimedJob,
        stop: CancellationToken,
        clock: Arc<dyn Clock>,
        listener: Arc<dyn Listener>,
        cores: Arc<Semaphore>,
    ) -> Self {
        let waited = clock.now().since(job.ready_at).as_micros();
        let wait = StageTime {
            stage: Stage::QueueWait,
            micros: u64::try_from(waited).unwrap_or(u64::MAX),
        };
        Self {
            job,
            stop,
            clock,
            listener,
            cores,
            delays: None,
            parts: None,
            stages: Mutex::new(vec![wait]),
            cpu_micros: AtomicU64::new(0),
            storage_bytes: AtomicU64::new(0),
            ai_micro_dollars: AtomicU64::new(0),
        }
    }

    /// The same, with stages held up by a fault plan.
    #[must_use]
    pub fn held_up_by(self, delays: Option<Arc<dyn StageDelays>>) -> Self {
        Self { delays, ..self }
    }

    /// The same, its stages recorded as parts of a trace below `run`.
    #[must_use]
    pub fn traced(self, tracer: Tracer, run: TraceContext) -> Self {
        Self {
            parts: Some(Parts::new(tracer, run)),
            ..self
        }
    }

    /// Where in a trace it is at this moment: what it calls belongs below that.
    pub fn trace(&self) -> Option<TraceContext> {
        self.parts.as_ref().map(Parts::now)
    }

    fn part(&self, stage: Stage) -> Option<StagePart<'_>> {
        self.parts.as_ref().map(|parts| parts.begin(stage))
    }

    /// Takes as much longer over a stage as the fault plan says.
    async fn hold_up(&self, stage: Stage) {
        let delays = self.delays.as_ref();
        let delay = delays.map(|delays| delays.delay(self.job.spec.kind(), stage));
        if let Some(delay) = delay.filter(|delay| !delay.is_zero()) {
            tokio::time::sleep(delay).await;
        }
    }

    /// Runs a stage of IO and times it.
    pub async fn stage<T>(
        &self,
        stage: Stage,
        io: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        let started = self.clock.now();
        let part = self.part(stage);
        self.hold_up(stage).await;
        let outcome = io.await;
        self.stage_ended(stage, started);
        StagePart::end(part, &outcome);
        outcome
    }

    /// Runs a stage of computation off the arbiter, on a bounded number of cores, and times it. A panic in it becomes
    /// a failure here; this is the only place where the codec's panics are caught.
    pub async fn compute<T: Send + 'static>(
        &self,
        stage: Stage,
        work: impl FnOnce(&dyn Watch) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let core = Core::of(Arc::clone(&self.cores).acquire_owned().await.ok());
        let _overdue = Overdue(core.clone());
        let started = self.clock.now();
        let part = self.part(stage);
        let watch = SlideWatch {
            stage,
            job: self.job.clone(),
            stop: self.stop.clone(),
            clock: Arc::clone(&self.clock),
            listener: Arc::clone(&self.listener),
            told_at: AtomicI64::new(started.0),
        };
        let outcome = tokio::task::spawn_blocking(move || {
            let worked = std::panic::catch_unwind(AssertUnwindSafe(|| work(&watch)));
            core.give_back();
            worked
        })
        .await;
        let took = self.clock.now().since(started);
        self.hold_up(stage).await;
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.cpu_micros.fetch_add(micros, Ordering::Relaxed);
        self.stage_ended(stage, started);
        let outcome = match outcome {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Err(faults::panicked(panic.as_ref())),
            Err(gone) => Err(Failure::new(FailureCode::Panicked, gone.to_string())),
        };
        StagePart::end(part, &outcome);
        outcome
    }

    /// Tells those who follow.
    pub fn tell(&self, fact: Fact) {
        self.listener.heard(&self.job, fact);
    }

    /// The time, by the clock of the node.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Counts bytes moved to or from the object store.
    pub fn moved(&self, bytes: usize) {
        self.storage_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts what a provider is paid, in millionths of a dollar.
    pub fn spent(&self, micro_dollars: u64) {
        self.ai_micro_dollars
            .fetch_add(micro_dollars, Ordering::Relaxed);
    }

    /// The stages so far.
    pub fn stages(&self) -> Vec<StageTime> {
        self.stages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What was used by `now`.
    pub fn usage(&self, now: Timestamp) -> Usage {
        let held = now.since(self.job.claimed_at).as_micros();
        Usage {
            cpu_micros: self.cpu_micros.load(Ordering::Relaxed),
            slot_micros: u64::try_from(held).unwrap_or(u64::MAX),
            storage_bytes: self.storage_bytes.load(Ordering::Relaxed),
            ai_micro_dollars: self.ai_micro_dollars.load(Ordering::Relaxed),
        }
    }

    /// A stage that began at `started` ends now.
    fn stage_ended(&self, stage: Stage, started: Timestamp) {
        let took = self.clock.now().since(started);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let time = StageTime { stage, micros };
        let duration_ms = time.millis();
        self.stages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(time);
        self.listener
            .heard(&self.job, Fact::Stage { stage, duration_ms });
    }
}

/// A core that a computation runs on, given back once: when the computation ends, or when nobody waits for it any more.
#[derive(Clone)]
struct Core(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Core {
    fn of(permit: Option<OwnedSemaphorePermit>) -> Self {
        Self(Arc::new(Mutex::new(permit)))
    }

    /// Answers whether it was still to be given back.
    fn give_back(&self) -> bool {
        let mut permit = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        permit.take().is_some()
    }

    fn is_given_back(&self) -> bool {
        let permit = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        permit.is_none()
    }
}

/// Gives a core back some time after its attempt was dropped: a computation that hangs cannot be ended, but the jobs of
/// others need not wait for it.
struct Overdue(Core);

impl Drop for Overdue {
    fn drop(&mut self) {
        if self.0.is_given_back() {
            return;
        }
        let core = self.0.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(LAST_STEP).await;
                if core.give_back() {
                    tracing::error!(
                        "a computation goes on long after its attempt; its core is given to others"
                    );
                }
            });
        }
    }
}

struct SlideWatch {
    stage: Stage,
    job: ClaimedJob,
    stop: CancellationToken,
    clock: Arc<dyn Clock>,
    listener: Arc<dyn Listener>,
    told_at: AtomicI64,
}

impl Watch for SlideWatch {
    fn step(&self, done: usize, total: usize) -> bool {
        let now = self.clock.now();
        let told = Timestamp(self.told_at.load(Ordering::Relaxed));
        if now.since(told) >= PROGRESS_EVERY {
            self.told_at.store(now.0, Ordering::Relaxed);
            let (done, total) = (done as u64, total as u64);
            self.listener.heard(
                &self.job,
                Fact::Progress {
                    stage: self.stage,
                    done,
                    total,
                },
            );
        }
        !self.stop.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::domain::ids::{DocumentId, JobId};
    use crate::domain::job::{ExportFormat, JobSpec, Lease};
    use crate::domain::tenant::Tier;
    use crate::domain::time::ManualClock;

    struct Nobody;

    impl Listener for Nobody {
        fn heard(&self, _: &ClaimedJob, _: Fact) {}
    }

    fn attempt(cores: &Arc<Semaphore>) -> Attempt {
        let now = Timestamp(0);
        let job = ClaimedJob {
            lease: Lease {
                job: JobId(uuid::Uuid::nil()),
                epoch: 1,
            },
            tenant: "acme".parse().unwrap(),
            tier: Tier::Standard,
            document: DocumentId(uuid::Uuid::nil()),
            spec: JobSpec::Export {
                format: ExportFormat::Pdf,
                version: 1,
                options: crate::domain::job::ExportOptions::default(),
            },
            attempt: 1,
            max_attempts: 1,
            ready_at: now,
            claimed_at: now,
            trace: None,
        };
        Attempt::new(
            job,
            CancellationToken::new(),
            Arc::new(ManualClock::at(now)),
            Arc::new(Nobody),
            Arc::clone(cores),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn a_computation_that_hangs_keeps_its_core_no_longer_than_its_attempt() {
        let cores = Arc::new(Semaphore::new(1));
        let (started, runs) = tokio::sync::oneshot::channel();
        let (end, ends) = mpsc::channel::<()>();
        let hanging = attempt(&cores);
        let task = tokio::spawn(async move {
            let hangs = move |_: &dyn Watch| {
                started.send(()).unwrap();
                // Deaf to every request to stop.
                let _ended = ends.recv();
                Ok(())
            };
            hanging.compute(Stage::Render, hangs).await
        });
        runs.await.unwrap();
        assert_eq!(cores.available_permits(), 0);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        tokio::task::yield_now().await;
        assert_eq!(cores.available_permits(), 0, "it may end by itself");
        tokio::time::advance(LAST_STEP + Duration::from_millis(1)).await;
        let other = attempt(&cores);
        let done = other.compute(Stage::Render, |_| Ok(7)).await;
        assert_eq!(done, Ok(7));
        drop(end);
    }

    #[tokio::test]
    async fn a_computation_that_ends_or_panics_gives_its_core_back() {
        let cores = Arc::new(Semaphore::new(1));
        let attempt = attempt(&cores);
        assert_eq!(attempt.compute(Stage::Render, |_| Ok(7)).await, Ok(7));
        let panics = |_: &dyn Watch| -> Result<(), Failure> { panic!("scripted") };
        let failed = attempt.compute(Stage::Render, panics).await.unwrap_err();
        assert_eq!(failed.code, FailureCode::Panicked);
        assert_eq!(cores.available_permits(), 1);
    }
}
