//! Again or not, and after how long: exponential backoff with full jitter.

use std::time::Duration;

use crate::domain::failure::{Failure, FailureClass};

/// Parameters of retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// Attempts a job may take.
    pub max_attempts: u32,
    /// The longest delay after the first failure; doubles with each.
    pub base: Duration,
    /// The longest delay of all.
    pub cap: Duration,
}

impl Default for RetryRules {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(60),
        }
    }
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another attempt after this long.
    Again(Duration),
    /// No more attempts.
    Dead,
}

/// Judges a failed attempt, the `attempt`th of `max_attempts`. `jitter` is in `[0, 1)`: the delay is that share of the
/// exponential bound (Brooker, *Exponential Backoff and Jitter*, 2015), and never less than what the provider asked for.
pub fn judge(
    rules: &RetryRules,
    failure: &Failure,
    attempt: u32,
    max_attempts: u32,
    jitter: f64,
) -> Verdict {
    if failure.code.class() == FailureClass::Permanent || attempt >= max_attempts {
        return Verdict::Dead;
    }
    let doublings = attempt.saturating_sub(1).min(20);
    let bound = rules.base.saturating_mul(1 << doublings).min(rules.cap);
    let asked = Duration::from_millis(failure.retry_after_ms.unwrap_or(0));
    Verdict::Again(bound.mul_f64(jitter.clamp(0.0, 1.0)).max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureCode;

    fn verdict(code: FailureCode, attempt: u32, jitter: f64) -> Verdict {
        judge(
            &RetryRules::default(),
            &Failure::new(code, "no"),
            attempt,
            5,
            jitter,
        )
    }

    #[test]
    fn delays_double_up_to_the_cap() {
        let delays: Vec<_> = (1..5)
            .map(|attempt| verdict(FailureCode::Panicked, attempt, 1.0))
            .collect();
        assert_eq!(
            delays,
            [1, 2, 4, 8].map(|s| Verdict::Again(Duration::from_secs(s)))
        );
        let late = judge(
            &RetryRules::default(),
            &Failure::new(FailureCode::Panicked, "no"),
            40,
            99,
            1.0,
        );
        assert_eq!(late, Verdict::Again(Duration::from_secs(60)));
    }

    #[test]
    fn a_permanent_failure_and_a_last_attempt_are_the_end() {
        assert_eq!(verdict(FailureCode::EncryptedFile, 1, 0.5), Verdict::Dead);
        assert_eq!(verdict(FailureCode::Panicked, 5, 0.5), Verdict::Dead);
    }

    #[test]
    fn a_provider_that_asks_for_time_gets_it_but_no_more_attempts() {
        let mut failure = Failure::new(FailureCode::ProviderUnavailable, "busy");
        failure.retry_after_ms = Some(90_000);
        let rules = RetryRules::default();
        assert_eq!(
            judge(&rules, &failure, 1, 5, 0.0),
            Verdict::Again(Duration::from_secs(90))
        );
        assert_eq!(judge(&rules, &failure, 5, 5, 0.0), Verdict::Dead);
    }
}
