//! The marks of points.

use super::canvas::Canvas;
use super::look::HAIRLINE;
use crate::layout::outline::arc;
use crate::layout::page::{Ink, Paint, Segment, Stroke, polyline, rectangle};
use crate::layout::paint;
use crate::model::chart::Marker;
use crate::model::paint::Fill;

/// Marks that series have in turn where they name none, as Office gives them.
pub(super) const IN_TURN: [&str; 9] = [
    "diamond", "square", "triangle", "x", "star", "circle", "plus", "dot", "dash",
];

/// Inside and outline.
pub(super) type Paints = (Option<Paint>, Option<Stroke>);

/// What marks are painted with: as they say, else in an ink.
pub(super) fn paints(canvas: &Canvas<'_, '_>, own: Option<&Marker>, ink: Ink) -> Paints {
    let fill = own.and_then(|marker| marker.fill.as_ref());
    let fill = match fill {
        Some(Fill::None) => None,
        Some(fill) => paint::paint(fill, canvas.space),
        None => Some(Paint::Solid(ink)),
    };
    let line = own.and_then(|marker| marker.line.as_ref());
    (fill, canvas.pen(line, (ink, HAIRLINE)))
}

/// Draws a mark about a point, in a radius.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    ((x, y), r): ((f64, f64), f64),
    name: &str,
    (fill, pen): Paints,
) {
    let closed = |points: &[(f64, f64)]| {
        let mut path = polyline(points);
        path.push(Segment::Close);
        path
    };
    let path = match name {
        "square" => rectangle(x - r, y - r, 2.0 * r, 2.0 * r),
        "diamond" => closed(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)]),
        "triangle" => closed(&[(x, y - r), (x + r, y + r), (x - r, y + r)]),
        "dash" => rectangle(x - r, y - r / 4.0, 2.0 * r, r / 2.0),
        "dot" => rectangle(x - r / 2.0, y - r / 4.0, r, r / 2.0),
        "x" | "star" | "plus" => return crossed(canvas, ((x, y), r), name, pen.as_ref()),
        _ => circle((x, y), r),
    };
    canvas.shape(path, (fill, pen));
}

/// Marks that are lines alone.
fn crossed(
    canvas: &mut Canvas<'_, '_>,
    ((x, y), r): ((f64, f64), f64),
    name: &str,
    pen: Option<&Stroke>,
) {
    if name != "plus" {
        canvas.line(&[(x - r, y - r), (x + r, y + r)], pen);
        canvas.line(&[(x - r, y + r), (x + r, y - r)], pen);
    }
    if name != "x" {
        canvas.line(&[(x, y - r), (x, y + r)], pen);
    }
    if name == "plus" {
        canvas.line(&[(x - r, y), (x + r, y)], pen);
    }
}

/// A circle about a point.
pub(super) fn circle((x, y): (f64, f64), radius: f64) -> Vec<Segment> {
    let start = (x - radius, y);
    let mut path = vec![Segment::Move(start.0, start.1)];
    let turn = (10_800_000.0, 21_600_000.0);
    arc(&mut path, start, (radius, radius), turn);
    path.push(Segment::Close);
    path
}
