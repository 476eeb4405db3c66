//! `[pools.*]`: how many workers, and when a pool grows and shrinks.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::queue::Queue;
use super::span::Span;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::predictive::PredictiveRules;
use crate::domain::policy::autoscale::{
    AutoscaleRules, Bounds, Ceiling, PolicyName, ScalePolicies,
};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::{Tier, Tiers};

/// `[pools]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pools {
    /// Files become decks.
    pub convert: Pool,
    /// Decks become files.
    pub export: Pool,
    /// Models answer.
    pub ai: Pool,
    /// Jobs of a pool that one core of the machine bears at once; 0 is no ceiling.
    pub slots_per_core: u32,
    /// Jobs of a pool that one connection to PostgreSQL bears at once; 0 is no ceiling.
    pub slots_per_connection: u32,
}

impl Default for Pools {
    fn default() -> Self {
        Self {
            convert: Pool::of(JobKind::Convert, Span::seconds(120)),
            export: Pool::of(JobKind::Export, Span::seconds(120)),
            ai: Pool::of(JobKind::Ai, Span::seconds(60)),
            slots_per_core: 50,
            slots_per_connection: 8,
        }
    }
}

impl Pools {
    /// Slots of the pools of these kinds when nothing is to be done.
    pub fn slots_at_rest(&self, kinds: impl IntoIterator<Item = JobKind>) -> u32 {
        let pools = kinds.into_iter().map(|kind| self.of(kind));
        pools.map(|pool| pool.baseline * pool.slots).sum()
    }

    /// The pool of a kind.
    pub fn of(&self, kind: JobKind) -> &Pool {
        match kind {
            JobKind::Convert => &self.convert,
            JobKind::Export => &self.export,
            JobKind::Ai => &self.ai,
        }
    }
}

/// `[pools.convert]`, `[pools.export]`, `[pools.ai]`. A threshold of 0 is a rule that is off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Jobs a worker runs at once.
    pub slots: u32,
    /// The least number of workers.
    pub min: u32,
    /// The number to start with and to fall back to when idle.
    pub baseline: u32,
    /// What the expected peak needs: above it the rules add `grow_by` at a time.
    pub peak: u32,
    /// The greatest number of workers.
    pub max: u32,
    /// The greatest number on all nodes together, where something else adds and removes nodes; 0: each node's own are all.
    pub fleet_max: u32,
    /// Which policy decides: `rules`, `predictive`, or what others do (`hpa`, `knative`, `ray`).
    #[schemars(with = "String")]
    pub policy: PolicyName,
    /// How soon what waits has to start, by the predictive policy.
    pub start_within: Span,
    /// Whether the predictive policy learns from what arrived on other days.
    pub forecast: bool,
    /// The hard deadline of an attempt.
    pub deadline: Span,
    /// What a job is thought to take before any was measured.
    pub expected_service: Span,
    /// Grow when the mean depth over `window` is above this.
    pub depth_mean: f64,
    /// Grow when the mean wait over `window` is above this.
    pub wait_mean: Span,
    /// Grow when the depth was above this all through `window`.
    pub depth_sustained: u64,
    /// Grow when the mean share of busy slots over `window` is above this.
    pub utilisation: f64,
    /// What the rules for growing look at.
    pub window: Span,
    /// Shrink towards `min` when the depth was below this all through `idle_window`.
    pub shrink_below: u64,
    /// What the rules for shrinking look at; a pool that was empty through it goes to `baseline` at once.
    pub idle_window: Span,
    /// Workers are multiplied by this when growing.
    pub grow_factor: f64,
    /// The least number of workers added at once.
    pub grow_by: u32,
    /// The least time between two steps up.
    pub grow_cooldown: Span,
    /// The least time between two steps down, of one worker each.
    pub shrink_cooldown: Span,
    /// Tiers that have workers of their own, which take no one else's jobs.
    #[serde(default)]
    pub tiers: TierPools,
}

/// `[pools.convert.tiers]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TierPools {
    /// Contract with its own objectives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<TierPool>,
    /// Paying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<TierPool>,
    /// Not paying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free: Option<TierPool>,
}

impl TierPools {
    /// The tiers that have workers of their own, and how many.
    pub fn each(&self) -> impl Iterator<Item = (Tier, TierPool)> {
        let of = [self.enterprise, self.standard, self.free];
        let pools = Tier::ALL.into_iter().zip(of);
        pools.filter_map(|(tier, pool)| pool.map(|pool| (tier, pool)))
    }
}

/// `[pools.convert.tiers.enterprise]`: how many workers; all else is as with the pool it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierPool {
    /// The least number of workers.
    pub min: u32,
    /// The number to start with and to fall back to when idle.
    pub baseline: u32,
    /// What the expected peak needs.
    pub peak: u32,
    /// The greatest number of workers.
    pub max: u32,
}

impl TierPool {
    fn bounds(self) -> Bounds {
        Bounds {
            min: self.min,
            baseline: self.baseline,
            peak: self.peak,
            max: self.max,
        }
    }
}

