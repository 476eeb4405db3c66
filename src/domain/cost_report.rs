//! What jobs cost, alone and with their share of what is kept warm, against the targets of the specification.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::cost::Cost;
use super::job::JobKind;

/// What may be spent on a day without any job (specification, *Cost Efficiency Targets*).
pub const IDLE_DAY_TARGET: f64 = 50.0;
const DAYS_A_MONTH: f64 = 30.0;

/// What one job of a kind may cost (specification, *Cost Efficiency Targets*).
pub fn target(kind: JobKind) -> f64 {
    match kind {
        JobKind::Convert => 0.02,
        JobKind::Export => 0.015,
        JobKind::Ai => 0.005,
    }
}

/// What jobs of a kind that ended in a period cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindSpent {
    /// Which kind.
    pub kind: JobKind,
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Attempts of all that ended, those that failed too: they are paid for as well.
    pub attempts: u64,
    /// Dollars.
    pub cost: Cost,
}

/// What jobs of a kind come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindCosts {
    /// What was spent.
    pub spent: KindSpent,
    /// Dollars that a job more costs. `None` where none succeeded.
    pub marginal: Option<f64>,
    /// Dollars with its share of what is kept warm. `None` where none succeeded.
    pub loaded: Option<f64>,
}

/// What a period cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostReport {
    /// By kind.
    pub kinds: Vec<KindCosts>,
    /// Dollars of a day without any job.
    pub idle_day: f64,
    /// Dollars of a month like this period: what jobs used beyond what is kept warm anyway.
    pub month_jobs: f64,
    /// Dollars of a month for what is kept warm.
    pub month_idle: f64,
}

/// Puts a period together. What is kept warm is shared out by the compute that each kind used, and by nothing else: storage
/// and models cost nothing while nobody asks.
pub fn report(spent: &[KindSpent], period: Duration, idle_day: f64) -> CostReport {
    let days = period.as_secs_f64() / 86_400.0;
    let idle = idle_day * days;
    let compute: f64 = spent.iter().map(|kind| kind.cost.compute).sum();
    let each = |kind: &KindSpent| {
        let share = if compute > 0.0 {
            idle * kind.cost.compute / compute
        } else {
            0.0
        };
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let of_one = |dollars: f64| (kind.succeeded > 0).then(|| dollars / kind.succeeded as f64);
        KindCosts {
            spent: *kind,
            marginal: of_one(kind.cost.total()),
            // What is kept warm is what computes: it is not paid for twice.
            loaded: of_one(kind.cost.storage + kind.cost.ai + kind.cost.compute.max(share)),
        }
    };
    let beyond: f64 = spent
        .iter()
        .map(|kind| kind.cost.storage + kind.cost.ai)
        .sum::<f64>()
        + (compute - idle).max(0.0);
    CostReport {
        kinds: spent.iter().map(each).collect(),
        idle_day,
        month_jobs: if days > 0.0 {
            beyond / days * DAYS_A_MONTH
        } else {
            0.0
        },
        month_idle: idle_day * DAYS_A_MONTH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(kind: JobKind, succeeded: u64, compute: f64, ai: f64) -> KindSpent {
        KindSpent {
            kind,
            succeeded,
            attempts: succeeded,
            cost: Cost {
                compute,
                storage: 0.0,
                ai,
            },
        }
    }

    const DAY: Duration = Duration::from_secs(86_400);

    fn close(found: Option<f64>, wanted: f64) {
        assert!(
            found.is_some_and(|found| (found - wanted).abs() < 1e-12),
            "{found:?} {wanted}"
        );
    }

    #[test]
    fn what_is_kept_warm_is_shared_by_compute() {
        let kinds = [
            spent(JobKind::Convert, 100, 3.0, 0.0),
            spent(JobKind::Export, 100, 1.0, 0.0),
            spent(JobKind::Ai, 100, 0.0, 2.0),
        ];
        let report = report(&kinds, DAY, 24.0);
        close(report.kinds[0].marginal, 0.03);
        close(report.kinds[0].loaded, 0.18);
        close(report.kinds[1].loaded, 0.06);
        close(report.kinds[2].loaded, 0.02);
        close(Some(report.month_idle), 720.0);
        close(Some(report.month_jobs), 60.0);
    }

    #[test]
    fn a_busy_day_costs_what_it_uses() {
        let kinds = [spent(JobKind::Convert, 10, 30.0, 0.0)];
        let report = report(&kinds, DAY / 2, 24.0);
        close(report.kinds[0].loaded, 3.0);
        close(Some(report.month_jobs), 18.0 * 60.0);
    }

    #[test]
    fn of_no_jobs_there_is_no_price() {
        let report = report(&[spent(JobKind::Ai, 0, 0.0, 0.0)], DAY, 24.0);
        assert_eq!(
            (report.kinds[0].marginal, report.kinds[0].loaded),
            (None, None)
        );
        close(Some(report.month_jobs), 0.0);
    }
}
