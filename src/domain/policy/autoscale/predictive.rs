//! The predictive policy: as many workers as what arrives will need, before a wait shows that they were missing.
//!
//! Jobs that arrive at rate λ and take S each hold λ·S slots (Little 1961). So that few of them wait there have to be
//! about λ·S + β·√(λ·S) slots (Halfin and Whitt 1981). What waits already is added to the rate so that it starts in time.
//! A burst is judged by a short window and nothing is given up while it lasts (Knative calls this the panic window). A
//! forecast may only add.

use std::collections::VecDeque;
use std::time::Duration;

use super::decision::{ScaleDecision, ScaleReason};
use super::observation::{Bounds, Observation};
use super::windows::Windows;
use crate::domain::time::Timestamp;

/// The parameters of the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictiveRules {
    /// What the ordinary rate of arrivals is taken over.
    pub slow: Duration,
    /// What a burst is seen in.
    pub fast: Duration,
    /// A burst is a rate in the fast window that needs this many times the workers there are.
    pub burst: f64,
    /// How soon what waits has to start.
    pub drain_within: Duration,
    /// β of the square-root rule: 2 lets about one job in fifty wait.
    pub slack: f64,
    /// A pool shrinks to the greatest need of this long.
    pub stable: Duration,
    /// The share by which the need has to differ before anything is changed.
    pub dead_band: f64,
    /// Whether what arrived on other days is learned from.
    pub forecast: bool,
}

impl PredictiveRules {
    /// For a pool whose jobs should start within `budget`.
    pub fn within(budget: Duration) -> Self {
        Self {
            slow: Duration::from_secs(120),
            fast: Duration::from_secs(10),
            burst: 2.0,
            drain_within: budget,
            slack: 2.0,
            stable: Duration::from_secs(180),
            dead_band: 0.1,
            forecast: true,
        }
    }

    /// The longest window it looks at.
    pub fn longest(&self) -> Duration {
        self.slow.max(self.fast)
    }
}

/// What a pool needs, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Workers.
    pub workers: u32,
    /// What asked for them.
    pub reason: ScaleReason,
}

/// What the policy remembers besides the samples.
#[derive(Clone, Debug, Default)]
pub struct PredictiveMemory {
    /// Needs that no later one exceeds, oldest first: the greatest of the last while is at the front.
    needs: VecDeque<(Timestamp, u32)>,
    burst_until: Option<Timestamp>,
}

impl PredictiveMemory {
    /// Decides. `foreseen` is the rate of arrivals a second that a forecast tells, where there is one. `None` holds.
    pub fn decide(
        &mut self,
        rules: &PredictiveRules,
        bounds: Bounds,
        (windows, seen, foreseen): (&Windows, &Observation, Option<f64>),
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        let mut need = need(rules, windows, seen, foreseen, now);
        need.workers = need.workers.clamp(bounds.min, bounds.max);
        let from = seen.workers;
        if f64::from(need.workers) >= f64::from(from) * rules.burst {
            self.burst_until = Some(now.plus(rules.stable));
        }
        self.remember(need.workers, rules.stable, now);
        if need.workers > from {
            let worth = f64::from(need.workers - from) > f64::from(from) * rules.dead_band;
            return worth
                .then(|| ScaleDecision::between(from, need.workers, need.reason))
                .flatten();
        }
        if self.burst_until.is_some_and(|until| now < until) {
            return None;
        }
        let greatest = self.needs.front().map_or(from, |(_, need)| *need);
        // At most half at once: what is given up may be needed again.
        let to = greatest.max(from.div_ceil(2));
        let worth = f64::from(from.saturating_sub(to)) > f64::from(from) * rules.dead_band;
        let watched = windows
            .since()
            .is_some_and(|since| now.since(since) >= rules.stable);
        (to < from && worth && watched)
            .then(|| ScaleDecision::between(from, to, ScaleReason::Demand))
            .flatten()
    }

    fn remember(&mut self, need: u32, stable: Duration, now: Timestamp) {
        while self.needs.back().is_some_and(|(_, last)| *last <= need) {
            self.needs.pop_back();
        }
        self.needs.push_back((now, need));
        while self
            .needs
            .front()
            .is_some_and(|(at, _)| now.since(*at) > stable)
        {
            self.needs.pop_front();
        }
    }
}

