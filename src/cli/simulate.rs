//! `slidecraft simulate`: a scenario in, a report out.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use super::arguments::{Profile, Simulate};
use crate::domain::pool::settings::PoolSettings;
use crate::simulation::engine::{PoolRun, simulate};
use crate::simulation::report;
use crate::simulation::scenario::Scenario;

/// Runs the scenario that was asked for and writes its report.
pub fn run(asked: &Simulate, output: &mut dyn Write) -> anyhow::Result<()> {
    let mut scenario = Scenario::parse(&text(asked)?)?;
    scenario.seed = asked.seed.unwrap_or(scenario.seed);
    let runs: Vec<PoolRun> = scenario
        .pools
        .iter()
        .map(|(kind, pool)| simulate(&scenario, PoolSettings::of(*kind), pool, &mut |_, _| {}))
        .collect();
    if asked.json {
        serde_json::to_writer_pretty(&mut *output, &as_json(&scenario, &runs))?;
        writeln!(output)?;
    } else {
        write!(output, "{}", report::write(&scenario, &runs))?;
    }
    Ok(())
}

fn text(asked: &Simulate) -> anyhow::Result<String> {
    let Some(path) = &asked.scenario else {
        return Ok(match asked.profile.unwrap_or(Profile::A) {
            Profile::A => include_str!("../../assets/scenarios/profile-a.toml"),
            Profile::B => include_str!("../../assets/scenarios/profile-b.toml"),
            Profile::C => include_str!("../../assets/scenarios/profile-c.toml"),
            Profile::Chaos => include_str!("../../assets/scenarios/worker-loss.toml"),
        }
        .to_owned());
    };
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input cannot be read")?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
        .with_context(|| format!("the scenario {} cannot be read", path.display()))
}

fn as_json(scenario: &Scenario, runs: &[PoolRun]) -> Value {
    let seconds = |waits: &[Duration]| waits.iter().map(Duration::as_secs_f64).collect::<Vec<_>>();
    let pools: Vec<Value> = runs
        .iter()
        .map(|run| {
            json!({
                "pool": run.kind,
                "arrived": run.arrived,
                "ended": run.ended,
                "doubled": run.doubled,
                "lost_attempts": run.lost_attempts,
                "worker_hours": run.worker_hours,
                "drained_at_seconds": run.drained_at.as_secs_f64(),
                "wait_seconds": seconds(&run.waits),
                "depth": run.samples.iter().map(|seen| seen.depth).collect::<Vec<_>>(),
                "workers": run.samples.iter().map(|seen| seen.ready).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "scenario": scenario.name, "seed": scenario.seed, "pools": pools })
}
