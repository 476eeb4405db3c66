//! The room that labels and titles of axes take from a plot, and how names along an axis are broken or turned to fit.

use super::axes::{Axes, Tick, along_ticks, stands};
use super::canvas::{Canvas, Letters};
use super::dates::{Day, Days};
use super::levels;
use super::look::float;
use super::plane::Plane;
use crate::model::chart::Axis;

/// How far ticks reach, and how far labels stand from an axis, in points.
pub(super) const TICK: f64 = 3.5;
pub(super) const AWAY: f64 = 5.0;
/// Room between an axis' title and its labels, in points.
pub(super) const TITLE_GAP: f64 = 4.0;
/// Names that have less room than this are turned without being measured, in points.
const NARROW: f64 = 4.0;
/// Rows that names along an axis are broken into at most.
const ROWS: usize = 4;

/// What takes room.
pub(super) struct Parts<'c> {
    pub(super) axes: Axes<'c>,
    pub(super) ticks: &'c [Tick],
    pub(super) far: Option<&'c [Tick]>,
    pub(super) days: Option<&'c Days>,
    /// The box that plot, labels and titles share.
    pub(super) outer: [f64; 4],
}

/// What is written along the other axis.
pub(super) struct Along {
    /// Places, and what is written there.
    pub(super) labels: Vec<(f64, String)>,
    /// How labels are turned, in degrees clockwise.
    pub(super) turn: f64,
    /// The room they take from the axis on.
    pub(super) deep: f64,
}

/// Which side of the plot labels stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Left or below.
    Low,
    /// Right or above.
    High,
    /// Beside an axis that stands within the plot.
    Within,
}

/// The side of an axis that stands at a part of the other one; `flipped` where that runs the other way round.
pub(super) fn side(axis: &Axis, part: f64, flipped: bool) -> Side {
    let low = match axis.labels_at.as_deref() {
        Some("low") => Some(!flipped),
        Some("high") => Some(flipped),
        _ => None,
    };
    match low {
        Some(true) => Side::Low,
        Some(false) => Side::High,
        None if part < 0.005 => Side::Low,
        None if part > 0.995 => Side::High,
        None => Side::Within,
    }
}

/// The side of the axis along.
pub(super) fn side_along(axis: &Axis, plane: &Plane<'_>) -> Side {
    let part = plane.range.part(plane.base);
    let part = if plane.reversed { 1.0 - part } else { part };
    side(axis, part, plane.reversed)
}

/// Whether an axis has its values or names written at it.
pub(super) fn labelled(axis: Option<&Axis>) -> Option<&Axis> {
    axis.filter(|axis| !axis.hidden && !axis.unlabelled)
}

/// How tall the title of an axis is, with the gap to its labels.
pub(super) fn titled(canvas: &Canvas<'_, '_>, axis: Option<&Axis>) -> f64 {
    let seen = axis.filter(|axis| !axis.hidden);
    let Some((title, axis)) = seen.and_then(|axis| Some((axis.title.as_ref()?, axis))) else {
        return 0.0;
    };
    let rows = title.lines().count().clamp(1, 4);
    canvas.letters(&axis.title_text, true).height() * float(rows) + TITLE_GAP
}

