//! Which policy decides: chosen by name, switched while the pool runs, all fed by the same samples.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ceiling::{self, Binding, Ceiling};
use super::decision::{ScaleDecision, ScaleReason};
use super::observation::{Bounds, Observation};
use super::peers::{Peer, PeerMemory};
use super::predictive::{PredictiveMemory, PredictiveRules};
use super::rules::{AutoscaleRules, RulesMemory};
use super::windows::Windows;
use crate::domain::policy::forecast::Forecast;
use crate::domain::time::Timestamp;

/// The policies there are.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PolicyName {
    /// The specification's rules.
    #[default]
    Rules,
    /// Little's law on what arrives, bursts, and a forecast that may only add.
    Predictive,
    /// What Kubernetes does.
    Hpa,
    /// What Knative does.
    Knative,
    /// What Ray Serve does.
    Ray,
}

impl PolicyName {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Rules,
        Self::Predictive,
        Self::Hpa,
        Self::Knative,
        Self::Ray,
    ];

    /// Its name in settings, reports and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Predictive => "predictive",
            Self::Hpa => "hpa",
            Self::Knative => "knative",
            Self::Ray => "ray",
        }
    }
}

/// The policies of a pool with their parameters, and which one decides.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalePolicies {
    /// Which one decides.
    pub name: PolicyName,
    /// The specification's rules.
    pub rules: AutoscaleRules,
    /// The predictive policy.
    pub predictive: PredictiveRules,
    /// What it cannot outgrow.
    pub ceilings: Vec<Ceiling>,
}

impl Default for ScalePolicies {
    fn default() -> Self {
        Self {
            name: PolicyName::default(),
            rules: AutoscaleRules::convert(),
            predictive: PredictiveRules::within(Duration::from_secs(2)),
            ceilings: Vec::new(),
        }
    }
}

impl ScalePolicies {
    fn longest(&self) -> Duration {
        let rules = &self.rules;
        let windows = [
            rules.depth_mean.map(|(_, window)| window),
            rules.wait_mean.map(|(_, window)| window),
            rules.utilisation.map(|(_, window)| window),
        ];
        let of_rules = windows.into_iter().flatten().max().unwrap_or_default();
        // A minute is what the peers look at.
        of_rules
            .max(self.predictive.longest())
            .max(Duration::from_secs(60))
    }
}

/// What a pool remembers of itself to scale by.
#[derive(Clone, Debug, Default)]
pub struct Autoscaler {
    windows: Windows,
    rules: RulesMemory,
    predictive: PredictiveMemory,
    peers: PeerMemory,
    foreseen: Option<Forecast>,
    share: f64,
    binding: Option<Binding>,
}

impl Autoscaler {
    /// Takes a sample and decides. `None` holds.
    pub fn decide(
        &mut self,
        policies: &ScalePolicies,
        bounds: Bounds,
        seen: Observation,
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        self.windows.remember(&seen, policies.longest(), now);
        self.rules.note(&policies.rules, &seen, now);
        let from = seen.workers;
        if from < bounds.min || from > bounds.max {
            let to = from.clamp(bounds.min, bounds.max);
            return ScaleDecision::between(from, to, ScaleReason::Bounds);
        }
        let made = self.chosen(policies, bounds, &seen, now);
        let at = (bounds, &seen);
        ceiling::limit(made, &policies.ceilings, at, &mut self.binding, now)
    }

    fn chosen(
        &mut self,
        policies: &ScalePolicies,
        bounds: Bounds,
        seen: &Observation,
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        let at = (&self.windows, seen);
        match policies.name {
            PolicyName::Rules => self.rules.decide(&policies.rules, bounds, at, now),
            PolicyName::Predictive => {
                let rate = self.foreseen.as_ref().and_then(|told| told.rate(now));
                let at = (at.0, at.1, rate.map(|rate| rate * self.share));
                self.predictive
                    .decide(&policies.predictive, bounds, at, now)
            }
            PolicyName::Hpa => self.peers.decide(Peer::Hpa, bounds, at, now),
            PolicyName::Knative => self.peers.decide(Peer::Knative, bounds, at, now),
            PolicyName::Ray => self.peers.decide(Peer::Ray, bounds, at, now),
        }
    }

    /// The ceiling that it is at while it wants more.
    pub fn binding(&self) -> Option<Binding> {
        self.binding
    }

    /// Takes what a forecast tells of all nodes' jobs, or nothing where it is not to be believed; `share` of them are
    /// this pool's.
    pub fn foresee(&mut self, told: Option<Forecast>, share: f64) {
        self.foreseen = told;
        self.share = share;
    }
}
