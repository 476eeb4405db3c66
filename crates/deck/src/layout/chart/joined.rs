//! Series that are lines through points, or points alone: their lines, straight or bent, and their marks.

use super::canvas::Canvas;
use super::look::HAIRLINE;
use super::plane::Plane;
use super::{errors, labels, marks, scale, symbol, trends};
use crate::layout::page::{Ink, Paint, Segment, Stroke, polyline};
use crate::model::chart::{Plot, PlotKind, Series};

/// The widest bubble, as a part of the plot's shorter side.
const BUBBLE: f64 = 0.25;

/// Draws the series of a plot as lines over its categories.
pub(super) fn lines(
    canvas: &mut Canvas<'_, '_>,
    plot: &Plot,
    plane: &Plane<'_>,
    (first, total): (usize, usize),
) {
    for (at, series) in plot.series.iter().enumerate() {
        let ink = marks::ink(canvas, plot, (series, usize::MAX), (first + at, total));
        let corners = marks::corners(plot, plane, at);
        let ends = |index: usize| -> Option<(f64, f64)> {
            let known = corners.get(index).copied().flatten();
            known
                .map(|(_, to)| to)
                .or_else(|| blank(canvas, (series, index), plane))
        };
        let points: Vec<Option<(f64, f64)>> = (0..corners.len()).map(ends).collect();
        let pen = canvas.pen(series.line.as_ref(), (ink, canvas.look.width()));
        joined(canvas, &points, (pen.as_ref(), series.smooth));
        let at_points = points
            .iter()
            .enumerate()
            .filter_map(|(index, point)| Some((index, (*point)?)));
        let at_points: Vec<Spot> = at_points.collect();
        trends::draw(canvas, (plot, series), plane, 0.5);
        errors::draw(canvas, (plot, at), plane, 0.5);
        marked(canvas, (plot, series), &at_points, (first + at, total));
        for (index, point) in at_points {
            labels::of_point(canvas, (plot, series, index), (point, 0.0), "r");
        }
    }
}

/// Where a line goes at a point without a value, where the chart wants it to go somewhere.
fn blank(
    canvas: &Canvas<'_, '_>,
    (series, index): (&Series, usize),
    plane: &Plane<'_>,
) -> Option<(f64, f64)> {
    let there = index < series.values.len() && scale::value(series, index).is_none();
    let zero = canvas.chart.blanks.as_deref() == Some("zero");
    let ground = || plane.point(plane.across(index, 0.5), plane.along(0.0));
    (there && zero).then(ground)
}

/// Joins points by lines; one without a place cuts the line, unless the chart spans such gaps.
fn joined(
    canvas: &mut Canvas<'_, '_>,
    points: &[Option<(f64, f64)>],
    (pen, smooth): (Option<&Stroke>, bool),
) {
    let Some(pen) = pen else {
        return;
    };
    let spans = canvas.chart.blanks.as_deref() == Some("span");
    let all: Vec<(f64, f64)> = points.iter().flatten().copied().collect();
    let stretches: Vec<Vec<(f64, f64)>> = if spans {
        vec![all]
    } else {
        let cut = points.split(Option::is_none);
        cut.map(|stretch| stretch.iter().flatten().copied().collect())
            .collect()
    };
    for stretch in stretches {
        if stretch.len() < 2 {
            continue;
        }
        let path = if smooth {
            bent(&stretch)
        } else {
            polyline(&stretch)
        };
        canvas.shape(path, (None, Some(pen.clone())));
    }
}

/// A curve through points: between two it leaves each in the direction from the point before to the point after.
fn bent(points: &[(f64, f64)]) -> Vec<Segment> {
    let mut path = Vec::new();
    let at = |index: usize| points[index.min(points.len() - 1)];
    if let Some((x, y)) = points.first() {
        path.push(Segment::Move(*x, *y));
    }
    for index in 1..points.len() {
        let (before, from) = (at(index.saturating_sub(2)), at(index - 1));
        let (to, after) = (at(index), at(index + 1));
        path.push(Segment::Cubic(
            from.0 + (to.0 - before.0) / 6.0,
            from.1 + (to.1 - before.1) / 6.0,
            to.0 - (after.0 - from.0) / 6.0,
            to.1 - (after.1 - from.1) / 6.0,
            to.0,
            to.1,
        ));
    }
    path
}

/// Whether the points of a series are marked where it says nothing of that.
fn usually_marked(plot: &Plot) -> bool {
    match plot.kind {
        PlotKind::Line => plot.markers,
        PlotKind::Scatter => !matches!(plot.style.as_deref(), Some("line" | "smooth" | "none")),
        PlotKind::Radar => plot.style.as_deref() == Some("marker"),
        PlotKind::Bar
        | PlotKind::Column
        | PlotKind::Area
        | PlotKind::Pie
        | PlotKind::Doughnut
        | PlotKind::Bubble
        | PlotKind::Stock
        | PlotKind::Surface => true,
    }
}

/// The numbers of points, and where they lie.
type Spot = (usize, (f64, f64));

