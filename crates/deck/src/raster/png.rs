//! One page as a PNG.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};
use tiny_skia::{
    Color, FillRule, FilterQuality, GradientStop, LineCap, LineJoin, LinearGradient, Mask,
    Paint as SkiaPaint, Path, PathBuilder, Pattern, Pixmap, Point, RadialGradient, Shader,
    SpreadMode, Stroke as SkiaStroke, StrokeDash, Transform,
};

use super::layers::Layers;
use crate::error::WriteError;
use crate::layout::fonts::FontBook;
use crate::layout::page::{
    GlyphRun, ImageItem, Ink, Item, Matrix, Page, Paint, PathItem, Segment, Stroke, narrow,
    rectangle,
};
use crate::layout::paint::mix;
use crate::layout::pattern;
use crate::model::asset::AssetSource;
use crate::model::paint;

/// Draws a page `width_px` pixels wide, held within 16 to 4096.
///
/// # Errors
///
/// `Drawing` where no picture of that size can be made or encoded.
pub fn draw_png(
    page: &Page,
    assets: &dyn AssetSource,
    fonts: &FontBook,
    width_px: u32,
) -> Result<Vec<u8>, WriteError> {
    let width = width_px.clamp(16, 4096);
    let ratio = (page.height / page.width).clamp(1.0 / 64.0, 64.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a few thousand first"
    )]
    let height = (f64::from(width) * ratio).round().clamp(1.0, 16_384.0) as u32;
    let failed = |detail: &str| WriteError::Drawing {
        detail: detail.to_owned(),
    };
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| failed("no such picture size"))?;
    pixmap.fill(Color::WHITE);
    let scale = f64::from(width) / page.width;
    let base = Matrix([scale, 0.0, 0.0, scale, 0.0, 0.0]);
    let mut layers = Layers::new(pixmap);
    for item in &page.items {
        match item {
            Item::Path(path) => draw_path(layers.top(), path, base),
            Item::Glyphs(run) => draw_glyphs(layers.top(), run, base, fonts),
            Item::Image(image) => draw_image(layers.top(), image, base, assets),
            Item::Open(layer) => layers.open(layer, base),
            Item::Close => layers.close(),
            Item::Link(_) | Item::Begin(_) | Item::End => {}
        }
    }
    layers
        .finish()
        .encode_png()
        .map_err(|error| failed(&error.to_string()))
}

pub(super) fn transform(matrix: Matrix) -> Transform {
    let [a, b, c, d, e, f] = matrix.narrow();
    Transform::from_row(a, b, c, d, e, f)
}

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

fn color(ink: Ink) -> Color {
    let [r, g, b] = [ink.rgb.r, ink.rgb.g, ink.rgb.b].map(|v| f32::from(v) / 255.0);
    Color::from_rgba(r, g, b, narrow(ink.alpha.clamp(0.0, 1.0))).unwrap_or(Color::BLACK)
}

fn shader(paint: &Paint) -> Shader<'static> {
    let list = |stops: &[(f64, Ink)]| -> Vec<GradientStop> {
        stops
            .iter()
            .map(|(at, ink)| GradientStop::new(narrow(*at), color(*ink)))
            .collect()
    };
    let last = |stops: &[(f64, Ink)]| {
        Shader::SolidColor(stops.last().map_or(Color::BLACK, |(_, ink)| color(*ink)))
    };
    match paint {
        Paint::Solid(ink) => Shader::SolidColor(color(*ink)),
        Paint::Pattern { marks, .. } => Shader::SolidColor(color(*marks)),
        Paint::Linear { line, stops } => {
            let [x1, y1, x2, y2] = line.map(narrow);
            let (from, to) = (Point::from_xy(x1, y1), Point::from_xy(x2, y2));
            LinearGradient::new(
                from,
                to,
                list(stops),
                SpreadMode::Pad,
                Transform::identity(),
            )
            .unwrap_or_else(|| last(stops))
        }
        Paint::Radial { circle, stops } => {
            let [x, y, r] = circle.map(narrow);
            let at = Point::from_xy(x, y);
            RadialGradient::new(
                at,
                0.0,
                at,
                r,
                list(stops),
                SpreadMode::Pad,
                Transform::identity(),
            )
            .unwrap_or_else(|| last(stops))
        }
    }
}

