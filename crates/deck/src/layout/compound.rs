//! Lines of several parallel strokes: the path beside itself, once for each.

use super::page::{Segment, Stroke, polyline};

/// Straight pieces that a curve becomes.
const PIECES: u32 = 12;
/// A corner goes out no further than so many distances.
const FURTHEST: f64 = 4.0;

/// The strokes that a compound name asks for, each with its path; the line as it is where it asks for one.
pub fn strokes(
    name: Option<&str>,
    stroke: &Stroke,
    segments: &[Segment],
) -> Vec<(Vec<Segment>, Stroke)> {
    // From the outside of what is drawn clockwise, as shares of the whole width.
    let parts: &[(f64, f64)] = match name {
        Some("dbl") => &[(0.0, 1.0 / 3.0), (2.0 / 3.0, 1.0)],
        Some("thickThin") => &[(0.0, 0.6), (0.8, 1.0)],
        Some("thinThick") => &[(0.0, 0.2), (0.4, 1.0)],
        Some("tri") => &[(0.0, 1.0 / 6.0), (1.0 / 3.0, 2.0 / 3.0), (5.0 / 6.0, 1.0)],
        _ => return vec![(segments.to_vec(), stroke.clone())],
    };
    let lines = flattened(segments);
    let beside = |(from, to): &(f64, f64)| {
        let away = (from.midpoint(*to) - 0.5) * stroke.width;
        let moved = lines.iter().flat_map(|line| offset(line, away)).collect();
        let own = Stroke {
            width: (to - from) * stroke.width,
            ..stroke.clone()
        };
        (moved, own)
    };
    parts.iter().map(beside).collect()
}

/// A path of straight lines.
struct Line {
    points: Vec<(f64, f64)>,
    closed: bool,
}

fn flattened(segments: &[Segment]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for segment in segments {
        if let Segment::Move(x, y) = *segment {
            lines.push(Line {
                points: vec![(x, y)],
                closed: false,
            });
            continue;
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        let Some((x, y)) = line.points.last().copied() else {
            continue;
        };
        match *segment {
            Segment::Move(..) => {}
            Segment::Line(a, b) => line.points.push((a, b)),
            Segment::Quad(a, b, c, d) => {
                curve(&mut line.points, [(x, y), (a, b), (a, b), (c, d)], true);
            }
            Segment::Cubic(a, b, c, d, e, f) => {
                curve(&mut line.points, [(x, y), (a, b), (c, d), (e, f)], false);
            }
            Segment::Close => line.closed = true,
        }
    }
    for line in &mut lines {
        line.points
            .dedup_by(|a, b| f64::hypot(a.0 - b.0, a.1 - b.1) < 1e-6);
        if line.closed && line.points.len() > 2 && line.points.first() == line.points.last() {
            line.points.pop();
        }
    }
    lines
}

fn curve(points: &mut Vec<(f64, f64)>, [p, q, r, s]: [(f64, f64); 4], quadratic: bool) {
    for piece in 1..=PIECES {
        let t = f64::from(piece) / f64::from(PIECES);
        let u = 1.0 - t;
        let weights = if quadratic {
            [u * u, 2.0 * u * t, 0.0, t * t]
        } else {
            [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t]
        };
        let at = |pick: fn((f64, f64)) -> f64| {
            weights[0] * pick(p)
                + weights[1] * pick(q)
                + weights[2] * pick(r)
                + weights[3] * pick(s)
        };
        points.push((at(|point| point.0), at(|point| point.1)));
    }
}

/// A line beside itself, to the right of where it goes; corners meet.
fn offset(line: &Line, away: f64) -> Vec<Segment> {
    let count = line.points.len();
    if count < 2 {
        return Vec::new();
    }
    let normal = |from: (f64, f64), to: (f64, f64)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = f64::hypot(dx, dy).max(1e-9);
        (-dy / length, dx / length)
    };
    let moved = |at: usize| {
        let here = line.points[at];
        let before = (at > 0 || line.closed).then(|| line.points[(at + count - 1) % count]);
        let after = (at + 1 < count || line.closed).then(|| line.points[(at + 1) % count]);
        let (x, y) = match (before, after) {
            (Some(before), Some(after)) => {
                let (a, b) = (normal(before, here), normal(here, after));
                let share = (1.0 + a.0 * b.0 + a.1 * b.1).max(2.0 / (FURTHEST * FURTHEST));
                ((a.0 + b.0) / share, (a.1 + b.1) / share)
            }
            (Some(before), None) => normal(before, here),
            (None, Some(after)) => normal(here, after),
            (None, None) => (0.0, 0.0),
        };
        (here.0 + x * away, here.1 + y * away)
    };
    let points: Vec<(f64, f64)> = (0..count).map(moved).collect();
    let mut out = polyline(&points);
    if line.closed {
        out.push(Segment::Close);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::page::{Ink, Matrix, Paint, bounds, rectangle};
    use crate::model::color::Rgb;
    use crate::model::paint::{LineCap, LineJoin};

    #[test]
    fn a_double_line_is_two_thirds_of_ink_around_one_of_nothing() {
        let ink = Ink {
            rgb: Rgb::BLACK,
            alpha: 1.0,
        };
        let stroke = Stroke {
            paint: Paint::Solid(ink),
            width: 6.0,
            dashes: Vec::new(),
            cap: LineCap::Flat,
            join: LineJoin::Miter,
        };
        let box_ = rectangle(10.0, 10.0, 100.0, 50.0);
        let found = strokes(Some("dbl"), &stroke, &box_);
        let sides: Vec<_> = found
            .iter()
            .map(|(path, own)| (bounds(path, Matrix::IDENTITY).map(f64::round), own.width))
            .collect();
        assert_eq!(
            sides,
            [
                ([8.0, 8.0, 112.0, 62.0], 2.0),
                ([12.0, 12.0, 108.0, 58.0], 2.0)
            ]
        );
        assert_eq!(strokes(None, &stroke, &box_), [(box_.clone(), stroke)]);
    }
}
