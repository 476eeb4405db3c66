//! What happens to a pool.

use std::fmt;
use std::time::Duration;

use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::policy::dispatch::Backlog;
use crate::domain::policy::forecast::Forecast;
use crate::domain::pool::snapshot::PoolChange;

/// A worker of a pool, by number; never used again within the pool's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(pub u64);

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a worker takes to be ready, live and simulated: it reports from its first timer, which shows that it can be
/// reached by one.
pub const WORKER_START: Duration = Duration::from_millis(1);

/// Why a worker is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LossReason {
    /// Its actor panicked.
    Panicked,
    /// It did not beat.
    Hung,
    /// It was killed: by an operator or a fault plan.
    Killed,
}

impl LossReason {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::Panicked, Self::Hung, Self::Killed];

    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Panicked => "panicked",
            Self::Hung => "hung",
            Self::Killed => "killed",
        }
    }
}

/// What happens to a pool.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolEvent {
    /// It is opened.
    Opened,
    /// A worker is ready.
    WorkerReady(WorkerId),
    /// A worker stopped as it was told.
    WorkerStopped(WorkerId),
    /// A worker is gone, with all it was doing.
    WorkerLost(WorkerId, LossReason),
    /// What waits in the store.
    BacklogSeen(Backlog),
    /// The store could not be looked at.
    LookFailed,
    /// These jobs are ours now.
    Claimed(Vec<ClaimedJob>),
    /// Claiming failed.
    ClaimFailed,
    /// A worker is done with a job, however it ended.
    JobFinished {
        /// Which worker.
        worker: WorkerId,
        /// Which claim.
        lease: Lease,
        /// How long it took.
        service: Duration,
    },
    /// A job may have become ready.
    Woken,
    /// What will arrive on all nodes, or nothing where no forecast is to be believed; and what arrived in the last whole
    /// bucket.
    Foreseen(Option<Forecast>, f64),
    /// Time to look and to sample.
    Tick,
    /// An operator changes it.
    Changed(PoolChange),
    /// The node is stopping: claim nothing more.
    Draining,
}
