//! Dollars that jobs cost, as a counter of our own: those of the recorder hold whole numbers only.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::cost::Cost;
use crate::domain::job::JobKind;

/// Its name.
pub(super) const NAME: &str = "slidecraft_job_cost_dollars_total";
const COMPONENTS: [&str; 3] = ["compute", "storage", "ai"];
/// What is counted is billionths of a dollar: a job costs some thousands of them.
const PER_DOLLAR: u64 = 1_000_000_000;

/// What was spent, by kind of job and component.
#[derive(Debug, Default)]
pub(super) struct Spent {
    rows: [[AtomicU64; COMPONENTS.len()]; JobKind::ALL.len()],
    attempts: [AtomicU64; JobKind::ALL.len()],
}

/// What jobs of a kind cost since the node started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KindCost {
    /// Which kind.
    pub kind: JobKind,
    /// Attempts that ended.
    pub attempts: u64,
    /// Dollars for all of them.
    pub dollars: f64,
}

impl KindCost {
    /// Dollars for one attempt; 0 while there was none.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 attempts")]
    pub fn each(&self) -> f64 {
        self.dollars / self.attempts.max(1) as f64
    }
}

impl Spent {
    /// An attempt cost that much.
    pub(super) fn add(&self, kind: JobKind, cost: Cost) {
        let rows = JobKind::ALL
            .iter()
            .zip(self.rows.iter().zip(&self.attempts));
        for (_, (row, attempts)) in rows.filter(|(known, _)| **known == kind) {
            attempts.fetch_add(1, Ordering::Relaxed);
            for (spent, dollars) in row.iter().zip([cost.compute, cost.storage, cost.ai]) {
                spent.fetch_add(billionths(dollars), Ordering::Relaxed);
            }
        }
    }

    /// The sums.
    #[expect(clippy::cast_precision_loss, reason = "shown with six digits")]
    pub(super) fn costs(&self) -> Vec<KindCost> {
        let rows = self.rows.iter().zip(&self.attempts);
        let sums = JobKind::ALL.into_iter().zip(rows);
        sums.map(|(kind, (row, attempts))| {
            let spent: u64 = row.iter().map(|spent| spent.load(Ordering::Relaxed)).sum();
            KindCost {
                kind,
                attempts: attempts.load(Ordering::Relaxed),
                dollars: spent as f64 / PER_DOLLAR as f64,
            }
        })
        .collect()
    }

    /// The counter in the Prometheus text format.
    pub(super) fn render(&self, help: &str) -> String {
        let mut text = format!("# HELP {NAME} {help}\n# TYPE {NAME} counter\n");
        for (kind, row) in JobKind::ALL.iter().zip(&self.rows) {
            for (component, spent) in COMPONENTS.iter().zip(row) {
                let spent = spent.load(Ordering::Relaxed);
                let (dollars, rest) = (spent / PER_DOLLAR, spent % PER_DOLLAR);
                let kind = kind.name();
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "{NAME}{{kind=\"{kind}\",component=\"{component}\"}} {dollars}.{rest:09}"
                );
            }
        }
        text
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "nothing costs less than nothing, or as much as eighteen thousand million dollars"
)]
fn billionths(dollars: f64) -> u64 {
    (dollars.max(0.0) * 1e9).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sums_add_up_and_never_shrink() {
        let spent = Spent::default();
        for _ in 0..1_000 {
            spent.add(
                JobKind::Export,
                Cost {
                    compute: 0.000_000_181,
                    storage: 1.25,
                    ai: -1.0,
                },
            );
        }
        let text = spent.render("What jobs cost.");
        for line in [
            "# TYPE slidecraft_job_cost_dollars_total counter",
            "{kind=\"export\",component=\"compute\"} 0.000181000",
            "{kind=\"export\",component=\"storage\"} 1250.000000000",
            "{kind=\"export\",component=\"ai\"} 0.000000000",
            "{kind=\"convert\",component=\"compute\"} 0.000000000",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
