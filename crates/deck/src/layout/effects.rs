//! Effects of an element in their order: its shadow and the light around it below, a soft edge about it, its reflection.

use super::glow::{self, Edge};
use super::page::{Item, bounds};
use super::slide::Scene;
use super::{reflection, shadow, soft_edge};
use crate::model::paint::Effects;

/// Draws what is below an element.
pub fn below(scene: &mut Scene<'_>, effects: Option<&Effects>, edge: Edge<'_>) {
    if edge.density > 0.0 {
        shadow::draw(scene, effects, (edge.matrix, edge.segments), edge.density);
    }
    glow::draw(scene, effects, edge);
}

/// What was begun about an element.
#[derive(Clone, Copy)]
pub struct Begun {
    start: usize,
    soft: bool,
}

/// Begins what is drawn about an element itself.
pub fn begin(scene: &mut Scene<'_>, effects: Option<&Effects>, edge: Edge<'_>) -> Begun {
    let start = scene.items.len();
    let soft = soft_edge::open(scene, effects, (edge.matrix, edge.segments));
    Begun { start, soft }
}

/// Ends it, once the element is drawn.
pub fn end(scene: &mut Scene<'_>, effects: Option<&Effects>, edge: Edge<'_>, begun: Begun) {
    if begun.soft {
        scene.items.push(Item::Close);
    }
    if effects.is_some_and(|effects| effects.reflection.is_some()) {
        let half = edge.width / 2.0;
        let [l, t, r, b] = bounds(edge.segments, edge.matrix);
        let area = [l - half, t - half, r + half, b + half];
        reflection::draw(scene, effects, begun.start, area);
    }
}
