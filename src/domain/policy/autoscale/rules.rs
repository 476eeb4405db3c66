//! The specification's rules: conditions that must have held over windows of real samples.

use std::time::Duration;

use super::decision::{ScaleDecision, ScaleReason};
use super::observation::{Bounds, Observation};
use super::windows::{Signal, Windows};
use crate::domain::time::Timestamp;

/// The rules of one pool. Durations are windows that a condition must hold for.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoscaleRules {
    /// Grow when the mean depth over the window is above the number.
    pub depth_mean: Option<(f64, Duration)>,
    /// Grow when the mean wait over the window is above the duration.
    pub wait_mean: Option<(Duration, Duration)>,
    /// Grow when the depth was above the number all through the window.
    pub depth_sustained: Option<(u64, Duration)>,
    /// Grow when the mean share of busy slots over the window is above the number.
    pub utilisation: Option<(f64, Duration)>,
    /// Shrink towards the minimum when the depth was below the number all through the window.
    pub shrink_below: (u64, Duration),
    /// Shrink at once to the baseline when the pool was empty all through the window.
    pub empty_for: Duration,
    /// Workers are multiplied by this when growing, and at least `grow_by` are added.
    pub grow_factor: f64,
    /// The least number of workers added at once, and all that is added at once above the peak.
    pub grow_by: u32,
    /// The least time between two steps up.
    pub grow_cooldown: Duration,
    /// The least time between two steps down of one worker each.
    pub shrink_cooldown: Duration,
}

const TWO_MINUTES: Duration = Duration::from_secs(120);
const TEN_MINUTES: Duration = Duration::from_secs(600);

impl AutoscaleRules {
    /// The convert pool: mean depth above 15 or mean wait above 5 s over 2 min, or depth above 20 for 2 min.
    pub fn convert() -> Self {
        Self {
            depth_mean: Some((15.0, TWO_MINUTES)),
            wait_mean: Some((Duration::from_secs(5), TWO_MINUTES)),
            depth_sustained: Some((20, TWO_MINUTES)),
            utilisation: None,
            shrink_below: (5, TEN_MINUTES),
            empty_for: TEN_MINUTES,
            grow_factor: 1.5,
            grow_by: 2,
            grow_cooldown: Duration::from_secs(30),
            shrink_cooldown: Duration::from_secs(60),
        }
    }

    /// The export pool: mean depth above 20 or mean wait above 3 s over 2 min.
    pub fn export() -> Self {
        Self {
            depth_mean: Some((20.0, TWO_MINUTES)),
            wait_mean: Some((Duration::from_secs(3), TWO_MINUTES)),
            depth_sustained: None,
            ..Self::convert()
        }
    }

    /// The AI pool: wait above 0.5 s over 1 min, or more than 80 % of the slots busy.
    pub fn ai() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            depth_mean: None,
            wait_mean: Some((Duration::from_millis(500), minute)),
            depth_sustained: None,
            utilisation: Some((0.8, minute)),
            ..Self::convert()
        }
    }
}

/// Since when a condition holds without a break.
#[derive(Clone, Copy, Debug, Default)]
struct Held(Option<Timestamp>);

impl Held {
    fn note(&mut self, holds: bool, now: Timestamp) {
        if holds {
            self.0.get_or_insert(now);
        } else {
            self.0 = None;
        }
    }

    fn all_through(self, window: Duration, now: Timestamp) -> bool {
        self.0.is_some_and(|since| now.since(since) >= window)
    }
}

/// What the rules remember besides the samples.
#[derive(Clone, Debug, Default)]
pub struct RulesMemory {
    deep: Held,
    low: Held,
    empty: Held,
    grew_at: Option<Timestamp>,
    shrank_at: Option<Timestamp>,
}

impl RulesMemory {
    /// Takes note of a sample, whoever decides.
    pub fn note(&mut self, rules: &AutoscaleRules, seen: &Observation, now: Timestamp) {
        let limit = rules.depth_sustained.map_or(u64::MAX, |(limit, _)| limit);
        self.deep.note(seen.depth > limit, now);
        self.low.note(seen.depth < rules.shrink_below.0, now);
        self.empty.note(seen.depth == 0 && seen.busy == 0, now);
    }

    /// Decides. `None` holds.
    pub fn decide(
        &mut self,
        rules: &AutoscaleRules,
        bounds: Bounds,
        (windows, seen): (&Windows, &Observation),
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        let from = seen.workers;
        if let Some(reason) = self.grow_reason(rules, windows, now) {
            let rested = self
                .grew_at
                .is_none_or(|at| now.since(at) >= rules.grow_cooldown);
            if !rested || from >= bounds.max {
                return None;
            }
            self.grew_at = Some(now);
            return ScaleDecision::between(from, grown(from, rules, bounds), reason);
        }
        let (to, reason) = self.shrink_target(rules, bounds, from, now)?;
        self.shrank_at = Some(now);
        ScaleDecision::between(from, to, reason)
    }

