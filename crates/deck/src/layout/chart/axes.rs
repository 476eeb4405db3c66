//! Plots with axes: the room that labels need, lines across, the axes themselves, and then the marks.

use super::canvas::{Canvas, HAIRLINE, PALE};
use super::scale::{self, Range};
use super::{GAP, levels, marks, numbers};
use crate::layout::page::Matrix;
use crate::model::chart::{Axis, AxisKind, Plot, PlotKind};
use crate::model::text::Align;

/// A plot's place, and how values and categories lie in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    /// Left, top, width, height.
    pub(super) place: [f64; 4],
    pub(super) range: Range,
    /// The range of the other axis, where that measures values too.
    pub(super) other: Option<Range>,
    /// Whether values run from left to right.
    pub(super) sideways: bool,
    pub(super) slots: usize,
    /// Whether the first and the last category stand at the edges rather than half a slot away.
    pub(super) edges: bool,
}

impl Plane {
    /// Where a value lies: x where values run sideways, else y.
    pub(super) fn along(&self, value: f64) -> f64 {
        let [x, y, w, h] = self.place;
        let part = self.range.part(value);
        if self.sideways {
            x + part * w
        } else {
            y + h - part * h
        }
    }

    /// How much of the other axis a category has.
    pub(super) fn slot(&self) -> f64 {
        let side = if self.sideways {
            self.place[3]
        } else {
            self.place[2]
        };
        let count = self.slots.saturating_sub(usize::from(self.edges)).max(1);
        side / f64::from(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Where a part of a category's slot lies, 0 to 1.
    pub(super) fn across(&self, index: usize, part: f64) -> f64 {
        let part = if self.edges { 0.0 } else { part };
        let at = (f64::from(u32::try_from(index).unwrap_or(0)) + part) * self.slot();
        if self.sideways {
            self.place[1] + self.place[3] - at
        } else {
            self.place[0] + at
        }
    }

    /// The point at a place across and a place along.
    pub(super) fn point(&self, across: f64, along: f64) -> (f64, f64) {
        if self.sideways {
            (along, across)
        } else {
            (across, along)
        }
    }

    /// Where marks start: at 0, or at the edge nearest to it.
    pub(super) fn base(&self) -> f64 {
        self.along(0.0_f64.clamp(self.range.low, self.range.high))
    }
}

/// What the axes of a chart are.
struct Axes<'c> {
    value: Option<&'c Axis>,
    second: Option<&'c Axis>,
    along: Option<&'c Axis>,
    pairs: bool,
}

impl<'c> Axes<'c> {
    fn of(axes: &'c [Axis], plots: &[Plot]) -> Self {
        let pairs = matches!(
            plots.first().map(|plot| plot.kind),
            Some(PlotKind::Scatter | PlotKind::Bubble)
        );
        let lies = |axis: &&Axis| matches!(axis.position.as_deref(), Some("b" | "t"));
        let values = || axes.iter().filter(|axis| axis.kind == AxisKind::Value);
        let names = || {
            axes.iter()
                .find(|axis| matches!(axis.kind, AxisKind::Category | AxisKind::Date))
        };
        if pairs {
            return Self {
                value: values().find(|axis| !lies(axis)),
                second: None,
                along: values().find(lies),
                pairs,
            };
        }
        Self {
            value: values().next(),
            second: values().nth(1).filter(|_| plots.len() > 1),
            along: names(),
            pairs,
        }
    }
}

/// Draws axes and what they measure into a box.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, inner: [f64; 4]) {
    let chart = canvas.chart;
    let axes = Axes::of(&chart.axes, &chart.plots);
    // Of several plots the last is measured by the second axis, where there is one.
    let cut = chart.plots.len() - usize::from(axes.second.is_some());
    let (first, second) = chart.plots.split_at(cut);
    let sideways = first.iter().any(|plot| plot.kind == PlotKind::Bar);
    let most = if sideways {
        inner[2] / (canvas.size * 4.0)
    } else {
        inner[3] / (canvas.line_height() * 1.7)
    };
    let most = most.clamp(2.0, 10.0);
    let range = measured(first, axes.value, most);
    let other = axes
        .pairs
        .then(|| Range::of(x_reach(first), axes.along, most));
    let names = names(canvas, other, axes.along);
    let mut plane = Plane {
        place: inner,
        range,
        other,
        sideways,
        slots: scale::length(&chart.plots).max(1),
        edges: chart.plots.iter().all(|plot| plot.kind == PlotKind::Area),
    };
    let labels = ticks(range, axes.value, shares(first));
    let right = axes.second.map(|axis| {
        let range = measured(second, Some(axis), most);
        (range, ticks(range, Some(axis), shares(second)))
    });
    let slanted = make_room(canvas, &mut plane, (&axes, &names, &labels), right.as_ref());
    value_axis(canvas, &plane, axes.value, &labels);
    category_axis(canvas, &plane, axes.along, (&names, slanted));
    titles(canvas, &plane, &axes, inner);
    let mut index = 0;
    for plot in first {
        marks::draw(canvas, plot, &plane, index);
        index += plot.series.len();
    }
    if let Some((range, labels)) = right {
        let plane = Plane { range, ..plane };
        second_axis(canvas, &plane, axes.second, &labels);
        for plot in second {
            marks::draw(canvas, plot, &plane, index);
        }
    }
}

