//! `[pools.*]`: how many workers, and when a pool grows and shrinks.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::queue::Queue;
use super::span::Span;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::predictive::PredictiveRules;
use crate::domain::policy::autoscale::{AutoscaleRules, Bounds, PolicyName, ScalePolicies};
use crate::domain::pool::settings::PoolSettings;

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
}

impl Default for Pools {
    fn default() -> Self {
        Self {
            convert: Pool::of(JobKind::Convert, Span::seconds(120)),
            export: Pool::of(JobKind::Export, Span::seconds(120)),
            ai: Pool::of(JobKind::Ai, Span::seconds(60)),
        }
    }
}

impl Pools {
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
    /// Which policy decides: `rules`, `predictive`, or what others do (`hpa`, `knative`, `ray`).
    #[schemars(with = "String")]
    pub policy: PolicyName,
    /// How soon what waits has to start, by the predictive policy.
    pub start_within: Span,
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
            policy: policies.name,
            start_within: Span(policies.predictive.drain_within),
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
        }
    }

    /// The pool as its actor takes it.
    pub fn settings(&self, kind: JobKind, queue: &Queue) -> PoolSettings {
        PoolSettings {
            kind,
            slots: self.slots,
            bounds: Bounds {
                min: self.min,
                baseline: self.baseline,
                peak: self.peak,
                max: self.max,
            },
            autoscale: ScalePolicies {
                name: self.policy,
                rules: self.rules(),
                predictive: PredictiveRules::within(self.start_within.0),
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
        faults
    }
}
