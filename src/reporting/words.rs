//! The figures of a report in words.

use crate::domain::capacity::growth::Checked;
use crate::domain::capacity::report::{
    Forecast, PoolReport, Quality, Saturation, Suggested, SupplyFigures, date,
};

/// What is not known.
pub(super) const UNKNOWN: &str = "–";

/// A share in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A share in percent with its sign, as growth is told.
pub(super) fn signed(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

/// A number of jobs or workers: whole, or with one digit where that says something.
pub(super) fn number(value: f64) -> String {
    if value >= 10.0 || value.fract().abs() < 0.05 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// Seconds, in the unit that people read.
pub(super) fn seconds(value: f64) -> String {
    if value >= 60.0 {
        format!("{:.1} min", value / 60.0)
    } else if value >= 1.0 {
        format!("{value:.1} s")
    } else {
        format!("{:.0} ms", value * 1_000.0)
    }
}

/// Money: cents, or what a job costs that costs less.
pub(super) fn dollars(value: f64) -> String {
    if value >= 0.01 || value <= 0.0 {
        format!("${value:.2}")
    } else {
        format!("${value:.6}")
    }
}

/// What may be unknown.
pub(super) fn known<T>(value: Option<T>, words: impl Fn(T) -> String) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), words)
}

/// When a limit is reached: the day and the two days between which it lies with 80 %.
pub(super) fn saturation(saturation: &Saturation) -> String {
    let [early, late] = saturation.within_80;
    let from = known(early, date);
    let until = late.map_or_else(|| "later than half a year".to_owned(), date);
    match (saturation.at, early) {
        (Some(at), _) => format!("{} (80 %: {from} to {until})", date(at)),
        (None, Some(early)) => format!(
            "not within half a year, but it may be from {} on",
            date(early)
        ),
        (None, None) => "not within half a year".to_owned(),
    }
}

/// A row of a table: what it is, and what was found.
type Row = (&'static str, String);

/// What there is to say of a pool.
pub(super) fn figures(pool: &PoolReport) -> Vec<Row> {
    let mut rows = demand(pool);
    rows.extend(supply(&pool.supply));
    rows.extend(pool.forecast.iter().flat_map(forecast));
    for what in &pool.what_ifs {
        let words = format!("{}: {}", what.change, saturation(&what.saturates));
        rows.push(("… if", words));
    }
    if let Some(Suggested {
        baseline,
        peak,
        max,
    }) = pool.suggested
    {
        let words = format!("baseline {baseline}, peak {peak}, max {max}");
        rows.push(("Settings by what was seen", words));
    }
    rows.push(("Data", quality(&pool.quality)));
    rows
}

fn demand(pool: &PoolReport) -> Vec<Row> {
    let demand = &pool.demand;
    let peak = known(demand.peak_at, |at| {
        let hour: String = at.to_string().chars().take(13).collect();
        let hour = hour.replace('T', " ");
        format!("{} in the hour from {hour}:00 UTC", demand.peak)
    });
    let waits = known(demand.wait_seconds, |waits| waits.map(seconds).join(", "));
    let limit = number(pool.supply.limit);
    let busiest = known(demand.busiest_hour, |hour| format!("{hour}:00"));
    vec![
        ("Jobs", demand.jobs.to_string()),
        ("Peak in 5 minutes", peak),
        ("Limit in 5 minutes, with 30 % kept free", limit),
        ("Free at the peak", known(pool.headroom, percent)),
        ("Busiest hour, UTC", busiest),
        ("A job takes", seconds(demand.service_seconds)),
        ("Waits: half, 95 %, 99 % below", waits),
    ]
}

fn supply(supply: &SupplyFigures) -> Vec<Row> {
    let workers = known(supply.workers, |workers| {
        format!(
            "{} of {}",
            workers.map(number).join(", "),
            supply.workers_most
        )
    });
    let busy = known(supply.utilisation_p95, percent);
    let at_most = number(supply.minutes_at_most);
    vec![
        ("Workers: fewest, mean, most", workers),
        ("Slots busy, 95 % of hours below", busy),
        ("Minutes with all workers there may be", at_most),
        ("Steps up and down", supply.changes.to_string()),
    ]
}

fn forecast(forecast: &Forecast) -> Vec<Row> {
    let outlook = &forecast.outlook;
    let growth = format!(
        "{}: {}",
        signed(outlook.weekly_growth),
        outlook.model.words()
    );
    let error = known(outlook.mase, |mase| {
        format!("{mase:.2} of that of 'as it is'")
    });
    let checked = known(outlook.last_week, |Checked { foreseen, came }| {
        format!("{} foreseen, {} came", number(foreseen), number(came))
    });
    vec![
        ("Growth a week", growth),
        ("Error of the forecast on its own past", error),
        ("Last week's peak", checked),
        ("The limit is reached", saturation(&forecast.saturates)),
    ]
}

fn quality(quality: &Quality) -> String {
    format!(
        "{} hours, {} without figures of demand, {} of supply; processes: {}; {} jobs measured",
        quality.hours,
        quality.demand_gaps,
        quality.supply_gaps,
        quality.processes,
        quality.measured
    )
}