/// The range of the values of plots; shares reach exactly to the whole.
fn measured(plots: &[Plot], axis: Option<&Axis>, most: f64) -> Range {
    let range = Range::of(scale::reach(plots), axis, most);
    let bounded = axis.is_some_and(|axis| axis.max.is_some());
    if shares(plots) && !bounded {
        return Range {
            high: range.high.min(1.0),
            low: range.low.max(-1.0),
            ..range
        };
    }
    range
}

/// Whether an axis has its values or names written at it.
fn labelled(axis: Option<&Axis>) -> bool {
    axis.is_some_and(|axis| !axis.hidden && !axis.unlabelled)
}

fn shares(plots: &[Plot]) -> bool {
    plots.iter().any(|plot| scale::stacking(plot).1)
}

fn x_reach(plots: &[Plot]) -> (f64, f64) {
    let series = plots.iter().flat_map(|plot| &plot.series);
    let points = series.flat_map(|series| {
        let counted = series.x_values.is_empty();
        let count = series.values.len();
        (0..count).filter_map(move |at| marks::x_of(series, at, counted))
    });
    points
        .fold(None, |found: Option<(f64, f64)>, x| {
            let (low, high) = found.unwrap_or((x, x));
            Some((low.min(x), high.max(x)))
        })
        .unwrap_or((0.0, 1.0))
}

/// The values at the steps of an axis, as they are written.
fn ticks(range: Range, axis: Option<&Axis>, shares: bool) -> Vec<(f64, String)> {
    let own = axis.and_then(|axis| axis.format.as_deref());
    let general = own.is_none_or(|code| code.eq_ignore_ascii_case("general"));
    let code = if shares && general { Some("0%") } else { own };
    let values = range.ticks().into_iter();
    values
        .map(|value| (value, numbers::shown(value, code)))
        .collect()
}

/// What stands along the other axis, each at its place from 0 to 1 (values) or at its slot (names).
fn names(canvas: &Canvas<'_, '_>, other: Option<Range>, axis: Option<&Axis>) -> Vec<String> {
    if let Some(range) = other {
        return ticks(range, axis, false)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
    }
    let mut series = canvas.chart.plots.iter().flat_map(|plot| &plot.series);
    series
        .find(|series| !series.categories.is_empty())
        .map(|series| series.categories.clone())
        .unwrap_or_default()
}

/// Takes the room that labels and titles need from the plane; tells whether category labels have to slant.
fn make_room(
    canvas: &Canvas<'_, '_>,
    plane: &mut Plane,
    (axes, names, labels): (&Axes<'_>, &[String], &[(f64, String)]),
    right: Option<&(Range, Vec<(f64, String)>)>,
) -> bool {
    let line = canvas.line_height();
    let title = |axis: Option<&Axis>| {
        let titled = axis.is_some_and(|axis| axis.title.is_some() && !axis.hidden);
        if titled { line * 1.2 } else { 0.0 }
    };
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|text| canvas.width(text)).fold(0.0, f64::max)
    };
    let values = widest(&mut labels.iter().map(|(_, text)| text));
    let along = widest(&mut names.iter());
    let [x, y, w, h] = plane.place;
    let upright = if plane.sideways { along } else { values };
    let beside = if plane.sideways {
        axes.along
    } else {
        axes.value
    };
    let grouped = grouped(canvas, axes);
    let left = if labelled(beside) {
        (upright + GAP + if plane.sideways { grouped } else { 0.0 }).min(w / 2.0)
    } else {
        0.0
    } + title(beside);
    let far = right.map_or(0.0, |(_, labels)| {
        widest(&mut labels.iter().map(|(_, text)| text)) + GAP
    });
    let width = (w - left - far - title(axes.second) - GAP).max(5.0);
    plane.place = [x + left, y + line / 2.0, width, h];
    let slanted = labelled(axes.along)
        && !plane.sideways
        && !axes.pairs
        && along > plane.slot() * 0.98
        && names.len() > 1;
    let below = if plane.sideways {
        axes.value
    } else {
        axes.along
    };
    let tall = if slanted {
        along.min(h / 2.0) * 0.71 + line / 2.0
    } else {
        line
    };
    let under = if labelled(below) {
        tall + GAP / 2.0
            + if plane.sideways {
                0.0
            } else {
                grouped.min(h / 2.0)
            }
    } else {
        0.0
    } + title(below);
    plane.place[3] = (h - line / 2.0 - under).max(5.0);
    slanted
}

