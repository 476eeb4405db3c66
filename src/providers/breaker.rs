//! A breaker: a provider that fails too often is left alone for a while, then asked once to see whether it is well again.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::time::Timestamp;

/// When it opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerRules {
    /// The share of failures above which it opens, 0 to 1.
    pub share: f64,
    /// Requests in the window below which nothing is concluded: two of twenty are an accident.
    pub least: u32,
    /// How far back is looked.
    pub window: Duration,
    /// How long it stays open before one request may try.
    pub pause: Duration,
}

impl Default for BreakerRules {
    /// More than 5 % of at least 20 requests in 30 s (specification, *Failover*).
    fn default() -> Self {
        Self {
            share: 0.05,
            least: 20,
            window: Duration::from_secs(30),
            pause: Duration::from_secs(10),
        }
    }
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Requests pass.
    Closed,
    /// None does.
    Open,
    /// One is out to try.
    HalfOpen,
}

impl Standing {
    /// Its name in JSON and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The breaker of one provider.
#[derive(Clone, Debug)]
pub struct Breaker {
    rules: BreakerRules,
    outcomes: VecDeque<(Timestamp, bool)>,
    opened_at: Option<Timestamp>,
    trying_since: Option<Timestamp>,
}

impl Breaker {
    /// One that is closed.
    pub fn new(rules: BreakerRules) -> Self {
        Self {
            rules,
            outcomes: VecDeque::new(),
            opened_at: None,
            trying_since: None,
        }
    }

    /// Whether a request may pass now; the one that tries is counted by asking.
    pub fn admits(&mut self, now: Timestamp) -> bool {
        let Some(opened_at) = self.opened_at else {
            return true;
        };
        if now.since(opened_at) < self.rules.pause {
            return false;
        }
        // A try whose end was never told, because its node of the code was dropped, say, is not waited for for ever.
        let trying = self
            .trying_since
            .is_some_and(|since| now.since(since) < self.rules.pause);
        if !trying {
            self.trying_since = Some(now);
        }
        !trying
    }

    /// A request ended.
    pub fn ended(&mut self, well: bool, now: Timestamp) {
        if self.opened_at.is_some() {
            if self.trying_since.take().is_some() {
                self.opened_at = (!well).then_some(now);
                self.outcomes.clear();
            }
            return;
        }
        self.outcomes.push_back((now, well));
        while let Some((at, _)) = self.outcomes.front()
            && now.since(*at) > self.rules.window
        {
            self.outcomes.pop_front();
        }
        let all = self.outcomes.len();
        let failed = self.outcomes.iter().filter(|(_, well)| !well).count();
        let least = usize::try_from(self.rules.least).unwrap_or(usize::MAX);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a window holds far fewer than 2^52"
        )]
        if all >= least && failed as f64 > self.rules.share * all as f64 {
            self.opened_at = Some(now);
        }
    }

    /// How it stands.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.opened_at {
            None => Standing::Closed,
            Some(opened_at) if now.since(opened_at) < self.rules.pause => Standing::Open,
            Some(_) => Standing::HalfOpen,
        }
    }

    /// When it may be asked again, where it is open.
    pub fn again_in(&self, now: Timestamp) -> Option<Duration> {
        let opened_at = self.opened_at?;
        Some(
            self.rules
                .pause
                .saturating_sub(now.since(opened_at))
                .max(Duration::from_millis(50)),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp(0).plus(Duration::from_millis(millis))
    }

    #[test]
    fn it_opens_above_the_share_with_enough_requests_and_closes_by_one_that_succeeds() {
        let mut breaker = Breaker::new(BreakerRules::default());
        for request in 0..18 {
            breaker.ended(true, at(request));
        }
        breaker.ended(false, at(18));
        assert_eq!(
            breaker.standing(at(19)),
            Standing::Closed,
            "19 are too few to tell"
        );
        breaker.ended(true, at(19));
        assert_eq!(
            breaker.standing(at(20)),
            Standing::Closed,
            "one of 20 is 5 %"
        );
        breaker.ended(false, at(20));
        assert_eq!(breaker.standing(at(21)), Standing::Open);
        assert!(!breaker.admits(at(10_000)));
        assert!(breaker.admits(at(10_021)), "one tries");
        assert!(!breaker.admits(at(10_022)), "and no other");
        breaker.ended(false, at(10_100));
        assert!(!breaker.admits(at(20_000)));
        assert!(breaker.admits(at(20_101)));
        breaker.ended(true, at(20_200));
        assert_eq!(breaker.standing(at(20_200)), Standing::Closed);
        assert!(breaker.admits(at(20_201)));
    }

    proptest! {
        #[test]
        fn it_is_open_only_after_too_many_failures_within_the_window(
            outcomes in prop::collection::vec((0_u64..2_000, any::<bool>()), 1..200)
        ) {
            let rules = BreakerRules::default();
            let mut breaker = Breaker::new(rules);
            let mut seen: Vec<(u64, bool)> = Vec::new();
            let mut now = 0;
            for (gap, well) in outcomes {
                now += gap;
                breaker.ended(well, at(now));
                seen.push((now, well));
                let recent = seen.iter().filter(|(then, _)| now - then <= 30_000);
                let (all, failed) = recent.fold((0, 0), |(all, failed), (_, well)| {
                    (all + 1, failed + u32::from(!well))
                });
                let too_many = all >= 20 && f64::from(failed) > 0.05 * f64::from(all);
                prop_assert_eq!(breaker.standing(at(now)) == Standing::Open, too_many);
                if too_many {
                    break;
                }
            }
        }
    }
}
