//! Axes as they are drawn: line, ticks, labels and title.

use super::axes::{Tick, stands};
use super::canvas::Canvas;
use super::levels;
use super::look::HAIRLINE;
use super::plane::Plane;
use super::room::{AWAY, Along, Parts, Side, TICK, labelled, side, side_along, titled};
use crate::model::chart::Axis;
use crate::model::text::Align;

/// Draws an axis of values; `far` for the second one.
pub(super) fn values(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane<'_>,
    (axis, ticks): (Option<&Axis>, &[Tick]),
    far: bool,
) {
    let Some(axis) = axis.filter(|axis| !axis.hidden) else {
        return;
    };
    let [x, y, w, h] = plane.place;
    let part = stands(plane, Some(axis), far);
    let upright = !plane.sideways;
    let at = if upright {
        x + part * w
    } else {
        y + h - part * h
    };
    let side = side(axis, part, plane.backwards);
    let places: Vec<f64> = ticks.iter().map(|(value, _)| plane.along(*value)).collect();
    stroke(
        canvas,
        plane,
        (axis, upright, at),
        (&places, side == Side::High),
    );
    if axis.unlabelled {
        return;
    }
    let labels = ticks
        .iter()
        .zip(places)
        .map(|((_, text), place)| (place, text.clone()));
    let labels: Vec<(f64, String)> = labels.collect();
    let at = match side {
        Side::Low if upright => x,
        Side::Low => y + h,
        Side::High if upright => x + w,
        Side::High => y,
        Side::Within => at,
    };
    write(
        canvas,
        axis,
        (upright, at, side == Side::High),
        (&labels, axis.text.angle.unwrap_or(0.0)),
    );
}

/// Draws the other axis.
pub(super) fn along(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane<'_>,
    axis: Option<&Axis>,
    along: &Along,
) {
    let Some(axis) = axis.filter(|axis| !axis.hidden) else {
        return;
    };
    let [x, y, w, h] = plane.place;
    let upright = plane.sideways;
    let side = side_along(axis, plane);
    let ground = plane.ground();
    let places = marked(plane, along);
    stroke(
        canvas,
        plane,
        (axis, upright, ground),
        (&places, side == Side::High),
    );
    if labelled(Some(axis)).is_none() {
        return;
    }
    let at = match side {
        Side::Low if upright => x,
        Side::Low => y + h,
        Side::High if upright => x + w,
        Side::High => y,
        Side::Within => ground,
    };
    if plane.other.is_none() && !levels::of(canvas.chart).is_empty() {
        levels::draw(canvas, plane, along.deep);
    }
    write(
        canvas,
        axis,
        (upright, at, side == Side::High),
        (&along.labels, along.turn),
    );
}

/// Where the ticks of the other axis stand: at its values, else between categories.
fn marked(plane: &Plane<'_>, along: &Along) -> Vec<f64> {
    if plane.other.is_some() || plane.spots.is_some() {
        return along.labels.iter().map(|(at, _)| *at).collect();
    }
    let last = plane.slots.saturating_sub(usize::from(plane.edges));
    // More than fit would be a band.
    let every = if plane.slot() < 2.0 { last.max(1) } else { 1 };
    (0..=last)
        .step_by(every)
        .map(|slot| plane.spot(slot, 0.0))
        .collect()
}

/// The line of an axis at a place across it, and its ticks.
fn stroke(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane<'_>,
    (axis, upright, at): (&Axis, bool, f64),
    (places, high): (&[f64], bool),
) {
    let Some(pen) = canvas.pen(axis.line.as_ref(), (canvas.look.line, HAIRLINE)) else {
        return;
    };
    let [x, y, w, h] = plane.place;
    let ends = if upright {
        [(at, y), (at, y + h)]
    } else {
        [(x, at), (x + w, at)]
    };
    canvas.line(&ends, Some(&pen));
    // Outwards is left of an upright axis and below a level one, unless it stands at the far side.
    let out = if upright == high { TICK } else { -TICK };
    let (from, to) = match axis.ticks.as_deref() {
        Some("none") => return,
        Some("in") => (0.0, -out),
        Some("cross") => (-out, out),
        _ => (0.0, out),
    };
    for place in places {
        let ends = if upright {
            [(at + from, *place), (at + to, *place)]
        } else {
            [(*place, at + from), (*place, at + to)]
        };
        canvas.line(&ends, Some(&pen));
    }
}

/// Writes labels beside an axis at a place across it.
fn write(
    canvas: &mut Canvas<'_, '_>,
    axis: &Axis,
    (upright, at, high): (bool, f64, bool),
    (labels, turn): (&[(f64, String)], f64),
) {
    let letters = canvas.letters(&axis.text, false);
    let line = letters.height();
    for (place, text) in labels {
        if upright {
            let (x, align) = if high {
                (at + AWAY, Align::Left)
            } else {
                (at - AWAY, Align::Right)
            };
            canvas.write([x, *place, 0.0, 0.0], text, (&letters, align));
            continue;
        }
        if turn.abs() < 1.0 {
            let rows = super::look::float(text.lines().count().max(1));
            let top = if high {
                at - AWAY - line * rows
            } else {
                at + AWAY
            };
            canvas.write(
                [*place, top, 0.0, line * rows],
                text,
                (&letters, Align::Center),
            );
            continue;
        }
        // Turned labels end, or begin, at their mark.
        let steep = turn.abs() > 80.0;
        let y = if high { at - AWAY } else { at + AWAY };
        let y = if steep { y } else { y + line * 0.3 };
        let align = if (turn < 0.0) == high {
            Align::Left
        } else {
            Align::Right
        };
        canvas.write_turned(((*place, y), turn), text, (&letters, align));
    }
}

/// Writes the titles of all axes: those of upright ones read upwards unless they are told otherwise.
pub(super) fn titles(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, parts: &Parts<'_>) {
    let axes = &parts.axes;
    let (beside, below) = if plane.sideways {
        (axes.along, axes.value)
    } else {
        (axes.value, axes.along)
    };
    let [left, top, wide, tall] = parts.outer;
    let [x, y, w, h] = plane.place;
    for (axis, at) in [
        (beside, Some(left)),
        (axes.second, Some(left + wide)),
        (below, None),
    ] {
        let Some(axis) = axis.filter(|axis| !axis.hidden) else {
            continue;
        };
        let Some(title) = &axis.title else { continue };
        let letters = canvas.letters(&axis.title_text, true);
        let half = (titled(canvas, Some(axis)) - super::room::TITLE_GAP) / 2.0;
        let Some(edge) = at else {
            let middle = (x + w / 2.0, top + tall - half);
            let turn = axis.title_text.angle.unwrap_or(0.0);
            canvas.write_turned((middle, turn), title, (&letters, Align::Center));
            continue;
        };
        let turn = axis.title_text.angle.unwrap_or(-90.0);
        let inwards = if edge > left { -half } else { half };
        let middle = (edge + inwards, y + h / 2.0);
        canvas.write_turned((middle, turn), title, (&letters, Align::Center));
    }
}
