//! Reports on histories whose end is known.

use std::time::Duration;

use uuid::Uuid;

use super::growth::Model;
use super::hours::{DAY, Demand, HOUR, STRETCH, Seen, Supply};
use super::making::report;
use super::pools::{Limits, USABLE};
use super::report::{COSTS_OF, CapacityReport, Figures, PoolReport, Verdict};
use crate::domain::cost_report::{self, CostReport};
use crate::domain::ids::NodeId;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::{Ceiling, CeilingCause};
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::{Tier, Tiers};
use crate::domain::time::Timestamp;

/// A Monday, at midnight.
const MONDAY: Timestamp = Timestamp(1_799_625_600_000_000);
const NODE: NodeId = NodeId(Uuid::from_u128(7));
/// What a job takes, in seconds.
const SERVICE: f64 = 20.0;

/// Chance that is the same every time (splitmix64), from 0 to 1.
struct Chance(u64);

impl Chance {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share needs no more than 53 bits"
    )]
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A count around a mean, as chance moves counts (the normal shape of a Poisson count).
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are small"
    )]
    fn count(&mut self, mean: f64) -> u64 {
        let normal: f64 = (0..12).map(|_| self.next()).sum::<f64>() - 6.0;
        (mean + normal * mean.sqrt()).max(0.0).round() as u64
    }
}

/// The shape of a week: office hours of working days.
fn shape(hour: u32) -> f64 {
    let (day, hour) = ((hour / 24) % 7, hour % 24);
    let work = if (8..18).contains(&hour) { 1.0 } else { 0.15 };
    work * if day < 5 { 1.0 } else { 0.3 }
}

/// Hours whose mean peak at the busiest is `level(weeks)`.
fn history(weeks: u32, seed: u64, level: impl Fn(f64) -> f64) -> Vec<Demand> {
    let mut chance = Chance(seed);
    (0..weeks * 7 * 24)
        .map(|hour| {
            let mean = level(f64::from(hour) / 168.0) * shape(hour);
            let peak = chance.count(mean);
            let jobs = chance.count(mean * 9.0).max(peak);
            let mut demand =
                Demand::none(MONDAY.plus(HOUR * hour), JobKind::Convert, Tier::Standard);
            (demand.arrived, demand.served, demand.measured) = (jobs, jobs, jobs);
            demand.peak = peak;
            #[expect(clippy::cast_precision_loss, reason = "counts are small")]
            let busy = jobs as f64 * SERVICE;
            demand.busy = busy;
            demand.waits.record(Duration::from_millis(40));
            demand
        })
        .collect()
}

fn limits() -> Limits {
    Limits {
        fleet: true,
        ..Limits::of(&PoolSettings::of(JobKind::Convert))
    }
}

fn costs() -> CostReport {
    cost_report::report(&[], COSTS_OF, 1.0)
}

/// The peak at which the headroom is gone: 20 workers of 3 slots.
fn limit() -> f64 {
    60.0 * USABLE * STRETCH.as_secs_f64() / SERVICE
}

fn made(demand: Vec<Demand>, weeks: u32) -> CapacityReport {
    report(&Figures {
        from: MONDAY,
        now: MONDAY.plus(DAY * 7 * weeks + HOUR),
        demand,
        supply: Vec::new(),
        limits: vec![limits()],
        costs: costs(),
    })
}

fn convert(demand: Vec<Demand>, weeks: u32) -> PoolReport {
    made(demand, weeks).pools.remove(0)
}

/// After how many weeks the greatest peak of a week is at the limit. It lies above the mean of the busiest hours by what
/// chance does to fifty counts: 2.2 of their spread.
fn reached(level: impl Fn(f64) -> f64) -> f64 {
    let mut weeks = (0..5_200).map(|week| f64::from(week) / 100.0);
    let at_limit = |weeks: &f64| level(*weeks) + 2.2 * level(*weeks).sqrt() >= limit();
    weeks.find(at_limit).unwrap()
}