    fn grow_reason(
        &self,
        rules: &AutoscaleRules,
        windows: &Windows,
        now: Timestamp,
    ) -> Option<ScaleReason> {
        let above = |signal, limit: f64, window| windows.mean(signal, window, now) > limit;
        if rules
            .depth_mean
            .is_some_and(|(limit, window)| above(Signal::Depth, limit, window))
        {
            return Some(ScaleReason::DepthMean);
        }
        if rules
            .wait_mean
            .is_some_and(|(limit, window)| above(Signal::Wait, limit.as_secs_f64(), window))
        {
            return Some(ScaleReason::WaitMean);
        }
        if rules
            .depth_sustained
            .is_some_and(|(_, window)| self.deep.all_through(window, now))
        {
            return Some(ScaleReason::DepthSustained);
        }
        if rules
            .utilisation
            .is_some_and(|(limit, window)| above(Signal::Utilisation, limit, window))
        {
            return Some(ScaleReason::Utilisation);
        }
        None
    }

    fn shrink_target(
        &self,
        rules: &AutoscaleRules,
        bounds: Bounds,
        from: u32,
        now: Timestamp,
    ) -> Option<(u32, ScaleReason)> {
        if from > bounds.baseline && self.empty.all_through(rules.empty_for, now) {
            return Some((bounds.baseline.max(bounds.min), ScaleReason::Empty));
        }
        let rested = self
            .shrank_at
            .is_none_or(|at| now.since(at) >= rules.shrink_cooldown);
        let low = self.low.all_through(rules.shrink_below.1, now);
        (from > bounds.min && rested && low).then_some((from - 1, ScaleReason::DepthLow))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; bounds follow"
)]
fn grown(from: u32, rules: &AutoscaleRules, bounds: Bounds) -> u32 {
    let by_step = from.saturating_add(rules.grow_by);
    let by_factor = (f64::from(from) * rules.grow_factor).ceil() as u32;
    // The expected peak is reached fast; beyond it nobody knows what is needed.
    by_step.max(by_factor.min(bounds.peak)).min(bounds.max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::autoscale::policy::{Autoscaler, PolicyName, ScalePolicies};

    const BOUNDS: Bounds = Bounds {
        min: 3,
        baseline: 5,
        peak: 10,
        max: 20,
    };

    /// Samples once a second; answers the first decision and the second it came at.
    fn first_decision(
        rules: &AutoscaleRules,
        workers: u32,
        seconds: u64,
        load: impl Fn(u64) -> (u64, u64),
    ) -> Option<(u64, u32, ScaleReason)> {
        let mut scaler = Autoscaler::default();
        let policies = ScalePolicies {
            name: PolicyName::Rules,
            rules: rules.clone(),
            ..ScalePolicies::default()
        };
        (0..seconds).find_map(|second| {
            let (depth, wait) = load(second);
            let seen = Observation {
                depth,
                oldest_wait: Duration::from_secs(wait),
                busy: u32::from(depth > 0),
                slots: 15,
                workers,
                slots_per_worker: 3,
                started: 0,
                service: Duration::from_secs(1),
            };
            let now = Timestamp(1_800_000_000_000_000).plus(Duration::from_secs(second));
            scaler
                .decide(&policies, BOUNDS, seen, now)
                .map(|made| (second, made.to, made.reason))
        })
    }

    #[test]
    fn the_convert_pool_grows_when_the_mean_depth_of_two_minutes_passes_15() {
        let got = first_decision(&AutoscaleRules::convert(), 5, 600, |_| (30, 0));
        assert_eq!(got, Some((61, 8, ScaleReason::DepthMean)));
        assert_eq!(
            first_decision(&AutoscaleRules::convert(), 5, 3_600, |_| (15, 5)),
            None
        );
    }

    #[test]
    fn a_pool_grows_when_the_mean_wait_passes_its_limit() {
        let got = first_decision(&AutoscaleRules::export(), 8, 600, |_| (6, 6));
        assert_eq!(got, Some((61, BOUNDS.peak, ScaleReason::WaitMean)));
    }

    #[test]
    fn a_short_spike_changes_nothing() {
        let load = |second| {
            if (100..160).contains(&second) {
                (20, 4)
            } else {
                (6, 0)
            }
        };
        assert_eq!(
            first_decision(&AutoscaleRules::convert(), 5, 1_200, load),
            None
        );
    }

    #[test]
    fn ten_minutes_of_little_to_do_shrink_by_one() {
        let got = first_decision(&AutoscaleRules::convert(), 4, 900, |_| (4, 0));
        assert_eq!(got, Some((600, 3, ScaleReason::DepthLow)));
    }

    #[test]
    fn ten_empty_minutes_lead_back_to_the_baseline_at_once() {
        let got = first_decision(&AutoscaleRules::convert(), 12, 900, |_| (0, 0));
        assert_eq!(got, Some((600, 5, ScaleReason::Empty)));
    }

    #[test]
    fn growth_is_fast_to_the_peak_and_slow_beyond_it() {
        let rules = AutoscaleRules::convert();
        let steps: Vec<_> = [5, 8, 10, 19]
            .into_iter()
            .map(|from| grown(from, &rules, BOUNDS))
            .collect();
        assert_eq!(steps, [8, 10, 12, 20]);
    }

    #[test]
    fn the_bounds_are_never_passed() {
        assert_eq!(
            first_decision(&AutoscaleRules::convert(), 20, 3_600, |_| (90, 60)),
            None
        );
        assert_eq!(
            first_decision(&AutoscaleRules::convert(), 3, 3_600, |_| (0, 0)),
            None
        );
        let got = first_decision(&AutoscaleRules::convert(), 1, 10, |_| (0, 0));
        assert_eq!(got, Some((0, 3, ScaleReason::Bounds)));
    }
}
