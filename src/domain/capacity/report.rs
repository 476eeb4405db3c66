//! The capacity report: for each pool what was asked, what stood ready, what is left, and until when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::growth::{self, Outlook, Range};
use super::hours::{Demand, HOUR, Supply, start_of};
use super::pools::{Asked, Limits, Stood, USABLE, quantile};
use crate::domain::cost_report::CostReport;
use crate::domain::pool::name::PoolName;
use crate::domain::time::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);
const WEEK_SECONDS: f64 = 7.0 * 86_400.0;
/// Saturation within so many weeks is something to plan for now.
const PLAN_WEEKS: f64 = 8.0;

/// What costs are told of: a month.
pub const COSTS_OF: Duration = Duration::from_secs(30 * 86_400);

/// What a report is made from.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Since when.
    pub from: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// What was asked.
    pub demand: Vec<Demand>,
    /// What stood ready.
    pub supply: Vec<Supply>,
    /// What there may be at most, by pool.
    pub limits: Vec<Limits>,
    /// What jobs cost of late.
    pub costs: CostReport,
}

/// A capacity report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapacityReport {
    /// When it was made.
    pub made_at: Timestamp,
    /// Since when it looks.
    pub from: Timestamp,
    /// Until when: the end of the last whole day, UTC.
    pub until: Timestamp,
    /// By pool.
    pub pools: Vec<PoolReport>,
    /// What jobs cost, over [`COSTS_OF`] up to `made_at`, in dollars.
    pub costs: CostReport,
}

/// What becomes of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// There is enough for all that is foreseen.
    Enough,
    /// What is foreseen may pass the limit within eight weeks.
    Plan,
    /// The headroom is gone already.
    Act,
    /// There are less than two weeks of data: nothing is foreseen.
    TooEarly,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Plan => "plan now",
            Self::Act => "act now",
            Self::TooEarly => "too early to say",
        }
    }
}

/// A pool's part of a report. Peaks and limits are jobs in five minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolReport {
    /// Which pool.
    pub pool: PoolName,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What was asked.
    pub demand: DemandFigures,
    /// What stood ready.
    pub supply: SupplyFigures,
    /// The share of all slots there may be that was free at the peak; below 0 more was asked than there may be.
    pub headroom: Option<f64>,
    /// What is foreseen; absent with less than two weeks of data.
    pub forecast: Option<Forecast>,
    /// The same with something changed.
    pub what_ifs: Vec<WhatIf>,
    /// What its settings would be by what was seen.
    pub suggested: Option<Suggested>,
    /// What to do.
    pub actions: Vec<String>,
    /// How far it can be believed.
    pub quality: Quality,
}

/// What was asked of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandFigures {
    /// Jobs accepted.
    pub jobs: u64,
    /// The most in five minutes.
    pub peak: u64,
    /// In the hour from then.
    pub peak_at: Option<Timestamp>,
    /// The peak of each day, oldest first; `null` where nothing is known.
    pub days: Vec<Option<f64>>,
    /// The hour of the day, UTC, in which most came.
    pub busiest_hour: Option<usize>,
    /// What a job takes, in seconds.
    pub service_seconds: f64,
    /// How long jobs waited, in seconds: half of them less, 95 % and 99 % of them.
    pub wait_seconds: Option<[f64; 3]>,
}

/// What stood ready for a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyFigures {
    /// Workers: the fewest, the mean and the most.
    pub workers: Option<[f64; 3]>,
    /// The most there may be.
    pub workers_most: u32,
    /// Jobs a worker runs at once.
    pub slots_per_worker: u32,
    /// The share of slots in use that 95 % of hours did not pass.
    pub utilisation_p95: Option<f64>,
    /// Minutes with all the workers there may be.
    pub minutes_at_most: f64,
    /// How often it grew or shrank.
    pub changes: u64,
    /// The most jobs in five minutes that leave the headroom free.
    pub limit: f64,
}

/// What is foreseen of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Peaks of weeks to come.
    #[serde(flatten)]
    pub outlook: Outlook,
    /// When the limit is reached.
    pub saturates: Saturation,
}

/// When a limit is reached. What is absent is later than all that is foreseen: half a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// Most likely.
    pub at: Option<Timestamp>,
    /// With 80 %: not before, not after.
    pub within_80: [Option<Timestamp>; 2],
    /// With 95 %.
    pub within_95: [Option<Timestamp>; 2],
    /// Weeks until it may be reached, by the near end of the 80 %.
    pub weeks_left: Option<f64>,
}

