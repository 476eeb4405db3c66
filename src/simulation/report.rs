//! The report of a run: the same run, the same text.

use std::fmt::Write;

use super::fleet::FleetScore;
use super::run::{PoolRun, quantile};
use super::scenario::Scenario;
use crate::domain::policy::autoscale::Direction;
use crate::domain::tenant::TenantId;

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
        write_pool(&mut text, run);
    }
    text
}

fn write_pool(text: &mut String, run: &PoolRun) {
    let _ = writeln!(text, "\n{}", run.kind.name());
    let _ = writeln!(
        text,
        "  jobs     {} arrived, {} ended, {} doubled, {} dead; {} attempts lost, {} failed",
        run.arrived, run.ended, run.doubled, run.dead, run.lost_attempts, run.failed_attempts
    );
    let _ = writeln!(
        text,
        "  wait     {}; {} over the budget",
        waits(run, None),
        run.missed()
    );
    let tenants = run.tenants();
    if tenants.len() > 1 {
        for tenant in &tenants {
            let _ = writeln!(text, "    {tenant:<16} {}", waits(run, Some(tenant)));
        }
    }
    let most_workers = run.samples.iter().map(|seen| seen.workers).max();
    let most_depth = run.samples.iter().map(|seen| seen.depth).max();
    let _ = writeln!(
        text,
        "  workers  {} at most, {} at the end, {:.2} worker hours; depth {} at most",
        most_workers.unwrap_or(0),
        run.samples.last().map_or(0, |seen| seen.workers),
        run.worker_hours,
        most_depth.unwrap_or(0)
    );
    let ups = run
        .decisions
        .iter()
        .filter(|(_, decision)| decision.direction == Direction::Up)
        .count();
    let _ = writeln!(
        text,
        "  scaling  {ups} up, {} down, {} changes of direction",
        run.decisions.len() - ups,
        run.flaps()
    );
    let _ = writeln!(
        text,
        "  drained  after {:.0} s",
        run.drained_at.as_secs_f64()
    );
}

fn waits(run: &PoolRun, tenant: Option<&TenantId>) -> String {
    let waits = run.sorted_waits(tenant);
    let at = |share: f64| quantile(&waits, share).as_secs_f64();
    format!(
        "P50 {:.3} s, P95 {:.3} s, P99 {:.3} s, longest {:.3} s",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    )
}

/// Writes what came of many pools.
#[expect(clippy::cast_precision_loss, reason = "shares of counts")]
pub fn write_fleet(scenario: &Scenario, scores: &[FleetScore]) -> String {
    let mut text = String::new();
    let hours = scenario.duration.as_secs_f64() / 3_600.0;
    let _ = writeln!(
        text,
        "scenario {} · seeds from {} · {hours:.2} h each",
        scenario.name, scenario.seed
    );
    for score in scores {
        let share = score.missed as f64 / score.ended.max(1) as f64;
        let _ = writeln!(
            text,
            "\n{} × {}\n  jobs     {} arrived, {} ended, {} doubled\n  wait     {} over the budget ({:.3} %), longest {:.3} s\n  workers  {:.1} on average, {} at most in one pool, {:.0} worker hours",
            score.pools,
            score.kind.name(),
            score.arrived,
            score.ended,
            score.doubled,
            score.missed,
            share * 100.0,
            score.longest.as_secs_f64(),
            score.worker_hours / hours.max(f64::MIN_POSITIVE),
            score.most_workers,
            score.worker_hours,
        );
    }
    text
}

/// A row for each pool and tick: what a spreadsheet draws.
pub fn csv(runs: &[PoolRun]) -> String {
    let mut text =
        String::from("pool,seconds,depth,oldest_wait_seconds,busy_slots,slots,workers\n");
    for run in runs {
        for seen in &run.samples {
            let _ = writeln!(
                text,
                "{},{},{},{:.3},{},{},{}",
                run.kind.name(),
                seen.at.as_secs_f64(),
                seen.depth,
                seen.oldest_wait.as_secs_f64(),
                seen.busy,
                seen.slots,
                seen.workers
            );
        }
    }
    text
}
