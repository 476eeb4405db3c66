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
pub(super) struct Spent([[AtomicU64; COMPONENTS.len()]; JobKind::ALL.len()]);

impl Spent {
    /// An attempt cost that much.
    pub(super) fn add(&self, kind: JobKind, cost: Cost) {
        let rows = JobKind::ALL.iter().zip(&self.0);
        for (_, row) in rows.filter(|(known, _)| **known == kind) {
            for (spent, dollars) in row.iter().zip([cost.compute, cost.storage, cost.ai]) {
                spent.fetch_add(billionths(dollars), Ordering::Relaxed);
            }
        }
    }

    /// The counter in the Prometheus text format.
    pub(super) fn render(&self, help: &str) -> String {
        let mut text = format!("# HELP {NAME} {help}\n# TYPE {NAME} counter\n");
        for (kind, row) in JobKind::ALL.iter().zip(&self.0) {
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
