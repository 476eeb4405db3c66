//! Where a thing stands: position, size and `draw:transform` as a frame that turns about its centre.

use crate::model::units::{Emu, Frame};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::value;
use super::length::points;

/// An affine map of the page: `x' = a x + c y + e`, `y' = b x + d y + f`, in points.
#[derive(Clone, Copy, Debug)]
struct Map {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
}

impl Map {
    const NONE: Self = Self {
        a: 1.0,
        b: 0.0,
        c: 0.0,
        d: 1.0,
        e: 0.0,
        f: 0.0,
    };

    /// This map, and then another.
    fn then(self, next: Self) -> Self {
        Self {
            a: next.a * self.a + next.c * self.b,
            b: next.b * self.a + next.d * self.b,
            c: next.a * self.c + next.c * self.d,
            d: next.b * self.c + next.d * self.d,
            e: next.a * self.e + next.c * self.f + next.e,
            f: next.b * self.e + next.d * self.f + next.f,
        }
    }
}

/// The frame of an element that has a position and a size.
pub(super) fn frame(element: Element<'_>) -> Frame {
    let length = |name| value(element, Ns::SvgLike, name).and_then(points);
    let width = length("width").unwrap_or(0.0).max(0.0);
    let height = length("height").unwrap_or(0.0).max(0.0);
    let placed = Map {
        e: length("x").unwrap_or(0.0),
        f: length("y").unwrap_or(0.0),
        ..Map::NONE
    };
    let map = match value(element, Ns::Draw, "transform") {
        Some(text) => placed.then(transform(text)),
        None => placed,
    };
    turned(map, width, height)
}

/// A box under a map as the frame that looks the same; a slant is lost.
fn turned(map: Map, width: f64, height: f64) -> Frame {
    let (wide, high) = (map.a.hypot(map.b) * width, map.c.hypot(map.d) * height);
    let x = map.a * width / 2.0 + map.c * height / 2.0 + map.e;
    let y = map.b * width / 2.0 + map.d * height / 2.0 + map.f;
    let rotation = map.b.atan2(map.a).to_degrees();
    let mirrored = map.a * map.d - map.b * map.c < 0.0;
    Frame {
        x: Emu::from_points(x - wide / 2.0),
        y: Emu::from_points(y - high / 2.0),
        width: Emu::from_points(wide),
        height: Emu::from_points(high),
        rotation: tidy(rotation),
        flip_h: false,
        flip_v: mirrored,
    }
}

/// An angle from 0 up to 360, to a hundredth of a degree.
pub(super) fn tidy(degrees: f64) -> f64 {
    let rounded = (degrees.rem_euclid(360.0) * 100.0).round() / 100.0;
    if rounded >= 360.0 { 0.0 } else { rounded }
}

/// Reads `draw:transform` (ODF 1.3 part 3, 19.228): maps apply from left to right, angles turn against the clock.
fn transform(text: &str) -> Map {
    let mut map = Map::NONE;
    for call in text.split(')') {
        let Some((name, arguments)) = call.split_once('(') else {
            continue;
        };
        let words: Vec<&str> = arguments
            .split([' ', ',', '\t', '\n'])
            .filter(|word| !word.is_empty())
            .collect();
        if let Some(step) = step(name.trim(), &words) {
            map = map.then(step);
        }
    }
    map
}

fn step(name: &str, words: &[&str]) -> Option<Map> {
    let number = |at: usize| -> Option<f64> {
        let number: f64 = words.get(at)?.parse().ok()?;
        number.is_finite().then_some(number)
    };
    let length = |at: usize| points(words.get(at)?).or_else(|| number(at));
    let none = Map::NONE;
    Some(match name {
        "translate" => Map {
            e: length(0)?,
            f: length(1).unwrap_or(0.0),
            ..none
        },
        "rotate" => {
            let (sine, cosine) = (-number(0)?).sin_cos();
            Map {
                a: cosine,
                b: sine,
                c: -sine,
                d: cosine,
                ..none
            }
        }
        "scale" => Map {
            a: number(0)?,
            d: number(1).or_else(|| number(0))?,
            ..none
        },
        "skewX" => Map {
            c: -number(0)?.tan(),
            ..none
        },
        "skewY" => Map {
            b: number(0)?.tan(),
            ..none
        },
        "matrix" => Map {
            a: number(0)?,
            b: number(1)?,
            c: number(2)?,
            d: number(3)?,
            e: length(4)?,
            f: length(5)?,
        },
        _ => return None,
    })
}

/// The frame of a line between two points, mirrored so that it runs from the first to the second.
pub(super) fn between(element: Element<'_>) -> Frame {
    let length = |name| {
        let text = value(element, Ns::SvgLike, name);
        text.and_then(points).unwrap_or(0.0)
    };
    let (x1, y1, x2, y2) = (length("x1"), length("y1"), length("x2"), length("y2"));
    Frame {
        x: Emu::from_points(x1.min(x2)),
        y: Emu::from_points(y1.min(y2)),
        width: Emu::from_points((x2 - x1).abs()),
        height: Emu::from_points((y2 - y1).abs()),
        rotation: 0.0,
        flip_h: x2 < x1,
        flip_v: y2 < y1,
    }
}

/// The smallest frame around others, each turned as it is.
pub(super) fn around<'f>(frames: impl Iterator<Item = &'f Frame>) -> Frame {
    let mut bounds: Option<(f64, f64, f64, f64)> = None;
    for frame in frames {
        let (x, y) = (frame.x.points(), frame.y.points());
        let (width, height) = (frame.width.points(), frame.height.points());
        let (sine, cosine) = frame.rotation.to_radians().sin_cos();
        let half_w = (width * cosine).abs() / 2.0 + (height * sine).abs() / 2.0;
        let half_h = (width * sine).abs() / 2.0 + (height * cosine).abs() / 2.0;
        let (cx, cy) = (x + width / 2.0, y + height / 2.0);
        let own = (cx - half_w, cy - half_h, cx + half_w, cy + half_h);
        bounds = Some(bounds.map_or(own, |all| {
            (
                all.0.min(own.0),
                all.1.min(own.1),
                all.2.max(own.2),
                all.3.max(own.3),
            )
        }));
    }
    let (left, top, right, bottom) = bounds.unwrap_or_default();
    Frame {
        x: Emu::from_points(left),
        y: Emu::from_points(top),
        width: Emu::from_points(right - left),
        height: Emu::from_points(bottom - top),
        ..Frame::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_and_a_shift_are_a_frame_about_its_centre() {
        // A box of 2 by 1 cm that is turned a quarter against the clock and then moved to 3, 5 cm.
        let map = transform("rotate (1.5707963267949) translate (3cm 5cm)");
        let cm = 72.0 / 2.54;
        let frame = turned(map, 2.0 * cm, cm);
        assert!((frame.rotation - 270.0).abs() < 1e-9);
        assert!((frame.x.points() - 2.5 * cm).abs() < 0.01);
        assert!((frame.y.points() - 3.5 * cm).abs() < 0.01);
    }

    #[test]
    fn nonsense_moves_nothing() {
        for text in ["", "(", "rotate()", "translate (NaN 1cm)", "spin (3)"] {
            let frame = turned(transform(text), 10.0, 10.0);
            assert_eq!(frame.x, Emu(0), "{text}");
        }
    }
}
