//! Outlines of elements: presets, paths of their own, or the plain rectangle.

use super::page::{Segment, rectangle};
use super::preset;
use crate::model::geometry::{CustomGeometry, Geometry, GeometryPath, PathShade};

/// One path of an outline, in points.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlinePath {
    /// Its steps.
    pub segments: Vec<Segment>,
    /// Whether the fill paints it.
    pub filled: bool,
    /// Whether the line strokes it.
    pub stroked: bool,
    /// How its fill is shaded.
    pub shade: PathShade,
}

/// The outline of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Its paths, lowest first.
    pub paths: Vec<OutlinePath>,
    /// Left, top, right and bottom of where text goes.
    pub text: [f64; 4],
    /// Whether it is the upright rectangle of its box.
    pub upright: bool,
}

/// The outline of a geometry over a box of left, top, width and height; unknown presets are rectangles.
pub fn outline(geometry: Option<&Geometry>, place: [f64; 4]) -> Outline {
    let found = match geometry {
        Some(Geometry::Preset(geometry)) => preset::preset(geometry, place),
        Some(Geometry::Custom(custom)) => Some(own(custom, place)),
        None => None,
    };
    found.unwrap_or_else(|| {
        let [x, y, w, h] = place;
        let path = OutlinePath {
            segments: rectangle(x, y, w, h),
            filled: true,
            stroked: true,
            shade: PathShade::None,
        };
        Outline {
            paths: vec![path],
            text: [x, y, x + w, y + h],
            upright: true,
        }
    })
}

fn own(custom: &CustomGeometry, place: [f64; 4]) -> Outline {
    let [x, y, w, h] = place;
    let paths = custom
        .paths
        .iter()
        .map(|path| OutlinePath {
            segments: path_data(path, place),
            filled: !path.no_fill,
            stroked: !path.no_stroke,
            shade: path.shade,
        })
        .filter(|path| !path.segments.is_empty())
        .collect();
    let text = match custom.text_rect {
        Some([l, t, r, b]) if [l, t, r, b].iter().all(|v| v.is_finite()) => {
            [x + l * w, y + t * h, x + r * w, y + b * h]
        }
        _ => [x, y, x + w, y + h],
    };
    Outline {
        paths,
        text,
        upright: false,
    }
}

/// Reads absolute path data up to the first thing that is none.
fn path_data(path: &GeometryPath, [x, y, width, height]: [f64; 4]) -> Vec<Segment> {
    let scale = |side: f64, own: f64| {
        if own.is_finite() && own > 0.0 {
            side / own
        } else {
            1.0 / 12_700.0
        }
    };
    let (sx, sy) = (scale(width, path.width), scale(height, path.height));
    let spaced: String = path
        .d
        .chars()
        .flat_map(|c| match c {
            'M' | 'L' | 'C' | 'Q' | 'Z' | 'z' => vec![' ', c, ' '],
            ',' => vec![' '],
            other => vec![other],
        })
        .collect();
    let mut words = spaced.split_ascii_whitespace().peekable();
    let mut out = Vec::new();
    let mut command = "";
    while let Some(word) = words.peek().copied() {
        if matches!(word, "M" | "L" | "C" | "Q" | "Z" | "z") {
            command = word;
            words.next();
            if matches!(word, "Z" | "z") {
                out.push(Segment::Close);
                continue;
            }
        }
        let mut point = || {
            let px: f64 = words.next()?.parse().ok().filter(|v: &f64| v.is_finite())?;
            let py: f64 = words.next()?.parse().ok().filter(|v: &f64| v.is_finite())?;
            Some((x + px * sx, y + py * sy))
        };
        let Some(segment) = step(command, &mut point) else {
            break;
        };
        out.push(segment);
        if command == "M" {
            command = "L";
        }
    }
    out
}

fn step(command: &str, point: &mut dyn FnMut() -> Option<(f64, f64)>) -> Option<Segment> {
    match command {
        "M" => point().map(|(x, y)| Segment::Move(x, y)),
        "L" => point().map(|(x, y)| Segment::Line(x, y)),
        "Q" => {
            let ((a, b), (x, y)) = (point()?, point()?);
            Some(Segment::Quad(a, b, x, y))
        }
        "C" => {
            let ((a, b), (c, d), (x, y)) = (point()?, point()?, point()?);
            Some(Segment::Cubic(a, b, c, d, x, y))
        }
        _ => None,
    }
}

