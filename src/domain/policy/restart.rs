//! How often a child may be restarted before its parent is asked: OTP's restart intensity, with backoff.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::time::Timestamp;

/// Parameters of restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartRules {
    /// Restarts allowed within `window`.
    pub intensity: u32,
    /// The window.
    pub window: Duration,
    /// The delay after the second restart in the window; doubles with each.
    pub base: Duration,
    /// The longest delay.
    pub cap: Duration,
}

impl Default for RestartRules {
    /// 20 in a minute: OTP's 1 in 5 s lets one bad deck take a pool down (Oban made the same change).
    fn default() -> Self {
        Self {
            intensity: 20,
            window: Duration::from_secs(60),
            base: Duration::from_millis(100),
            cap: Duration::from_secs(10),
        }
    }
}

/// What a supervisor does about a lost child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Start a new one after this long; the first one at once.
    After(Duration),
    /// Too many: the parent decides.
    Escalate,
}

/// The restarts a supervisor remembers.
#[derive(Clone, Debug, Default)]
pub struct RestartBudget {
    recent: VecDeque<Timestamp>,
}

impl RestartBudget {
    /// Counts a lost child and decides.
    pub fn lost(&mut self, rules: &RestartRules, now: Timestamp) -> Restart {
        while self
            .recent
            .front()
            .is_some_and(|at| now.since(*at) > rules.window)
        {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        let count = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        if count > rules.intensity {
            self.recent.clear();
            return Restart::Escalate;
        }
        if count <= 1 {
            return Restart::After(Duration::ZERO);
        }
        Restart::After(
            rules
                .base
                .saturating_mul(1 << (count - 2).min(20))
                .min(rules.cap),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_slow_down_and_then_escalate() {
        let rules = RestartRules {
            intensity: 3,
            ..RestartRules::default()
        };
        let mut budget = RestartBudget::default();
        let now = Timestamp(0);
        let got: Vec<_> = (0..4).map(|_| budget.lost(&rules, now)).collect();
        let after = |ms| Restart::After(Duration::from_millis(ms));
        assert_eq!(got, [after(0), after(100), after(200), Restart::Escalate]);
    }

    #[test]
    fn a_quiet_window_forgets() {
        let rules = RestartRules {
            intensity: 1,
            ..RestartRules::default()
        };
        let mut budget = RestartBudget::default();
        assert_eq!(
            budget.lost(&rules, Timestamp(0)),
            Restart::After(Duration::ZERO)
        );
        let later = Timestamp(0).plus(Duration::from_secs(61));
        assert_eq!(budget.lost(&rules, later), Restart::After(Duration::ZERO));
    }
}
