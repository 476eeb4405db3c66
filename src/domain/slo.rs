//! What the platform promises, and how much of what may be missed is left. The rules of Prometheus hold the same promises.

use std::time::Duration;

use super::job::JobKind;

/// A promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Decks are converted in time.
    Convert,
    /// Decks are exported in time.
    Export,
    /// The first word of a model comes in time.
    Ai,
    /// Requests are not answered by 5xx.
    Api,
    /// Event streams are not cut by us.
    Streams,
}

impl Objective {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Convert,
        Self::Export,
        Self::Ai,
        Self::Api,
        Self::Streams,
    ];

    /// That of jobs of a kind from end to end; an answer of a model is held to its first word instead.
    pub fn of_jobs(kind: JobKind) -> Option<Self> {
        match kind {
            JobKind::Convert => Some(Self::Convert),
            JobKind::Export => Some(Self::Export),
            JobKind::Ai => None,
        }
    }

    /// Its label in the rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Export => "export",
            Self::Ai => "ai",
            Self::Api => "api",
            Self::Streams => "sse",
        }
    }

    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Convert => "converted within 15 s",
            Self::Export => "exported within 12 s",
            Self::Ai => "first word of a model within 2 s",
            Self::Api => "requests not answered by 5xx",
            Self::Streams => "event streams not cut by us",
        }
    }

    /// The time it allows (specification, *Latency Budgets*), where it is about time.
    pub fn within(self) -> Option<Duration> {
        match self {
            Self::Convert => Some(Duration::from_secs(15)),
            Self::Export => Some(Duration::from_secs(12)),
            Self::Ai => Some(Duration::from_secs(2)),
            Self::Api | Self::Streams => None,
        }
    }

    /// The share that may miss it: the targets are 95th percentiles, and fewer than 0.5 % of requests may fail.
    pub fn budget(self) -> f64 {
        match self {
            Self::Convert | Self::Export | Self::Ai => 0.05,
            Self::Api => 0.005,
            Self::Streams => 0.01,
        }
    }

    /// Whether something that took so long keeps it.
    pub fn is_kept_in(self, took: Duration) -> bool {
        self.within().is_none_or(|within| took <= within)
    }
}

/// How a promise was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub objective: Objective,
    /// How often it could have been missed.
    pub events: u64,
    /// How often it was.
    pub missed: u64,
}

impl Standing {
    /// The share of what may be missed that is left; below 0 where more was missed. `None` while nothing happened.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 events")]
    pub fn left(&self) -> Option<f64> {
        let missed = (self.events > 0).then(|| self.missed as f64 / self.events as f64);
        missed.map(|missed| 1.0 - missed / self.objective.budget())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_whole_until_something_is_missed_and_can_be_overdrawn() {
        let left = |events, missed| {
            let objective = Objective::Convert;
            let standing = Standing {
                objective,
                events,
                missed,
            };
            standing.left().map(|left| (left * 100.0).round() / 100.0)
        };
        assert_eq!(left(0, 0), None);
        assert_eq!(left(1_000, 0), Some(1.0));
        assert_eq!(left(1_000, 10), Some(0.8));
        assert_eq!(left(1_000, 100), Some(-1.0));
    }

    #[test]
    fn a_time_that_is_allowed_keeps_the_promise() {
        let kept = |seconds| Objective::Export.is_kept_in(Duration::from_secs(seconds));
        assert!(kept(12) && !kept(13));
    }
}
