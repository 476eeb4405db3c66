//! A capacity report as Markdown.

use std::fmt::Write;

use super::words::{dollars, figures, known};
use crate::domain::capacity::report::{CapacityReport, date};
use crate::domain::cost_report::{IDLE_DAY_TARGET, target};

/// The report.
pub fn write(report: &CapacityReport) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "# Capacity, {}\n\nFrom {} to {} (UTC), whole days.\n\n| Pool | Verdict |\n|---|---|\n",
        date(report.made_at),
        date(report.from),
        date(report.until)
    );
    for pool in &report.pools {
        let _ = writeln!(text, "| {} | {} |", pool.pool, pool.verdict.words());
    }
    for pool in &report.pools {
        let _ = write!(text, "\n## {}: {}\n\n", pool.pool, pool.verdict.words());
        for action in &pool.actions {
            let _ = writeln!(text, "- {action}");
        }
        if !pool.actions.is_empty() {
            text.push('\n');
        }
        text.push_str("| | |\n|---|---|\n");
        for (what, found) in figures(pool) {
            let _ = writeln!(text, "| {what} | {found} |");
        }
    }
    costs(&mut text, report);
    text
}

fn costs(text: &mut String, report: &CapacityReport) {
    let costs = &report.costs;
    text.push_str("\n## Costs of the last 30 days\n\n| Job | Each, alone | Each, with what is kept warm | Target | Jobs |\n|---|---|---|---|---|\n");
    for kind in &costs.kinds {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            kind.spent.kind.name(),
            known(kind.marginal, dollars),
            known(kind.loaded, dollars),
            dollars(target(kind.spent.kind)),
            kind.spent.succeeded
        );
    }
    let _ = writeln!(
        text,
        "\nIdle: {} a day of {}. A month like this: {}.",
        dollars(costs.idle_day),
        dollars(IDLE_DAY_TARGET),
        dollars(costs.month_idle + costs.month_jobs)
    );
}
