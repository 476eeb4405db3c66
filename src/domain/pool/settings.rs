//! What a pool is told when it is made: one validated value, from `config.toml` or from a scenario.

use std::time::Duration;

use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::predictive::PredictiveRules;
use crate::domain::policy::autoscale::{AutoscaleRules, Bounds, PolicyName, ScalePolicies};
use crate::domain::policy::dispatch::DispatchRules;
use crate::domain::policy::restart::RestartRules;
use crate::domain::pool::name::PoolName;
use crate::domain::stage::wait_budget;
use crate::domain::tenant::Tiers;

/// The settings of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolSettings {
    /// Which pool.
    pub name: PoolName,
    /// Whose jobs it takes.
    pub tiers: Tiers,
    /// Jobs a worker runs at once.
    pub slots: u32,
    /// How many workers, at least, at rest and at most.
    pub bounds: Bounds,
    /// The most workers on all nodes together, for who watches them; 0 where nobody said.
    pub fleet_max: u32,
    /// When it grows and shrinks.
    pub autoscale: ScalePolicies,
    /// Whose jobs go first.
    pub dispatch: DispatchRules,
    /// How often workers may be lost.
    pub restart: RestartRules,
    /// What a job is thought to take before any was measured.
    pub expected_service: Duration,
}

impl PoolSettings {
    /// The specification's numbers for a kind of job.
    pub fn of(kind: JobKind) -> Self {
        let (slots, bounds, rules, expected) = match kind {
            JobKind::Convert => (3, [3, 5, 10, 20], AutoscaleRules::convert(), 200),
            JobKind::Export => (4, [5, 8, 15, 25], AutoscaleRules::export(), 200),
            JobKind::Ai => (5, [2, 3, 6, 10], AutoscaleRules::ai(), 1_000),
        };
        let [min, baseline, peak, max] = bounds;
        Self {
            name: kind.into(),
            tiers: Tiers::ALL,
            slots,
            bounds: Bounds {
                min,
                baseline,
                peak,
                max,
            },
            fleet_max: 0,
            autoscale: ScalePolicies {
                name: PolicyName::default(),
                rules,
                predictive: PredictiveRules::within(wait_budget(kind)),
                ceilings: Vec::new(),
            },
            dispatch: DispatchRules::default(),
            restart: RestartRules::default(),
            expected_service: Duration::from_millis(expected),
        }
    }
}
