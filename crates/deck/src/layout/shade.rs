//! Gradients that run in rectangles or in the shape's own outline: outlines in each other, each a step on.

use super::page::{Ink, Item, Layer, Matrix, Paint, PathItem, Segment, bounds, mapped, rectangle};
use super::paint::{blended, sorted, unit};
use super::slide::Scene;
use crate::model::geometry::PathShade;
use crate::model::paint::{Fill, GradientShape};

/// Outlines in each other: enough that no step is seen.
const STEPS: u32 = 64;

/// Paints a fill that is a gradient in rectangles or outlines. `false` where it is none, or can be seen through: then its
/// steps would show.
pub fn draw(
    scene: &mut Scene<'_>,
    fill: &Fill,
    (matrix, place): (Matrix, [f64; 4]),
    (segments, shade): (&[Segment], PathShade),
) -> bool {
    let Fill::Gradient { stops, shape, .. } = fill else {
        return false;
    };
    let (focus, own) = match shape {
        GradientShape::Rectangle { focus } => {
            (focus, rectangle(place[0], place[1], place[2], place[3]))
        }
        GradientShape::Shape { focus } => (focus, segments.to_vec()),
        GradientShape::Linear { .. } | GradientShape::Circle { .. } => return false,
    };
    let stops = sorted(stops);
    let clear = stops.iter().any(|(_, ink)| ink.alpha < 0.999);
    if stops.len() < 2 || clear || segments.is_empty() {
        return false;
    }
    let [left, top, right, bottom] = bounds(&own, Matrix::IDENTITY);
    let (x, y) = (
        left + (right - left) * unit(focus.0),
        top + (bottom - top) * unit(focus.1),
    );
    scene.items.push(Item::Open(Layer {
        clip: mapped(segments, matrix),
        even_odd: false,
        opacity: 1.0,
        mask: Vec::new(),
    }));
    for step in 0..STEPS {
        let rest = f64::from(STEPS - step) / f64::from(STEPS);
        let part = f64::from(STEPS - 1 - step) / f64::from(STEPS - 1);
        let about = Matrix([rest, 0.0, 0.0, rest, x - rest * x, y - rest * y]);
        let ink: Ink = blended(&stops, part);
        let paint = super::paint::shaded(Paint::Solid(ink), shade);
        scene.items.push(Item::Path(PathItem {
            matrix: matrix.then_inner(about),
            segments: own.clone(),
            fill: Some(paint),
            even_odd: false,
            stroke: None,
        }));
    }
    scene.items.push(Item::Close);
    true
}
