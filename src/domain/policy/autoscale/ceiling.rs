//! What a pool cannot outgrow, whatever its bounds say: what its jobs share with everything else on the node.

use serde::{Deserialize, Serialize};

use super::decision::{Direction, ScaleDecision};
use super::observation::{Bounds, Observation};
use crate::domain::time::Timestamp;

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CeilingCause {
    /// The processor's cores.
    Cores,
    /// Connections to the database.
    Database,
    /// Requests that providers of models take at once.
    Provider,
}

impl CeilingCause {
    /// All causes.
    pub const ALL: [Self; 3] = [Self::Cores, Self::Database, Self::Provider];

    /// Its name in metrics, answers and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cores => "cores",
            Self::Database => "database",
            Self::Provider => "provider",
        }
    }
}

/// A ceiling: more slots than this would only wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// What is shared.
    pub cause: CeilingCause,
    /// How many jobs of the pool it bears at once.
    pub slots: u32,
}

/// A ceiling that a pool is at while it wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// What is shared.
    pub cause: CeilingCause,
    /// The workers that it bears.
    pub workers: u32,
    /// Since when more are wanted.
    pub since: Timestamp,
}

/// Cuts a decision down to what the lowest ceiling bears; the least number of workers is kept in any case. `binding` says
/// afterwards which ceiling holds the pool down, and forgets it when a slot is free and nothing waits.
pub fn limit(
    made: Option<ScaleDecision>,
    ceilings: &[Ceiling],
    (bounds, seen): (Bounds, &Observation),
    binding: &mut Option<Binding>,
    now: Timestamp,
) -> Option<ScaleDecision> {
    let lowest = ceilings.iter().min_by_key(|ceiling| ceiling.slots);
    let Some(lowest) = lowest else {
        *binding = None;
        return made;
    };
    if seen.depth == 0 && seen.busy < seen.slots {
        *binding = None;
    }
    let workers = (lowest.slots / seen.slots_per_worker.max(1)).max(bounds.min);
    let grows = made.filter(|made| made.direction == Direction::Up && made.to > workers);
    let Some(grows) = grows else {
        return made;
    };
    let since = binding.map_or(now, |binding| binding.since);
    *binding = Some(Binding {
        cause: lowest.cause,
        workers,
        since,
    });
    ScaleDecision::between(grows.from, workers.max(grows.from), grows.reason)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::policy::autoscale::ScaleReason;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);
    const BOUNDS: Bounds = Bounds {
        min: 3,
        baseline: 5,
        peak: 10,
        max: 20,
    };
    const CEILINGS: [Ceiling; 2] = [
        Ceiling {
            cause: CeilingCause::Cores,
            slots: 90,
        },
        Ceiling {
            cause: CeilingCause::Database,
            slots: 26,
        },
    ];

    fn seen(workers: u32, depth: u64) -> Observation {
        Observation {
            depth,
            oldest_wait: Duration::ZERO,
            busy: if depth > 0 { workers * 3 } else { 0 },
            slots: workers * 3,
            workers,
            slots_per_worker: 3,
            started: 0,
            service: Duration::from_secs(1),
        }
    }

    fn wanted(
        from: u32,
        to: u32,
        ceilings: &[Ceiling],
        binding: &mut Option<Binding>,
    ) -> Option<u32> {
        let made = ScaleDecision::between(from, to, ScaleReason::DepthMean);
        let at = (BOUNDS, &seen(from, 50));
        limit(made, ceilings, at, binding, NOW).map(|made| made.to)
    }

    #[test]
    fn the_lowest_ceiling_cuts_growth_and_is_named() {
        let mut binding = None;
        assert_eq!(wanted(5, 12, &CEILINGS, &mut binding), Some(8));
        let bound = binding.map(|binding| (binding.cause, binding.workers));
        assert_eq!(bound, Some((CeilingCause::Database, 8)));
        assert_eq!(wanted(8, 10, &CEILINGS, &mut binding), None);
        assert_eq!(wanted(12, 6, &CEILINGS, &mut binding), Some(6));
    }

    #[test]
    fn below_every_ceiling_nothing_is_cut() {
        let mut binding = None;
        assert_eq!(wanted(5, 8, &CEILINGS, &mut binding), Some(8));
        assert_eq!(wanted(5, 20, &[], &mut binding), Some(20));
        assert_eq!(binding, None);
    }

    #[test]
    fn a_ceiling_binds_until_a_slot_is_free_and_nothing_waits() {
        let mut binding = None;
        wanted(8, 10, &CEILINGS, &mut binding);
        let later = NOW.plus(Duration::from_secs(60));
        limit(None, &CEILINGS, (BOUNDS, &seen(8, 9)), &mut binding, later);
        assert_eq!(binding.map(|binding| binding.since), Some(NOW));
        limit(None, &CEILINGS, (BOUNDS, &seen(8, 0)), &mut binding, later);
        assert_eq!(binding, None);
    }

    #[test]
    fn the_least_number_of_workers_is_an_operators_word() {
        let low = [Ceiling {
            cause: CeilingCause::Cores,
            slots: 1,
        }];
        assert_eq!(wanted(1, 12, &low, &mut None), Some(BOUNDS.min));
    }
}
