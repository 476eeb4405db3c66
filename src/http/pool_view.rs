//! A pool as operators see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::autoscale::{Binding, CeilingCause, Direction, PolicyName, ScaleReason};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{Decided, PoolSnapshot};
use crate::domain::time::Timestamp;

/// A pool at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pool)]
pub struct PoolView {
    /// Which.
    #[schema(schema_with = super::openapi::pool_names)]
    pool: PoolName,
    /// Its workers.
    workers: WorkersView,
    /// Its slots.
    slots: SlotsView,
    /// Jobs that are ready and not started.
    depth: u64,
    /// How long the oldest of them has waited, in seconds.
    oldest_wait_seconds: f64,
    /// Mean service time of recent jobs, in seconds.
    service_seconds: f64,
    /// Which policy decides how many workers there are.
    #[schema(schema_with = super::openapi::scale_policies)]
    policy: PolicyName,
    /// Claims nothing new.
    paused: bool,
    /// What keeps it from having more workers, where something does.
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<CeilingView>,
    /// Workers lost and replaced since the pool started.
    restarts: u64,
    /// The last decisions, newest first.
    decisions: Vec<DecisionView>,
}

/// The workers of a pool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolWorkers)]
pub struct WorkersView {
    /// Those that start.
    starting: u32,
    /// Those that run or can run jobs.
    ready: u32,
    /// Those that finish what they have and then stop.
    retiring: u32,
    /// How many are wanted.
    desired: u32,
    /// The least number.
    min: u32,
    /// The number to fall back to when idle.
    baseline: u32,
    /// What the expected peak needs.
    peak: u32,
    /// The greatest number.
    max: u32,
}

/// The slots of a pool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolSlots)]
pub struct SlotsView {
    /// Jobs a worker runs at once.
    per_worker: u32,
    /// Slots of ready workers.
    total: u32,
    /// Slots in use.
    busy: u32,
    /// The share in use, 0 to 1.
    utilisation: f64,
}

/// A ceiling that a pool is at while it wants more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolCeiling)]
pub struct CeilingView {
    /// What the pool shares with others: `cores`, `database` or `provider`.
    #[schema(value_type = String, example = "cores")]
    cause: CeilingCause,
    /// The workers that it bears.
    workers: u32,
    /// Since when more are wanted.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// A decision to change the number of workers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolDecision)]
pub struct DecisionView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Workers before.
    from: u32,
    /// Workers wanted since.
    to: u32,
    /// `up` or `down`.
    #[schema(value_type = String, example = "up")]
    direction: Direction,
    /// Why.
    #[schema(schema_with = super::openapi::scale_reasons)]
    reason: ScaleReason,
}

impl From<PoolSnapshot> for PoolView {
    fn from(pool: PoolSnapshot) -> Self {
        let utilisation = if pool.slots == 0 {
            0.0
        } else {
            f64::from(pool.busy) / f64::from(pool.slots)
        };
        Self {
            pool: pool.pool,
            workers: WorkersView {
                starting: pool.starting,
                ready: pool.ready,
                retiring: pool.retiring,
                desired: pool.desired,
                min: pool.min,
                baseline: pool.baseline,
                peak: pool.peak,
                max: pool.max,
            },
            slots: SlotsView {
                per_worker: pool.slots_per_worker,
                total: pool.slots,
                busy: pool.busy,
                utilisation,
            },
            depth: pool.depth,
            oldest_wait_seconds: pool.oldest_wait_seconds,
            service_seconds: pool.service_seconds,
            policy: pool.policy,
            paused: pool.paused,
            ceiling: pool.ceiling.map(CeilingView::from),
            restarts: pool.restarts,
            decisions: pool.decisions.into_iter().map(DecisionView::from).collect(),
        }
    }
}

impl From<Binding> for CeilingView {
    fn from(binding: Binding) -> Self {
        Self {
            cause: binding.cause,
            workers: binding.workers,
            since: binding.since,
        }
    }
}

impl From<Decided> for DecisionView {
    fn from(decided: Decided) -> Self {
        let Decided { at, decision } = decided;
        Self {
            at,
            from: decision.from,
            to: decision.to,
            direction: decision.direction,
            reason: decision.reason,
        }
    }
}
