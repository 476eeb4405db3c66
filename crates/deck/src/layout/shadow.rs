//! Shadows behind shapes and pictures: the outline again, moved, its edge fading over the blur.

use super::page::{Ink, Item, Matrix, Paint, PathItem, Segment, bounds};
use super::paint::ink;
use super::slide::Scene;
use crate::model::paint::{Effects, ShadowScale};

/// Outlines in each other that make up a blurred edge.
const STEPS: u32 = 8;
/// Times as large as its outline at most.
const MOST: f64 = 10.0;
/// Degrees that edges lean at most.
const STEEPEST: f64 = 80.0;

/// Draws the shadow that effects ask for behind an outline, as dense as `opacity` says.
pub fn draw(
    scene: &mut Scene<'_>,
    effects: Option<&Effects>,
    (matrix, segments): (Matrix, &[Segment]),
    opacity: f64,
) {
    let shadow = effects.and_then(|effects| effects.shadow.as_ref());
    let Some(shadow) = shadow.filter(|shadow| !shadow.inner && !segments.is_empty()) else {
        return;
    };
    let angle = if shadow.angle.is_finite() {
        shadow.angle
    } else {
        0.0
    };
    let (sin, cos) = angle.to_radians().sin_cos();
    let away = shadow.distance.points().clamp(0.0, 400.0);
    let moved = Matrix::translate(cos * away, sin * away);
    let moved = match shadow.scale.as_deref() {
        Some(scale) => moved.then_inner(scaled(scale, bounds(segments, matrix))),
        None => moved,
    };
    let moved = moved.then_inner(matrix);
    let [left, top, right, bottom] = bounds(segments, Matrix::IDENTITY);
    let (width, height) = (right - left, bottom - top);
    let blur = shadow.blur.points().clamp(0.0, 200.0);
    let soft = blur > 0.5 && width > 0.0 && height > 0.0;
    let color = ink(&shadow.color);
    let density = color.alpha * opacity.clamp(0.0, 1.0);
    let steps = if soft { STEPS } else { 1 };
    let (x, y) = (left.midpoint(right), top.midpoint(bottom));
    let mut seen = 0.0;
    for step in 1..=steps {
        let part = f64::from(step) / f64::from(steps);
        // From half the blur outside of the edge to half of it inside.
        let out = blur * (0.5 - (part - 0.5 / f64::from(steps)));
        let scale = |side: f64| {
            if soft {
                (1.0 + 2.0 * out / side).max(0.0)
            } else {
                1.0
            }
        };
        let (sx, sy) = (scale(width), scale(height));
        let about = Matrix([sx, 0.0, 0.0, sy, x - sx * x, y - sy * y]);
        // What lies on each other adds up to a smooth rise.
        let wanted = density * part * part * (3.0 - 2.0 * part);
        let alpha = if seen < 1.0 {
            (wanted - seen) / (1.0 - seen)
        } else {
            0.0
        };
        seen = wanted;
        let ink = Ink {
            rgb: color.rgb,
            alpha,
        };
        scene.items.push(Item::Path(PathItem {
            matrix: moved.then_inner(about),
            segments: segments.to_vec(),
            fill: Some(Paint::Solid(ink)),
            even_odd: false,
            stroke: None,
        }));
    }
}

/// How a shadow is scaled and slanted about the corner, the side or the middle of the box that stays where it is.
fn scaled(scale: &ShadowScale, [left, top, right, bottom]: [f64; 4]) -> Matrix {
    let align = scale.align.as_str();
    let x = match align {
        "tl" | "l" | "bl" => left,
        "tr" | "r" | "br" => right,
        _ => left.midpoint(right),
    };
    let y = match align {
        "tl" | "t" | "tr" => top,
        "bl" | "b" | "br" => bottom,
        _ => top.midpoint(bottom),
    };
    let part = |part: f64| {
        if part.is_finite() {
            part.clamp(-MOST, MOST)
        } else {
            1.0
        }
    };
    let lean = |degrees: f64| {
        let degrees = if degrees.is_finite() { degrees } else { 0.0 };
        degrees.clamp(-STEEPEST, STEEPEST).to_radians().tan()
    };
    let (width, height) = (part(scale.width), part(scale.height));
    let about = Matrix([
        width,
        lean(scale.skew_y) * width,
        lean(scale.skew_x) * height,
        height,
        0.0,
        0.0,
    ]);
    Matrix::translate(x, y)
        .then_inner(about)
        .then_inner(Matrix::translate(-x, -y))
}