/// The room that levels of names take beside those at the marks.
fn grouped(canvas: &Canvas<'_, '_>, axes: &Axes<'_>) -> f64 {
    let levels = if axes.pairs {
        0
    } else {
        levels::of(canvas.chart).len()
    };
    f64::from(u32::try_from(levels).unwrap_or(0)) * levels::depth(canvas)
}

fn value_axis(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane,
    axis: Option<&Axis>,
    labels: &[(f64, String)],
) {
    let [x, y, w, h] = plane.place;
    let line = canvas.line_height();
    for (value, text) in labels {
        let at = plane.along(*value);
        if axis.is_some_and(|axis| axis.gridlines) {
            let ends = if plane.sideways {
                [(at, y), (at, y + h)]
            } else {
                [(x, at), (x + w, at)]
            };
            canvas.line(&ends, PALE, HAIRLINE);
        }
        if !labelled(axis) {
            continue;
        }
        if plane.sideways {
            canvas.label([at, y + h + GAP / 2.0, 0.0, line], text, Align::Center);
        } else {
            canvas.label([x - GAP, at, 0.0, 0.0], text, Align::Right);
        }
    }
}

fn second_axis(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane,
    axis: Option<&Axis>,
    labels: &[(f64, String)],
) {
    if !labelled(axis) || plane.sideways {
        return;
    }
    let [x, _, w, _] = plane.place;
    for (value, text) in labels {
        canvas.label(
            [x + w + GAP, plane.along(*value), 0.0, 0.0],
            text,
            Align::Left,
        );
    }
}

fn category_axis(
    canvas: &mut Canvas<'_, '_>,
    plane: &Plane,
    axis: Option<&Axis>,
    (names, slanted): (&[String], bool),
) {
    if axis.is_none_or(|axis| axis.hidden) {
        return;
    }
    let [x, y, w, h] = plane.place;
    let base = plane.base();
    let ends = if plane.sideways {
        [(base, y), (base, y + h)]
    } else {
        [(x, base), (x + w, base)]
    };
    canvas.line(&ends, PALE, HAIRLINE);
    if !labelled(axis) {
        return;
    }
    let line = canvas.line_height();
    if let Some(range) = plane.other {
        for (value, text) in range.ticks().into_iter().zip(names) {
            let at = x + range.part(value) * w;
            canvas.label([at, y + h + GAP / 2.0, 0.0, line], text, Align::Center);
        }
        return;
    }
    if !levels::of(canvas.chart).is_empty() {
        let along = names.iter().map(|name| canvas.width(name));
        let along = along.fold(0.0, f64::max);
        let room = match (plane.sideways, slanted) {
            (true, _) => along + GAP,
            (false, true) => along * 0.71 + line / 2.0 + GAP / 2.0,
            (false, false) => line + GAP / 2.0,
        };
        levels::draw(canvas, plane, room);
    }
    // Labels that would stand on each other are left out evenly.
    let least = if plane.sideways || slanted {
        line * 0.9
    } else {
        1.0
    };
    let every = (least / plane.slot().max(0.01)).ceil().max(1.0);
    for (index, name) in names.iter().enumerate().take(plane.slots) {
        if f64::from(u32::try_from(index).unwrap_or(0)) % every != 0.0 {
            continue;
        }
        let at = plane.across(index, 0.5);
        if plane.sideways {
            canvas.label([x - GAP, at, 0.0, 0.0], name, Align::Right);
        } else if slanted {
            slant(canvas, (at, y + h + GAP / 2.0 + line / 4.0), name);
        } else {
            canvas.label([at, y + h + GAP / 2.0, 0.0, line], name, Align::Center);
        }
    }
}

/// Writes a label that ends below its mark and comes up to it from the left.
fn slant(canvas: &mut Canvas<'_, '_>, (x, y): (f64, f64), text: &str) {
    let upright = canvas.matrix;
    canvas.matrix = upright.then_inner(Matrix::rotate_at(-45.0, x, y));
    canvas.label([x, y, 0.0, 0.0], text, Align::Right);
    canvas.matrix = upright;
}

fn titles(canvas: &mut Canvas<'_, '_>, plane: &Plane, axes: &Axes<'_>, inner: [f64; 4]) {
    let (beside, below) = if plane.sideways {
        (axes.along, axes.value)
    } else {
        (axes.value, axes.along)
    };
    let line = canvas.line_height();
    let [x, y, w, h] = plane.place;
    let words = |axis: Option<&Axis>| {
        let seen = axis.filter(|axis| !axis.hidden);
        seen.and_then(|axis| axis.title.clone())
    };
    if let Some(title) = words(beside) {
        canvas.write_upwards((inner[0] + line / 2.0, y + h / 2.0), &title);
    }
    if let Some(title) = words(below) {
        let top = inner[1] + inner[3] - line;
        canvas.label([x, top, w, line], &title, Align::Center);
    }
    if let Some(title) = words(axes.second) {
        let right = inner[0] + inner[2] - line / 2.0;
        canvas.write_upwards((right, y + h / 2.0), &title);
    }
}