/// Takes the room that labels and titles need from the plane, and breaks or turns the names along it. A place that is told
/// for the plane itself stays.
pub(super) fn settle(
    canvas: &Canvas<'_, '_>,
    plane: &mut Plane<'_>,
    parts: &Parts<'_>,
    inner: bool,
) -> Along {
    let Axes {
        value,
        second,
        along,
        ..
    } = parts.axes;
    let mut edges = [0.0_f64; 4];
    let mut takes = |upright: bool, side: Side, room: f64| match (upright, side) {
        (true, Side::Low) => edges[0] += room,
        (true, Side::High) => edges[2] += room,
        (false, Side::Low) => edges[3] += room,
        (false, Side::High) => edges[1] += room,
        (_, Side::Within) => {}
    };
    let upright = !plane.sideways;
    for (axis, ticks, far) in [(value, Some(parts.ticks), false), (second, parts.far, true)] {
        let Some(axis) = axis.filter(|axis| !axis.hidden) else {
            continue;
        };
        let side = side(axis, stands(plane, Some(axis), far), plane.backwards);
        if let Some(ticks) = ticks.filter(|_| !axis.unlabelled) {
            takes(upright, side, ticks_room(canvas, (axis, ticks), upright));
        }
        let title = titled(canvas, Some(axis));
        takes(upright, if far { Side::High } else { Side::Low }, title);
    }
    takes(!upright, Side::Low, titled(canvas, along));
    if !inner {
        shrink(canvas, plane, edges);
    }
    let mut found = names(canvas, plane, parts);
    let far = beyond(canvas, &found, parts);
    if far > 0.0 && !inner {
        let [x, y, w, h] = plane.place;
        let far = far.min(w * 0.3);
        let left = if found.turn < 0.0 { x + far } else { x };
        plane.place = [left, y, w - far, h];
        found = names(canvas, plane, parts);
    }
    let grouped = grouped(canvas, &parts.axes);
    if let Some(axis) = labelled(along).filter(|_| !inner) {
        let room = found.deep + grouped;
        let [x, y, w, h] = plane.place;
        let side = side_along(axis, plane);
        plane.place = match (plane.sideways, side) {
            (_, Side::Within) => plane.place,
            (true, Side::Low) => [x + room.min(w * 0.6), y, w - room.min(w * 0.6), h],
            (true, Side::High) => [x, y, w - room.min(w * 0.6), h],
            (false, Side::Low) => [x, y, w, h - room.min(h * 0.6)],
            (false, Side::High) => [x, y + room.min(h * 0.6), w, h - room.min(h * 0.6)],
        };
        if plane.sideways {
            return names(canvas, plane, parts);
        }
    }
    found
}

fn ticks_room(canvas: &Canvas<'_, '_>, (axis, ticks): (&Axis, &[Tick]), upright: bool) -> f64 {
    let letters = canvas.letters(&axis.text, false);
    if !upright {
        return letters.height() + AWAY;
    }
    let widths = ticks.iter().map(|(_, text)| canvas.width(text, &letters));
    widths.fold(0.0, f64::max) + AWAY
}

/// Takes room at left, top, right and bottom; beside upright axes, half a row for labels that reach beyond the plot, and
/// beside level ones as much at the right.
fn shrink(canvas: &Canvas<'_, '_>, plane: &mut Plane<'_>, edges: [f64; 4]) {
    let (beyond, above) = match plane.sideways {
        true => (canvas.size * 0.6, 0.0),
        false if plane.edges => (canvas.size, canvas.size * 0.6),
        false => (0.0, canvas.size * 0.6),
    };
    let [left, top, right, bottom] = edges.map(|edge| edge.max(0.0));
    let [x, y, w, h] = plane.place;
    let (left, right) = (left.min(w * 0.6), right.max(beyond).min(w * 0.3));
    let (top, bottom) = (top.max(above).min(h * 0.4), bottom.min(h * 0.6));
    plane.place = [
        x + left,
        y + top,
        (w - left - right).max(5.0),
        (h - top - bottom).max(5.0),
    ];
}

/// The room that levels of names take beside those at the marks.
fn grouped(canvas: &Canvas<'_, '_>, axes: &Axes<'_>) -> f64 {
    if axes.pairs {
        return 0.0;
    }
    float(levels::of(canvas.chart).len()) * levels::depth(canvas)
}

/// How far turned labels reach beyond the box, which they do at their first mark, or their last.
fn beyond(canvas: &Canvas<'_, '_>, along: &Along, parts: &Parts<'_>) -> f64 {
    let Some(axis) = parts.axes.along.filter(|_| along.turn.abs() > 1.0) else {
        return 0.0;
    };
    let letters = canvas.letters(&axis.text, false);
    let [x, _, w, _] = parts.outer;
    let cos = along.turn.to_radians().cos().abs();
    let reach = along.labels.iter().map(|(at, text)| {
        let room = if along.turn < 0.0 { at - x } else { x + w - at };
        canvas.width(text, &letters) * cos - room
    });
    reach.fold(0.0, f64::max)
}

