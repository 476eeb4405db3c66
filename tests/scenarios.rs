//! Scenarios run through the simulator, held against golden reports: a policy change shows as a difference to read.
#![expect(
    clippy::unwrap_used,
    reason = "a scenario that cannot be read has to fail"
)]

use std::path::Path;

use slidecraft::domain::pool::settings::PoolSettings;
use slidecraft::simulation::engine::{PoolRun, simulate};
use slidecraft::simulation::report;
use slidecraft::simulation::scenario::Scenario;

fn run(name: &str) -> (Scenario, Vec<PoolRun>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/scenarios")
        .join(name);
    let scenario = Scenario::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let runs = scenario
        .pools
        .iter()
        .map(|(kind, pool)| simulate(&scenario, PoolSettings::of(*kind), pool, &mut |_, _| {}))
        .collect();
    (scenario, runs)
}

fn golden(name: &str) -> Vec<PoolRun> {
    let (scenario, runs) = run(&format!("{name}.toml"));
    insta::assert_snapshot!(name, report::write(&scenario, &runs));
    for run in &runs {
        assert_eq!((run.ended, run.doubled), (run.arrived, 0), "{name}");
    }
    runs
}

#[test]
fn a_normal_day_needs_no_more_than_the_baseline() {
    for pool in golden("profile-a") {
        let baseline = PoolSettings::of(pool.kind).bounds.baseline;
        assert!(
            pool.samples.iter().all(|seen| seen.ready <= baseline),
            "{:?}",
            pool.kind
        );
    }
}

#[test]
fn a_campaign_is_carried_through() {
    golden("profile-b");
}

#[test]
fn a_burst_is_carried_through_and_the_quiet_neighbour_hardly_waits() {
    golden("profile-c");
}

#[test]
fn half_of_the_workers_may_be_lost_twice() {
    let runs = golden("worker-loss");
    assert!(
        runs.iter().all(|run| run.lost_attempts > 0),
        "nothing was lost: no test"
    );
}

#[test]
fn the_same_seed_gives_the_same_run() {
    assert_eq!(run("profile-c.toml").1, run("profile-c.toml").1);
}