/// A paint over a shape that is mapped by `at`. Patterns are held in `tile` while they are painted with.
fn skia<'a>(paint: &Paint, at: Matrix, tile: &'a mut Option<Pixmap>) -> SkiaPaint<'a> {
    let shader = match paint {
        Paint::Pattern {
            rows,
            marks,
            ground,
        } => tiles(*rows, [*marks, *ground], at, tile),
        Paint::Solid(_) | Paint::Linear { .. } | Paint::Radial { .. } => shader(paint),
    };
    SkiaPaint {
        shader,
        anti_alias: true,
        ..SkiaPaint::default()
    }
}

/// A pattern whose marks are whole pixels, upright in the picture; where they would be less, the colour that is seen
/// from afar.
fn tiles(
    rows: pattern::Rows,
    [marks, ground]: [Ink; 2],
    at: Matrix,
    tile: &mut Option<Pixmap>,
) -> Shader<'_> {
    let [a, b, c, d, ..] = at.0;
    let mark = (a * d - b * c).abs().sqrt() * pattern::MARK;
    let far = Shader::SolidColor(color(mix(ground, marks, pattern::coverage(rows))));
    let side = mark.round();
    let (Some(back), true) = (at.inverse(), mark >= 0.7 && side.is_finite()) else {
        return far;
    };
    let Some(mut pixels) = Pixmap::new(8, 8) else {
        return far;
    };
    let inks = [ground, marks].map(|ink| color(ink).premultiply().to_color_u8());
    for (place, pixel) in pixels.pixels_mut().iter_mut().enumerate() {
        let marked = rows[place / 8] >> (7 - place % 8) & 1 == 1;
        *pixel = inks[usize::from(marked)];
    }
    let pixels = tile.insert(pixels);
    let size = Matrix([side, 0.0, 0.0, side, 0.0, 0.0]);
    Pattern::new(
        pixels.as_ref(),
        SpreadMode::Repeat,
        FilterQuality::Nearest,
        1.0,
        transform(back.then_inner(size)),
    )
}

fn stroke(stroke: &Stroke) -> SkiaStroke {
    let dashes = stroke.dashes.iter().map(|v| narrow(*v)).collect();
    SkiaStroke {
        width: narrow(stroke.width),
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
        dash: StrokeDash::new(dashes, 0.0),
        ..SkiaStroke::default()
    }
}

/// What is drawn on, and what bounds it.
pub(super) type Top<'a> = (&'a mut Pixmap, Option<&'a Mask>);

pub(super) fn draw_path((pixmap, bound): Top<'_>, item: &PathItem, base: Matrix) {
    let Some(shape) = path(&item.segments) else {
        return;
    };
    let map = base.then_inner(item.matrix);
    let at = transform(map);
    let mut tile = None;
    let rule = if item.even_odd {
        FillRule::EvenOdd
    } else {
        FillRule::Winding
    };
    if let Some(paint) = &item.fill {
        pixmap.fill_path(&shape, &skia(paint, map, &mut tile), rule, at, bound);
    }
    if let Some(line) = &item.stroke {
        let paint = skia(&line.paint, map, &mut tile);
        pixmap.stroke_path(&shape, &paint, &stroke(line), at, bound);
    }
}

/// Takes a glyph's outline, turned upside down and moved to its place.
struct Pen {
    out: PathBuilder,
    x: f32,
    y: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.out.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.out.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        self.out
            .quad_to(self.x + a, self.y - b, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let (left, top) = (self.x, self.y);
        self.out
            .cubic_to(left + a, top - b, left + c, top - d, left + x, top - y);
    }