/// Draws the marks of a series.
pub(super) fn marked(
    canvas: &mut Canvas<'_, '_>,
    (plot, series): (&Plot, &Series),
    points: &[Spot],
    (index, total): (usize, usize),
) {
    let Some(look) = symbol_of(plot, series, index) else {
        // A point that no line leads to would be lost.
        if let [(_, only)] = points
            && series.line.as_ref().is_none_or(|line| !line.none)
        {
            let ink = marks::ink(canvas, plot, (series, usize::MAX), (index, total));
            symbol::draw(
                canvas,
                (*only, 2.5),
                "circle",
                (Some(Paint::Solid(ink)), None),
            );
        }
        return;
    };
    for (at, point) in points {
        let ink = marks::ink(canvas, plot, (series, *at), (index, total));
        let paints = symbol::paints(canvas, series.marker.as_ref(), ink);
        symbol::draw(canvas, (*point, look.1 / 2.0), look.0, paints);
    }
}

/// The mark of a series and its width in points; `None` where it has none.
pub(super) fn symbol_of<'s>(
    plot: &Plot,
    series: &'s Series,
    index: usize,
) -> Option<(&'s str, f64)> {
    let own = series.marker.as_ref();
    let named = own.and_then(|marker| marker.symbol.as_deref());
    let size = own
        .and_then(|marker| marker.size)
        .filter(|size| size.is_finite());
    match named {
        Some("none") => None,
        Some(name) => Some((name, size.unwrap_or(5.0).clamp(1.0, 72.0))),
        None if own.is_some() || usually_marked(plot) => {
            let usual = symbol::IN_TURN[index % symbol::IN_TURN.len()];
            Some((usual, size.unwrap_or(7.0).clamp(1.0, 72.0)))
        }
        None => None,
    }
}

/// Draws points by two values.
pub(super) fn points(
    canvas: &mut Canvas<'_, '_>,
    plot: &Plot,
    plane: &Plane<'_>,
    (first, total): (usize, usize),
) {
    let Some(range) = plane.other else {
        return;
    };
    for (at, series) in plot.series.iter().enumerate() {
        let ink = marks::ink(canvas, plot, (series, usize::MAX), (first + at, total));
        let counted = series.x_values.is_empty();
        let place = |index: usize| {
            let along = marks::x_of(series, index, counted)?;
            let value = scale::value(series, index)?;
            Some((plane.beside(range, along), plane.along(value)))
        };
        let all: Vec<Option<(f64, f64)>> = (0..series.values.len()).map(place).collect();
        let known = all
            .iter()
            .enumerate()
            .filter_map(|(index, point)| Some((index, (*point)?)));
        let known: Vec<Spot> = known.collect();
        if plot.kind == PlotKind::Bubble {
            bubbles(canvas, (plot, series), plane, (&known, ink));
            continue;
        }
        let apart = matches!(plot.style.as_deref(), Some("marker" | "none"));
        let pen = canvas
            .pen(series.line.as_ref(), (ink, canvas.look.width()))
            .filter(|_| !apart);
        joined(canvas, &all, (pen.as_ref(), series.smooth));
        trends::draw(canvas, (plot, series), plane, 0.5);
        errors::draw(canvas, (plot, at), plane, 0.5);
        marked(canvas, (plot, series), &known, (first + at, total));
        for (index, point) in known {
            labels::of_point(canvas, (plot, series, index), (point, 0.0), "r");
        }
    }
}

fn bubbles(
    canvas: &mut Canvas<'_, '_>,
    (plot, series): (&Plot, &Series),
    plane: &Plane<'_>,
    (points, ink): (&[Spot], Ink),
) {
    let sizes = plot
        .series
        .iter()
        .flat_map(|series| &series.sizes)
        .flatten();
    let sizes = sizes.copied().filter(|size| size.is_finite());
    let largest = sizes.fold(0.0, f64::max);
    let scale = plot
        .bubble_scale
        .filter(|scale| scale.is_finite())
        .unwrap_or(1.0);
    let [_, _, w, h] = plane.place;
    let widest = w.min(h) * BUBBLE * scale.clamp(0.0, 3.0).sqrt();
    let radius = |index: usize| {
        let size = scale::sane(&series.sizes, index).filter(|size| *size > 0.0);
        match size {
            Some(size) if largest > 0.0 => (size / largest).sqrt() * widest / 2.0,
            _ => 3.5,
        }
    };
    for (index, point) in points {
        let path = symbol::circle(*point, radius(*index));
        let fill = Canvas::painted(&path, series.fill.as_ref(), ink);
        let line = series.line.as_ref().filter(|line| line.color.is_some());
        let pen = line.and_then(|line| canvas.pen(Some(line), (canvas.look.line, HAIRLINE)));
        canvas.shape(path, (fill, pen));
    }
    for (index, point) in points {
        labels::of_point(
            canvas,
            (plot, series, *index),
            (*point, radius(*index)),
            "r",
        );
    }
}
