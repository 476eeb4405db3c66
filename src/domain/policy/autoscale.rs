//! How many workers a pool should have: the specification's rules, over windows of real samples.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    /// The least number of workers added at once.
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

/// What is known of a pool at a moment. If the live pool cannot observe it, the policy cannot use it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Jobs ready and not started.
    pub depth: u64,
    /// How long the oldest of them has waited.
    pub oldest_wait: Duration,
    /// Slots in use.
    pub busy: u32,
    /// Slots there are.
    pub slots: u32,
    /// Workers there are, those that start included, those that retire not.
    pub workers: u32,
}

/// The bounds of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least number of workers.
    pub min: u32,
    /// The number to fall back to when idle.
    pub baseline: u32,
    /// The greatest number of workers.
    pub max: u32,
}

/// Which way a pool goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More workers.
    Up,
    /// Fewer workers.
    Down,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleReason {
    /// The mean depth was too high.
    DepthMean,
    /// The mean wait was too long.
    WaitMean,
    /// The depth was too high all the time.
    DepthSustained,
    /// Too many slots were busy.
    Utilisation,
    /// The depth was low all the time.
    DepthLow,
    /// There was nothing to do all the time.
    Empty,
    /// An operator changed the bounds.
    Bounds,
}

impl ScaleReason {
    /// All reasons.
    pub const ALL: [Self; 7] = [
        Self::DepthMean,
        Self::WaitMean,
        Self::DepthSustained,
        Self::Utilisation,
        Self::DepthLow,
        Self::Empty,
        Self::Bounds,
    ];

    /// Its name in metrics, events and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::DepthMean => "depth_mean",
            Self::WaitMean => "wait_mean",
            Self::DepthSustained => "depth_sustained",
            Self::Utilisation => "utilisation",
            Self::DepthLow => "depth_low",
            Self::Empty => "empty",
            Self::Bounds => "bounds",
        }
    }
}

/// A decision to change the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaleDecision {
    /// Workers before.
    pub from: u32,
    /// Workers wanted.
    pub to: u32,
    /// Which way.
    pub direction: Direction,
    /// Why.
    pub reason: ScaleReason,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Timestamp,
    seen: Observation,
}

/// What the policy remembers: the samples of its longest window, and when it last acted.
#[derive(Clone, Debug, Default)]
pub struct Autoscaler {
    samples: VecDeque<Sample>,
    first: Option<Timestamp>,
    grew_at: Option<Timestamp>,
    shrank_at: Option<Timestamp>,
}

impl Autoscaler {
    /// Takes a sample and decides. `None` holds.
    pub fn decide(
        &mut self,
        rules: &AutoscaleRules,
        bounds: Bounds,
        seen: Observation,
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        self.remember(rules, seen, now);
        let from = seen.workers;
        if from < bounds.min || from > bounds.max {
            return decision(
                from,
                from.clamp(bounds.min, bounds.max),
                ScaleReason::Bounds,
            );
        }
        if let Some(reason) = self.grow_reason(rules, now) {
            let rested = self
                .grew_at
                .is_none_or(|at| now.since(at) >= rules.grow_cooldown);
            if !rested || from >= bounds.max {
                return None;
            }
            self.grew_at = Some(now);
            return decision(from, grown(from, rules).min(bounds.max), reason);
        }
        let (to, reason) = self.shrink_target(rules, bounds, from, now)?;
        self.shrank_at = Some(now);
        decision(from, to, reason)
    }

    fn remember(&mut self, rules: &AutoscaleRules, seen: Observation, now: Timestamp) {
        self.first.get_or_insert(now);
        self.samples.push_back(Sample { at: now, seen });
        let longest = rules.shrink_below.1.max(rules.empty_for).max(TWO_MINUTES);
        // One sample older than the window stays: it holds until the first one inside.
        while self
            .samples
            .get(1)
            .is_some_and(|second| now.since(second.at) >= longest)
        {
            self.samples.pop_front();
        }
    }

