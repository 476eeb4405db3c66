//! The marks of plots with axes: bars and areas here, all else in files of its own.

use super::canvas::Canvas;
use super::look::{HAIRLINE, float};
use super::plane::Plane;
use super::{errors, joined, labels, scale, stock, trends};
use crate::layout::page::{Ink, Segment, polyline, rectangle};
use crate::layout::paint;
use crate::model::chart::{Plot, PlotKind, Series};

/// Space between groups of bars that says nothing, in widths of a bar.
const SPACE: f64 = 1.5;

/// Draws a plot whose first series is the `first` of so many.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    plot: &Plot,
    plane: &Plane<'_>,
    (first, total): (usize, usize),
) {
    match plot.kind {
        PlotKind::Bar | PlotKind::Column => bars(canvas, plot, plane, (first, total)),
        PlotKind::Scatter | PlotKind::Bubble => joined::points(canvas, plot, plane, (first, total)),
        // A surface is seen from the front, as the areas that its series cover.
        PlotKind::Area | PlotKind::Surface => areas(canvas, plot, plane, (first, total)),
        PlotKind::Stock if !stock::told(plot) => stock::plain(canvas, plot, plane),
        PlotKind::Stock | PlotKind::Line | PlotKind::Pie | PlotKind::Doughnut | PlotKind::Radar => {
            stock::between(canvas, plot, plane);
            joined::lines(canvas, plot, plane, (first, total));
        }
    }
}

/// The ink of a point of a series: its own, the series', that of its number where all differ, or the style's.
pub(super) fn ink(
    canvas: &Canvas<'_, '_>,
    plot: &Plot,
    (series, at): (&Series, usize),
    (index, total): (usize, usize),
) -> Ink {
    let mut points = series.points.iter();
    let own = points.find(|point| usize::try_from(point.index) == Ok(at));
    if let Some(color) = own.and_then(|point| point.color.as_ref()) {
        return paint::ink(color);
    }
    let varied = plot.varied.unwrap_or(plot.kind.is_round());
    if varied && (plot.series.len() == 1 || plot.kind.is_round()) {
        // A round plot's slices never have the colour of their series.
        let color = series.color.as_ref().filter(|_| !plot.kind.is_round());
        let turn = || canvas.look.series(at, series.values.len());
        return color.map_or_else(turn, paint::ink);
    }
    let color = series.color.as_ref();
    color.map_or_else(|| canvas.look.series(index, total), paint::ink)
}

/// Where the bar of a series stands in its slot, and how wide it is, as parts of the slot.
fn lane(plot: &Plot, at: usize) -> (f64, f64) {
    let sane = |part: Option<f64>| part.filter(|part| part.is_finite());
    let (stacked, _) = scale::stacking(plot);
    let count = if stacked { 1 } else { plot.series.len().max(1) };
    let gap = sane(plot.gap).unwrap_or(SPACE).clamp(0.0, 5.0);
    let overlap = sane(plot.overlap).unwrap_or(0.0).clamp(-1.0, 1.0);
    let step = 1.0 - overlap;
    let bar = 1.0 / (1.0 + step * (float(count) - 1.0) + gap);
    let lane = if stacked { 0.0 } else { float(at) };
    (bar * (gap / 2.0 + lane * step), bar)
}

fn bars(
    canvas: &mut Canvas<'_, '_>,
    plot: &Plot,
    plane: &Plane<'_>,
    (first, total): (usize, usize),
) {
    let count = scale::longest(plot);
    let mut told = Vec::new();
    for index in 0..count {
        for (at, span) in scale::spans(plot, index).into_iter().enumerate() {
            let (Some((from, to)), Some(series)) = (span, plot.series.get(at)) else {
                continue;
            };
            let (start, wide) = lane(plot, at);
            let (near, far) = (
                plane.across(index, start),
                plane.across(index, start + wide),
            );
            let low = if from == 0.0 {
                plane.ground()
            } else {
                plane.along(from)
            };
            let high = plane.along(to);
            let ink = ink(canvas, plot, (series, index), (first + at, total));
            bar(
                canvas,
                series,
                (plane.point(near, low), plane.point(far, high)),
                ink,
            );
            let up = (to >= plane.base) != plane.reversed;
            told.push((
                series,
                index,
                labels::Bar {
                    across: near.midpoint(far),
                    low,
                    high,
                    up,
                },
            ));
        }
    }
    for (at, series) in plot.series.iter().enumerate() {
        let (start, wide) = lane(plot, at);
        trends::draw(canvas, (plot, series), plane, start + wide / 2.0);
        errors::draw(canvas, (plot, at), plane, start + wide / 2.0);
    }
    for (series, index, bar) in told {
        labels::of_bar(canvas, (plot, series, index), plane, bar);
    }
}