/// What is written along the other axis, broken or turned so that it fits.
fn names(canvas: &Canvas<'_, '_>, plane: &Plane<'_>, parts: &Parts<'_>) -> Along {
    let none = Along {
        labels: Vec::new(),
        turn: 0.0,
        deep: 0.0,
    };
    let Some(axis) = labelled(parts.axes.along) else {
        return none;
    };
    let letters = canvas.letters(&axis.text, false);
    if let Some(range) = plane.other {
        let ticks = along_ticks(range, Some(axis)).into_iter();
        let labels = ticks.map(|(value, text)| (plane.beside(range, value), text));
        return Along {
            labels: labels.collect(),
            deep: letters.height() + AWAY,
            ..none
        };
    }
    if let Some(days) = parts.days {
        return dated(canvas, plane, (days, axis), &letters);
    }
    let texts = texts(canvas, axis.format.as_deref());
    if plane.sideways {
        return beside(canvas, plane, (&texts, axis), &letters);
    }
    below(canvas, plane, (&texts, axis), &letters)
}

/// The names of categories; days by the code of a format.
pub(super) fn texts(canvas: &Canvas<'_, '_>, code: Option<&str>) -> Vec<String> {
    let mut series = canvas.chart.plots.iter().flat_map(|plot| &plot.series);
    let named = series.find(|series| !series.categories.is_empty());
    let Some(series) = named else {
        let count = super::scale::length(&canvas.chart.plots);
        return (1..=count).map(|number| number.to_string()).collect();
    };
    let shown = |name: &String| match Day::parse(name) {
        Some(day) => day.shown(code),
        None => name.clone(),
    };
    series.categories.iter().map(shown).collect()
}

fn dated(
    canvas: &Canvas<'_, '_>,
    plane: &Plane<'_>,
    (days, axis): (&Days, &Axis),
    letters: &Letters,
) -> Along {
    let code = axis.format.as_deref();
    let wide = days.labels(1.0, 1.0, None);
    let wide = wide
        .first()
        .map_or(0.0, |(_, day)| canvas.width(&day.shown(code), letters));
    let [_, _, w, h] = plane.place;
    let turned = axis.text.angle.is_some_and(|angle| angle != 0.0);
    let (room, each) = match plane.sideways {
        true => (h, letters.height()),
        false if turned => (w, letters.height()),
        false => (w, wide * 1.1),
    };
    let labels = days.labels(room, each, axis.step).into_iter();
    let labels = labels.map(|(slot, day)| (plane.spot(slot, 0.5), day.shown(code)));
    let labels: Vec<(f64, String)> = labels.collect();
    let crowded = axis.step.is_some() && each * float(labels.len()) > room;
    let turn = match axis.text.angle {
        Some(angle) => angle,
        None if crowded && !plane.sideways => -45.0,
        None => 0.0,
    };
    let deep = if plane.sideways {
        wide
    } else {
        deep(turn, (wide, letters.height()))
    };
    Along {
        labels,
        turn,
        deep: deep + AWAY,
    }
}

/// Names beside a plot whose values run sideways: broken where they are wider than a third of it.
fn beside(
    canvas: &Canvas<'_, '_>,
    plane: &Plane<'_>,
    (texts, axis): (&[String], &Axis),
    letters: &Letters,
) -> Along {
    let most = canvas.space[2] / 3.0;
    let every = skipped(axis, letters.height() * 0.9 / plane.slot().max(0.01));
    let shown = texts.iter().enumerate().take(plane.slots).step_by(every);
    let shown = shown.map(|(at, text)| (plane.spot(at, 0.5), canvas.wrapped(text, letters, most)));
    let labels: Vec<(f64, String)> = shown.collect();
    let widths = labels.iter().map(|(_, text)| canvas.width(text, letters));
    Along {
        deep: widths.fold(0.0, f64::max) + AWAY,
        labels,
        turn: 0.0,
    }
}

