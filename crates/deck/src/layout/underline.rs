//! Lines below text by their names in the file (ECMA-376 part 1, 20.1.10.82): straight, in dashes, in waves.

use super::page::{Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, rectangle};
use crate::model::paint::{LineCap, LineJoin};

/// The thickness of a line in em, and that of a heavy one.
const THICK: f64 = 0.05;
const HEAVY: f64 = 0.1;
/// The thinnest line in points.
const THINNEST: f64 = 0.3;
/// The length of half a wave in em, and in points at least.
const HALF_WAVE: f64 = 0.11;
const SHORTEST: f64 = 1.0;
/// How far a wave leaves its middle, in em.
const SWING: f64 = 0.05;
/// Half waves of one line at most; what is longer is stretched.
const MOST: f64 = 2000.0;

/// Where a line is drawn: below letters of a size, from `x` to `end` on a baseline.
#[derive(Clone, Copy, Debug)]
pub struct Below {
    /// Where the coordinates go.
    pub matrix: Matrix,
    /// Where it starts.
    pub x: f64,
    /// Where it ends.
    pub end: f64,
    /// The baseline of the letters.
    pub baseline: f64,
    /// Their size.
    pub size: f64,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// Straight, in dashes and gaps of so many thicknesses; unbroken where empty.
    Straight(&'static [f64]),
    Wave,
}

/// Forms by name without `Heavy`; a plain line where nobody knows the name.
fn form(name: &str) -> Form {
    Form::Straight(match name {
        "dotted" => &[1.0, 1.0],
        "dash" => &[4.0, 2.0],
        "dashLong" => &[8.0, 3.0],
        "dotDash" => &[4.0, 2.0, 1.0, 2.0],
        "dotDotDash" => &[4.0, 2.0, 1.0, 2.0, 1.0, 2.0],
        "wavy" | "wavyDbl" => return Form::Wave,
        _ => &[],
    })
}

/// Draws the line or the lines of a name.
pub fn draw(items: &mut Vec<Item>, name: &str, below: Below, ink: Ink) {
    let plain = name.strip_suffix("Heavy").unwrap_or(name);
    let heavy = plain.len() < name.len() || name == "heavy";
    let double = matches!(name, "dbl" | "wavyDbl");
    let em = if heavy { HEAVY } else { THICK };
    let thick = (below.size * em).max(THINNEST);
    let form = form(plain);
    let first = if form == Form::Wave { 0.12 } else { 0.1 };
    let second = double.then_some(first + 0.1);
    for at in [Some(first), second].into_iter().flatten() {
        let y = below.baseline + below.size * at;
        items.push(Item::Path(line(form, below, (y, thick), ink)));
    }
}

/// One line whose top is at `y`; of a wave, that is its middle.
fn line(form: Form, below: Below, (y, thick): (f64, f64), ink: Ink) -> PathItem {
    let Below { x, end, .. } = below;
    let paint = Paint::Solid(ink);
    let (segments, dashes) = match form {
        Form::Straight([]) => {
            return PathItem {
                matrix: below.matrix,
                segments: rectangle(x, y, end - x, thick),
                fill: Some(paint),
                even_odd: false,
                stroke: None,
            };
        }
        Form::Straight(dashes) => {
            let middle = y + thick / 2.0;
            let straight = vec![Segment::Move(x, middle), Segment::Line(end, middle)];
            (straight, dashes.iter().map(|part| part * thick).collect())
        }
        Form::Wave => (wave(below, y), Vec::new()),
    };
    PathItem {
        matrix: below.matrix,
        segments,
        fill: None,
        even_odd: false,
        stroke: Some(Stroke {
            paint,
            width: thick,
            dashes,
            cap: LineCap::Flat,
            join: LineJoin::Round,
        }),
    }
}

/// Whole half waves from one end to the other.
fn wave(below: Below, y: f64) -> Vec<Segment> {
    let Below { x, end, size, .. } = below;
    let half = (size * HALF_WAVE).max(SHORTEST);
    let count = ((end - x) / half).round().clamp(1.0, MOST);
    let half = (end - x) / count;
    let mut segments = vec![Segment::Move(x, y)];
    // The curve reaches half as far as its control point.
    let mut swing = -2.0 * size * SWING;
    let mut done = 0.0;
    while done < count {
        let from = x + half * done;
        segments.push(Segment::Quad(from + half / 2.0, y + swing, from + half, y));
        swing = -swing;
        done += 1.0;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::color::Rgb;

    const BELOW: Below = Below {
        matrix: Matrix::IDENTITY,
        x: 10.0,
        end: 110.0,
        baseline: 50.0,
        size: 20.0,
    };

    fn drawn(name: &str) -> Vec<PathItem> {
        let mut items = Vec::new();
        let ink = Ink {
            rgb: Rgb::BLACK,
            alpha: 1.0,
        };
        draw(&mut items, name, BELOW, ink);
        let paths = items.into_iter().map(|item| {
            let Item::Path(path) = item else {
                panic!("lines are paths");
            };
            path
        });
        paths.collect()
    }

    #[test]
    fn names_say_how_many_lines_how_thick_and_broken_how() {
        let cases: [(&str, usize, f64, usize); 9] = [
            ("dotted", 1, 1.0, 2),
            ("dottedHeavy", 1, 2.0, 2),
            ("dash", 1, 1.0, 2),
            ("dashLongHeavy", 1, 2.0, 2),
            ("dotDash", 1, 1.0, 4),
            ("dotDotDashHeavy", 1, 2.0, 6),
            ("wavy", 1, 1.0, 0),
            ("wavyHeavy", 1, 2.0, 0),
            ("wavyDbl", 2, 1.0, 0),
        ];
        for (name, lines, thick, dashes) in cases {
            let all = drawn(name);
            assert_eq!(all.len(), lines, "{name}");
            let stroke = all[0].stroke.as_ref().unwrap();
            assert!((stroke.width - thick).abs() < 1e-9, "{name}");
            assert_eq!(stroke.dashes.len(), dashes, "{name}");
        }
        for (name, lines, thick) in [
            ("sng", 1, 1.0),
            ("words", 1, 1.0),
            ("dbl", 2, 1.0),
            ("heavy", 1, 2.0),
        ] {
            let all = drawn(name);
            let wanted = rectangle(10.0, 52.0, 100.0, thick);
            assert_eq!((all.len(), &all[0].segments), (lines, &wanted), "{name}");
        }
    }

    #[test]
    fn waves_are_whole_and_never_too_many() {
        let segments = wave(BELOW, 52.0);
        assert_eq!(segments.len(), 46);
        let Some(Segment::Quad(_, y, end, _)) = segments.last() else {
            panic!("a wave ends with a curve");
        };
        assert!((y - 50.0).abs() < 1e-9 && (end - 110.0).abs() < 1e-9);
        let long = Below {
            end: 1.0e9,
            ..BELOW
        };
        assert_eq!(wave(long, 0.0).len(), 2001);
    }
}