/// Draws a bar between two corners.
fn bar(
    canvas: &mut Canvas<'_, '_>,
    series: &Series,
    ((a, b), (c, d)): ((f64, f64), (f64, f64)),
    ink: Ink,
) {
    let segments = rectangle(a.min(c), b.min(d), (a - c).abs(), (b - d).abs());
    filled(canvas, series, segments, ink);
}

/// Fills an outline as a series says, with the line around it that it may have.
pub(super) fn filled(
    canvas: &mut Canvas<'_, '_>,
    series: &Series,
    segments: Vec<Segment>,
    ink: Ink,
) {
    let fill = Canvas::painted(&segments, series.fill.as_ref(), ink);
    let line = series.line.as_ref();
    let seen = line.filter(|line| line.color.is_some());
    let pen = seen.and_then(|line| canvas.pen(Some(line), (canvas.look.line, HAIRLINE)));
    canvas.shape(segments, (fill, pen));
}

/// Where a value starts and where it ends.
pub(super) type Corner = ((f64, f64), (f64, f64));

/// The corners of a series on a plane; none where it has no value.
pub(super) fn corners(plot: &Plot, plane: &Plane<'_>, at: usize) -> Vec<Option<Corner>> {
    let corner = |index: usize| {
        let (from, to) = scale::spans(plot, index).get(at).copied().flatten()?;
        let across = plane.across(index, 0.5);
        let ground = if from == 0.0 {
            plane.ground()
        } else {
            plane.along(from)
        };
        Some((
            plane.point(across, ground),
            plane.point(across, plane.along(to)),
        ))
    };
    (0..scale::longest(plot)).map(corner).collect()
}

fn areas(
    canvas: &mut Canvas<'_, '_>,
    plot: &Plot,
    plane: &Plane<'_>,
    (first, total): (usize, usize),
) {
    let mut order: Vec<_> = plot.series.iter().enumerate().collect();
    if plot.kind == PlotKind::Surface {
        // The first series of a surface is the nearest.
        order.reverse();
    }
    for (at, series) in &order {
        let ink = ink(canvas, plot, (series, usize::MAX), (first + at, total));
        let corners = corners(plot, plane, *at);
        let known = || corners.iter().flatten();
        let mut outline: Vec<_> = known().map(|(_, to)| *to).collect();
        outline.extend(known().rev().map(|(from, _)| *from));
        let mut path = polyline(&outline);
        path.push(Segment::Close);
        if outline.len() > 2 {
            filled(canvas, series, path, ink);
        }
    }
    stock::between(canvas, plot, plane);
    for (at, series) in order {
        trends::draw(canvas, (plot, series), plane, 0.5);
        let corners = corners(plot, plane, at);
        for (index, corner) in corners.iter().enumerate() {
            if let Some(((ax, ay), (bx, by))) = corner {
                let middle = (ax.midpoint(*bx), ay.midpoint(*by));
                labels::of_point(canvas, (plot, series, index), (middle, 0.0), "ctr");
            }
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

/// The least and the greatest place along x.
pub(super) fn x_reach(plots: &[(usize, &Plot)]) -> (f64, f64) {
    let series = plots.iter().flat_map(|(_, plot)| &plot.series);
    let points = series.flat_map(|series| {
        let counted = series.x_values.is_empty();
        let count = series.values.len();
        (0..count).filter_map(move |at| x_of(series, at, counted))
    });
    points
        .fold(None, |found: Option<(f64, f64)>, x| {
            let (low, high) = found.unwrap_or((x, x));
            Some((low.min(x), high.max(x)))
        })
        .unwrap_or((0.0, 1.0))
}
