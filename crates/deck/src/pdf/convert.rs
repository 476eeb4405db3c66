//! Paths, paints and strokes of the display list in krilla's terms.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Transform};
use krilla::mask::{Mask, MaskType};
use krilla::num::NormalizedF32;
use krilla::paint::{
    Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint as KrillaPaint, Pattern,
    RadialGradient, SpreadMethod, Stop, Stroke as KrillaStroke, StrokeDash,
};
use krilla::surface::Surface;

use crate::layout::page::{Ink, Matrix, Paint, PathItem, Segment, Stroke, narrow, rectangle};
use crate::layout::pattern;
use crate::model::paint;

/// A part of one; 1 where it is none.
pub(super) fn part(value: f64) -> NormalizedF32 {
    NormalizedF32::new(narrow(value.clamp(0.0, 1.0))).unwrap_or(NormalizedF32::ONE)
}

/// A map.
pub(super) fn transform(matrix: Matrix) -> Transform {
    let [a, b, c, d, e, f] = matrix.narrow();
    Transform::from_row(a, b, c, d, e, f)
}

/// A path; `None` where it has no extent that can be drawn.
pub(super) fn path(segments: &[Segment]) -> Option<Path> {
    let mut out = PathBuilder::new();
    for segment in segments {
        match segment.narrow() {
            (Segment::Move(..), [.., x, y]) => out.move_to(x, y),
            (Segment::Line(..), [.., x, y]) => out.line_to(x, y),
            (Segment::Quad(..), [_, _, a, b, x, y]) => out.quad_to(a, b, x, y),
            (Segment::Cubic(..), [a, b, c, d, x, y]) => out.cubic_to(a, b, c, d, x, y),
            (Segment::Close, _) => out.close(),
        }
    }
    out.finish()
}

/// Draws a path.
pub(super) fn draw(surface: &mut Surface<'_>, item: &PathItem) {
    let Some(shape) = path(&item.segments) else {
        return;
    };
    if item.fill.is_none() && item.stroke.is_none() {
        return;
    }
    surface.push_transform(&transform(item.matrix));
    let own = item.fill.as_ref();
    let own = own.map(|own| fill(surface, (own, item.matrix), item.even_odd));
    surface.set_fill(own);
    let line = item.stroke.as_ref();
    let line = line.map(|line| stroke(surface, (line, item.matrix)));
    surface.set_stroke(line);
    surface.draw_path(&shape);
    surface.pop();
}

/// What lets as much through as its paths are light.
pub(super) fn mask(surface: &mut Surface<'_>, paths: &[PathItem]) -> Mask {
    let mut builder = surface.stream_builder();
    let mut inside = builder.surface();
    for item in paths {
        draw(&mut inside, item);
    }
    inside.finish();
    Mask::new(builder.finish(), MaskType::Luminosity)
}

/// A fill on a surface, under a map.
pub(super) fn fill(
    surface: &mut Surface<'_>,
    (paint, matrix): (&Paint, Matrix),
    even_odd: bool,
) -> Fill {
    let (paint, opacity) = paint_and_opacity(surface, (paint, matrix));
    Fill {
        paint,
        opacity,
        rule: rule(even_odd),
    }
}

/// How the inside of a path is told.
pub(super) fn rule(even_odd: bool) -> FillRule {
    if even_odd {
        FillRule::EvenOdd
    } else {
        FillRule::NonZero
    }
}

/// A fill of one colour.
pub(super) fn solid(ink: Ink) -> Fill {
    Fill {
        paint: color(ink).into(),
        opacity: part(ink.alpha),
        rule: rule(false),
    }
}

/// A stroke on a surface, under a map.
pub(super) fn stroke(
    surface: &mut Surface<'_>,
    (stroke, matrix): (&Stroke, Matrix),
) -> KrillaStroke {
    let (paint, opacity) = paint_and_opacity(surface, (&stroke.paint, matrix));
    let array: Vec<f32> = stroke.dashes.iter().map(|v| narrow(*v)).collect();
    KrillaStroke {
        paint,
        width: narrow(stroke.width),
        opacity,
        line_cap: match stroke.cap {
            paint::LineCap::Flat => LineCap::Butt,
            paint::LineCap::Round => LineCap::Round,
            paint::LineCap::Square => LineCap::Square,
        },
        line_join: match stroke.join {
            paint::LineJoin::Round => LineJoin::Round,
            paint::LineJoin::Bevel => LineJoin::Bevel,
            paint::LineJoin::Miter => LineJoin::Miter,
        },
        dash: (!array.is_empty()).then_some(StrokeDash { array, offset: 0.0 }),
        ..KrillaStroke::default()
    }
}

/// A colour without its opacity.
pub(super) fn color(ink: Ink) -> rgb::Color {
    rgb::Color::new(ink.rgb.r, ink.rgb.g, ink.rgb.b)
}

/// A tile as a drawing of its own, laid out on the page whatever map the item has.
fn tiles(
    surface: &mut Surface<'_>,
    (rows, marks, ground): (pattern::Rows, Ink, Ink),
    matrix: Matrix,
) -> KrillaPaint {
    let mut builder = surface.stream_builder();
    let mut tile = builder.surface();
    let whole = rectangle(0.0, 0.0, pattern::TILE, pattern::TILE);
    for (segments, ink) in [(whole, ground), (pattern::marks(rows), marks)] {
        if let Some(shape) = path(&segments).filter(|_| ink.alpha > 0.0) {
            tile.set_fill(Some(solid(ink)));
            tile.draw_path(&shape);
        }
    }
    tile.finish();
    Pattern {
        stream: builder.finish(),
        transform: transform(matrix.inverse().unwrap_or(Matrix::IDENTITY)),
        width: narrow(pattern::TILE),
        height: narrow(pattern::TILE),
    }
    .into()
}

fn paint_and_opacity(
    surface: &mut Surface<'_>,
    (paint, matrix): (&Paint, Matrix),
) -> (KrillaPaint, NormalizedF32) {
    let stops = |stops: &[(f64, Ink)]| {
        stops
            .iter()
            .map(|(at, ink)| Stop {
                offset: part(*at),
                color: color(*ink).into(),
                opacity: part(ink.alpha),
            })
            .collect()
    };
    match paint {
        Paint::Solid(ink) => (color(*ink).into(), part(ink.alpha)),
        Paint::Pattern {
            rows,
            marks,
            ground,
        } => {
            let tiles = tiles(surface, (*rows, *marks, *ground), matrix);
            (tiles, NormalizedF32::ONE)
        }
        Paint::Linear { line, stops: list } => {
            let [x1, y1, x2, y2] = line.map(narrow);
            let gradient = LinearGradient {
                x1,
                y1,
                x2,
                y2,
                transform: Transform::identity(),
                spread_method: SpreadMethod::Pad,
                stops: stops(list),
                anti_alias: false,
            };
            (gradient.into(), NormalizedF32::ONE)
        }
        Paint::Radial {
            circle,
            stops: list,
        } => {
            let [cx, cy, cr] = circle.map(narrow);
            let gradient = RadialGradient {
                fx: cx,
                fy: cy,
                fr: 0.0,
                cx,
                cy,
                cr,
                transform: Transform::identity(),
                spread_method: SpreadMethod::Pad,
                stops: stops(list),
                anti_alias: false,
            };
            (gradient.into(), NormalizedF32::ONE)
        }
    }
}
