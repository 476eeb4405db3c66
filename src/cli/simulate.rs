//! `slidecraft simulate`: a scenario in, a report out.

use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use super::arguments::{Policy, Profile, Simulate};
use super::progress::CountBar;
use crate::domain::policy::autoscale::PolicyName;
use crate::domain::pool::settings::PoolSettings;
use crate::simulation::comparison::{self, run_under};
use crate::simulation::fleet::{self, FleetScore};
use crate::simulation::run::PoolRun;
use crate::simulation::scenario::Scenario;
use crate::simulation::{picture, report};

/// Runs the scenario that was asked for and writes its report.
pub fn run(asked: &Simulate, output: &mut dyn Write) -> anyhow::Result<()> {
    let mut scenario = Scenario::parse(&text(asked)?)?;
    scenario.seed = asked.seed.unwrap_or(scenario.seed);
    if asked.compare {
        let scores = comparison::compare(&scenario, &PoolSettings::of);
        write!(output, "{}", comparison::write(&scores))?;
        return Ok(());
    }
    if let Some(pools) = asked.pools {
        return fleet_of(asked, &scenario, pools, output);
    }
    let runs = run_under(&scenario, asked.policy.map(policy), &PoolSettings::of);
    if let Some(path) = &asked.svg {
        fs::write(path, picture::draw(&scenario, &runs))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if let Some(path) = &asked.csv {
        fs::write(path, report::csv(&runs))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if asked.json {
        serde_json::to_writer_pretty(&mut *output, &as_json(&scenario, &runs))?;
        writeln!(output)?;
    } else {
        write!(output, "{}", report::write(&scenario, &runs))?;
    }
    Ok(())
}

/// The scenario many times over, on all cores.
fn fleet_of(
    asked: &Simulate,
    scenario: &Scenario,
    pools: u64,
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let bar = CountBar::new("pools", usize::try_from(pools).unwrap_or(usize::MAX));
    let threads = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let policy = asked.policy.map(policy);
    let scores = fleet::run(scenario, policy, (pools, threads), &|| bar.add(1));
    drop(bar);
    if asked.json {
        let pools: Vec<Value> = scores.iter().map(fleet_json).collect();
        let told = json!({ "scenario": scenario.name, "seed": scenario.seed, "pools": pools });
        serde_json::to_writer_pretty(&mut *output, &told)?;
        writeln!(output)?;
    } else {
        write!(output, "{}", report::write_fleet(scenario, &scores))?;
    }
    Ok(())
}

fn fleet_json(score: &FleetScore) -> Value {
    json!({
        "pool": score.kind,
        "pools": score.pools,
        "arrived": score.arrived,
        "ended": score.ended,
        "doubled": score.doubled,
        "missed_waits": score.missed,
        "worker_hours": score.worker_hours,
        "most_workers": score.most_workers,
        "longest_wait_seconds": score.longest.as_secs_f64(),
    })
}

fn policy(asked: Policy) -> PolicyName {
    match asked {
        Policy::Rules => PolicyName::Rules,
        Policy::Predictive => PolicyName::Predictive,
        Policy::Hpa => PolicyName::Hpa,
        Policy::Knative => PolicyName::Knative,
        Policy::Ray => PolicyName::Ray,
    }
}

fn text(asked: &Simulate) -> anyhow::Result<String> {
    let Some(path) = &asked.scenario else {
        return Ok(shipped(asked.profile.unwrap_or(Profile::A)).to_owned());
    };
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input cannot be read")?;
        return Ok(text);
    }
    fs::read_to_string(path)
        .with_context(|| format!("the scenario {} cannot be read", path.display()))
}

fn shipped(profile: Profile) -> &'static str {
    match profile {
        Profile::A => include_str!("../../assets/scenarios/profile-a.toml"),
        Profile::B => include_str!("../../assets/scenarios/profile-b.toml"),
        Profile::C => include_str!("../../assets/scenarios/profile-c.toml"),
        Profile::Chaos => include_str!("../../assets/scenarios/worker-loss.toml"),
        Profile::LaunchDay => include_str!("../../assets/scenarios/launch-day.toml"),
        Profile::FlashCrowd => include_str!("../../assets/scenarios/flash-crowd.toml"),
        Profile::OnOff => include_str!("../../assets/scenarios/on-off.toml"),
        Profile::NoisyTenant => include_str!("../../assets/scenarios/noisy-tenant.toml"),
        Profile::ProviderOutage => include_str!("../../assets/scenarios/provider-outage.toml"),
        Profile::OfficeHours => include_str!("../../assets/scenarios/office-hours.toml"),
        Profile::Fleet => include_str!("../../assets/scenarios/fleet.toml"),
        Profile::Year => include_str!("../../assets/scenarios/year.toml"),
    }
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
                "dead": run.dead,
                "lost_attempts": run.lost_attempts,
                "failed_attempts": run.failed_attempts,
                "missed_waits": run.missed(),
                "worker_hours": run.worker_hours,
                "drained_at_seconds": run.drained_at.as_secs_f64(),
                "wait_seconds": seconds(&run.sorted_waits(None)),
                "tick_seconds": scenario.tick.as_secs_f64(),
                "depth": run.samples.iter().map(|seen| seen.depth).collect::<Vec<_>>(),
                "workers": run.samples.iter().map(|seen| seen.workers).collect::<Vec<_>>(),
                "decisions": run.decisions.iter().map(|(at, decision)| json!({
                    "at_seconds": at.as_secs_f64(),
                    "from": decision.from,
                    "to": decision.to,
                    "reason": decision.reason,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "scenario": scenario.name, "seed": scenario.seed, "pools": pools })
}
