//! Error bars: how much more or less a value may be (ECMA-376 part 1, 21.2.2.55).

use super::canvas::Canvas;
use super::look::{HAIRLINE, float};
use super::plane::Plane;
use super::{marks, scale};
use crate::model::chart::{ErrorBars, Plot, Series};

/// Half the length of the lines across their ends, in points.
const CAP: f64 = 3.0;

/// Draws the error bars of a series, at a part of each slot.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    (plot, at): (&Plot, usize),
    plane: &Plane<'_>,
    part: f64,
) {
    let Some(series) = plot.series.get(at) else {
        return;
    };
    for bars in &series.errors {
        let pen = canvas.pen(bars.line.as_ref(), (canvas.look.line, HAIRLINE));
        for index in 0..series.values.len() {
            let top = scale::spans(plot, index).get(at).copied().flatten();
            let Some((_, top)) = top else {
                continue;
            };
            let Some((less, more)) = reach(series, bars, index) else {
                continue;
            };
            let Some(ends) = ends(
                plane,
                (series, index, part),
                (bars.sideways, top, [less, more]),
            ) else {
                continue;
            };
            canvas.line(&ends, pen.as_ref());
            let level = bars.sideways || plane.sideways;
            let caps = ends.into_iter().zip([less, more]);
            for ((x, y), _) in caps.filter(|(_, far)| *far > 0.0 && !bars.plain) {
                let cap = if level {
                    [(x, y - CAP), (x, y + CAP)]
                } else {
                    [(x - CAP, y), (x + CAP, y)]
                };
                canvas.line(&cap, pen.as_ref());
            }
        }
    }
}

/// Where the error bar of a point begins and ends, `top` being where its mark is.
fn ends(
    plane: &Plane<'_>,
    (series, index, part): (&Series, usize, f64),
    (sideways, top, [less, more]): (bool, f64, [f64; 2]),
) -> Option<[(f64, f64); 2]> {
    let x = || marks::x_of(series, index, series.x_values.is_empty());
    if sideways {
        let (range, x, y) = (plane.other?, x()?, plane.along(top));
        let at = |x: f64| (plane.beside(range, x), y);
        return Some([at(x - less), at(x + more)]);
    }
    let across = match plane.other {
        Some(range) => plane.beside(range, x()?),
        None => plane.across(index, part),
    };
    let at = |value: f64| plane.point(across, plane.along(value));
    Some([at(top - less), at(top + more)])
}

/// How much less and how much more a value may be.
fn reach(series: &Series, bars: &ErrorBars, index: usize) -> Option<(f64, f64)> {
    let value = scale::value(series, index)?;
    let told = bars.value.filter(|value| value.is_finite()).unwrap_or(0.0);
    let (less, more) = match bars.kind.as_str() {
        "cust" => {
            let at = |list: &[Option<f64>]| scale::sane(list, index).or(scale::sane(list, 0));
            (
                at(&bars.minus).unwrap_or(0.0),
                at(&bars.plus).unwrap_or(0.0),
            )
        }
        "percentage" => (value.abs() * told / 100.0, value.abs() * told / 100.0),
        "stdDev" => (spread(series)? * told, spread(series)? * told),
        "stdErr" => {
            let error = spread(series)? / float(known(series).count()).sqrt();
            (error, error)
        }
        _ => (told, told),
    };
    Some(match bars.direction.as_str() {
        "plus" => (0.0, more),
        "minus" => (less, 0.0),
        _ => (less, more),
    })
}

fn known(series: &Series) -> impl Iterator<Item = f64> {
    (0..series.values.len()).filter_map(|index| scale::value(series, index))
}

/// The standard deviation of a sample.
fn spread(series: &Series) -> Option<f64> {
    let count = float(known(series).count());
    if count < 2.0 {
        return None;
    }
    let mean = known(series).sum::<f64>() / count;
    let squares: f64 = known(series).map(|value| (value - mean).powi(2)).sum();
    Some((squares / (count - 1.0)).sqrt())
}
