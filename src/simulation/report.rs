//! The report of a run: the same run, the same text.

use std::fmt::Write;
use std::time::Duration;

use super::engine::PoolRun;
use super::scenario::Scenario;
use crate::domain::job::JobKind;
use crate::domain::stage::{Stage, budgets};

/// Writes what came of every pool.
pub fn write(scenario: &Scenario, runs: &[PoolRun]) -> String {
    let mut text = String::new();
    let hours = scenario.duration.as_secs_f64() / 3_600.0;
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "scenario {} · seed {} · {hours:.2} h",
        scenario.name, scenario.seed
    );
    for run in runs {
        let _ = writeln!(text, "\n{}", run.kind.name());
        let _ = writeln!(
            text,
            "  jobs     {} arrived, {} ended, {} doubled, {} attempts lost",
            run.arrived, run.ended, run.doubled, run.lost_attempts
        );
        let mut waits = run.waits.clone();
        waits.sort_unstable();
        let at = |share: f64| quantile(&waits, share).as_secs_f64();
        let over = waits
            .iter()
            .filter(|wait| **wait > wait_budget(run.kind))
            .count();
        let _ = writeln!(
            text,
            "  wait     P50 {:.3} s, P95 {:.3} s, P99 {:.3} s, longest {:.3} s; {over} over the budget",
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
        );
        let most = |of: fn(&crate::domain::pool::snapshot::PoolSnapshot) -> u64| {
            run.samples.iter().map(of).max().unwrap_or(0)
        };
        let _ = writeln!(
            text,
            "  workers  {} at most, {} at the end, {:.2} worker hours; depth {} at most",
            most(|seen| u64::from(seen.ready)),
            run.samples.last().map_or(0, |seen| seen.ready),
            run.worker_hours,
            most(|seen| seen.depth)
        );
        let _ = writeln!(
            text,
            "  drained  after {:.0} s",
            run.drained_at.as_secs_f64()
        );
    }
    text
}

/// The share of the latency budget that a job may wait.
fn wait_budget(kind: JobKind) -> Duration {
    let budget = budgets(kind)
        .iter()
        .find(|(stage, _)| *stage == Stage::QueueWait);
    budget.map_or(Duration::from_millis(500), |(_, budget)| *budget)
}

/// The nearest-rank quantile of sorted values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is a small positive number"
)]
fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