    fn close(&mut self) {
        self.out.close();
    }
}

fn draw_glyphs((pixmap, bound): Top<'_>, run: &GlyphRun, base: Matrix, fonts: &FontBook) {
    let Some(face) = fonts.face(run.face) else {
        return;
    };
    let outlines = face.outlines.outline_glyphs();
    let mut pen = Pen {
        out: PathBuilder::new(),
        x: 0.0,
        y: 0.0,
    };
    for glyph in &run.glyphs {
        pen.x = narrow(run.x + glyph.x);
        pen.y = narrow(run.y - glyph.rise);
        let settings = DrawSettings::unhinted(Size::new(narrow(run.size)), LocationRef::default());
        if let Some(outline) = outlines.get(GlyphId::new(glyph.id)) {
            // A glyph that cannot be drawn leaves its space empty.
            let _ = outline.draw(settings, &mut pen);
        }
    }
    if let Some(shape) = pen.out.finish() {
        let at = transform(base.then_inner(run.matrix));
        let mut tile = None;
        let paint = skia(&Paint::Solid(run.ink), base, &mut tile);
        pixmap.fill_path(&shape, &paint, FillRule::Winding, at, bound);
    }
}

fn draw_image((pixmap, bound): Top<'_>, item: &ImageItem, base: Matrix, assets: &dyn AssetSource) {
    let Some(source) = item.pixels(assets).and_then(premultiplied) else {
        return;
    };
    let [x, y, w, h] = item.place;
    let crop = item.crop;
    let (full_w, full_h) = (
        w / (1.0 - crop.left - crop.right),
        h / (1.0 - crop.top - crop.bottom),
    );
    let placed = Matrix([
        full_w / f64::from(source.width()),
        0.0,
        0.0,
        full_h / f64::from(source.height()),
        x - crop.left * full_w,
        y - crop.top * full_h,
    ]);
    // Padding repeats edge pixels; what a negative crop leaves empty must not be painted by them.
    let (left, top) = (x.max(x - crop.left * full_w), y.max(y - crop.top * full_h));
    let right = (x + w).min(x - crop.left * full_w + full_w);
    let bottom = (y + h).min(y - crop.top * full_h + full_h);
    let area = rectangle(left, top, (right - left).max(0.0), (bottom - top).max(0.0));
    let Some(shape) = path(&area) else {
        return;
    };
    let at = base.then_inner(item.matrix);
    let mask = (!item.clip.is_empty())
        .then(|| path(&item.clip))
        .flatten()
        .and_then(|clip| {
            let Some(bound) = bound else {
                let mut mask = Mask::new(pixmap.width(), pixmap.height())?;
                mask.fill_path(&clip, FillRule::Winding, true, transform(at));
                return Some(mask);
            };
            let mut mask = bound.clone();
            mask.intersect_path(&clip, FillRule::Winding, true, transform(at));
            Some(mask)
        });
    let shader = Pattern::new(
        source.as_ref(),
        SpreadMode::Pad,
        FilterQuality::Bilinear,
        narrow(item.opacity),
        transform(placed),
    );
    let paint = SkiaPaint {
        shader,
        anti_alias: true,
        ..SkiaPaint::default()
    };
    pixmap.fill_path(
        &shape,
        &paint,
        FillRule::Winding,
        transform(at),
        mask.as_ref().or(bound),
    );
}

fn premultiplied(pixels: image::RgbaImage) -> Option<Pixmap> {
    let (width, height) = pixels.dimensions();
    let size = tiny_skia::IntSize::from_wh(width, height)?;
    let mut data = pixels.into_raw();
    for pixel in data.chunks_exact_mut(4) {
        if let [r, g, b, a] = pixel {
            let alpha = u16::from(*a);
            for channel in [r, g, b] {
                *channel = u8::try_from(u16::from(*channel) * alpha / 255).unwrap_or(u8::MAX);
            }
        }
    }
    Pixmap::from_vec(data, size)
}
