//! A rate as a value: so much in a window, refilled evenly, with the whole of it as burst (GCRA, ITU-T I.371).

use std::time::Duration;

/// So much in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How much.
    pub amount: u64,
    /// In how long.
    pub window: Duration,
}

/// How a rate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How much there is in a window.
    pub limit: u64,
    /// How much may be taken now.
    pub left: u64,
    /// After how long all of it may be taken again.
    pub full_in: Duration,
}

/// Nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// After how long as much can be taken; never where it is more than the whole rate.
    pub wait: Option<Duration>,
}

impl Rate {
    /// So much in a second.
    pub const fn per_second(amount: u64) -> Self {
        Self {
            amount,
            window: Duration::from_secs(1),
        }
    }

    /// So much in a minute.
    pub const fn per_minute(amount: u64) -> Self {
        Self {
            amount,
            window: Duration::from_secs(60),
        }
    }

    /// How long it takes to refill so much, in whole microseconds: rounded down, or the last of seven could not be taken;
    /// but something is never free.
    pub fn time_of(&self, cost: u64) -> Duration {
        let window = self.window.as_micros();
        let micros = u128::from(cost) * window / u128::from(self.amount.max(1));
        let micros = u64::try_from(micros).unwrap_or(u64::MAX);
        Duration::from_micros(micros.max(u64::from(cost > 0)))
    }

    /// Takes `cost` from a rate that is full again in `full_in`; answers in how long it then is.
    pub fn take(&self, full_in: Duration, cost: u64) -> Result<Duration, Refused> {
        if cost > self.amount {
            return Err(Refused { wait: None });
        }
        let then = full_in.saturating_add(self.time_of(cost));
        let wait = then.saturating_sub(self.window);
        if wait.is_zero() {
            Ok(then)
        } else {
            Err(Refused { wait: Some(wait) })
        }
    }

    /// What a rate that is full again in `full_in` looks like.
    pub fn standing(&self, full_in: Duration) -> Standing {
        let free = self.window.saturating_sub(full_in).as_micros();
        let left = free * u128::from(self.amount) / self.window.as_micros().max(1);
        Standing {
            limit: self.amount,
            left: u64::try_from(left).unwrap_or(u64::MAX),
            full_in,
        }
    }

    /// The part of this rate that one of several may grant on its own; at least one.
    #[must_use]
    pub fn part(&self, share: f64) -> Self {
        Self {
            amount: part(self.amount, share),
            window: self.window,
        }
    }
}

/// A part of an amount, at least one unless there is nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "amounts are far below 2^53, and a share lies between 0 and 1"
)]
pub fn part(amount: u64, share: f64) -> u64 {
    let part = (amount as f64 * share.clamp(0.0, 1.0)).floor() as u64;
    part.max(1).min(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_whole_rate_is_a_burst_and_then_it_trickles() {
        let rate = Rate::per_second(4);
        let mut full_in = Duration::ZERO;
        for left in (0..4).rev() {
            full_in = rate.take(full_in, 1).unwrap();
            assert_eq!(rate.standing(full_in).left, left);
        }
        let wait = Some(Duration::from_millis(250));
        assert_eq!(rate.take(full_in, 1), Err(Refused { wait }));
        let later = full_in.saturating_sub(Duration::from_millis(250));
        assert_eq!(rate.take(later, 1), Ok(SECOND));
    }

    #[test]
    fn more_than_the_whole_is_never_granted() {
        let rate = Rate::per_minute(3);
        assert_eq!(rate.take(Duration::ZERO, 4), Err(Refused { wait: None }));
        let none = Rate::per_minute(0);
        assert_eq!(none.take(Duration::ZERO, 1), Err(Refused { wait: None }));
    }

    #[test]
    fn a_part_is_at_least_one_of_something() {
        assert_eq!([part(10, 0.25), part(1, 0.1), part(0, 0.5)], [2, 1, 0]);
    }

    proptest! {
        #[test]
        fn no_more_than_twice_the_rate_passes_in_any_window(
            amount in 1_u64..1_000,
            steps in prop::collection::vec((0_u64..20_000, 1_u64..50), 1..200),
        ) {
            let rate = Rate { amount, window: SECOND };
            let (mut full_in, mut now, mut granted) = (Duration::ZERO, 0_u64, Vec::new());
            for (pause, cost) in steps {
                now += pause;
                full_in = full_in.saturating_sub(Duration::from_micros(pause));
                if let Ok(then) = rate.take(full_in, cost) {
                    full_in = then;
                    granted.push((now, cost));
                }
            }
            for (start, _) in &granted {
                let within = granted.iter().filter(|(at, _)| (*start..start + 1_000_000).contains(at));
                prop_assert!(within.map(|(_, cost)| cost).sum::<u64>() <= 2 * amount);
            }
        }
    }
}