/// Names below a plot: on one row, broken into some, or turned.
fn below(
    canvas: &Canvas<'_, '_>,
    plane: &Plane<'_>,
    (texts, axis): (&[String], &Axis),
    letters: &Letters,
) -> Along {
    let told = axis.every.and_then(|every| usize::try_from(every).ok());
    let told = told.unwrap_or(1).max(1);
    let room = plane.slot() * float(told) * 0.98;
    let level = axis.text.angle.is_none_or(|angle| angle == 0.0);
    if !level || (room < NARROW && axis.text.angle.is_none()) {
        return turned(canvas, plane, (texts, axis), letters);
    }
    let seen = || texts.iter().take(plane.slots).step_by(told);
    let wrapped = seen().map(|text| canvas.wrapped(text, letters, room));
    let wrapped: Vec<String> = wrapped.collect();
    let rows = wrapped.iter().map(|text| text.lines().count());
    let rows = rows.max().unwrap_or(1);
    let fits = rows <= ROWS && widest(canvas, &wrapped, letters) <= room;
    let spots = |every: usize| (0..plane.slots).step_by(every);
    let spots = |every: usize| spots(every).map(|at| plane.spot(at, 0.5));
    let deep = letters.height() * float(rows.min(ROWS)) + AWAY;
    if fits {
        return Along {
            labels: spots(told).zip(wrapped).collect(),
            turn: 0.0,
            deep,
        };
    }
    if axis.text.angle.is_none() {
        return turned(canvas, plane, (texts, axis), letters);
    }
    let wide = widest(canvas, texts, letters).min(canvas.space[2] / 2.0);
    let every = skipped(axis, wide / plane.slot().max(0.01));
    let kept = texts.iter().step_by(every).cloned();
    Along {
        labels: spots(every).zip(kept).collect(),
        turn: 0.0,
        deep,
    }
}

/// Names below a plot, turned, and left out where there are more than fit.
fn turned(
    canvas: &Canvas<'_, '_>,
    plane: &Plane<'_>,
    (texts, axis): (&[String], &Axis),
    letters: &Letters,
) -> Along {
    let angle = axis.text.angle.filter(|angle| *angle != 0.0);
    let turn = angle.unwrap_or(-45.0);
    let every = skipped(axis, letters.height() * 0.9 / plane.slot().max(0.01));
    let most = canvas.space[3] / 2.5;
    let shown = texts.iter().take(plane.slots).step_by(every);
    let shown = shown.map(|text| canvas.cut(text, letters, most));
    let shown: Vec<String> = shown.collect();
    let wide = widest(canvas, &shown, letters);
    let spots = (0..plane.slots).step_by(every);
    let spots = spots.map(|at| plane.spot(at, 0.5));
    Along {
        deep: deep(turn, (wide, letters.height())) + AWAY,
        labels: spots.zip(shown).collect(),
        turn,
    }
}

/// How wide the widest of some texts is.
fn widest(canvas: &Canvas<'_, '_>, texts: &[String], letters: &Letters) -> f64 {
    let widths = texts.iter().map(|text| canvas.width(text, letters));
    widths.fold(0.0, f64::max)
}

/// How deep turned letters reach.
fn deep(turn: f64, (wide, tall): (f64, f64)) -> f64 {
    let (sin, cos) = turn.to_radians().sin_cos();
    wide * sin.abs() + tall * cos.abs()
}

/// Every how many names one is written, told or so that each has room.
fn skipped(axis: &Axis, least: f64) -> usize {
    let told = axis.every.and_then(|every| usize::try_from(every).ok());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped first"
    )]
    let least = least.ceil().clamp(1.0, 100_000.0) as usize;
    told.unwrap_or(least).max(1)
}