/// What would be if.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhatIf {
    /// If what.
    pub change: String,
    /// Then the limit is reached so.
    pub saturates: Saturation,
}

/// Numbers for a pool's settings by what was seen, for the yearly review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Workers for the busiest hour of a usual day, with headroom.
    pub baseline: u32,
    /// Workers for the greatest peak, with headroom.
    pub peak: u32,
    /// Workers for all that is foreseen in half a year.
    pub max: u32,
}

/// How far a pool's figures can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Hours there were.
    pub hours: u64,
    /// Hours of which nothing is known of what was asked.
    pub demand_gaps: u64,
    /// Hours in which nobody saw what stood ready.
    pub supply_gaps: u64,
    /// Processes that had this pool: a restart is another one.
    pub processes: usize,
    /// Jobs that times were measured of.
    pub measured: u64,
}

/// Puts a report together. It ends with the last whole day, so that no day counts that is not over.
pub fn report(figures: &Figures) -> CapacityReport {
    let until = start_of(figures.now, DAY);
    // Days count from the first of which anything is known.
    let known = figures.demand.iter().map(|one| one.hour).min();
    let from = figures.from.max(known.unwrap_or(until)).min(until);
    let pools = figures.limits.iter();
    CapacityReport {
        made_at: figures.now,
        from,
        until,
        pools: pools
            .map(|limits| pool(figures, limits, from, until))
            .collect(),
        costs: figures.costs.clone(),
    }
}

fn pool(figures: &Figures, limits: &Limits, from: Timestamp, until: Timestamp) -> PoolReport {
    let asked = Asked::of(&figures.demand, limits, from, until);
    let stood = Stood::of(&figures.supply, limits.pool, from, until);
    let service = asked
        .service
        .unwrap_or(limits.expected_service.as_secs_f64());
    let limit = limits.peak(stood.newest_nodes, service);
    let outlook = growth::foresee(&asked.days).ok();
    let saturates = |limit: f64, outlook: &Outlook| saturation(&outlook.weeks, limit, until);
    let forecast = outlook.as_ref().map(|outlook| Forecast {
        outlook: outlook.clone(),
        saturates: saturates(limit, outlook),
    });
    let peak = asked.peak.map_or(0, |(peak, _)| peak);
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let headroom = (asked.hours > 0).then(|| 1.0 - peak as f64 / limit * USABLE);
    let what_ifs = outlook
        .as_ref()
        .map(|outlook| what_ifs(outlook, limits, limit, until));
    let suggested = outlook
        .as_ref()
        .map(|outlook| suggested(outlook, &asked, limits, service));
    let verdict = verdict(headroom, forecast.as_ref());
    let hours = until.since(from).as_secs() / HOUR.as_secs();
    let gaps = |known: usize| hours.saturating_sub(u64::try_from(known).unwrap_or(u64::MAX));
    let quality = Quality {
        hours,
        demand_gaps: gaps(asked.hours),
        supply_gaps: gaps(stood.hours),
        processes: stood.nodes,
        measured: asked.measured,
    };
    PoolReport {
        pool: limits.pool,
        verdict,
        actions: actions(
            verdict,
            limits,
            forecast.as_ref(),
            suggested,
            asked.days.len(),
        ),
        headroom,
        forecast,
        what_ifs: what_ifs.unwrap_or_default(),
        suggested,
        demand: DemandFigures {
            jobs: asked.jobs,
            peak,
            peak_at: asked.peak.map(|(_, at)| at),
            busiest_hour: asked.busiest_hour(),
            service_seconds: service,
            wait_seconds: quantiles(&asked),
            days: asked.days,
        },
        supply: SupplyFigures {
            workers: stood.workers,
            workers_most: limits.workers_of(stood.newest_nodes),
            slots_per_worker: limits.slots,
            utilisation_p95: stood.utilisation,
            minutes_at_most: stood.minutes_at_most,
            changes: stood.changes,
            limit,
        },
        quality,
    }
}

fn quantiles(asked: &Asked) -> Option<[f64; 3]> {
    let of = |q| asked.waits.quantile(q);
    Some([of(0.5)?, of(0.95)?, of(0.99)?])
}

