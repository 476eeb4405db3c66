//! The marks of plots with axes: bars, lines, areas, points, and the spans of stock charts.

use super::axes::Plane;
use super::canvas::{Canvas, GREY, HAIRLINE};
use super::{numbers, scale};
use crate::layout::outline::arc;
use crate::layout::page::{Segment, polyline};
use crate::model::chart::{Plot, PlotKind, Series};
use crate::model::text::Align;

/// Width of the lines of series, in points.
const LINE: f64 = 2.25;
/// Radius of points, in points.
const DOT: f64 = 2.5;
/// The widest bubble, as a part of the plot's shorter side.
const BUBBLE: f64 = 0.25;

/// Draws a plot whose first series is the `first` of its chart.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane, first: usize) {
    match plot.kind {
        PlotKind::Bar | PlotKind::Column => bars(canvas, plot, plane, first),
        PlotKind::Scatter | PlotKind::Bubble => points(canvas, plot, plane, first),
        // A surface is seen from the front, as the areas that its series cover.
        PlotKind::Area | PlotKind::Surface => areas(canvas, plot, plane, first),
        PlotKind::Stock => stock(canvas, plot, plane),
        PlotKind::Line | PlotKind::Pie | PlotKind::Doughnut | PlotKind::Radar => {
            lines(canvas, plot, plane, first);
        }
    }
}

fn bars(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane, first: usize) {
    let (stacked, _) = scale::stacking(plot);
    let lanes = if stacked { 1 } else { plot.series.len().max(1) };
    let count = f64::from(u32::try_from(lanes).unwrap_or(1));
    let gap = plot.gap.filter(|gap| gap.is_finite()).unwrap_or(1.5);
    let gap = gap.clamp(0.0, 5.0);
    let bar = 1.0 / (count + gap);
    for index in 0..plane.slots {
        for (at, span) in scale::spans(plot, index).into_iter().enumerate() {
            let (Some((from, to)), Some(series)) = (span, plot.series.get(at)) else {
                continue;
            };
            let lane = if stacked {
                0.0
            } else {
                f64::from(u32::try_from(at).unwrap_or(0))
            };
            let start = bar * (gap / 2.0 + lane);
            let (near, far) = (plane.across(index, start), plane.across(index, start + bar));
            let low = if from == 0.0 {
                plane.base()
            } else {
                plane.along(from)
            };
            let high = plane.along(to);
            let ink = canvas.ink(series, first + at, Some(index));
            canvas.bar(plane.point(near, low), plane.point(far, high), ink);
            if series.labels {
                let middle = near.midpoint(far);
                let along = if stacked {
                    low.midpoint(high)
                } else {
                    beyond(canvas, plane, low, high)
                };
                tell(canvas, series, index, plane.point(middle, along));
            }
        }
    }
}

/// Where the label of a bar stands: outside its end.
fn beyond(canvas: &Canvas<'_, '_>, plane: &Plane, low: f64, high: f64) -> f64 {
    let away = if plane.sideways {
        canvas.size
    } else {
        canvas.line_height() * 0.6
    };
    if high < low { high - away } else { high + away }
}

/// Writes the value of a point about a place.
fn tell(canvas: &mut Canvas<'_, '_>, series: &Series, index: usize, (x, y): (f64, f64)) {
    if let Some(value) = scale::value(series, index) {
        let text = numbers::shown(value, series.format.as_deref());
        canvas.label([x, y, 0.0, 0.0], &text, Align::Center);
    }
}

/// Where a value starts and where it ends.
type Corner = ((f64, f64), (f64, f64));

/// The corners of a series on a plane; none where it has no value.
fn corners(plot: &Plot, plane: &Plane, at: usize) -> Vec<Option<Corner>> {
    let corner = |index: usize| {
        let (from, to) = scale::spans(plot, index).get(at).copied().flatten()?;
        let across = plane.across(index, 0.5);
        Some((
            plane.point(across, plane.along(from)),
            plane.point(across, plane.along(to)),
        ))
    };
    (0..plane.slots).map(corner).collect()
}

