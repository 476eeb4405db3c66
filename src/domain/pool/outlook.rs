//! When a pool wants to know what will arrive, and how much of that is its own.

use crate::domain::policy::forecast::{STANDS, bucket};
use crate::domain::time::Timestamp;

/// Fewer jobs in a bucket than these say nothing of who gets how many.
const TELLING: f64 = 20.0;

/// What a pool remembers for its outlook.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outlook {
    /// An answer is being waited for.
    asked: bool,
    /// When the next is wanted.
    next: Option<Timestamp>,
    /// The bucket we are in, and what had been started when it began.
    current: Option<(Timestamp, u64)>,
    /// What was started in the last whole bucket.
    last: Option<u64>,
}

impl Outlook {
    /// Takes note of what was started so far; whether it is time to ask.
    pub(super) fn due(&mut self, started: u64, now: Timestamp) -> bool {
        let bucket = bucket(now);
        match self.current {
            Some((at, _)) if at == bucket => {}
            Some((_, before)) => {
                self.last = Some(started - before);
                self.current = Some((bucket, started));
            }
            None => self.current = Some((bucket, started)),
        }
        !self.asked && self.next.is_none_or(|next| next <= now)
    }

    pub(super) fn asked(&mut self) {
        self.asked = true;
    }

    /// The share of all jobs that this pool starts: `arrived` is what all nodes were given in the last whole bucket. All
    /// of them, while nothing else is known.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(super) fn answered(&mut self, arrived: f64, now: Timestamp) -> f64 {
        self.asked = false;
        self.next = Some(now.plus(STANDS));
        match self.last {
            Some(own) if arrived >= TELLING => (own as f64 / arrived).clamp(0.0, 1.0),
            Some(_) | None => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn after(minutes: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(minutes * 60))
    }

    #[test]
    fn it_is_asked_once_an_hour() {
        let mut outlook = Outlook::default();
        assert!(outlook.due(0, NOW));
        outlook.asked();
        assert!(!outlook.due(0, after(90)));
        outlook.answered(0.0, after(90));
        assert!(!outlook.due(0, after(140)));
        assert!(outlook.due(0, after(150)));
    }

    #[test]
    fn a_node_of_several_staffs_its_own_share() {
        let mut outlook = Outlook::default();
        outlook.due(100, NOW);
        assert!((outlook.answered(90.0, NOW) - 1.0).abs() < 1e-9);
        outlook.due(130, after(10));
        assert!((outlook.answered(90.0, after(10)) - 1.0 / 3.0).abs() < 1e-9);
        assert!((outlook.answered(5.0, after(10)) - 1.0).abs() < 1e-9);
    }
}
