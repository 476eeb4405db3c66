//! Putting a capacity report together.

use std::time::Duration;

use super::growth::{self, Outlook, Range};
use super::hours::{DAY, HOUR, STRETCH, WEEK};
use super::pools::{Asked, Limits, Stood, USABLE, quantile};
use super::report::{
    CapacityReport, DemandFigures, Figures, Forecast, PoolReport, Quality, Saturation, Suggested,
    SupplyFigures, Verdict, WhatIf, date,
};
use crate::domain::time::Timestamp;

/// Saturation within so many weeks is something to plan for now.
const PLAN_WEEKS: f64 = 8.0;

/// Puts a report together. It ends with the last whole day, so that no day counts that is not over.
pub fn report(figures: &Figures) -> CapacityReport {
    let until = figures.now.start_of(DAY);
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
    let measured = asked.service;
    let service = measured.unwrap_or(limits.expected_service.as_secs_f64());
    let limit = limits.peak(stood.newest_nodes, service);
    let forecast = growth::foresee(&asked.days).map(|outlook| Forecast {
        saturates: saturation(&outlook.weeks, limit, until),
        outlook,
    });
    let outlook = forecast.as_ref().map(|forecast| &forecast.outlook);
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let headroom = asked
        .peak
        .map(|(peak, _)| 1.0 - peak as f64 / limit * USABLE);
    let verdict = verdict(headroom, forecast.as_ref());
    let suggested = outlook.map(|outlook| suggested(outlook, &asked, limits, service));
    let what_ifs = outlook.map(|outlook| what_ifs(outlook, limits, limit, until));
    let by = forecast
        .as_ref()
        .and_then(|told| told.saturates.within_80[0]);
    PoolReport {
        pool: limits.pool,
        verdict,
        actions: actions(verdict, limits, by, suggested, asked.days.len()),
        headroom,
        what_ifs: what_ifs.unwrap_or_default(),
        suggested,
        quality: quality(&asked, &stood, until.since(from)),
        supply: SupplyFigures {
            workers: stood.workers,
            workers_most: limits.workers_of(stood.newest_nodes),
            slots_per_worker: limits.slots,
            utilisation_p95: stood.utilisation,
            minutes_at_most: stood.minutes_at_most,
            changes: stood.changes,
            limit,
        },
        demand: demand(asked, service),
        forecast,
    }
}

fn demand(asked: Asked, service: f64) -> DemandFigures {
    DemandFigures {
        jobs: asked.jobs,
        peak: asked.peak.map_or(0, |(peak, _)| peak),
        peak_at: asked.peak.map(|(_, at)| at),
        busiest_hour: asked.busiest_hour(),
        service_seconds: service,
        wait_seconds: quantiles(&asked),
        days: asked.days,
    }
}

fn quality(asked: &Asked, stood: &Stood, time: Duration) -> Quality {
    let hours = time.as_secs() / HOUR.as_secs();
    let gaps = |known: usize| hours.saturating_sub(u64::try_from(known).unwrap_or(u64::MAX));
    Quality {
        hours,
        demand_gaps: gaps(asked.hours),
        supply_gaps: gaps(stood.hours),
        processes: stood.nodes,
        measured: asked.measured,
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
                .plus(Duration::from_secs_f64(weeks * WEEK.as_secs_f64()))
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
    let in_slots = |peak: f64| peak * service / STRETCH.as_secs_f64();
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
    by: Option<Timestamp>,
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
