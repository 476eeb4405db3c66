//! Arrow heads at the ends of lines, and lines that end where their heads begin.

use super::page::{Item, Matrix, PathItem, Segment, Stroke, polyline};
use super::slide::Scene;
use crate::model::paint::{Arrow, Line, LineCap, LineJoin};

/// How far from its centre a quarter of a circle has its controls.
const ROUND: f64 = 0.552_284_75;
/// Heads grow with their line, but not below one of so many points.
const LEAST: f64 = 2.0;
/// At least so much of a line's last piece stays.
const REST: f64 = 0.05;
/// How often the way to a head is halved.
const HALVINGS: u32 = 24;

type Spot = (f64, f64);

/// An open path that ends where the heads of its line begin, and the heads' tips with where they come from.
pub struct Pointed {
    /// The path.
    pub segments: Vec<Segment>,
    ends: [Option<(Spot, Spot)>; 2],
}

/// Makes room for the heads that a line has; the path as it is where it has none.
pub fn pointed(line: &Line, stroke: &Stroke, segments: &[Segment]) -> Pointed {
    let mut out = Pointed {
        segments: segments.to_vec(),
        ends: [None, None],
    };
    let starts = segments
        .iter()
        .filter(|own| matches!(own, Segment::Move(..)));
    let open = !matches!(segments.last(), Some(Segment::Close)) && starts.count() == 1;
    let shown = |arrow: &Option<Arrow>| arrow.clone().filter(|own| own.kind != "none");
    if !open {
        return out;
    }
    if let Some(arrow) = shown(&line.tail) {
        out.ends[1] = shorten(&mut out.segments, room(&arrow, stroke));
    }
    if let Some(arrow) = shown(&line.head) {
        let mut back = reversed(&out.segments);
        out.ends[0] = shorten(&mut back, room(&arrow, stroke));
        out.segments = reversed(&back);
    }
    out
}

/// Draws the heads.
pub fn heads(
    scene: &mut Scene<'_>,
    line: &Line,
    stroke: &Stroke,
    (matrix, path): (Matrix, &Pointed),
) {
    for (arrow, end) in [&line.head, &line.tail].into_iter().zip(path.ends) {
        if let (Some(arrow), Some((from, tip))) = (arrow, end) {
            head(scene, arrow, stroke, (matrix, from, tip));
        }
    }
}

/// Length and half width of a head.
fn size(arrow: &Arrow, stroke: &Stroke) -> (f64, f64) {
    let factor = |size: &str| match size {
        "sm" => 2.0,
        "lg" => 5.0,
        _ => 3.0,
    };
    let line = stroke.width.max(LEAST);
    (
        factor(&arrow.length) * line,
        factor(&arrow.width) * line / 2.0,
    )
}

/// How far before its tip the line ends, so that it is not seen beside the head.
fn room(arrow: &Arrow, stroke: &Stroke) -> f64 {
    let (long, half) = size(arrow, stroke);
    match arrow.kind.as_str() {
        "diamond" | "oval" => 0.0,
        "stealth" => long * 0.6,
        // Two strokes that meet: their outer corner is the tip.
        "arrow" => stroke.width / 2.0 * f64::hypot(long, half) / half.max(0.1),
        _ => long * 0.95,
    }
}

/// Takes a length off the end of a path; answers where it came from there, and where it ended.
fn shorten(segments: &mut [Segment], by: f64) -> Option<(Spot, Spot)> {
    let [.., before, last] = segments else {
        return None;
    };
    let (from, tip) = (end(before)?, end(last)?);
    let back = match *last {
        Segment::Line(..) => from,
        Segment::Quad(a, b, ..) => (a, b),
        Segment::Cubic(_, _, c, d, ..) => (c, d),
        Segment::Move(..) | Segment::Close => return None,
    };
    let far = |a: Spot, b: Spot| f64::hypot(a.0 - b.0, a.1 - b.1);
    let cut = |t: f64| first_part(from, *last, t);
    // Where on its way the path is as far from its tip as the head is long: halved until nobody sees a difference.
    let (mut near, mut away) = (1.0, REST);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(near, away);
        let there = end(&cut(middle)).unwrap_or(tip);
        if far(there, tip) < by {
            near = middle;
        } else {
            away = middle;
        }
    }
    let mut back = back;
    if by > 0.0 {
        *last = cut(away);
        back = end(last)?;
    }
    (far(back, tip) > 1e-9).then_some((back, tip))
}

/// Where a step ends.
fn end(segment: &Segment) -> Option<Spot> {
    match *segment {
        Segment::Move(x, y)
        | Segment::Line(x, y)
        | Segment::Quad(_, _, x, y)
        | Segment::Cubic(_, _, _, _, x, y) => Some((x, y)),
        Segment::Close => None,
    }
}

/// A step up to a part of its way, after de Casteljau.
fn first_part(from: Spot, step: Segment, t: f64) -> Segment {
    let between = |a: Spot, b: Spot| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    match step {
        Segment::Line(x, y) => {
            let (x, y) = between(from, (x, y));
            Segment::Line(x, y)
        }
        Segment::Quad(a, b, x, y) => {
            let (p, q) = (between(from, (a, b)), between((a, b), (x, y)));
            let (x, y) = between(p, q);
            Segment::Quad(p.0, p.1, x, y)
        }
        Segment::Cubic(a, b, c, d, x, y) => {
            let (p, q, r) = (
                between(from, (a, b)),
                between((a, b), (c, d)),
                between((c, d), (x, y)),
            );
            let (s, u) = (between(p, q), between(q, r));
            let (x, y) = between(s, u);
            Segment::Cubic(p.0, p.1, s.0, s.1, x, y)
        }
        Segment::Move(..) | Segment::Close => step,
    }
}

