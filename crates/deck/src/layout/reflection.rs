//! Reflections: what was drawn once more, upside down below itself, fading away.

use super::page::{Item, Layer, Matrix, Paint, PathItem, rectangle};
use super::slide::Scene;
use super::soft_edge::shade;
use crate::model::paint::{Effects, Reflection};

/// Items that are drawn twice at most; what has more has no reflection.
const MOST: usize = 4000;
/// The largest distance in points.
const FARTHEST: f64 = 400.0;

/// Draws the reflection that effects ask for of all items from `start` on, which are within `bounds`: left, top, right and
/// bottom on the page.
pub fn draw(scene: &mut Scene<'_>, effects: Option<&Effects>, start: usize, bounds: [f64; 4]) {
    let Some(reflection) = effects.and_then(|effects| effects.reflection.as_ref()) else {
        return;
    };
    let drawn = scene.items.get(start..).unwrap_or_default();
    let seen = drawn
        .iter()
        .any(|item| matches!(item, Item::Path(_) | Item::Image(_)));
    if !seen || drawn.len() > MOST || !scene.afford_mask() {
        return;
    }
    let (dx, dy) = away(reflection);
    let [left, top, right, bottom] = bounds;
    // Antialiased edges reach a little out.
    let area = [
        left + dx - 1.0,
        bottom + dy,
        right - left + 2.0,
        bottom - top + 1.0,
    ];
    let at = Matrix([1.0, 0.0, 0.0, -1.0, dx, 2.0 * bottom + dy]);
    let copies: Vec<Item> = scene
        .items
        .get(start..)
        .unwrap_or_default()
        .iter()
        .filter_map(silent)
        .map(|item| item.placed(at))
        .collect();
    let [x, y, width, height] = area;
    scene.items.push(Item::Open(Layer {
        clip: rectangle(x, y, width, height),
        even_odd: false,
        opacity: 1.0,
        mask: vec![fade(reflection, area)],
    }));
    scene.items.extend(copies);
    scene.items.push(Item::Close);
}

/// How far the reflection is moved.
fn away(reflection: &Reflection) -> (f64, f64) {
    let angle = if reflection.angle.is_finite() {
        reflection.angle
    } else {
        90.0
    };
    let (sin, cos) = angle.to_radians().sin_cos();
    let far = reflection.distance.points().clamp(0.0, FARTHEST);
    (cos * far, sin * far)
}

/// An item without what it means to those who do not see it: they heard of it once.
fn silent(item: &Item) -> Option<Item> {
    match item {
        Item::Path(_) | Item::Glyphs(_) | Item::Open(_) | Item::Close => Some(item.clone()),
        Item::Image(image) => {
            let mut image = image.clone();
            image.alt = None;
            Some(Item::Image(image))
        }
        Item::Link(_) | Item::Begin(_) | Item::End => None,
    }
}

/// What is seen of the reflection, from its top down.
fn fade(reflection: &Reflection, [x, y, width, height]: [f64; 4]) -> PathItem {
    let unit = |value: f64, otherwise: f64| {
        if value.is_finite() {
            value.clamp(0.0, 1.0)
        } else {
            otherwise
        }
    };
    let start = unit(reflection.start, 0.0);
    let end = unit(reflection.end, 1.0).max(start);
    let stops = vec![
        (start, shade(unit(reflection.start_opacity, 1.0))),
        (end, shade(unit(reflection.end_opacity, 0.0))),
    ];
    PathItem {
        matrix: Matrix::IDENTITY,
        segments: rectangle(x, y, width, height),
        fill: Some(Paint::Linear {
            line: [x, y, x, y + height],
            stops,
        }),
        even_odd: false,
        stroke: None,
    }
}
