//! What came of a pool's run, and the figures that policies are compared by.

use std::time::Duration;

use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::{Direction, ScaleDecision};
use crate::domain::stage::wait_budget;
use crate::domain::tenant::TenantId;

/// A job that started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Whose.
    pub tenant: TenantId,
    /// From ready to started.
    pub waited: Duration,
}

/// A pool at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSample {
    /// When, from the start.
    pub at: Duration,
    /// Jobs ready and not started.
    pub depth: u64,
    /// How long the oldest of them has waited.
    pub oldest_wait: Duration,
    /// Slots in use.
    pub busy: u32,
    /// Slots there are.
    pub slots: u32,
    /// Workers that run or can run jobs.
    pub workers: u32,
}

/// What came of a pool's run.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolRun {
    /// Which pool.
    pub kind: JobKind,
    /// How long each job waited, in the order in which they started; a job that is tried again waits again.
    pub waits: Vec<Wait>,
    /// How many arrived.
    pub arrived: usize,
    /// How many ended.
    pub ended: usize,
    /// How many ended more than once; anything but zero is a fault.
    pub doubled: usize,
    /// How many of those that ended used up their attempts.
    pub dead: usize,
    /// Attempts that were lost with their worker.
    pub lost_attempts: usize,
    /// Attempts that failed.
    pub failed_attempts: usize,
    /// The pool at each tick.
    pub samples: Vec<PoolSample>,
    /// Every decision and when it was made, from the start.
    pub decisions: Vec<(Duration, ScaleDecision)>,
    /// Worker hours paid for.
    pub worker_hours: f64,
    /// When the last job ended.
    pub drained_at: Duration,
}

impl PoolRun {
    /// A run in which nothing has happened yet.
    pub(super) fn new(kind: JobKind, arrived: usize) -> Self {
        Self {
            kind,
            waits: Vec::with_capacity(arrived),
            arrived,
            ended: 0,
            doubled: 0,
            dead: 0,
            lost_attempts: 0,
            failed_attempts: 0,
            samples: Vec::new(),
            decisions: Vec::new(),
            worker_hours: 0.0,
            drained_at: Duration::ZERO,
        }
    }

    /// Starts that came later than the latency budget allows.
    pub fn missed(&self) -> usize {
        let budget = wait_budget(self.kind);
        let late = |wait: &&Wait| wait.waited > budget;
        self.waits.iter().filter(late).count()
    }

    /// Changes of direction: up after down or down after up.
    pub fn flaps(&self) -> usize {
        let directions: Vec<Direction> = self
            .decisions
            .iter()
            .map(|(_, decision)| decision.direction)
            .collect();
        directions.windows(2).filter(|two| two[0] != two[1]).count()
    }

    /// The waits of one tenant, or of all, shortest first.
    pub fn sorted_waits(&self, tenant: Option<&TenantId>) -> Vec<Duration> {
        let mut waits: Vec<Duration> = self
            .waits
            .iter()
            .filter(|wait| tenant.is_none_or(|tenant| wait.tenant == *tenant))
            .map(|wait| wait.waited)
            .collect();
        waits.sort_unstable();
        waits
    }

    /// The tenants whose jobs started, in order.
    pub fn tenants(&self) -> Vec<TenantId> {
        let mut tenants: Vec<TenantId> = Vec::new();
        for wait in &self.waits {
            if let Err(place) = tenants.binary_search(&wait.tenant) {
                tenants.insert(place, wait.tenant.clone());
            }
        }
        tenants
    }
}

/// The nearest-rank quantile of sorted values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is a small positive number"
)]
pub fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::autoscale::ScaleReason;

    #[test]
    fn a_flap_is_a_change_of_direction() {
        let mut run = PoolRun::new(JobKind::Convert, 0);
        for (from, to) in [(5, 8), (8, 10), (10, 9), (9, 8), (8, 12)] {
            let decision = ScaleDecision::between(from, to, ScaleReason::Demand).unwrap();
            run.decisions.push((Duration::ZERO, decision));
        }
        assert_eq!(run.flaps(), 2);
    }

    #[test]
    fn quantiles_are_values_that_were_there() {
        let sorted: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&sorted, 0.95), Duration::from_millis(95));
        assert_eq!(quantile(&sorted, 1.0), Duration::from_millis(100));
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }
}
