//! The same traces under every policy: what each misses, what it costs, and how often it changes its mind.

use std::fmt::Write;

use super::engine::simulate;
use super::run::PoolRun;
use super::scenario::Scenario;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::PolicyName;
use crate::domain::pool::settings::PoolSettings;

/// What a policy did with one pool of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Which scenario.
    pub scenario: String,
    /// Which pool.
    pub pool: JobKind,
    /// Which policy.
    pub policy: PolicyName,
    /// Starts that came later than the latency budget allows.
    pub missed: usize,
    /// Starts in all.
    pub starts: usize,
    /// Worker hours paid for.
    pub worker_hours: f64,
    /// Changes of direction.
    pub flaps: usize,
}

/// Every pool of a scenario under one policy.
pub fn run_under(
    scenario: &Scenario,
    policy: Option<PolicyName>,
    settings: &dyn Fn(JobKind) -> PoolSettings,
) -> Vec<PoolRun> {
    let mut runs = Vec::new();
    for (kind, pool) in &scenario.pools {
        let mut settings = pool.settings(settings(*kind));
        settings.autoscale.name = policy.unwrap_or(settings.autoscale.name);
        runs.push(simulate(scenario, settings, pool, &mut |_, _| {}));
    }
    runs
}

/// Every pool of a scenario under every policy.
pub fn compare(scenario: &Scenario, settings: &dyn Fn(JobKind) -> PoolSettings) -> Vec<Score> {
    let mut scores = Vec::new();
    for policy in PolicyName::ALL {
        for run in run_under(scenario, Some(policy), settings) {
            scores.push(Score {
                scenario: scenario.name.clone(),
                pool: run.kind,
                policy,
                missed: run.missed(),
                starts: run.waits.len(),
                worker_hours: run.worker_hours,
                flaps: run.flaps(),
            });
        }
    }
    scores.sort_by(|a, b| (&a.scenario, a.pool).cmp(&(&b.scenario, b.pool)));
    scores
}

/// The scores as a Markdown table, with a row for each policy over everything at its end.
pub fn write(scores: &[Score]) -> String {
    let mut text = String::from(
        "| scenario | pool | policy | missed waits | of starts | worker hours | changes of direction |\n|---|---|---|--:|--:|--:|--:|\n",
    );
    for score in scores {
        write_row(&mut text, &score.scenario, score.pool.name(), score);
    }
    for policy in PolicyName::ALL {
        let mine = || scores.iter().filter(|score| score.policy == policy);
        let Some(first) = mine().next() else {
            continue;
        };
        let all = Score {
            missed: mine().map(|score| score.missed).sum(),
            starts: mine().map(|score| score.starts).sum(),
            worker_hours: mine().map(|score| score.worker_hours).sum(),
            flaps: mine().map(|score| score.flaps).sum(),
            ..first.clone()
        };
        write_row(&mut text, "**all**", "", &all);
    }
    text
}

fn write_row(text: &mut String, scenario: &str, pool: &str, score: &Score) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "| {scenario} | {pool} | {} | {} | {} | {:.2} | {} |",
        score.policy.name(),
        score.missed,
        score.starts,
        score.worker_hours,
        score.flaps
    );
}