/// By how many weeks a moment is off.
fn off(found: Timestamp, weeks: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a test is not that long")]
    let found = (found.0 - MONDAY.0) as f64 / 1e6 / (7.0 * 86_400.0);
    found - weeks
}

#[test]
fn a_known_day_of_saturation_is_found_within_a_week() {
    for seed in 1..=20 {
        // The same share more every week.
        let level = |weeks: f64| 150.0 * 1.05f64.powf(weeks);
        let reached = reached(level);
        let found = convert(history(26, seed, level), 26).forecast.unwrap();
        let at = found.saturates.at.unwrap();
        assert!(
            off(at, reached).abs() <= 1.0,
            "seed {seed}: {} off",
            off(at, reached)
        );
        assert_eq!(found.outlook.model, Model::Compound, "seed {seed}");
        let [early, late] = found.saturates.within_95.map(Option::unwrap);
        assert!(
            off(early, reached) <= 0.5 && off(late, reached) >= -0.5,
            "seed {seed}"
        );
    }
}

#[test]
fn what_grows_by_the_same_is_not_taken_to_multiply() {
    let mut linear = 0;
    for seed in 1..=20 {
        let level = |weeks: f64| 200.0 + 10.0 * weeks;
        let reached = reached(level);
        let found = convert(history(26, seed, level), 26).forecast.unwrap();
        let at = found.saturates.at.unwrap();
        assert!(
            off(at, reached).abs() <= 1.5,
            "seed {seed}: {} off",
            off(at, reached)
        );
        linear += u32::from(found.outlook.model == Model::Linear);
    }
    assert!(linear >= 15, "{linear} of 20");
}

#[test]
fn what_does_not_grow_does_not_saturate() {
    let mut growing = 0;
    for seed in 1..=20 {
        let found = convert(history(12, seed, |_| 200.0), 12);
        let forecast = found.forecast.unwrap();
        assert_eq!(forecast.saturates.at, None, "seed {seed}");
        assert!((found.headroom.unwrap() - 0.75).abs() < 0.05);
        growing += u32::from(forecast.outlook.weekly_growth.abs() > 0.01);
    }
    assert_eq!(growing, 0);
}

#[test]
fn less_than_two_weeks_foresee_nothing() {
    let whole = history(2, 1, |_| 200.0);
    let found = convert(whole[..13 * 24].to_vec(), 2);
    assert_eq!(found.verdict, Verdict::TooEarly);
    assert_eq!((found.forecast, found.suggested), (None, None));
    assert!(found.actions[0].contains("14 days"), "{:?}", found.actions);
    let found = convert(whole, 2);
    assert_eq!(found.forecast.unwrap().outlook.model, Model::Unchanged);
    assert_eq!(found.verdict, Verdict::Enough);
}

#[test]
fn a_day_that_is_not_over_does_not_count() {
    let mut demand = history(3, 1, |_| 100.0);
    let mut today = Demand::none(MONDAY.plus(DAY * 21), JobKind::Convert, Tier::Standard);
    today.peak = 100_000;
    demand.push(today);
    let found = made(demand, 3);
    assert_eq!(found.until, MONDAY.plus(DAY * 21));
    assert_eq!(found.pools[0].demand.days.len(), 21);
    assert!(found.pools[0].demand.peak < 1_000);
}

#[test]
fn a_peak_above_the_limit_is_to_be_acted_on() {
    let found = convert(history(4, 1, |_| limit() * 1.1), 4);
    assert_eq!(found.verdict, Verdict::Act);
    assert!(found.headroom.unwrap() < 0.3);
    assert!(found.suggested.unwrap().max > 20, "{:?}", found.suggested);
    assert!(
        found.actions[0].contains("fleet_max"),
        "{:?}",
        found.actions
    );
}