    fn grow_reason(&self, rules: &AutoscaleRules, now: Timestamp) -> Option<ScaleReason> {
        #[expect(clippy::cast_precision_loss, reason = "depths are far below 2^53")]
        let depth = |seen: &Observation| seen.depth as f64;
        let wait = |seen: &Observation| seen.oldest_wait.as_secs_f64();
        let share = |seen: &Observation| f64::from(seen.busy) / f64::from(seen.slots.max(1));
        if rules
            .depth_mean
            .is_some_and(|(limit, window)| self.mean(window, now, depth) > limit)
        {
            return Some(ScaleReason::DepthMean);
        }
        if let Some((limit, window)) = rules.wait_mean
            && self.mean(window, now, wait) > limit.as_secs_f64()
        {
            return Some(ScaleReason::WaitMean);
        }
        if let Some((limit, window)) = rules.depth_sustained
            && self.always(window, now, |seen| seen.depth > limit)
        {
            return Some(ScaleReason::DepthSustained);
        }
        if rules
            .utilisation
            .is_some_and(|(limit, window)| self.mean(window, now, share) > limit)
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
        let idle = |seen: &Observation| seen.depth == 0 && seen.busy == 0;
        if from > bounds.baseline && self.always(rules.empty_for, now, idle) {
            return Some((bounds.baseline.max(bounds.min), ScaleReason::Empty));
        }
        let (limit, window) = rules.shrink_below;
        let rested = self
            .shrank_at
            .is_none_or(|at| now.since(at) >= rules.shrink_cooldown);
        if from > bounds.min && rested && self.always(window, now, |seen| seen.depth < limit) {
            return Some((from - 1, ScaleReason::DepthLow));
        }
        None
    }

    /// The mean over the window, by time: a sample holds until the next. Before the first sample there was nothing.
    fn mean(&self, window: Duration, now: Timestamp, value: impl Fn(&Observation) -> f64) -> f64 {
        let start = now.minus(window);
        let mut sum = 0.0;
        let mut until = now;
        for sample in self.samples.iter().rev() {
            sum += value(&sample.seen) * until.since(sample.at.max(start)).as_secs_f64();
            until = sample.at;
            if sample.at <= start {
                break;
            }
        }
        sum / window.as_secs_f64().max(1e-9)
    }

    /// Whether it held all through the window, which must have been seen whole.
    fn always(
        &self,
        window: Duration,
        now: Timestamp,
        holds: impl Fn(&Observation) -> bool,
    ) -> bool {
        let start = now.minus(window);
        if self.first.is_none_or(|first| first > start) {
            return false;
        }
        for sample in self.samples.iter().rev() {
            if !holds(&sample.seen) {
                return false;
            }
            if sample.at <= start {
                break;
            }
        }
        true
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; bounds follow"
)]
fn grown(from: u32, rules: &AutoscaleRules) -> u32 {
    let scaled = (f64::from(from) * rules.grow_factor).ceil() as u32;
    scaled.max(from.saturating_add(rules.grow_by))
}

fn decision(from: u32, to: u32, reason: ScaleReason) -> Option<ScaleDecision> {
    let direction = if to > from {
        Direction::Up
    } else {
        Direction::Down
    };
    (from != to).then_some(ScaleDecision {
        from,
        to,
        direction,
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        min: 3,
        baseline: 5,
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
        (0..seconds).find_map(|second| {
            let (depth, wait) = load(second);
            let seen = Observation {
                depth,
                oldest_wait: Duration::from_secs(wait),
                busy: u32::from(depth > 0),
                slots: 15,
                workers,
            };
            let now = Timestamp(1_800_000_000_000_000).plus(Duration::from_secs(second));
            scaler
                .decide(rules, BOUNDS, seen, now)
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
        assert_eq!(got, Some((61, 12, ScaleReason::WaitMean)));
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
