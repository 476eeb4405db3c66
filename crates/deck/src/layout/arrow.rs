//! Arrow heads at the ends of lines.

use super::page::{Item, Matrix, PathItem, Segment, Stroke, polyline};
use super::slide::Scene;
use crate::model::paint::{Arrow, Line};

/// Draws the heads that a line has at the ends of a path.
pub fn heads(scene: &mut Scene<'_>, line: &Line, stroke: &Stroke, at: (Matrix, &[Segment])) {
    let (matrix, segments) = at;
    if matches!(segments.last(), Some(Segment::Close)) {
        return;
    }
    let points = points(segments);
    if let (Some(arrow), [tip, from, ..]) = (&line.head, points.as_slice()) {
        head(scene, arrow, stroke, (matrix, *from, *tip));
    }
    if let (Some(arrow), [.., from, tip]) = (&line.tail, points.as_slice()) {
        head(scene, arrow, stroke, (matrix, *from, *tip));
    }
}

/// All points of a path without repetitions, so that neighbours give directions.
fn points(segments: &[Segment]) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    for segment in segments {
        match *segment {
            Segment::Move(x, y) | Segment::Line(x, y) => out.push((x, y)),
            Segment::Quad(a, b, x, y) => out.extend([(a, b), (x, y)]),
            Segment::Cubic(a, b, c, d, x, y) => out.extend([(a, b), (c, d), (x, y)]),
            Segment::Close => {}
        }
    }
    out.dedup();
    out
}

fn head(
    scene: &mut Scene<'_>,
    arrow: &Arrow,
    stroke: &Stroke,
    (matrix, from, tip): (Matrix, (f64, f64), (f64, f64)),
) {
    let (dx, dy) = (tip.0 - from.0, tip.1 - from.1);
    let length = f64::hypot(dx, dy);
    if arrow.kind == "none" || !length.is_normal() {
        return;
    }
    let (dx, dy) = (dx / length, dy / length);
    let factor = |size: &str| match size {
        "sm" => 2.0,
        "lg" => 5.0,
        _ => 3.0,
    };
    let line = stroke.width.max(2.0);
    let (long, half) = (
        factor(&arrow.length) * line,
        factor(&arrow.width) * line / 2.0,
    );
    let at = |back: f64, side: f64| (tip.0 - dx * back - dy * side, tip.1 - dy * back + dx * side);
    let corners = match arrow.kind.as_str() {
        "stealth" => vec![
            at(0.0, 0.0),
            at(long, half),
            at(long * 0.7, 0.0),
            at(long, -half),
        ],
        "diamond" | "oval" => {
            vec![
                at(-long / 2.0, 0.0),
                at(0.0, half),
                at(long / 2.0, 0.0),
                at(0.0, -half),
            ]
        }
        _ => vec![at(0.0, 0.0), at(long, half), at(long, -half)],
    };
    let mut segments = polyline(&corners);
    segments.push(Segment::Close);
    let fill = Some(stroke.paint.clone());
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill,
        even_odd: false,
        stroke: None,
    }));
}
