//! What others scale by, as they document it: Kubernetes' horizontal pod autoscaler, Knative's and Ray Serve's. They run in
//! the simulator on the same traces, so that our own policies are held against something.

use std::collections::VecDeque;
use std::time::Duration;

use super::decision::{ScaleDecision, ScaleReason};
use super::observation::{Bounds, Observation};
use super::windows::{Signal, Windows};
use crate::domain::time::Timestamp;

/// How often Kubernetes looks.
const HPA_SYNC: Duration = Duration::from_secs(15);
/// Kubernetes leaves a ratio that close to 1 alone.
const HPA_TOLERANCE: f64 = 0.1;
/// Kubernetes shrinks to the greatest recommendation of this long.
const HPA_STABLE: Duration = Duration::from_secs(300);
/// Knative's stable window; its panic window is a tenth of it.
const KNATIVE_STABLE: Duration = Duration::from_secs(60);
/// The share of a worker's slots that Knative and Ray aim at.
const TARGET_SHARE: f64 = 0.7;
/// How long Ray must want more before it adds, and fewer before it takes away.
const RAY_UP: Duration = Duration::from_secs(30);
const RAY_DOWN: Duration = Duration::from_secs(600);

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Kubernetes: slots in use and jobs waiting, against 70 % of the slots, every 15 s.
    Hpa,
    /// Knative: mean concurrency over a minute, over six seconds in a panic.
    Knative,
    /// Ray Serve: jobs held and waiting, when it was so for long enough.
    Ray,
}

/// What they remember besides the samples.
#[derive(Clone, Debug, Default)]
pub struct PeerMemory {
    looked_at: Option<Timestamp>,
    recommended: VecDeque<(Timestamp, u32)>,
    panic_since: Option<Timestamp>,
    panic_most: u32,
    wanted_more_since: Option<Timestamp>,
    wanted_fewer_since: Option<Timestamp>,
}

impl PeerMemory {
    /// Decides as that peer does. `None` holds.
    pub fn decide(
        &mut self,
        peer: Peer,
        bounds: Bounds,
        (windows, seen): (&Windows, &Observation),
        now: Timestamp,
    ) -> Option<ScaleDecision> {
        let to = match peer {
            Peer::Hpa => self.hpa(seen, now)?,
            Peer::Knative => self.knative(windows, seen, now),
            Peer::Ray => self.ray(seen, now)?,
        };
        let to = to.clamp(bounds.min, bounds.max);
        ScaleDecision::between(seen.workers, to, ScaleReason::Utilisation)
    }

    fn hpa(&mut self, seen: &Observation, now: Timestamp) -> Option<u32> {
        if self.looked_at.is_some_and(|at| now.since(at) < HPA_SYNC) {
            return None;
        }
        self.looked_at = Some(now);
        let from = seen.workers;
        let ratio = held(seen) / (per_worker(seen) * f64::from(from.max(1)));
        let wanted = if (ratio - 1.0).abs() <= HPA_TOLERANCE {
            from
        } else {
            whole(ratio * f64::from(from))
        };
        self.recommended.push_back((now, wanted));
        while self
            .recommended
            .front()
            .is_some_and(|(at, _)| now.since(*at) > HPA_STABLE)
        {
            self.recommended.pop_front();
        }
        if wanted >= from {
            return Some(wanted.min((from * 2).max(from + 4)));
        }
        let greatest = self.recommended.iter().map(|(_, wanted)| *wanted).max();
        greatest.map(|greatest| greatest.min(from))
    }

    fn knative(&mut self, windows: &Windows, seen: &Observation, now: Timestamp) -> u32 {
        let mean = |window| windows.mean(Signal::Concurrency, window, now);
        let stable = whole(mean(KNATIVE_STABLE) / per_worker(seen));
        let panic = whole(mean(KNATIVE_STABLE / 10) / per_worker(seen));
        if panic >= seen.workers * 2 {
            self.panic_since = Some(now);
        } else if self
            .panic_since
            .is_some_and(|at| now.since(at) >= KNATIVE_STABLE)
        {
            self.panic_since = None;
            self.panic_most = 0;
        }
        if self.panic_since.is_some() {
            self.panic_most = self.panic_most.max(panic).max(seen.workers);
            return self.panic_most;
        }
        let watched = windows
            .since()
            .is_some_and(|since| now.since(since) >= KNATIVE_STABLE);
        // It halves at most, and not before it has seen a whole window.
        let least = if watched {
            seen.workers.div_ceil(2)
        } else {
            seen.workers
        };
        stable.max(least)
    }

    fn ray(&mut self, seen: &Observation, now: Timestamp) -> Option<u32> {
        let wanted = whole(held(seen) / per_worker(seen));
        let (more, fewer) = (wanted > seen.workers, wanted < seen.workers);
        let since = |memory: &mut Option<Timestamp>, holds: bool| {
            if holds {
                Some(now.since(*memory.get_or_insert(now)))
            } else {
                *memory = None;
                None
            }
        };
        let up = since(&mut self.wanted_more_since, more);
        let down = since(&mut self.wanted_fewer_since, fewer);
        let long_enough =
            up.is_some_and(|held| held >= RAY_UP) || down.is_some_and(|held| held >= RAY_DOWN);
        if !long_enough {
            return None;
        }
        self.wanted_more_since = None;
        self.wanted_fewer_since = None;
        Some(wanted)
    }
}

/// Jobs that run and jobs that wait.
#[expect(clippy::cast_precision_loss, reason = "depths are far below 2^53")]
fn held(seen: &Observation) -> f64 {
    seen.depth as f64 + f64::from(seen.busy)
}

/// Jobs that a worker should hold.
fn per_worker(seen: &Observation) -> f64 {
    TARGET_SHARE * f64::from(seen.slots_per_worker.max(1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; bounds follow"
)]
fn whole(workers: f64) -> u32 {
    workers.ceil() as u32
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

    /// The second at which a peer first acts, and to what, with `held` jobs in the pool from the first second on.
    fn first(peer: Peer, held: u64, seconds: u64) -> Option<(u64, u32)> {
        let (mut memory, mut windows) = (PeerMemory::default(), Windows::default());
        (0..seconds).find_map(|second| {
            let seen = Observation {
                depth: held.saturating_sub(15),
                oldest_wait: Duration::ZERO,
                busy: u32::try_from(held.min(15)).unwrap(),
                slots: 15,
                workers: 5,
                slots_per_worker: 3,
                started: 0,
                service: Duration::from_secs(6),
            };
            let now = START.plus(Duration::from_secs(second));
            windows.remember(&seen, KNATIVE_STABLE, now);
            let made = memory.decide(peer, BOUNDS, (&windows, &seen), now)?;
            Some((second, made.to))
        })
    }

    #[test]
    fn kubernetes_doubles_at_once_and_shrinks_after_five_minutes() {
        assert_eq!(first(Peer::Hpa, 60, 60), Some((0, 10)));
        assert_eq!(first(Peer::Hpa, 10, 600), None, "inside the tolerance");
        assert_eq!(first(Peer::Hpa, 3, 600), Some((0, 3)));
    }

    #[test]
    fn knative_panics_within_six_seconds() {
        let (second, to) = first(Peer::Knative, 60, 60).unwrap();
        assert!(second <= 6 && to >= 10, "{second} {to}");
    }

    #[test]
    fn ray_waits_half_a_minute_to_grow_and_ten_to_shrink() {
        assert_eq!(first(Peer::Ray, 60, 100), Some((30, 20)));
        assert_eq!(first(Peer::Ray, 2, 700), Some((600, 3)));
    }
}