fn lines(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane, first: usize) {
    for (at, series) in plot.series.iter().enumerate() {
        let ink = canvas.ink(series, first + at, None);
        let corners = corners(plot, plane, at);
        // A gap in the values is a gap in the line.
        for stretch in corners.split(Option::is_none) {
            let points: Vec<_> = stretch.iter().flatten().map(|(_, to)| *to).collect();
            canvas.line(&points, ink, LINE);
            if let [only] = points.as_slice() {
                dot(canvas, *only, DOT, ink);
            }
        }
        if series.labels {
            let rise = canvas.line_height() * 0.7;
            for (index, corner) in corners.iter().enumerate() {
                if let Some((_, (x, y))) = corner {
                    tell(canvas, series, index, (*x, y - rise));
                }
            }
        }
    }
}

fn areas(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane, first: usize) {
    let mut order: Vec<_> = plot.series.iter().enumerate().collect();
    if plot.kind == PlotKind::Surface {
        // The first series of a surface is the nearest.
        order.reverse();
    }
    for (at, series) in order {
        let ink = canvas.ink(series, first + at, None);
        let corners = corners(plot, plane, at);
        let known = || corners.iter().flatten();
        let mut outline: Vec<_> = known().map(|(_, to)| *to).collect();
        outline.extend(known().rev().map(|(from, _)| *from));
        let mut path = polyline(&outline);
        path.push(Segment::Close);
        if outline.len() > 2 {
            canvas.fill(path, ink);
        }
    }
}

/// Where a point of a series lies along x: its own value, or its number from 1 where the series has none.
pub(super) fn x_of(series: &Series, index: usize, counted: bool) -> Option<f64> {
    if counted {
        return Some(f64::from(u32::try_from(index + 1).ok()?));
    }
    scale::sane(&series.x_values, index)
}

fn points(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane, first: usize) {
    let Some(range) = plane.other else {
        return;
    };
    let sizes = plot
        .series
        .iter()
        .flat_map(|series| &series.sizes)
        .flatten();
    let largest = sizes
        .copied()
        .filter(|size| size.is_finite())
        .fold(0.0, f64::max);
    let [x, _, w, h] = plane.place;
    for (at, series) in plot.series.iter().enumerate() {
        let mut ink = canvas.ink(series, first + at, None);
        if plot.kind == PlotKind::Bubble {
            ink.alpha *= 0.75;
        }
        for index in 0..series.values.len() {
            let along = x_of(series, index, series.x_values.is_empty());
            let (Some(along), Some(value)) = (along, scale::value(series, index)) else {
                continue;
            };
            let size = scale::sane(&series.sizes, index).filter(|size| *size > 0.0);
            let radius = match size {
                Some(size) if largest > 0.0 => (size / largest).sqrt() * w.min(h) * BUBBLE / 2.0,
                _ => DOT + 1.0,
            };
            let centre = (x + range.part(along) * w, plane.along(value));
            dot(canvas, centre, radius, ink);
            if series.labels {
                tell(
                    canvas,
                    series,
                    index,
                    (centre.0, centre.1 - canvas.line_height() * 0.7),
                );
            }
        }
    }
}

fn dot(
    canvas: &mut Canvas<'_, '_>,
    (x, y): (f64, f64),
    radius: f64,
    ink: crate::layout::page::Ink,
) {
    let start = (x - radius, y);
    let mut path = vec![Segment::Move(start.0, start.1)];
    arc(
        &mut path,
        start,
        (radius, radius),
        (10_800_000.0, 21_600_000.0),
    );
    path.push(Segment::Close);
    canvas.fill(path, ink);
}

/// High and low as a line, the last series (the close) as a tick to the right, the first of four (the open) to the left.
fn stock(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane) {
    for index in 0..plane.slots {
        let values: Vec<f64> = plot
            .series
            .iter()
            .filter_map(|s| scale::value(s, index))
            .collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            continue;
        }
        let x = plane.across(index, 0.5);
        let tick = plane.slot() * 0.2;
        canvas.line(
            &[(x, plane.along(low)), (x, plane.along(high))],
            GREY,
            HAIRLINE * 1.5,
        );
        if let Some(close) = values.last() {
            let y = plane.along(*close);
            canvas.line(&[(x, y), (x + tick, y)], GREY, HAIRLINE * 1.5);
        }
        if let [open, _, _, _] = values.as_slice() {
            let y = plane.along(*open);
            canvas.line(&[(x - tick, y), (x, y)], GREY, HAIRLINE * 1.5);
        }
    }
}