/// The moments at which what is foreseen passes a limit. A week's peak stands for the middle of the week.
fn saturation(weeks: &[Range], limit: f64, until: Timestamp) -> Saturation {
    let after = |bound: fn(&Range) -> f64| growth::passes(weeks, limit, bound);
    let moment = |weeks: Option<f64>| {
        let weeks = weeks?;
        let middle = until.minus(DAY * 7 / 2);
        Some(
            middle
                .plus(Duration::from_secs_f64(weeks * WEEK_SECONDS))
                .max(until),
        )
    };
    let soonest = after(|range| range.within_80[1]);
    Saturation {
        at: moment(after(|range| range.point)),
        within_80: [moment(soonest), moment(after(|range| range.within_80[0]))],
        within_95: [
            moment(after(|range| range.within_95[1])),
            moment(after(|range| range.within_95[0])),
        ],
        weeks_left: soonest,
    }
}

fn what_ifs(outlook: &Outlook, limits: &Limits, limit: f64, until: Timestamp) -> Vec<WhatIf> {
    let slots = f64::from(limits.slots);
    let with = |change: &str, weeks: &[Range], limit: f64| WhatIf {
        change: change.to_owned(),
        saturates: saturation(weeks, limit, until),
    };
    // Twice the growth from what there is now on: each week is as far above now as twice its distance is foreseen.
    let now = outlook.weeks[0].point;
    let twice = |value: f64| value + (value - now).max(0.0);
    let faster: Vec<Range> = outlook
        .weeks
        .iter()
        .map(|range| Range {
            point: twice(range.point),
            within_80: range.within_80.map(twice),
            within_95: range.within_95.map(twice),
        })
        .collect();
    vec![
        with(
            "a slot more for each worker",
            &outlook.weeks,
            limit * (slots + 1.0) / slots,
        ),
        with("jobs that take 20 % less", &outlook.weeks, limit / 0.8),
        with("twice the growth", &faster, limit),
    ]
}

/// Workers whose slots leave the headroom free under a load, at least one.
fn workers_for(load: f64, limits: &Limits) -> u32 {
    let workers = (load / USABLE / f64::from(limits.slots)).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is cut to the range of the integer"
    )]
    let workers = workers as u32;
    workers.max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn suggested(outlook: &Outlook, asked: &Asked, limits: &Limits, service: f64) -> Suggested {
    let mut busiest = asked.busiest.clone();
    busiest.sort_by(f64::total_cmp);
    let in_slots = |peak: f64| peak * service / super::hours::STRETCH.as_secs_f64();
    let peak = asked.peak.map_or(0.0, |(peak, _)| peak as f64);
    let foreseen = outlook
        .weeks
        .iter()
        .map(|range| range.point)
        .fold(peak, f64::max);
    let peak = workers_for(in_slots(peak), limits);
    Suggested {
        baseline: workers_for(quantile(&busiest, 0.5).unwrap_or(0.0), limits).min(peak),
        peak,
        max: workers_for(in_slots(foreseen), limits),
    }
}

fn verdict(headroom: Option<f64>, forecast: Option<&Forecast>) -> Verdict {
    if headroom.is_some_and(|headroom| headroom < 1.0 - USABLE) {
        return Verdict::Act;
    }
    let Some(forecast) = forecast else {
        return Verdict::TooEarly;
    };
    match forecast.saturates.weeks_left {
        Some(weeks) if weeks < PLAN_WEEKS => Verdict::Plan,
        Some(_) | None => Verdict::Enough,
    }
}

fn actions(
    verdict: Verdict,
    limits: &Limits,
    forecast: Option<&Forecast>,
    suggested: Option<Suggested>,
    days: usize,
) -> Vec<String> {
    let pool = limits.pool;
    let setting = if limits.fleet { "fleet_max" } else { "max" };
    let raise = suggested.map_or_else(
        || format!("Raise `{setting}` of the pool {pool}, or add nodes."),
        |numbers| {
            format!(
                "Raise `{setting}` of the pool {pool} so that there may be {} workers, or add nodes until there are.",
                numbers.max
            )
        },
    );
    match verdict {
        Verdict::Act => vec![
            format!("Less than 30 % of {pool} was free at its peak. {raise}"),
            "Until then the queue waits longer at peaks; nothing is lost.".to_owned(),
        ],
        Verdict::Plan => {
            let by = forecast.and_then(|forecast| forecast.saturates.within_80[0]);
            let by = by.map_or_else(String::new, |by| format!(" by {}", date(by)));
            vec![format!("{raise} It may be needed{by}.")]
        }
        Verdict::Enough => Vec::new(),
        Verdict::TooEarly => vec![format!(
            "Ask again when there are {} days of data; there are {days}.",
            growth::LEAST_DAYS
        )],
    }
}

/// The day of a moment, as `2026-11-27`.
pub fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
