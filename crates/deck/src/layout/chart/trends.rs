//! Trend lines, computed from the values by least squares as Office does (ECMA-376 part 1, 21.2.2.211).

use super::canvas::Canvas;
use super::look::float;
use super::plane::Plane;
use super::{marks, scale};
use crate::model::chart::{Plot, Series, Trend};

/// Points that a curve is drawn through.
const SAMPLES: u32 = 64;
/// Width of a trend line that says nothing of it, in points.
const WIDTH: f64 = 1.0;

/// Draws the trend lines of a series over its categories, at a part of their slots.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    (plot, series): (&Plot, &Series),
    plane: &Plane<'_>,
    part: f64,
) {
    let (stacked, _) = scale::stacking(plot);
    if series.trends.is_empty() || stacked {
        return;
    }
    let counted = !plot.kind.is_of_pairs() || series.x_values.is_empty();
    let points = (0..series.values.len()).filter_map(|index| {
        let x = marks::x_of(series, index, counted)?;
        Some((x, scale::value(series, index)?))
    });
    let points: Vec<(f64, f64)> = points.collect();
    for trend in &series.trends {
        let Some(curve) = curve(trend, &points) else {
            continue;
        };
        let place = |(x, y): (f64, f64)| {
            if let Some(range) = plane.other {
                return (plane.beside(range, x), plane.along(y));
            }
            let first = plane.across(0, part);
            let next = plane.across(1, part);
            plane.point(first + (next - first) * (x - 1.0), plane.along(y))
        };
        let line: Vec<(f64, f64)> = curve.into_iter().map(place).collect();
        let pen = canvas.pen(trend.line.as_ref(), (canvas.look.line, WIDTH));
        canvas.line(&line, pen.as_ref());
    }
}

/// The name of a trend line in the legend.
pub(super) fn name(trend: &Trend, series: &str) -> String {
    if let Some(name) = &trend.name {
        return name.clone();
    }
    let kind = match trend.kind.as_str() {
        "exp" => "Expon.".to_owned(),
        "log" => "Log.".to_owned(),
        "power" => "Power".to_owned(),
        "poly" => "Poly.".to_owned(),
        "movingAvg" => format!("{} per. Mov. Avg.", trend.period.unwrap_or(2)),
        _ => "Linear".to_owned(),
    };
    format!("{kind} ({series})")
}

/// The points of a trend line. `None` where the values have no such trend.
fn curve(trend: &Trend, points: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    if trend.kind == "movingAvg" {
        let period = usize::try_from(trend.period.unwrap_or(2)).ok()?.max(2);
        let mean = |window: &[(f64, f64)]| {
            let sum: f64 = window.iter().map(|(_, y)| y).sum();
            let last = window.last().map_or(0.0, |(x, _)| *x);
            (last, sum / float(window.len()))
        };
        return Some(points.windows(period).map(mean).collect());
    }
    let value = fitted(trend, points)?;
    let xs = || points.iter().map(|(x, _)| *x);
    let far = |far: Option<f64>| far.filter(|far| far.is_finite()).unwrap_or(0.0);
    let from = xs().fold(f64::INFINITY, f64::min) - far(trend.backward);
    let to = xs().fold(f64::NEG_INFINITY, f64::max) + far(trend.forward);
    let straight = !matches!(trend.kind.as_str(), "exp" | "log" | "power" | "poly");
    let steps = if straight { 1 } else { SAMPLES };
    let samples = (0..=steps).map(|step| {
        let x = from + (to - from) * f64::from(step) / f64::from(steps);
        (x, value(x))
    });
    Some(samples.filter(|(_, y)| y.is_finite()).collect())
}

