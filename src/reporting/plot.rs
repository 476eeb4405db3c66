//! A picture of a pool: the peak of each day, what is foreseen with its intervals, and the limit.

use std::fmt::Write;
use std::time::Duration;

use maud::{Markup, html};

use super::words::number;
use crate::domain::capacity::growth::Range;
use crate::domain::capacity::report::{CapacityReport, PoolReport, date};
use crate::domain::time::Timestamp;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;
const DAYS_A_WEEK: f64 = 7.0;

/// From days and jobs to places.
struct Axes {
    days: f64,
    most: f64,
}

impl Axes {
    fn x(&self, day: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * day / self.days.max(1.0)
    }

    fn y(&self, jobs: f64) -> f64 {
        let jobs = jobs.min(self.most);
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * jobs / self.most
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (day, jobs) in points {
            // Writing to a string cannot fail.
            let _ = write!(path, "{:.1},{:.1} ", self.x(day), self.y(jobs));
        }
        path.trim_end().to_owned()
    }
}

/// Draws a pool.
#[expect(clippy::cast_precision_loss, reason = "a year has 365 days")]
pub(super) fn draw(report: &CapacityReport, pool: &PoolReport) -> Markup {
    let days = &pool.demand.days;
    let seen = days.len() as f64;
    let weeks = pool.forecast.as_ref().map(|told| &told.outlook.weeks[..]);
    let weeks = weeks.unwrap_or_default();
    let ahead = (weeks.len() as f64 - 1.0).max(0.0) * DAYS_A_WEEK;
    let points = weeks.iter().map(|week| week.point);
    let all = days.iter().flatten().copied().chain(points);
    let highest = all.fold(1.0, f64::max);
    let limit = pool.supply.limit;
    // A limit far above all would press the days flat: it is named instead.
    let shown = limit <= highest * 4.0;
    let most = if shown { highest.max(limit) } else { highest };
    let axes = Axes {
        days: seen + ahead,
        most: most * 1.05,
    };
    let dots = days.iter().zip(0u32..);
    let dots = dots.filter_map(|(peak, day)| Some((f64::from(day) + 0.5, (*peak)?)));
    let last = report.until.plus(Duration::from_secs_f64(ahead * 86_400.0));
    let label = format!("Peaks of {} by day, and what is foreseen", pool.pool);
    html! {
        svg.plot viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) font-size="11" font-family="sans-serif" {
            title { (label) }
            (grid(&axes))
            @if !weeks.is_empty() { (foreseen(&axes, weeks, seen)) }
            @for (day, peak) in dots { circle cx=(place(axes.x(day))) cy=(place(axes.y(peak))) r="1.8" fill="currentColor" {} }
            (bound(&axes, limit, shown))
            (ends(&axes, [report.from, report.until, last], seen))
        }
    }
}

/// Weeks to come after so many days: a line within its intervals.
fn foreseen(axes: &Axes, weeks: &[Range], seen: f64) -> Markup {
    // A week's peak stands for its middle.
    let at = |week: u32| seen - DAYS_A_WEEK / 2.0 + f64::from(week) * DAYS_A_WEEK;
    let along = |of: fn(&Range) -> f64| -> Vec<(f64, f64)> {
        let weeks = weeks.iter().zip(0u32..);
        weeks.map(|(range, week)| (at(week), of(range))).collect()
    };
    let band = |low, high| {
        let back = along(low).into_iter().rev();
        axes.path(along(high).into_iter().chain(back))
    };
    html! {
        polygon points=(band(|range| range.within_95[0], |range| range.within_95[1])) fill="#0f62fe" fill-opacity="0.12" {}
        polygon points=(band(|range| range.within_80[0], |range| range.within_80[1])) fill="#0f62fe" fill-opacity="0.18" {}
        polyline points=(axes.path(along(|range| range.point).into_iter())) fill="none" stroke="#0f62fe" stroke-width="2" {}
    }
}

fn bound(axes: &Axes, limit: f64, shown: bool) -> Markup {
    let (at, right) = (axes.y(limit), WIDTH - RIGHT);
    html! {
        @if shown {
            line x1=(LEFT) x2=(right) y1=(place(at)) y2=(place(at)) stroke="#da1e28" stroke-width="1.5" stroke-dasharray="6 4" {}
            text x=(LEFT + 130.0) y=(place(at - 4.0)) fill="#da1e28" { "limit " (number(limit)) }
        } @else {
            text x=(right) y=(TOP) text-anchor="end" fill="#da1e28" { "limit " (number(limit)) ", far above" }
        }
    }
}

fn place(value: f64) -> String {
    format!("{value:.1}")
}

fn grid(axes: &Axes) -> Markup {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    html! {
        path d={ "M" (LEFT) " " (TOP) "V" (bottom) "H" (right) } fill="none" stroke="currentColor" stroke-opacity="0.4" {}
        @for part in [0.0, 0.5, 1.0] {
            text x=(LEFT - 6.0) y=(place(axes.y(axes.most * part) + 4.0)) text-anchor="end" fill="currentColor" { (number(axes.most * part)) }
        }
        text x=(LEFT + 4.0) y=(TOP) fill="currentColor" { "jobs in 5 minutes" }
    }
}

fn ends(axes: &Axes, [from, until, last]: [Timestamp; 3], seen: f64) -> Markup {
    let under = HEIGHT - 8.0;
    html! {
        text x=(LEFT) y=(under) fill="currentColor" { (date(from)) }
        @if last > until {
            line x1=(place(axes.x(seen))) x2=(place(axes.x(seen))) y1=(TOP) y2=(HEIGHT - BOTTOM) stroke="currentColor" stroke-opacity="0.4" stroke-dasharray="2 3" {}
            @if axes.x(seen) > LEFT + 140.0 && axes.x(seen) < WIDTH - 150.0 {
                text x=(place(axes.x(seen))) y=(under) text-anchor="middle" fill="currentColor" { (date(until)) }
            }
        }
        text x=(WIDTH - RIGHT) y=(under) text-anchor="end" fill="currentColor" { (date(last)) }
    }
}