/// Adds an arc of an ellipse that starts where the path is, by its parameter in 60,000ths of a degree; answers where it ends.
pub fn arc(
    out: &mut Vec<Segment>,
    (x, y): (f64, f64),
    (wide, high): (f64, f64),
    (start, swing): (f64, f64),
) -> (f64, f64) {
    let start = (start / 60_000.0).to_radians();
    let swing = (swing / 60_000.0).clamp(-360.0, 360.0).to_radians();
    let centre = (x - wide * start.cos(), y - high * start.sin());
    let steps = 8_u32;
    let part = swing / f64::from(steps);
    let bulge = 4.0 / 3.0 * (part / 4.0).tan();
    let mut end = (x, y);
    for index in 0..steps {
        let from = start + part * f64::from(index);
        let to = from + part;
        end = (centre.0 + wide * to.cos(), centre.1 + high * to.sin());
        out.push(Segment::Cubic(
            centre.0 + wide * (from.cos() - bulge * from.sin()),
            centre.1 + high * (from.sin() + bulge * from.cos()),
            centre.0 + wide * (to.cos() + bulge * to.sin()),
            centre.1 + high * (to.sin() - bulge * to.cos()),
            end.0,
            end.1,
        ));
    }
    end
}

/// The parameters of an arc given as the eye sees it from the centre, in 60,000ths of a degree.
///
/// This is how `arcTo` has them (ECMA-376 part 1, 20.1.9.1), with radii in the path's own units. Both are the same on
/// circles and at quarter turns.
pub fn parameters((start, swing): (f64, f64), (wide, high): (f64, f64)) -> (f64, f64) {
    let parameter = |seen: f64| {
        let (sin, cos) = (seen / 60_000.0).to_radians().sin_cos();
        let (stretched_sin, stretched_cos) = (wide.abs() * sin, high.abs() * cos);
        // From one to the other is less than a quarter turn, over the seam or not.
        let cross = cos * stretched_sin - sin * stretched_cos;
        let dot = cos * stretched_cos + sin * stretched_sin;
        seen + cross.atan2(dot).to_degrees() * 60_000.0
    };
    if wide == 0.0 || high == 0.0 {
        return (start, swing);
    }
    let from = parameter(start);
    (from, parameter(start + swing) - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEGREE: f64 = 60_000.0;

    #[test]
    fn circles_and_quarter_turns_are_seen_as_they_are() {
        for (start, swing, radii) in [
            (30.0, 100.0, (7.0, 7.0)),
            (-200.0, 350.0, (7.0, 7.0)),
            (180.0, 90.0, (200.0, 3.0)),
            (270.0, -360.0, (3.0, 200.0)),
            (10.0, 20.0, (0.0, 5.0)),
        ] {
            let (from, by) = parameters((start * DEGREE, swing * DEGREE), radii);
            assert!((from - start * DEGREE).abs() < 0.01, "{start}: {from}");
            assert!((by - swing * DEGREE).abs() < 0.01, "{swing}: {by}");
        }
    }

    #[test]
    fn an_angle_seen_on_an_ellipse_has_the_parameter_of_its_point() {
        for seen in [
            -400.0, -135.0, 1.0, 45.0, 89.0, 170.0, 181.0, 359.0, 700.0_f64,
        ] {
            let (from, _) = parameters((seen * DEGREE, 0.0), (100.0, 50.0));
            let at = (from / DEGREE).to_radians();
            let (x, y) = (100.0 * at.cos(), 50.0 * at.sin());
            let off = (y.atan2(x).to_degrees() - seen).rem_euclid(360.0);
            assert!(off.min(360.0 - off) < 1e-6, "{seen} is seen {off} off");
            assert!((from / DEGREE - seen).abs() < 90.0, "{seen} left its turn");
        }
    }

    #[test]
    fn an_arc_ends_where_its_angle_is_seen() {
        let angles = parameters((0.0, 45.0 * DEGREE), (100.0, 50.0));
        let mut steps = Vec::new();
        let (x, y) = arc(&mut steps, (100.0, 0.0), (100.0, 50.0), angles);
        assert!(
            (x - y).abs() < 1e-9 && (x - 44.721_36).abs() < 1e-4,
            "{x}, {y}"
        );
    }
}