/// The function that lies nearest to points.
fn fitted(trend: &Trend, points: &[(f64, f64)]) -> Option<Box<dyn Fn(f64) -> f64>> {
    let meets = trend.intercept.filter(|meets| meets.is_finite());
    let logs = |x: bool, y: bool| -> Option<Vec<(f64, f64)>> {
        let log = |value: f64, wanted: bool| {
            if wanted {
                (value > 0.0).then(|| value.ln())
            } else {
                Some(value)
            }
        };
        points
            .iter()
            .map(|(a, b)| Some((log(*a, x)?, log(*b, y)?)))
            .collect()
    };
    Some(match trend.kind.as_str() {
        "exp" => {
            let meets = meets.filter(|meets| *meets > 0.0).map(f64::ln);
            let found = polynomial(&logs(false, true)?, 1, meets)?;
            Box::new(move |x| valued(&found, x).exp())
        }
        "log" => {
            let found = polynomial(&logs(true, false)?, 1, None)?;
            Box::new(move |x| valued(&found, x.ln()))
        }
        "power" => {
            let found = polynomial(&logs(true, true)?, 1, None)?;
            Box::new(move |x| valued(&found, x.ln()).exp())
        }
        "poly" => {
            let order = usize::try_from(trend.order.unwrap_or(2).clamp(2, 6)).ok()?;
            let found = polynomial(points, order, meets)?;
            Box::new(move |x| valued(&found, x))
        }
        _ => {
            let found = polynomial(points, 1, meets)?;
            Box::new(move |x| valued(&found, x))
        }
    })
}

fn valued(coefficients: &[f64], x: f64) -> f64 {
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, own| sum * x + own)
}

/// The polynomial of an order that lies nearest to points, its constant first; through a value at 0 where one is told.
fn polynomial(points: &[(f64, f64)], order: usize, meets: Option<f64>) -> Option<Vec<f64>> {
    let lowest = usize::from(meets.is_some());
    let size = order + 1 - lowest;
    if points.len() < size {
        return None;
    }
    let powers = |x: f64| -> Vec<f64> {
        let exponents = lowest..=order;
        exponents
            .map(|power| x.powi(i32::try_from(power).unwrap_or(0)))
            .collect()
    };
    let mut rows = vec![vec![0.0; size + 1]; size];
    for (x, y) in points {
        let powers = powers(*x);
        for (row, left) in rows.iter_mut().zip(&powers) {
            for (cell, right) in row.iter_mut().zip(&powers) {
                *cell += left * right;
            }
            row[size] += left * (y - meets.unwrap_or(0.0));
        }
    }
    let mut found = solved(rows)?;
    if let Some(meets) = meets {
        found.insert(0, meets);
    }
    Some(found)
}

/// Solves linear equations, each a row of coefficients and a sum, by elimination with the largest pivot.
fn solved(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let size = rows.len();
    for at in 0..size {
        let pivot = (at..size).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, pivot);
        let head = rows[at].clone();
        if head[at].abs() < 1.0e-12 {
            return None;
        }
        for (number, row) in rows.iter_mut().enumerate() {
            if number != at {
                let times = row[at] / head[at];
                for (cell, own) in row.iter_mut().zip(&head) {
                    *cell -= own * times;
                }
            }
        }
    }
    let solution: Vec<f64> = (0..size).map(|at| rows[at][size] / rows[at][at]).collect();
    solution
        .iter()
        .all(|own| own.is_finite())
        .then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(kind: &str, points: &[(f64, f64)], x: f64) -> f64 {
        let trend = Trend {
            kind: kind.to_owned(),
            ..Trend::default()
        };
        fitted(&trend, points).expect("a trend")(x)
    }

    #[test]
    fn trends_meet_values_that_follow_them() {
        let of = |value: fn(f64) -> f64| -> Vec<(f64, f64)> {
            (1..=5)
                .map(|x| (f64::from(x), value(f64::from(x))))
                .collect()
        };
        for (kind, value) in [
            ("linear", (|x| 2.0 * x + 1.0) as fn(f64) -> f64),
            ("poly", |x| x * x - 3.0 * x + 2.0),
            ("exp", |x| 2.0 * (0.5 * x).exp()),
            ("log", |x| 3.0 * x.ln() + 1.0),
            ("power", |x| 2.0 * x.powf(1.5)),
        ] {
            let found = at(kind, &of(value), 7.0);
            assert!((found - value(7.0)).abs() < 1.0e-6, "{kind}: {found}");
        }
    }

    #[test]
    fn means_move_along_and_what_has_no_trend_has_no_line() {
        let trend = |kind: &str| Trend {
            kind: kind.to_owned(),
            period: Some(2),
            ..Trend::default()
        };
        let points = [(1.0, 1.0), (2.0, 3.0), (3.0, -5.0)];
        assert_eq!(
            curve(&trend("movingAvg"), &points),
            Some(vec![(2.0, 2.0), (3.0, -1.0)])
        );
        assert_eq!(curve(&trend("exp"), &points), None);
        assert_eq!(curve(&trend("linear"), &points[..1]), None);
    }
}
