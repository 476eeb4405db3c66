//! Names of several levels: those above the names at the marks, level below level, with lines between what they stand
//! over.

use super::canvas::Canvas;
use super::look::HAIRLINE;
use super::plane::Plane;
use crate::model::chart::{CategoryGroup, Chart, Lettering};
use crate::model::text::Align;

/// Levels that are drawn at most.
const MOST: usize = 8;

/// The levels of a chart, the one next to the marks' own names first.
pub(super) fn of(chart: &Chart) -> &[Vec<CategoryGroup>] {
    let mut series = chart.plots.iter().flat_map(|plot| &plot.series);
    let named = series.find(|series| !series.categories.is_empty());
    let levels = named.map_or(&[][..], |series| series.category_groups.as_slice());
    levels.get(..MOST).unwrap_or(levels)
}

/// How much room a level takes.
pub(super) fn depth(canvas: &Canvas<'_, '_>) -> f64 {
    canvas.size * 1.4
}

/// Draws all levels beside names that take `first` from the axis on.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, first: f64) {
    let chart = canvas.chart;
    let depth = depth(canvas);
    let mut from = first;
    for level in of(chart) {
        for (at, group) in level.iter().enumerate() {
            let start = place(plane, group.index);
            let next = level.get(at + 1).map(|next| next.index);
            let end = next.map_or_else(|| last(plane), |next| place(plane, next));
            if (start - end).abs() < 0.01 {
                continue;
            }
            bound(canvas, plane, start, from + depth);
            if next.is_none() {
                bound(canvas, plane, end, from + depth);
            }
            label(
                canvas,
                plane,
                (start.midpoint(end), from + depth / 2.0),
                &group.name,
            );
        }
        from += depth;
    }
}

/// Where the slot of a category begins.
fn place(plane: &Plane<'_>, index: u32) -> f64 {
    let index = usize::try_from(index)
        .unwrap_or(usize::MAX)
        .min(plane.slots);
    let at = plane.spot(index, 0.0);
    if !plane.edges {
        return at;
    }
    // The first and the last category stand at the edges, and the slots of both are half as wide.
    let half = plane.slot() / 2.0;
    let [x, y, w, h] = plane.place;
    if plane.sideways {
        (at + half).clamp(y, y + h)
    } else {
        (at - half).clamp(x, x + w)
    }
}

fn last(plane: &Plane<'_>) -> f64 {
    let [x, y, w, _] = plane.place;
    if plane.sideways { y } else { x + w }
}

/// A line between groups, from the axis on.
fn bound(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, at: f64, reach: f64) {
    let [x, y, _, h] = plane.place;
    let ends = if plane.sideways {
        [(x, at), (x - reach, at)]
    } else {
        [(at, y + h), (at, y + h + reach)]
    };
    let pen = canvas.pen(None, (canvas.look.line, HAIRLINE));
    canvas.line(&ends, pen.as_ref());
}

/// The name of a group in its middle; upwards where groups lie on each other.
fn label(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, (at, away): (f64, f64), name: &str) {
    let [x, y, _, h] = plane.place;
    let letters = canvas.letters(&Lettering::default(), false);
    let (place, turn) = if plane.sideways {
        ((x - away, at), -90.0)
    } else {
        ((at, y + h + away), 0.0)
    };
    canvas.write_turned((place, turn), name, (&letters, Align::Center));
}
