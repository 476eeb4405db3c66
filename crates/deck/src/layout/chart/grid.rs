//! Lines across a plot, at the steps of its axes and between them.

use super::axes::Axes;
use super::canvas::Canvas;
use super::look::HAIRLINE;
use super::plane::Plane;
use super::scale::Range;
use crate::model::chart::{Axis, LineLook};

/// Parts that a step is cut into by finer lines.
const FINER: f64 = 5.0;
/// Lines along one axis at most.
const MOST: usize = 500;

/// Draws the lines of both axes.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, axes: &Axes<'_>) {
    if let Some(axis) = axes.value {
        if let Some(line) = &axis.minor_gridlines {
            let finer = finer(plane.range);
            let places = finer.into_iter().map(|value| plane.along(value));
            lines(
                canvas,
                plane,
                (places.collect(), plane.sideways),
                Some(line),
            );
        }
        if axis.gridlines {
            let places = plane
                .range
                .ticks()
                .into_iter()
                .map(|value| plane.along(value));
            lines(
                canvas,
                plane,
                (places.collect(), plane.sideways),
                axis.grid_line.as_ref(),
            );
        }
    }
    if let Some(axis) = axes.along.filter(|axis| axis.gridlines) {
        let places = across(plane, axis);
        lines(
            canvas,
            plane,
            (places, !plane.sideways),
            axis.grid_line.as_ref(),
        );
    }
}

/// Where lines across the other axis stand: at its steps, or between its categories.
fn across(plane: &Plane<'_>, axis: &Axis) -> Vec<f64> {
    if let Some(range) = plane.other {
        let ticks = range.ticks().into_iter();
        return ticks.map(|value| plane.beside(range, value)).collect();
    }
    let last = plane.slots.saturating_sub(usize::from(plane.edges));
    let told = axis.every.and_then(|every| usize::try_from(every).ok());
    // Of days only some have a label.
    let usual = if plane.spots.is_some() { last / 8 } else { 1 };
    let every = told.unwrap_or(usual).max(1);
    (0..=last)
        .step_by(every)
        .map(|slot| plane.spot(slot, 0.0))
        .collect()
}

/// The values between the steps of a range; of logarithms, those that are as far apart as the lower step is large.
fn finer(range: Range) -> Vec<f64> {
    let ticks = range.ticks();
    let parts = range
        .log
        .map_or(FINER, |base| (base - 1.0).clamp(2.0, 20.0).floor());
    let mut out = Vec::new();
    for (from, to) in ticks.iter().zip(ticks.iter().skip(1)) {
        let mut part = 1.0;
        while part < parts {
            out.push(from + (to - from) * part / parts);
            part += 1.0;
        }
    }
    out
}

fn lines(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane<'_>,
    (places, upright): (Vec<f64>, bool),
    look: Option<&LineLook>,
) {
    let pen = canvas.pen(look, (canvas.look.line, HAIRLINE));
    let [x, y, w, h] = plane.place;
    for at in places.into_iter().take(MOST) {
        let ends = if upright {
            [(at, y), (at, y + h)]
        } else {
            [(x, at), (x + w, at)]
        };
        canvas.line(&ends, pen.as_ref());
    }
}
