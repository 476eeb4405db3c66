//! One attempt at a job as the work sees it: stages are timed, progress is told, a request to stop is heard.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::faults;
use crate::deck::watch::Watch;
use crate::domain::cost::Usage;
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{ClaimedJob, JobResult};
use crate::domain::job_event::Fact;
use crate::domain::stage::{Stage, StageTime};
use crate::domain::time::{Clock, Timestamp};

/// The least time between two tellings of progress: four in a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

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
    stages: Mutex<Vec<StageTime>>,
    cpu_micros: AtomicU64,
    storage_bytes: AtomicU64,
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
        Self {
            job,
            stop,
            clock,
            listener,
            cores,
            stages: Mutex::new(Vec::new()),
            cpu_micros: AtomicU64::new(0),
            storage_bytes: AtomicU64::new(0),
        }
    }

    /// Runs a stage of IO and times it.
    pub async fn stage<T>(
        &self,
        stage: Stage,
        io: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        let started = self.clock.now();
        let outcome = io.await;
        self.stage_ended(stage, started);
        outcome
    }

    /// Runs a stage of computation off the arbiter, on a bounded number of cores, and times it. A panic in it becomes
    /// a failure here; this is the only place where the codec's panics are caught.
    pub async fn compute<T: Send + 'static>(
        &self,
        stage: Stage,
        work: impl FnOnce(&dyn Watch) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.cores).acquire_owned().await;
        let started = self.clock.now();
        let watch = SlideWatch {
            stage,
            job: self.job.clone(),
            stop: self.stop.clone(),
            clock: Arc::clone(&self.clock),
            listener: Arc::clone(&self.listener),
            told_at: AtomicI64::new(started.0),
        };
        let outcome = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            std::panic::catch_unwind(AssertUnwindSafe(|| work(&watch)))
        })
        .await;
        let took = self.clock.now().since(started);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.cpu_micros.fetch_add(micros, Ordering::Relaxed);
        self.stage_ended(stage, started);
        match outcome {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Err(faults::panicked(panic.as_ref())),
            Err(gone) => Err(Failure::new(FailureCode::Panicked, gone.to_string())),
        }
    }

    /// Counts bytes moved to or from the object store.
    pub fn moved(&self, bytes: usize) {
        self.storage_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
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
        }
    }

    /// A stage that began at `started` ends now.
    pub fn stage_ended(&self, stage: Stage, started: Timestamp) {
        let took = self.clock.now().since(started);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.stages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(StageTime { stage, micros });
        let duration_ms = took.as_secs_f64() * 1_000.0;
        self.listener
            .heard(&self.job, Fact::Stage { stage, duration_ms });
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
