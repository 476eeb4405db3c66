//! What a pool shows of itself: to operators, to metrics and to tests.

use serde::{Deserialize, Serialize};

use crate::domain::policy::autoscale::{Binding, PolicyName, ScaleDecision};
use crate::domain::pool::name::PoolName;
use crate::domain::time::Timestamp;

/// A pool at a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolSnapshot {
    /// Which pool.
    pub pool: PoolName,
    /// Workers that are starting.
    pub starting: u32,
    /// Workers that run or can run jobs.
    pub ready: u32,
    /// Workers that finish what they have and then stop.
    pub retiring: u32,
    /// How many workers are wanted.
    pub desired: u32,
    /// The least number of workers.
    pub min: u32,
    /// The number to fall back to when idle.
    pub baseline: u32,
    /// What the expected peak needs.
    pub peak: u32,
    /// The greatest number of workers.
    pub max: u32,
    /// The most workers on all nodes together; 0 where nobody said.
    pub fleet_max: u32,
    /// Which policy decides.
    pub policy: PolicyName,
    /// Jobs a worker runs at once.
    pub slots_per_worker: u32,
    /// Slots of ready workers.
    pub slots: u32,
    /// Slots in use.
    pub busy: u32,
    /// Jobs that are ready and not started, as last seen.
    pub depth: u64,
    /// How long the oldest of them has waited, in seconds.
    pub oldest_wait_seconds: f64,
    /// Mean service time of recent jobs, in seconds.
    pub service_seconds: f64,
    /// Claims nothing new.
    pub paused: bool,
    /// What keeps it from having more workers, where something does.
    pub ceiling: Option<Binding>,
    /// Workers lost and replaced since the pool started.
    pub restarts: u64,
    /// The last decisions, newest first.
    pub decisions: Vec<Decided>,
}

/// A decision and when it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub decision: ScaleDecision,
}

/// What an operator changes of a pool. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoolChange {
    /// The least number of workers.
    pub min: Option<u32>,
    /// The number to fall back to when idle.
    pub baseline: Option<u32>,
    /// What the expected peak needs.
    pub peak: Option<u32>,
    /// The greatest number of workers.
    pub max: Option<u32>,
    /// Which policy decides from now on.
    pub policy: Option<PolicyName>,
    /// `true` claims nothing new, `false` goes on.
    pub paused: Option<bool>,
}
