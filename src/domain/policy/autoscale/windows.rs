//! Samples of a pool over the longest window that a policy looks at, with means and rates in logarithmic time.
//!
//! A sample holds until the next. Each carries the integrals up to its moment, so a mean over a window is a difference of
//! two of them.

use std::collections::VecDeque;
use std::time::Duration;

use super::observation::Observation;
use crate::domain::time::Timestamp;

/// What a mean is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Jobs ready and not started.
    Depth,
    /// How long the oldest of them has waited, in seconds.
    Wait,
    /// The share of slots in use.
    Utilisation,
    /// Slots in use and jobs that wait for one.
    Concurrency,
}

const SIGNALS: usize = 4;

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Timestamp,
    /// The values from here on.
    values: [f64; SIGNALS],
    /// The integrals up to here, in seconds times the unit.
    sums: [f64; SIGNALS],
    /// Jobs that had arrived.
    arrived: f64,
}

/// The samples.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    samples: VecDeque<Sample>,
    first: Option<Timestamp>,
}

impl Windows {
    /// Takes a sample, and forgets what is older than `longest`.
    pub fn remember(&mut self, seen: &Observation, longest: Duration, now: Timestamp) {
        self.first.get_or_insert(now);
        let sums = self
            .samples
            .back()
            .map_or([0.0; SIGNALS], |last| last.sums_at(now));
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let (depth, started) = (seen.depth as f64, seen.started as f64);
        self.samples.push_back(Sample {
            at: now,
            values: [
                depth,
                seen.oldest_wait.as_secs_f64(),
                f64::from(seen.busy) / f64::from(seen.slots.max(1)),
                depth + f64::from(seen.busy),
            ],
            sums,
            arrived: started + depth,
        });
        // One sample older than the window stays: it holds until the first one inside.
        while self
            .samples
            .get(1)
            .is_some_and(|second| now.since(second.at) >= longest)
        {
            self.samples.pop_front();
        }
    }

    /// The mean over the window, by time. Before the first sample there was nothing.
    pub fn mean(&self, signal: Signal, window: Duration, now: Timestamp) -> f64 {
        let index = signal as usize;
        let at = |moment: Timestamp| {
            self.holding(moment)
                .map_or(0.0, |sample| sample.sums_at(moment)[index])
        };
        (at(now) - at(now.minus(window))) / window.as_secs_f64().max(1e-9)
    }

    /// Jobs that arrived in the window, a second. Over as much of the window as was seen.
    pub fn arrival_rate(&self, window: Duration, now: Timestamp) -> f64 {
        let Some(last) = self.samples.back() else {
            return 0.0;
        };
        let start = now.minus(window);
        let Some(then) = self.holding(start).or(self.samples.front()) else {
            return 0.0;
        };
        let seconds = now.since(then.at.max(start)).as_secs_f64();
        if seconds <= 0.0 {
            return 0.0;
        }
        // Jobs that another node took or a client cancelled leave without having started here.
        (last.arrived - then.arrived).max(0.0) / seconds
    }

    /// Since when there are samples.
    pub fn since(&self) -> Option<Timestamp> {
        self.first
    }

    /// The sample that holds at a moment.
    fn holding(&self, moment: Timestamp) -> Option<&Sample> {
        let after = self.samples.partition_point(|sample| sample.at <= moment);
        self.samples.get(after.checked_sub(1)?)
    }
}

impl Sample {
    fn sums_at(&self, moment: Timestamp) -> [f64; SIGNALS] {
        let held = moment.since(self.at).as_secs_f64();
        let mut sums = self.sums;
        for (sum, value) in sums.iter_mut().zip(self.values) {
            *sum += value * held;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_800_000_000_000_000);

    fn seen(depth: u64, started: u64) -> Observation {
        Observation {
            depth,
            oldest_wait: Duration::ZERO,
            busy: 2,
            slots: 4,
            workers: 1,
            slots_per_worker: 4,
            started,
            service: Duration::from_secs(1),
        }
    }

    fn at(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_sample_holds_until_the_next_and_before_the_first_there_was_nothing() {
        let mut windows = Windows::default();
        let minute = Duration::from_secs(60);
        windows.remember(&seen(10, 0), minute, at(0));
        windows.remember(&seen(20, 0), minute, at(30));
        let mean = windows.mean(Signal::Depth, minute, at(60));
        assert!((mean - 15.0).abs() < 1e-9, "{mean}");
        let early = windows.mean(Signal::Depth, minute, at(30));
        assert!((early - 5.0).abs() < 1e-9, "{early}");
        let share = windows.mean(Signal::Utilisation, Duration::from_secs(10), at(60));
        assert!((share - 0.5).abs() < 1e-9, "{share}");
    }

    #[test]
    fn what_arrives_is_what_waits_and_what_has_started() {
        let mut windows = Windows::default();
        let minute = Duration::from_secs(60);
        for second in 0..=120 {
            // Two arrive a second; half of them start at once.
            windows.remember(&seen(second, second), minute, at(second));
        }
        let rate = windows.arrival_rate(minute, at(120));
        assert!((rate - 2.0).abs() < 1e-9, "{rate}");
    }

    #[test]
    fn old_samples_go_and_the_means_stay_the_same() {
        let mut windows = Windows::default();
        let minute = Duration::from_secs(60);
        for second in 0..=600 {
            windows.remember(&seen(second % 7, 0), minute, at(second));
        }
        assert!(windows.samples.len() <= 62, "{}", windows.samples.len());
        let last: u64 = (540..600).map(|second| second % 7).sum();
        let mean = windows.mean(Signal::Depth, minute, at(600));
        #[expect(clippy::cast_precision_loss, reason = "a small sum")]
        let wanted = last as f64 / 60.0;
        assert!((mean - wanted).abs() < 1e-9, "{mean} {wanted}");
    }
}