#[test]
fn growth_into_the_limit_is_to_be_planned_for() {
    let found = convert(history(12, 1, |weeks| 350.0 * 1.03f64.powf(weeks)), 12);
    assert_eq!(found.verdict, Verdict::Plan, "{found:#?}");
    let forecast = found.forecast.unwrap();
    let of = |change: &str| {
        let found = found
            .what_ifs
            .iter()
            .find(|what| what.change.contains(change));
        found.unwrap().saturates.at
    };
    let later =
        |what: Option<Timestamp>| what.is_none_or(|what| what > forecast.saturates.at.unwrap());
    assert!(later(of("slot more")) && later(of("20 %")));
    assert!(of("twice").unwrap() < forecast.saturates.at.unwrap());
    let checked = forecast.outlook.last_week.unwrap();
    assert!(
        (checked.foreseen / checked.came - 1.0).abs() < 0.15,
        "{checked:?}"
    );
}

#[test]
fn a_tier_with_workers_of_its_own_has_a_report_of_its_own() {
    let mut demand = history(3, 1, |_| 100.0);
    for hour in demand.iter_mut().step_by(2) {
        hour.tier = Tier::Enterprise;
    }
    let own = |tier| Limits {
        tiers: Tiers::only(tier),
        ..limits()
    };
    let found = report(&Figures {
        from: MONDAY,
        now: MONDAY.plus(DAY * 21),
        demand: demand.clone(),
        supply: Vec::new(),
        limits: vec![own(Tier::Enterprise), own(Tier::Standard), own(Tier::Free)],
        costs: costs(),
    });
    let jobs: Vec<u64> = found.pools.iter().map(|pool| pool.demand.jobs).collect();
    assert_eq!(
        jobs[0] + jobs[1],
        demand.iter().map(|hour| hour.arrived).sum::<u64>()
    );
    assert!(jobs[0] > 0 && jobs[1] > 0);
    assert_eq!(jobs[2], 0);
}

#[test]
fn what_stood_ready_is_told_over_all_nodes_and_its_gaps_too() {
    let seen = |workers, busy| Seen {
        pool: JobKind::Convert.into(),
        workers,
        max: 4,
        slots: workers * 3,
        busy,
    };
    let mut supply = Vec::new();
    for hour in 0..100u32 {
        for node in [NODE, NodeId(Uuid::from_u128(8))] {
            let mut one = Supply::unseen(MONDAY.plus(HOUR * hour), JobKind::Convert.into(), node);
            one.see(&seen(2, if hour < 90 { 1 } else { 6 }), None);
            one.see(&seen(4, if hour < 90 { 1 } else { 6 }), Some(2));
            supply.push(one);
        }
    }
    let found = report(&Figures {
        from: MONDAY,
        now: MONDAY.plus(DAY * 7),
        demand: history(1, 1, |_| 50.0),
        supply,
        limits: vec![Limits::of(&PoolSettings::of(JobKind::Convert))],
        costs: costs(),
    });
    let pool = &found.pools[0];
    assert_eq!(pool.supply.workers, Some([6.0, 6.0, 6.0]));
    assert_eq!(pool.supply.workers_most, 40);
    assert!((pool.supply.utilisation_p95.unwrap() - 24.0 / 36.0).abs() < 1e-9);
    assert!((pool.supply.minutes_at_most - 200.0 * 30.0).abs() < 1e-6);
    assert_eq!(pool.supply.changes, 200);
    assert_eq!(
        (
            pool.quality.hours,
            pool.quality.supply_gaps,
            pool.quality.demand_gaps
        ),
        (168, 68, 0)
    );
    assert_eq!(pool.quality.processes, 2);
}

#[test]
fn a_ceiling_is_the_most_there_may_be() {
    let mut settings = PoolSettings::of(JobKind::Convert);
    settings.autoscale.ceilings.push(Ceiling {
        cause: CeilingCause::Cores,
        slots: 8,
    });
    assert_eq!(Limits::of(&settings).workers, 2);
    settings.fleet_max = 60;
    let fleet = Limits::of(&settings);
    assert_eq!((fleet.workers, fleet.workers_of(3)), (60, 60));
}
