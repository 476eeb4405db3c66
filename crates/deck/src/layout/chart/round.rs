//! Round plots: pies and rings.

use super::canvas::Canvas;
use super::look::float;
use super::marks::{self, filled};
use super::{labels, scale};
use crate::layout::outline::arc;
use crate::layout::page::Segment;
use crate::model::chart::{Plot, PlotKind, Series};
use crate::model::text::Align;

/// A full turn, and where the first slice starts, in 60,000ths of a degree.
pub(super) const TURN: f64 = 21_600_000.0;
pub(super) const TOP: f64 = -5_400_000.0;
const DEGREE: f64 = 60_000.0;
/// The hole of a ring that says nothing of it, as a part of its radius.
const HOLE: f64 = 0.5;
/// Room around a pie, in points, and how far labels outside stand from it.
const AROUND: f64 = 4.0;
const AWAY: f64 = 4.0;

/// Draws a pie, or a ring for each series of a doughnut, into a box that it fills where that was told.
pub(super) fn pie(canvas: &mut Canvas<'_, '_>, [x, y, w, h]: [f64; 4], told: bool) {
    let Some(plot) = canvas.chart.plots.first() else {
        return;
    };
    let around = if told { 0.0 } else { AROUND };
    let outside = if told { 0.0 } else { outside(canvas, plot) };
    let radius = ((w.min(h) / 2.0) - around - outside)
        .max(w.min(h) / 5.0)
        .max(1.0);
    let radius = radius / (1.0 + exploded(plot));
    let centre = (x + w / 2.0, y + h / 2.0);
    let start = plot.first_angle.filter(|angle| angle.is_finite());
    let start = TOP + start.unwrap_or(0.0).clamp(0.0, 360.0) * DEGREE;
    if plot.kind == PlotKind::Doughnut {
        let hole = plot
            .hole
            .filter(|hole| hole.is_finite())
            .unwrap_or(HOLE)
            .clamp(0.01, 0.9);
        let thick = radius * (1.0 - hole) / float(plot.series.len().max(1));
        let mut inner = radius * hole;
        for (at, series) in plot.series.iter().enumerate() {
            let ring = (inner, inner + thick);
            slices(canvas, (plot, series, at), (centre, ring), start);
            inner += thick;
        }
    } else if let Some(series) = plot.series.first() {
        slices(canvas, (plot, series, 0), (centre, (0.0, radius)), start);
    }
}

/// How far the farthest slice stands from the middle, as a part of the radius.
fn exploded(plot: &Plot) -> f64 {
    let own = |series: &Series| {
        let points = series.points.iter().filter_map(|point| point.explosion);
        points.chain(series.explosion).fold(0.0, f64::max)
    };
    let all = plot.series.iter().map(own).fold(0.0, f64::max);
    if all.is_finite() {
        all.clamp(0.0, 4.0)
    } else {
        0.0
    }
}

/// The room that labels outside of a pie need beside it.
fn outside(canvas: &Canvas<'_, '_>, plot: &Plot) -> f64 {
    let Some(series) = plot.series.first().filter(|series| series.labels) else {
        return 0.0;
    };
    if series.label_look.position.as_deref() != Some("outEnd") || plot.kind != PlotKind::Pie {
        return 0.0;
    }
    labels::letters(canvas, series, 0).height() * 1.4 + AWAY
}

/// Middle, and inner and outer radius.
type Ring = ((f64, f64), (f64, f64));

fn slices(
    canvas: &mut Canvas<'_, '_>,
    (plot, series, at): (&Plot, &Series, usize),
    (centre, (inner, outer)): Ring,
    start: f64,
) {
    let values = (0..series.values.len()).map(|at| scale::value(series, at).unwrap_or(0.0).abs());
    let values: Vec<f64> = values.collect();
    let total: f64 = values.iter().sum();
    if !total.is_normal() {
        return;
    }
    let mut angle = start;
    let mut told = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let swing = value / total * TURN;
        let middle = angle + swing / 2.0;
        let mut points = series.points.iter();
        let own = points.find(|point| usize::try_from(point.index) == Ok(index));
        let far = own.and_then(|point| point.explosion).or(series.explosion);
        let far = far
            .filter(|far| far.is_finite())
            .unwrap_or(0.0)
            .clamp(0.0, 4.0);
        let centre = at_angle(centre, far * outer, middle);
        let ink = marks::ink(canvas, plot, (series, index), (at, plot.series.len()));
        let path = slice(centre, (inner, outer), (angle, swing));
        filled(canvas, series, path, ink);
        told.push((index, (centre, middle, swing), value / total));
        angle += swing;
    }
    for (index, place, share) in told {
        if let Some(text) = labels::text(plot, series, index, Some(share)) {
            label(
                canvas,
                (plot, series, index),
                (place, (inner, outer)),
                &text,
            );
        }
    }
}

/// The middle of a slice's circle, the direction of the slice, and how wide it is.
type Wedge = ((f64, f64), f64, f64);

/// Writes the label of a slice: inside where it fits or is wanted there, else beyond its edge.
fn label(
    canvas: &mut Canvas<'_, '_>,
    (plot, series, index): (&Plot, &Series, usize),
    ((centre, middle, swing), (inner, outer)): (Wedge, (f64, f64)),
    text: &str,
) {
    let letters = labels::letters(canvas, series, index);
    let wide = canvas.width(text, &letters);
    let tall = letters.height() * float(text.lines().count().max(1));
    let (sin, cos) = (middle / DEGREE).to_radians().sin_cos();
    // How far a box about a point reaches towards the middle of the pie.
    let half = (wide * cos.abs()).midpoint(tall * sin.abs());
    let chord = 2.0 * (outer - half).max(0.0) * (swing / 2.0 / DEGREE).to_radians().min(1.5).sin();
    let fits = chord > (wide * sin.abs()).max(tall * cos.abs()) && outer > half * 2.0;
    let side = labels::side(series, index, "bestFit");
    let reach = match side {
        _ if plot.kind == PlotKind::Doughnut => inner.midpoint(outer),
        "ctr" => outer * 0.5,
        "inEnd" => outer - half - 2.0,
        "outEnd" => outer + half + AWAY,
        _ if fits => outer - half - 2.0,
        _ => outer + half + AWAY,
    };
    let (x, y) = labels::moved(canvas, series, index, at_angle(centre, reach, middle));
    canvas.write([x, y, 0.0, 0.0], text, (&letters, Align::Center));
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

/// The point at a distance from another, in a direction in 60,000ths of a degree clockwise from the right.
pub(super) fn at_angle((x, y): (f64, f64), radius: f64, angle: f64) -> (f64, f64) {
    let (sin, cos) = (angle / DEGREE).to_radians().sin_cos();
    (x + radius * cos, y + radius * sin)
}
