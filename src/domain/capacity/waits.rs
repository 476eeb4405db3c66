//! How long jobs waited, as counts between fixed bounds: those of many hours add up, and their quantiles stay true.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The upper bounds in seconds; what is above the last has a count of its own.
pub const BOUNDS: [f64; 12] = [
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0,
];

/// Counts of waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits([u64; BOUNDS.len() + 1]);

impl Waits {
    /// Counts a wait.
    pub fn record(&mut self, wait: Duration) {
        let seconds = wait.as_secs_f64();
        self.0[BOUNDS.partition_point(|bound| *bound < seconds)] += 1;
    }

    /// Adds those of another time.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The wait in seconds that a share `q` of all did not pass, as even within its bounds as Prometheus takes it to be.
    /// Beyond the last bound it is that bound. `None` of nothing.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let all = self.count();
        if all == 0 {
            return None;
        }
        let rank = q * all as f64;
        let mut below = 0.0;
        let mut lower = 0.0;
        for (count, upper) in self.0.iter().zip(BOUNDS) {
            let count = *count as f64;
            if count > 0.0 && below + count >= rank {
                return Some(lower + (upper - lower) * (rank - below) / count);
            }
            below += count;
            lower = upper;
        }
        Some(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_two_hours_are_those_of_both() {
        let (mut one, mut other) = (Waits::default(), Waits::default());
        assert_eq!(one.quantile(0.5), None);
        for _ in 0..90 {
            one.record(Duration::from_millis(50));
        }
        for _ in 0..10 {
            other.record(Duration::from_secs(7));
        }
        one.add(&other);
        assert_eq!(one.count(), 100);
        assert!(one.quantile(0.5).unwrap() <= 0.1);
        let late = one.quantile(0.95).unwrap();
        assert!((5.0..=10.0).contains(&late), "{late}");
    }

    #[test]
    fn a_wait_beyond_all_bounds_is_said_to_be_the_last() {
        let mut waits = Waits::default();
        waits.record(Duration::from_secs(3_000));
        assert_eq!(waits.quantile(0.99), Some(600.0));
        waits = Waits::default();
        waits.record(Duration::from_millis(100));
        assert!(waits.quantile(1.0).unwrap() <= 0.1);
    }
}
