//! Light around shapes and pictures: strokes along the outline in each other, each a step denser.

use super::page::{Ink, Item, Matrix, Paint, PathItem, Segment, Stroke};
use super::paint::ink;
use super::slide::Scene;
use crate::model::paint::{Effects, LineCap, LineJoin};

/// The largest radius in points.
const LARGEST: f64 = 150.0;
/// Strokes at least and at most.
const STEPS: (u32, u32) = (6, 20);
/// Steps of all strokes together; what has more of its own is drawn in fewer strokes.
const WORK: usize = 60_000;

/// An outline that something is drawn around.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    /// Where its coordinates go.
    pub matrix: Matrix,
    /// Its steps.
    pub segments: &'a [Segment],
    /// How wide its line is.
    pub width: f64,
    /// How dense what fills it is, 0 to 1; nothing does where 0.
    pub density: f64,
}

/// Draws the light that effects ask for below what is to be drawn.
pub fn draw(scene: &mut Scene<'_>, effects: Option<&Effects>, edge: Edge<'_>) {
    let Some(glow) = effects.and_then(|effects| effects.glow.as_ref()) else {
        return;
    };
    let radius = glow.radius.points().clamp(0.0, LARGEST);
    let color = ink(&glow.color);
    let filled = edge.density > 0.0;
    let seen = filled || edge.width > 0.0;
    if radius < 0.1 || color.alpha <= 0.0 || edge.segments.is_empty() || !seen {
        return;
    }
    let density = color.alpha * if filled { edge.density } else { 1.0 };
    let steps = steps(radius, edge.segments.len());
    let mut laid = 0.0;
    for step in 0..steps {
        let reach = radius * f64::from(steps - step) / f64::from(steps);
        let part = (f64::from(step) + 0.5) / f64::from(steps);
        let alpha = rise(&mut laid, density * smooth(part));
        let stroke = Stroke {
            paint: Paint::Solid(Ink {
                rgb: color.rgb,
                alpha,
            }),
            width: edge.width + 2.0 * reach,
            dashes: Vec::new(),
            cap: LineCap::Round,
            join: LineJoin::Round,
        };
        scene.items.push(Item::Path(path(edge, None, Some(stroke))));
    }
    if filled {
        let inside = Ink {
            rgb: color.rgb,
            alpha: density,
        };
        let fill = Some(Paint::Solid(inside));
        scene.items.push(Item::Path(path(edge, fill, None)));
    }
}

fn path(edge: Edge<'_>, fill: Option<Paint>, stroke: Option<Stroke>) -> PathItem {
    PathItem {
        matrix: edge.matrix,
        segments: edge.segments.to_vec(),
        fill,
        even_odd: false,
        stroke,
    }
}

/// How many outlines in each other make an edge of a width smooth, for an outline of so many steps.
pub fn steps(width: f64, segments: usize) -> u32 {
    let (least, most) = STEPS;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a width is held within a few hundred points"
    )]
    let wanted = (width * 1.5).ceil().clamp(0.0, 1000.0) as u32;
    let affordable = u32::try_from(WORK / segments.max(1)).unwrap_or(most);
    wanted.clamp(least, most).min(affordable.max(2))
}

/// A smooth way from 0 to 1.
pub fn smooth(part: f64) -> f64 {
    part * part * (3.0 - 2.0 * part)
}

/// How dense the next layer has to be for all together to be as dense as wanted.
pub fn rise(laid: &mut f64, wanted: f64) -> f64 {
    let alpha = if *laid < 1.0 {
        ((wanted - *laid) / (1.0 - *laid)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    *laid = wanted;
    alpha
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_edges_have_more_steps_and_long_outlines_fewer() {
        assert_eq!([1.0, 6.0, 150.0].map(|width| steps(width, 5)), [6, 9, 20]);
        assert_eq!(steps(150.0, 10_000), 6);
        assert_eq!(steps(150.0, usize::MAX), 2);
    }

    #[test]
    fn layers_add_up_to_what_is_wanted() {
        let (mut laid, mut seen) = (0.0, 0.0);
        for step in 1..=10 {
            let wanted = 0.8 * smooth(f64::from(step) / 10.0);
            let alpha = rise(&mut laid, wanted);
            seen += (1.0 - seen) * alpha;
            assert!((seen - wanted).abs() < 1e-9, "{seen} {wanted}");
        }
    }
}
