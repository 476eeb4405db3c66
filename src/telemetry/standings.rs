//! How promises were kept since the node started: what the rules ask Prometheus, for who has none.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::slo::{Objective, Standing};

/// How often each promise could have been missed, and was.
#[derive(Debug, Default)]
pub(super) struct Standings {
    rows: [(AtomicU64, AtomicU64); Objective::ALL.len()],
}

impl Standings {
    /// It could have been missed.
    pub(super) fn happened(&self, objective: Objective) {
        self.rows[objective as usize]
            .0
            .fetch_add(1, Ordering::Relaxed);
    }

    /// It was missed.
    pub(super) fn missed(&self, objective: Objective) {
        self.rows[objective as usize]
            .1
            .fetch_add(1, Ordering::Relaxed);
    }

    /// Both at once.
    pub(super) fn add(&self, objective: Objective, kept: bool) {
        self.happened(objective);
        if !kept {
            self.missed(objective);
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> [Standing; Objective::ALL.len()] {
        Objective::ALL.map(|objective| {
            let (events, missed) = &self.rows[objective as usize];
            Standing {
                objective,
                events: events.load(Ordering::Relaxed),
                missed: missed.load(Ordering::Relaxed),
            }
        })
    }
}
