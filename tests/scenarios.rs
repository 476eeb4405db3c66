//! Scenarios run through the simulator, held against golden reports: a policy change shows as a difference to read.
#![expect(
    clippy::unwrap_used,
    reason = "a scenario that cannot be read has to fail"
)]

use std::path::Path;

use slidecraft::config::settings::Settings;
use slidecraft::domain::policy::autoscale::{PolicyName, ScaleReason};
use slidecraft::domain::pool::settings::PoolSettings;
use slidecraft::simulation::comparison::{Score, compare, run_under, write};
use slidecraft::simulation::report;
use slidecraft::simulation::run::{PoolRun, quantile};
use slidecraft::simulation::scenario::Scenario;
use slidecraft::work::chat::MOST_TURNS;

fn scenario(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/scenarios")
        .join(format!("{name}.toml"));
    Scenario::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn golden(name: &str) -> Vec<PoolRun> {
    let scenario = scenario(name);
    let runs = run_under(&scenario, None, &PoolSettings::of);
    insta::assert_snapshot!(name, report::write(&scenario, &runs));
    for run in &runs {
        assert_eq!((run.ended, run.doubled), (run.arrived, 0), "{name}");
    }
    runs
}

/// Messages in a busy minute (specification, *AI Providers*).
const BUSY_MINUTE: u64 = 17;

#[test]
fn the_messages_of_a_busy_minute_stay_far_under_what_providers_allow() {
    let ai = Settings::default().ai;
    // Each takes all the turns it may, and all go to one provider.
    let requests = BUSY_MINUTE * MOST_TURNS as u64;
    for provider in [ai.openai, ai.anthropic] {
        assert!(
            requests * 10 <= provider.requests_per_minute,
            "{provider:?}"
        );
    }
}

#[test]
fn a_normal_day_needs_no_more_than_the_baseline() {
    for pool in golden("profile-a") {
        let baseline = PoolSettings::of(pool.kind).bounds.baseline;
        assert!(
            pool.samples.iter().all(|seen| seen.workers <= baseline),
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
fn a_launch_and_a_flash_crowd_are_carried_through() {
    golden("launch-day");
    golden("flash-crowd");
}

/// The same trace under the predictive policy, with what it learned from other days and without.
#[test]
fn a_forecast_has_workers_there_before_the_day_begins() {
    let scenario = scenario("office-hours");
    let missed = |forecast: bool| {
        let settings = |kind| {
            let mut settings = PoolSettings::of(kind);
            settings.autoscale.predictive.forecast = forecast;
            settings
        };
        let runs = run_under(&scenario, Some(PolicyName::Predictive), &settings);
        let hours: f64 = runs.iter().map(|run| run.worker_hours).sum();
        let foreseen = runs.iter().flat_map(|run| &run.decisions);
        let foreseen = foreseen.filter(|(_, made)| made.reason == ScaleReason::Forecast);
        let missed: usize = runs.iter().map(PoolRun::missed).sum();
        (missed, hours, foreseen.count())
    };
    let (with, without) = (missed(true), missed(false));
    assert!(with.2 >= 3, "{with:?}");
    assert_eq!(without.2, 0);
    // Workers are there in a millisecond here: little is left for a forecast to win.
    assert!(with.0 < without.0, "{with:?} {without:?}");
    assert!(with.1 < without.1 * 1.05, "{with:?} {without:?}");
}

#[test]
fn batches_on_a_schedule_are_carried_through() {
    golden("on-off");
}

#[test]
fn a_quiet_tenant_hardly_notices_ten_thousand_jobs_of_another() {
    for run in golden("noisy-tenant") {
        let quiet = "quiet".parse().unwrap();
        let waits = run.sorted_waits(Some(&quiet));
        let noisy = run.sorted_waits(Some(&"noisy".parse().unwrap()));
        // A slot becomes free a few times a second, and the quiet tenant is next.
        assert!(quantile(&waits, 0.95).as_secs_f64() < 1.0);
        assert!(quantile(&noisy, 0.5).as_secs_f64() > 10.0);
    }
}

#[test]
fn an_outage_of_a_provider_costs_attempts_and_no_jobs_but_those_that_used_them_up() {
    for run in golden("provider-outage") {
        assert!(run.failed_attempts > 20, "nothing failed: no test");
        assert!(run.dead * 10 < run.failed_attempts, "{}", run.dead);
    }
}

/// The traces that policies are held against: the specification's, and harder ones.
const TRACES: &[&str] = &[
    "profile-a",
    "profile-b",
    "profile-c",
    "worker-loss",
    "launch-day",
    "flash-crowd",
    "on-off",
    "noisy-tenant",
];

#[test]
fn the_predictive_policy_misses_less_and_costs_less_than_the_rules() {
    let scores: Vec<Score> = TRACES
        .iter()
        .flat_map(|name| compare(&scenario(name), &PoolSettings::of))
        .collect();
    insta::assert_snapshot!("comparison", write(&scores));
    let all = |policy| {
        let mine = scores.iter().filter(|score| score.policy == policy);
        mine.fold((0, 0.0), |(missed, hours), score| {
            (missed + score.missed, hours + score.worker_hours)
        })
    };
    let (rules, predictive) = (all(PolicyName::Rules), all(PolicyName::Predictive));
    assert!(
        predictive.0 < rules.0 && predictive.1 < rules.1,
        "missed waits and worker hours: {predictive:?}, of the rules {rules:?}"
    );
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let scenario = scenario("worker-loss");
    assert_eq!(
        run_under(&scenario, None, &PoolSettings::of),
        run_under(&scenario, None, &PoolSettings::of)
    );
}
