//! The figures of a report in words.

use crate::domain::capacity::report::{PoolReport, Saturation, date};
use crate::domain::time::Timestamp;

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

/// Rows of a table about a pool: what it is, and what was found.
pub(super) fn figures(pool: &PoolReport) -> Vec<(&'static str, String)> {
    let (demand, supply) = (&pool.demand, &pool.supply);
    let hours = |at: Timestamp| {
        at.to_string()
            .chars()
            .take(13)
            .collect::<String>()
            .replace('T', " ")
    };
    let peak_at = known(demand.peak_at, |at| {
        format!("{} in the hour from {}:00 UTC", demand.peak, hours(at))
    });
    let waits = known(demand.wait_seconds, |[p50, p95, p99]| {
        format!("{}, {}, {}", seconds(p50), seconds(p95), seconds(p99))
    });
    let workers = known(supply.workers, |[least, mean, most]| {
        format!(
            "{}, {}, {} of {}",
            number(least),
            number(mean),
            number(most),
            supply.workers_most
        )
    });
    let mut rows = vec![
        ("Jobs", demand.jobs.to_string()),
        ("Peak in 5 minutes", peak_at),
        (
            "Limit in 5 minutes, with 30 % kept free",
            number(supply.limit),
        ),
        ("Free at the peak", known(pool.headroom, percent)),
        (
            "Busiest hour, UTC",
            known(demand.busiest_hour, |hour| format!("{hour}:00")),
        ),
        ("A job takes", seconds(demand.service_seconds)),
        ("Waits: half, 95 %, 99 % below", waits),
        ("Workers: fewest, mean, most", workers),
        (
            "Slots busy, 95 % of hours below",
            known(supply.utilisation_p95, percent),
        ),
        (
            "Minutes with all workers there may be",
            number(supply.minutes_at_most),
        ),
        ("Steps up and down", supply.changes.to_string()),
    ];
    if let Some(forecast) = &pool.forecast {
        let outlook = &forecast.outlook;
        rows.push((
            "Growth a week",
            format!(
                "{}: {}",
                signed(outlook.weekly_growth),
                outlook.model.words()
            ),
        ));
        let error = known(outlook.mase, |mase| {
            format!("{mase:.2} of that of 'as it is'")
        });
        rows.push(("Error of the forecast on its own past", error));
        let checked = |checked: crate::domain::capacity::growth::Checked| {
            format!(
                "{} foreseen, {} came",
                number(checked.foreseen),
                number(checked.came)
            )
        };
        rows.push(("Last week's peak", known(outlook.last_week, checked)));
        rows.push(("The limit is reached", saturation(&forecast.saturates)));
    }
    for what in &pool.what_ifs {
        rows.push((
            "… if",
            format!("{}: {}", what.change, saturation(&what.saturates)),
        ));
    }
    if let Some(suggested) = pool.suggested {
        let words = format!(
            "baseline {}, peak {}, max {}",
            suggested.baseline, suggested.peak, suggested.max
        );
        rows.push(("Settings by what was seen", words));
    }
    let quality = pool.quality;
    let words = format!(
        "{} hours, {} without figures of demand, {} of supply; processes: {}; {} jobs measured",
        quality.hours,
        quality.demand_gaps,
        quality.supply_gaps,
        quality.processes,
        quality.measured
    );
    rows.push(("Data", words));
    rows
}