/// What a pool needs at this moment, whatever its bounds.
pub fn need(
    rules: &PredictiveRules,
    windows: &Windows,
    seen: &Observation,
    foreseen: Option<f64>,
    now: Timestamp,
) -> Need {
    let service = seen.service.as_secs_f64();
    let slow = windows.arrival_rate(rules.slow, now);
    let fast = windows.arrival_rate(rules.fast, now);
    #[expect(clippy::cast_precision_loss, reason = "depths are far below 2^53")]
    let draining = seen.depth as f64 / rules.drain_within.as_secs_f64().max(0.001);
    let workers = |rate: f64| workers_for(rate * service, rules.slack, seen.slots_per_worker);
    let candidates = [
        (workers(slow), ScaleReason::Demand),
        (workers(foreseen.unwrap_or(0.0)), ScaleReason::Forecast),
        (burst(rules, fast, slow, &workers), ScaleReason::Burst),
        (
            if seen.depth > 0 {
                workers(slow + draining)
            } else {
                0
            },
            ScaleReason::Backlog,
        ),
    ];
    let mut chosen = Need {
        workers: 0,
        reason: ScaleReason::Demand,
    };
    for (workers, reason) in candidates {
        if workers > chosen.workers {
            chosen = Need { workers, reason };
        }
    }
    chosen
}

/// The fast window counts only where it tells of far more than the slow one: it is noisy.
fn burst(rules: &PredictiveRules, fast: f64, slow: f64, workers: &impl Fn(f64) -> u32) -> u32 {
    if fast > slow * rules.burst {
        workers(fast)
    } else {
        0
    }
}

/// Workers for an offered load in Erlang.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; bounds follow"
)]
fn workers_for(load: f64, slack: f64, slots_per_worker: u32) -> u32 {
    if load <= 0.0 {
        return 0;
    }
    let slots = load + slack * load.sqrt();
    (slots / f64::from(slots_per_worker.max(1))).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_800_000_000_000_000);
    const BOUNDS: Bounds = Bounds {
        min: 3,
        baseline: 5,
        peak: 10,
        max: 20,
    };

    /// A pool that follows every decision at once; `load` answers depth and arrivals of each second. Its workers each second.
    fn followed(seconds: u64, load: impl Fn(u64) -> (u64, u64)) -> Vec<u32> {
        let rules = PredictiveRules::within(Duration::from_secs(2));
        let (mut memory, mut windows) = (PredictiveMemory::default(), Windows::default());
        let (mut workers, mut arrived) = (BOUNDS.baseline, 0);
        (0..seconds)
            .map(|second| {
                let (depth, arrivals) = load(second);
                arrived += arrivals;
                let seen = Observation {
                    depth,
                    oldest_wait: Duration::ZERO,
                    busy: 0,
                    slots: workers * 3,
                    workers,
                    slots_per_worker: 3,
                    started: arrived - depth,
                    service: Duration::from_secs(6),
                };
                let now = START.plus(Duration::from_secs(second));
                windows.remember(&seen, rules.longest(), now);
                let made = memory.decide(&rules, BOUNDS, (&windows, &seen, None), now);
                workers = made.map_or(workers, |made| made.to);
                workers
            })
            .collect()
    }

    #[test]
    fn the_load_and_its_square_root_are_staffed() {
        assert_eq!(workers_for(0.0, 2.0, 3), 0);
        assert_eq!(workers_for(9.0, 2.0, 3), 5);
        assert_eq!(workers_for(100.0, 2.0, 4), 30);
    }

    #[test]
    fn workers_come_before_anything_waits() {
        // Three a second at six seconds each hold 18 slots; nothing ever waits.
        let workers = followed(300, |_| (0, 3));
        assert_eq!(workers.last(), Some(&9));
    }

    #[test]
    fn a_backlog_is_met_within_a_tick() {
        let workers = followed(5, |second| match second {
            0 | 1 => (0, 0),
            2 => (40, 40),
            _ => (40, 0),
        });
        assert_eq!(workers[1], 5);
        assert_eq!(workers[2], 20);
    }

    #[test]
    fn what_is_not_needed_goes_slowly_and_not_during_a_burst() {
        let workers = followed(900, |second| if second < 120 { (0, 3) } else { (0, 0) });
        assert!(workers[200] >= 9, "{}", workers[200]);
        assert_eq!(workers.last(), Some(&BOUNDS.min));
        let falls: Vec<_> = workers.windows(2).filter(|two| two[1] < two[0]).collect();
        assert!(falls.iter().all(|two| two[1] * 2 >= two[0]), "{falls:?}");
    }

    #[test]
    fn a_forecast_only_adds() {
        let rules = PredictiveRules::within(Duration::from_secs(2));
        let mut windows = Windows::default();
        let seen = Observation {
            depth: 0,
            oldest_wait: Duration::ZERO,
            busy: 0,
            slots: 15,
            workers: 5,
            slots_per_worker: 3,
            started: 0,
            service: Duration::from_secs(6),
        };
        windows.remember(&seen, rules.longest(), START);
        let now = START.plus(Duration::from_secs(1));
        let with = need(&rules, &windows, &seen, Some(3.0), now);
        assert_eq!((with.workers, with.reason), (9, ScaleReason::Forecast));
        let without = need(&rules, &windows, &seen, Some(0.0), now);
        assert_eq!(without, need(&rules, &windows, &seen, None, now));
    }
}
