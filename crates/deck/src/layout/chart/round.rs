//! Round plots: pies, rings and webs.

use super::canvas::{Canvas, GREY, HAIRLINE, PALE};
use super::legend::without_own;
use super::scale::{self, Range};
use super::{GAP, numbers};
use crate::layout::outline::arc;
use crate::layout::page::Segment;
use crate::model::chart::{AxisKind, PlotKind, Series};
use crate::model::text::Align;

/// A full turn, and where the first slice starts, in 60,000ths of a degree.
const TURN: f64 = 21_600_000.0;
const TOP: f64 = -5_400_000.0;
/// The hole of a ring, as a part of its radius.
const HOLE: f64 = 0.5;

/// Draws a pie, or a ring for each series of a doughnut.
pub(super) fn pie(canvas: &mut Canvas<'_, '_>, [x, y, w, h]: [f64; 4]) {
    let Some(plot) = canvas.chart.plots.first() else {
        return;
    };
    let radius = (w.min(h) / 2.0 - GAP).max(1.0);
    let centre = (x + w / 2.0, y + h / 2.0);
    if plot.kind == PlotKind::Doughnut {
        let rings = f64::from(u32::try_from(plot.series.len().max(1)).unwrap_or(1));
        let thick = radius * (1.0 - HOLE) / rings;
        let mut inner = radius * HOLE;
        for series in &plot.series {
            slices(canvas, series, centre, (inner, inner + thick));
            inner += thick;
        }
    } else if let Some(series) = plot.series.first() {
        slices(canvas, series, centre, (0.0, radius));
    }
}

fn slices(
    canvas: &mut Canvas<'_, '_>,
    series: &Series,
    centre: (f64, f64),
    (inner, outer): (f64, f64),
) {
    let values = (0..series.values.len()).map(|at| scale::value(series, at).unwrap_or(0.0).abs());
    let values: Vec<f64> = values.collect();
    let total: f64 = values.iter().sum();
    if !total.is_normal() {
        return;
    }
    let colours = without_own(series);
    let mut angle = TOP;
    for (at, value) in values.iter().enumerate() {
        let swing = value / total * TURN;
        let ink = canvas.ink(&colours, at, Some(at));
        canvas.fill(slice(centre, (inner, outer), (angle, swing)), ink);
        if series.labels && swing > TURN / 60.0 {
            let reach = if inner > 0.0 {
                inner.midpoint(outer)
            } else {
                outer * 0.7
            };
            let (px, py) = at_angle(centre, reach, angle + swing / 2.0);
            let text = match series.format.as_deref() {
                Some(code) if code.contains('%') => numbers::shown(value / total, Some(code)),
                code => numbers::shown(*value, code),
            };
            canvas.label([px, py, 0.0, 0.0], &text, Align::Center);
        }
        angle += swing;
    }
}

fn slice(
    centre: (f64, f64),
    (inner, outer): (f64, f64),
    (angle, swing): (f64, f64),
) -> Vec<Segment> {
    let from = at_angle(centre, outer, angle);
    let mut path = vec![Segment::Move(from.0, from.1)];
    arc(&mut path, from, (outer, outer), (angle, swing));
    let (x, y) = at_angle(centre, inner, angle + swing);
    path.push(Segment::Line(x, y));
    if inner > 0.0 {
        arc(&mut path, (x, y), (inner, inner), (angle + swing, -swing));
    }
    path.push(Segment::Close);
    path
}

fn at_angle((x, y): (f64, f64), radius: f64, angle: f64) -> (f64, f64) {
    let (sin, cos) = (angle / 60_000.0).to_radians().sin_cos();
    (x + radius * cos, y + radius * sin)
}

/// Draws a web: a spoke for each category, a ring for each step, a closed line for each series.
pub(super) fn radar(canvas: &mut Canvas<'_, '_>, [x, y, w, h]: [f64; 4]) {
    let chart = canvas.chart;
    let spokes = scale::length(&chart.plots).min(360);
    if spokes < 3 {
        return;
    }
    let names = chart.plots.iter().flat_map(|plot| &plot.series);
    let names = names
        .map(|series| &series.categories)
        .find(|names| !names.is_empty());
    let line = canvas.line_height();
    let radius = (w.min(h) / 2.0 - line * 1.5).max(5.0);
    let centre = (x + w / 2.0, y + h / 2.0);
    let count = f64::from(u32::try_from(spokes).unwrap_or(1));
    let spoke = |at: usize, reach: f64| {
        let part = f64::from(u32::try_from(at).unwrap_or(0)) / count;
        at_angle(centre, reach, TOP + part * TURN)
    };
    let axis = chart.axes.iter().find(|axis| axis.kind == AxisKind::Value);
    let range = Range::of(
        scale::reach(&chart.plots),
        axis,
        (radius / line / 1.3).clamp(2.0, 8.0),
    );
    let closed = |reach: &dyn Fn(usize) -> f64| {
        let mut points: Vec<_> = (0..spokes).map(|at| spoke(at, reach(at))).collect();
        points.extend(points.first().copied());
        points
    };
    for value in range.ticks() {
        let reach = range.part(value) * radius;
        canvas.line(&closed(&|_| reach), PALE, HAIRLINE);
        if axis.is_some_and(|axis| !axis.hidden) {
            let text = numbers::shown(value, axis.and_then(|axis| axis.format.as_deref()));
            canvas.label(
                [centre.0 - GAP / 2.0, centre.1 - reach, 0.0, 0.0],
                &text,
                Align::Right,
            );
        }
    }
    for at in 0..spokes {
        canvas.line(&[centre, spoke(at, radius)], PALE, HAIRLINE);
        if let Some(name) = names.and_then(|names| names.get(at)) {
            let (px, py) = spoke(at, radius + line * 0.7);
            let align = match px - centre.0 {
                off if off > 1.0 => Align::Left,
                off if off < -1.0 => Align::Right,
                _ => Align::Center,
            };
            canvas.label([px, py, 0.0, 0.0], name, align);
        }
    }
    let series = chart.plots.iter().flat_map(|plot| &plot.series);
    for (index, series) in series.enumerate() {
        let ink = canvas.ink(series, index, None);
        let reach = |at: usize| range.part(scale::value(series, at).unwrap_or(range.low)) * radius;
        canvas.line(&closed(&reach), ink, 2.25);
    }
    canvas.line(&[centre, spoke(0, radius)], GREY, HAIRLINE / 2.0);
}
