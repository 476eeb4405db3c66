//! Edges that fade: a layer whose mask grows lighter from the outline inwards.

use super::glow::{smooth, steps};
use super::page::{Ink, Item, Layer, Matrix, Paint, PathItem, Segment, Stroke, mapped};
use super::slide::Scene;
use crate::model::color::Rgb;
use crate::model::paint::{Effects, LineCap, LineJoin};

/// The largest radius in points.
const LARGEST: f64 = 150.0;

/// Opens the layer that effects ask for around what is drawn within an outline. `false` where they ask for none; else
/// the layer has to be closed.
pub fn open(
    scene: &mut Scene<'_>,
    effects: Option<&Effects>,
    (matrix, segments): (Matrix, &[Segment]),
) -> bool {
    let radius = effects.and_then(|effects| effects.soft_edge);
    let radius = radius.map_or(0.0, |radius| radius.points().clamp(0.0, LARGEST));
    if radius < 0.1 || segments.is_empty() || !scene.afford_mask() {
        return false;
    }
    scene.items.push(Item::Open(Layer {
        clip: mapped(segments, matrix),
        even_odd: false,
        opacity: 1.0,
        mask: mask(radius, (matrix, segments)),
    }));
    true
}

/// White inside, and over it strokes along the outline in each other, each a step darker. Half is seen at the radius, all
/// at twice the radius.
fn mask(radius: f64, (matrix, segments): (Matrix, &[Segment])) -> Vec<PathItem> {
    let reach = 2.0 * radius;
    let steps = steps(reach, segments.len());
    let path = |fill, stroke| PathItem {
        matrix,
        segments: segments.to_vec(),
        fill,
        even_odd: false,
        stroke,
    };
    let mut all = vec![path(Some(grey(1.0)), None)];
    for step in 0..steps {
        let part = |step: f64| 1.0 - step / f64::from(steps);
        let stroke = Stroke {
            paint: grey(smooth(part(f64::from(step) + 0.5))),
            width: 2.0 * reach * part(f64::from(step)),
            dashes: Vec::new(),
            cap: LineCap::Round,
            join: LineJoin::Round,
        };
        all.push(path(None, Some(stroke)));
    }
    all
}

/// What lets this part of a layer through.
pub fn grey(part: f64) -> Paint {
    Paint::Solid(shade(part))
}

/// The same as an ink.
pub fn shade(part: f64) -> Ink {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a byte first"
    )]
    let value = (part * 255.0).round().clamp(0.0, 255.0) as u8;
    Ink {
        rgb: Rgb {
            r: value,
            g: value,
            b: value,
        },
        alpha: 1.0,
    }
}