impl Pool {
    /// The specification's numbers for a kind of job.
    fn of(kind: JobKind, deadline: Span) -> Self {
        let settings = PoolSettings::of(kind);
        let policies = settings.autoscale;
        let rules = policies.rules;
        let window = rules
            .wait_mean
            .map_or(Duration::from_secs(120), |(_, window)| window);
        Self {
            slots: settings.slots,
            min: settings.bounds.min,
            baseline: settings.bounds.baseline,
            peak: settings.bounds.peak,
            max: settings.bounds.max,
            fleet_max: settings.fleet_max,
            policy: policies.name,
            start_within: Span(policies.predictive.drain_within),
            forecast: policies.predictive.forecast,
            deadline,
            expected_service: Span(settings.expected_service),
            depth_mean: rules.depth_mean.map_or(0.0, |(depth, _)| depth),
            wait_mean: Span(rules.wait_mean.map_or(Duration::ZERO, |(wait, _)| wait)),
            depth_sustained: rules.depth_sustained.map_or(0, |(depth, _)| depth),
            utilisation: rules.utilisation.map_or(0.0, |(share, _)| share),
            window: Span(window),
            shrink_below: rules.shrink_below.0,
            idle_window: Span(rules.empty_for),
            grow_factor: rules.grow_factor,
            grow_by: rules.grow_by,
            grow_cooldown: Span(rules.grow_cooldown),
            shrink_cooldown: Span(rules.shrink_cooldown),
            tiers: TierPools::default(),
        }
    }

    /// The pools of a kind as their actors take them: the one of all tiers that have none of their own, then those.
    pub fn settings(
        &self,
        kind: JobKind,
        queue: &Queue,
        ceilings: &[Ceiling],
    ) -> Vec<PoolSettings> {
        let mut shared = self.shared(kind, queue, ceilings);
        let mut pools = Vec::new();
        for (tier, own) in self.tiers.each() {
            shared.tiers = shared.tiers.without(tier);
            pools.push(PoolSettings {
                name: PoolName {
                    kind,
                    tier: Some(tier),
                },
                tiers: Tiers::only(tier),
                bounds: own.bounds(),
                fleet_max: 0,
                ..shared.clone()
            });
        }
        pools.insert(0, shared);
        pools
    }

    fn shared(&self, kind: JobKind, queue: &Queue, ceilings: &[Ceiling]) -> PoolSettings {
        PoolSettings {
            name: kind.into(),
            tiers: Tiers::ALL,
            slots: self.slots,
            bounds: Bounds {
                min: self.min,
                baseline: self.baseline,
                peak: self.peak,
                max: self.max,
            },
            fleet_max: self.fleet_max,
            autoscale: ScalePolicies {
                name: self.policy,
                rules: self.rules(),
                predictive: PredictiveRules {
                    forecast: self.forecast,
                    ..PredictiveRules::within(self.start_within.0)
                },
                ceilings: ceilings.to_vec(),
            },
            dispatch: queue.dispatch(),
            restart: queue.restart(),
            expected_service: self.expected_service.0,
        }
    }

    fn rules(&self) -> AutoscaleRules {
        let window = self.window.0;
        AutoscaleRules {
            depth_mean: (self.depth_mean > 0.0).then_some((self.depth_mean, window)),
            wait_mean: (!self.wait_mean.0.is_zero()).then_some((self.wait_mean.0, window)),
            depth_sustained: (self.depth_sustained > 0).then_some((self.depth_sustained, window)),
            utilisation: (self.utilisation > 0.0).then_some((self.utilisation, window)),
            shrink_below: (self.shrink_below, self.idle_window.0),
            empty_for: self.idle_window.0,
            grow_factor: self.grow_factor,
            grow_by: self.grow_by,
            grow_cooldown: self.grow_cooldown.0,
            shrink_cooldown: self.shrink_cooldown.0,
        }
    }

    /// What makes no sense together.
    pub(super) fn faults(&self, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, sentence: &str| {
            if !holds {
                faults.push(format!("pools.{name}: {sentence}"));
            }
        };
        must((1..=256).contains(&self.slots), "slots is 1 to 256");
        must(self.min >= 1, "min is at least 1");
        must(
            self.min <= self.baseline && self.baseline <= self.peak && self.peak <= self.max,
            "min, baseline, peak and max rise in this order",
        );
        must(self.max <= 1_000, "max is at most 1000");
        must(self.grow_factor >= 1.0, "grow_factor is at least 1");
        must(self.grow_by >= 1, "grow_by is at least 1");
        must(
            (0.0..=1.0).contains(&self.utilisation),
            "utilisation is a share of 0 to 1",
        );
        must(
            !self.deadline.0.is_zero(),
            "deadline is longer than nothing",
        );
        must(
            !self.start_within.0.is_zero(),
            "start_within is longer than nothing",
        );
        must(!self.window.0.is_zero(), "window is longer than nothing");
        for (tier, own) in self.tiers.each() {
            let Bounds {
                min,
                baseline,
                peak,
                max,
            } = own.bounds();
            if !(1 <= min && min <= baseline && baseline <= peak && peak <= max && max <= 1_000) {
                faults.push(format!(
                    "pools.{name}.tiers.{}: min, baseline, peak and max rise in this order, from 1 to 1000",
                    tier.name()
                ));
            }
        }
        if self.tiers.each().count() == Tier::ALL.len() {
            faults.push(format!(
                "pools.{name}.tiers: one tier is left to the pool of all, or it would have nothing to do"
            ));
        }
        faults
    }
}
