//! What people read of a report: every pool with its verdict, its figures, its picture, and what to do.

use std::time::Duration;

use super::{markdown, page};
use crate::domain::capacity::hours::{Demand, HOUR};
use crate::domain::capacity::making::report;
use crate::domain::capacity::pools::Limits;
use crate::domain::capacity::report::{COSTS_OF, CapacityReport, Figures};
use crate::domain::cost_report;
use crate::domain::job::JobKind;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;

const FROM: Timestamp = Timestamp(1_799_625_600_000_000);

/// Weeks in which the peak grows by ten jobs each.
fn made(weeks: u32) -> CapacityReport {
    let hours = (0..weeks * 168).map(|hour| {
        let mut demand = Demand::none(FROM.plus(HOUR * hour), JobKind::Convert, Tier::Standard);
        demand.peak = u64::from(100 + hour / 168 * 10 + hour % 7);
        demand.arrived = demand.peak * 9;
        (demand.measured, demand.busy) = (1, 40.0);
        demand.waits.record(Duration::from_millis(300));
        demand
    });
    report(&Figures {
        from: FROM,
        now: FROM.plus(HOUR * (weeks * 168)),
        demand: hours.collect(),
        supply: Vec::new(),
        limits: [JobKind::Convert, JobKind::Export]
            .map(|kind| Limits::of(&PoolSettings::of(kind)))
            .into(),
        costs: cost_report::report(&[], COSTS_OF, 2.0),
    })
}

#[test]
fn a_report_says_what_becomes_of_each_pool_and_what_to_do() {
    let text = markdown::write(&made(14));
    for part in [
        "# Capacity, 2027-04-19",
        "From 2027-01-11 to 2027-04-19 (UTC), whole days.",
        "| convert | plan now |",
        "Raise `max` of the pool convert",
        "| Limit in 5 minutes, with 30 % kept free | 315 |",
        "the same more every week",
        "| … if | twice the growth: ",
        "## export: too early to say",
        "Idle: $2.00 a day of $50.00.",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn a_page_stands_alone_and_shows_every_pool_that_was_asked() {
    let text = page::whole(&made(14));
    assert_eq!(
        text.matches("<svg").count(),
        1,
        "export has nothing to show"
    );
    // Both intervals, the line, a dot for each day.
    assert_eq!(text.matches("<polygon").count(), 2);
    assert_eq!(text.matches("<circle").count(), 98);
    for place in ["src=", "href=", "url("] {
        assert!(!text.contains(place), "it needs something else: {place}");
    }
    for number in ["NaN", "inf\"", ",-"] {
        assert!(!text.contains(number), "{number}");
    }
}

#[test]
fn a_day_of_data_is_shown_without_a_forecast() {
    let text = page::whole(&made(0));
    assert!(text.contains("too early to say"));
    assert_eq!(text.matches("<polygon").count(), 0);
}
