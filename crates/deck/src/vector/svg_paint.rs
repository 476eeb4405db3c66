//! Fills and strokes of SVG as paints of the display list, each in the coordinates its gradient is round in.

use resvg::tiny_skia;
use resvg::usvg::{self, FillRule, Opacity, SpreadMethod, Transform};

use crate::layout::page::{Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, mapped};
use crate::model::color::Rgb;
use crate::model::paint::{LineCap, LineJoin};

/// Something the display list has no word for.
pub(super) struct Unsayable;

/// How far a focus may lie from its centre, in radii, and still be drawn as if it were the centre.
const NEAR: f64 = 0.05;

/// A path as items, fill and stroke in their order.
pub(super) fn path(out: &mut Vec<Item>, path: &usvg::Path, at: Matrix) -> Result<(), Unsayable> {
    let segments = segments(path.data());
    let mut items = Vec::new();
    if let Some(fill) = path.fill() {
        let (paint, own) = paint(fill.paint(), fill.opacity())?;
        items.push(Item::Path(PathItem {
            matrix: own.map_or(at, |own| at.then_inner(own)),
            segments: in_own(&segments, own)?,
            fill: Some(paint),
            even_odd: fill.rule() == FillRule::EvenOdd,
            stroke: None,
        }));
    }
    if let Some(stroke) = path.stroke() {
        let (paint, own) = paint(stroke.paint(), stroke.opacity())?;
        // A stroke is as wide as its path's own coordinates say; a gradient's would bend it.
        if own.is_some() {
            return Err(Unsayable);
        }
        items.push(Item::Path(PathItem {
            matrix: at,
            segments: segments.clone(),
            fill: None,
            even_odd: false,
            stroke: Some(line(stroke, paint)),
        }));
    }
    if path.paint_order() == usvg::PaintOrder::StrokeAndFill {
        items.reverse();
    }
    out.append(&mut items);
    Ok(())
}

/// A path's steps.
pub(super) fn segments(path: &tiny_skia::Path) -> Vec<Segment> {
    use tiny_skia::PathSegment;
    let wide = |p: tiny_skia::Point| (f64::from(p.x), f64::from(p.y));
    let step = |segment| match segment {
        PathSegment::MoveTo(p) => {
            let (x, y) = wide(p);
            Segment::Move(x, y)
        }
        PathSegment::LineTo(p) => {
            let (x, y) = wide(p);
            Segment::Line(x, y)
        }
        PathSegment::QuadTo(c, p) => {
            let ((a, b), (x, y)) = (wide(c), wide(p));
            Segment::Quad(a, b, x, y)
        }
        PathSegment::CubicTo(c, d, p) => {
            let ((a, b), (c, d), (x, y)) = (wide(c), wide(d), wide(p));
            Segment::Cubic(a, b, c, d, x, y)
        }
        PathSegment::Close => Segment::Close,
    };
    path.segments().map(step).collect()
}

/// A map of SVG.
pub(super) fn matrix(t: Transform) -> Matrix {
    Matrix([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

fn in_own(segments: &[Segment], own: Option<Matrix>) -> Result<Vec<Segment>, Unsayable> {
    match own {
        None => Ok(segments.to_vec()),
        Some(own) => {
            let back = own.inverse().ok_or(Unsayable)?;
            Ok(mapped(segments, back))
        }
    }
}

/// A paint, and the coordinates it stands in where those are not the path's.
fn paint(paint: &usvg::Paint, opacity: Opacity) -> Result<(Paint, Option<Matrix>), Unsayable> {
    let alpha = f64::from(opacity.get());
    let ink = |color: usvg::Color, alpha: f64| Ink {
        rgb: Rgb {
            r: color.red,
            g: color.green,
            b: color.blue,
        },
        alpha,
    };
    let stops = |stops: &[usvg::Stop]| {
        stops
            .iter()
            .map(|stop| {
                let alpha = alpha * f64::from(stop.opacity().get());
                (f64::from(stop.offset().get()), ink(stop.color(), alpha))
            })
            .collect()
    };
    match paint {
        usvg::Paint::Color(color) => Ok((Paint::Solid(ink(*color, alpha)), None)),
        usvg::Paint::LinearGradient(g) if g.spread_method() == SpreadMethod::Pad => {
            let line = [g.x1(), g.y1(), g.x2(), g.y2()].map(f64::from);
            let stops = stops(g.stops());
            Ok((Paint::Linear { line, stops }, own(g.transform())))
        }
        usvg::Paint::RadialGradient(g) if g.spread_method() == SpreadMethod::Pad => {
            let (r, fr) = (f64::from(g.r().get()), f64::from(g.fr().get()));
            let off = f64::hypot(f64::from(g.fx() - g.cx()), f64::from(g.fy() - g.cy()));
            if off > NEAR * r || fr > NEAR * r {
                return Err(Unsayable);
            }
            let circle = [f64::from(g.cx()), f64::from(g.cy()), r];
            let stops = stops(g.stops());
            Ok((Paint::Radial { circle, stops }, own(g.transform())))
        }
        usvg::Paint::LinearGradient(_)
        | usvg::Paint::RadialGradient(_)
        | usvg::Paint::Pattern(_) => Err(Unsayable),
    }
}

fn own(transform: Transform) -> Option<Matrix> {
    (!transform.is_identity()).then(|| matrix(transform))
}

fn line(stroke: &usvg::Stroke, paint: Paint) -> Stroke {
    Stroke {
        paint,
        width: f64::from(stroke.width().get()),
        dashes: stroke
            .dasharray()
            .unwrap_or_default()
            .iter()
            .map(|dash| f64::from(*dash))
            .collect(),
        cap: match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Flat,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        },
        join: match stroke.linejoin() {
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
        },
    }
}