/// An open path the other way round.
fn reversed(segments: &[Segment]) -> Vec<Segment> {
    let mut out = Vec::with_capacity(segments.len());
    let mut pen = None;
    for segment in segments {
        let step = |(x, y): Spot| match *segment {
            Segment::Quad(a, b, ..) => Segment::Quad(a, b, x, y),
            Segment::Cubic(a, b, c, d, ..) => Segment::Cubic(c, d, a, b, x, y),
            Segment::Move(..) | Segment::Line(..) | Segment::Close => Segment::Line(x, y),
        };
        out.extend(pen.map(step));
        pen = end(segment).or(pen);
    }
    out.extend(pen.map(|(x, y)| Segment::Move(x, y)));
    out.reverse();
    out
}

fn head(
    scene: &mut Scene<'_>,
    arrow: &Arrow,
    stroke: &Stroke,
    (matrix, from, tip): (Matrix, Spot, Spot),
) {
    let (dx, dy) = (tip.0 - from.0, tip.1 - from.1);
    let length = f64::hypot(dx, dy);
    if !length.is_normal() {
        return;
    }
    let (dx, dy) = (dx / length, dy / length);
    let (long, half) = size(arrow, stroke);
    let at = |back: f64, side: f64| (tip.0 - dx * back - dy * side, tip.1 - dy * back + dx * side);
    let mut segments = match arrow.kind.as_str() {
        "stealth" => polyline(&[
            at(0.0, 0.0),
            at(long, half),
            at(long * 0.65, 0.0),
            at(long, -half),
        ]),
        "diamond" => {
            let mid = long / 2.0;
            polyline(&[at(-mid, 0.0), at(0.0, half), at(mid, 0.0), at(0.0, -half)])
        }
        "oval" => oval(&at, long / 2.0, half),
        "arrow" => {
            // The strokes lie within the head, as their outer corner is its tip.
            let inset = room(arrow, stroke).min(long * 0.5);
            polyline(&[at(long, half), at(inset, 0.0), at(long, -half)])
        }
        _ => polyline(&[at(0.0, 0.0), at(long, half), at(long, -half)]),
    };
    let open = arrow.kind == "arrow";
    if !open {
        segments.push(Segment::Close);
    }
    let own = Stroke {
        dashes: Vec::new(),
        cap: LineCap::Round,
        join: LineJoin::Miter,
        ..stroke.clone()
    };
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill: (!open).then(|| stroke.paint.clone()),
        even_odd: false,
        stroke: open.then_some(own),
    }));
}

/// An ellipse about the tip.
fn oval(at: &dyn Fn(f64, f64) -> Spot, long: f64, half: f64) -> Vec<Segment> {
    let (x, y) = at(long, 0.0);
    let mut out = vec![Segment::Move(x, y)];
    for [(a, b), (c, d), (e, f)] in [
        [(1.0, ROUND), (ROUND, 1.0), (0.0, 1.0)],
        [(-ROUND, 1.0), (-1.0, ROUND), (-1.0, 0.0)],
        [(-1.0, -ROUND), (-ROUND, -1.0), (0.0, -1.0)],
        [(ROUND, -1.0), (1.0, -ROUND), (1.0, 0.0)],
    ] {
        let [p, q, r] = [(a, b), (c, d), (e, f)].map(|(back, side)| at(back * long, side * half));
        out.push(Segment::Cubic(p.0, p.1, q.0, q.1, r.0, r.1));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::page::{Ink, Paint};
    use crate::model::color::Rgb;

    fn line(kind: &str) -> (Line, Stroke) {
        let arrow = serde_json::json!({ "kind": kind, "width": "med", "length": "lg" });
        let line = serde_json::json!({ "fill": { "type": "none" }, "width": 12_700, "head": arrow, "tail": arrow });
        let stroke = Stroke {
            paint: Paint::Solid(Ink {
                rgb: Rgb::BLACK,
                alpha: 1.0,
            }),
            width: 4.0,
            dashes: Vec::new(),
            cap: LineCap::Flat,
            join: LineJoin::Round,
        };
        (serde_json::from_value(line).expect("a line"), stroke)
    }

    #[test]
    fn a_line_ends_inside_of_its_heads() {
        let path = [Segment::Move(0.0, 0.0), Segment::Line(100.0, 0.0)];
        let (triangle, stroke) = line("triangle");
        let found = pointed(&triangle, &stroke, &path);
        let ends: Vec<Spot> = found.segments.iter().filter_map(end).collect();
        assert!(
            (ends[0].0 - 19.0).abs() < 1e-4 && (ends[1].0 - 81.0).abs() < 1e-4,
            "{ends:?}"
        );
        assert_eq!(found.ends[0].map(|(_, tip)| tip), Some((0.0, 0.0)));
        let (oval, stroke) = line("oval");
        assert_eq!(pointed(&oval, &stroke, &path).segments, path);
    }

    #[test]
    fn a_path_turned_round_twice_is_itself() {
        let path = [
            Segment::Move(0.0, 0.0),
            Segment::Cubic(1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
            Segment::Line(7.0, 8.0),
            Segment::Quad(9.0, 1.0, 2.0, 3.0),
        ];
        assert_eq!(reversed(&reversed(&path)), path);
        assert_eq!(reversed(&path)[0], Segment::Move(2.0, 3.0));
    }
}
