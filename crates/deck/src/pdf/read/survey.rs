//! The first of two looks at a page: which glyphs stand where, and what drawing it would take. Nothing is drawn.

use std::collections::BTreeSet;

use hayro_interpret::font::{Glyph as Shown, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::object::dict::keys::ACTUAL_TEXT;
use hayro_interpret::hayro_syntax::object::{Dict, Stream, String as PdfString};
use hayro_interpret::pattern::Pattern;
use hayro_interpret::shading::ShadingType;
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint,
    SoftMask, StencilImage,
};
use kurbo::{Affine, BezPath, Point, Vec2};

use crate::model::color::Rgb;
use crate::package::sniff::sniff;

use super::effort::Effort;
use super::font_name::family;
use super::strings;

/// Pictures of more pixels than this are not drawn; unpacked and converted they take some ten bytes a pixel.
const LARGEST: u64 = 32_000_000;
/// Stencils of fewer pixels are unpacked for a look at their paint.
const SMALL: u64 = 1 << 16;
/// Patterns, masks and glyphs that are drawn in each other, at most.
const DEEPEST: u32 = 8;

/// A glyph, or several that mean something only together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// What it means.
    pub(super) text: String,
    /// Where its baseline begins, in points from the upper left corner of the page.
    pub(super) at: Point,
    /// From there to where the next glyph would stand.
    pub(super) advance: Vec2,
    /// Its size in points.
    pub(super) size: f64,
    /// How it looks.
    pub(super) look: Look,
}

/// How letters look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// The family, where the file says it.
    pub(super) font: Option<String>,
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) color: Option<Rgb>,
}

/// A look at one page.
pub(super) struct Survey {
    /// The glyphs in the order they are drawn.
    pub(super) glyphs: Vec<Glyph>,
    /// What drawing takes.
    pub(super) effort: Effort,
    /// Whether a picture is too large to be unpacked.
    pub(super) too_large: bool,
    /// Patterns, masks and drawn glyphs around what is looked at; their letters are ornament.
    inside: u32,
    masks: BTreeSet<u128>,
    /// Marked content, each with the text that replaces what it shows.
    replaced: Vec<Option<String>>,
}

impl Survey {
    /// A look at a page that is drawn with this effort.
    pub(super) fn new(effort: Effort) -> Self {
        Self {
            glyphs: Vec::new(),
            effort,
            too_large: false,
            inside: 0,
            masks: BTreeSet::new(),
            replaced: Vec::new(),
        }
    }

    /// Looks at what is drawn within something else.
    fn within(&mut self, work: impl FnOnce(&mut Self)) {
        if self.inside < DEEPEST {
            self.inside += 1;
            work(self);
            self.inside -= 1;
        }
    }

    fn paint(&mut self, props: &DrawProps<'_>, stroke: bool) {
        self.mask(props.soft_mask.as_ref());
        let Paint::Pattern(pattern) = &props.paint else {
            return;
        };
        match &**pattern {
            Pattern::Shading(shading) => {
                self.effort.shading(match &*shading.shading.shading_type {
                    ShadingType::TriangleMesh { triangles, .. } => triangles.len(),
                    ShadingType::CoonsPatchMesh { patches, .. } => patches.len(),
                    ShadingType::TensorProductPatchMesh { patches, .. } => patches.len(),
                    ShadingType::FunctionBased { .. }
                    | ShadingType::RadialAxial { .. }
                    | ShadingType::Dummy => 0,
                });
            }
            Pattern::Tiling(tile) => {
                self.effort.layer();
                let since = self.effort.units();
                self.within(|inner| {
                    tile.interpret(inner, tile.matrix, stroke);
                });
                // Tiles that are larger than their step lie over each other, and each is drawn.
                let over = |side: f64, step: f32| (side / f64::from(step).abs()).ceil() + 1.0;
                let times =
                    over(tile.bbox.width(), tile.x_step) * over(tile.bbox.height(), tile.y_step);
                self.effort.repeat(since, times);
            }
        }
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask.filter(|mask| self.masks.insert(mask.cache_key())) {
            self.effort.mask();
            self.within(|inner| mask.interpret(inner));
        }
    }

    /// Keeps what a glyph means and where it stands.
    fn keep(&mut self, text: String, glyph: &PositionedGlyph<'_>, run: &Run<'_>) {
        let place = *run.transform * glyph.transform();
        let at = place * Point::ZERO;
        let vector = |x: f64, y: f64| (place * Point::new(x, y)) - at;
        let (size, advance) = (vector(0.0, 1000.0).hypot(), width(glyph));
        let advance = if run.vertical {
            vector(0.0, -1000.0)
        } else {
            vector(advance, 0.0)
        };
        let finite = at.is_finite() && advance.is_finite() && size.is_finite();
        if !finite || size < 0.1 {
            return;
        }
        self.glyphs.push(Glyph {
            text,
            at,
            advance,
            size,
            look: run.look.clone(),
        });
    }

    /// What a glyph means: what its marked content says where that speaks for it, else what its font says.
    fn meaning(&mut self, glyph: &PositionedGlyph<'_>) -> Option<String> {
        if let Some(text) = self.replaced.iter_mut().flatten().next() {
            // The first glyph says all of it, the others are silent.
            return Some(std::mem::take(text)).filter(|text| !text.is_empty());
        }
        let text = match glyph.as_unicode()? {
            BfString::Char(letter) => letter.to_string(),
            BfString::String(letters) => letters,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What the glyphs of a run have in common.
struct Run<'r> {
    transform: &'r Affine,
    vertical: bool,
    look: Look,
}

impl<'a> Device<'a> for Survey {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.effort.path(path, props.transform, mode);
        self.paint(&props, matches!(mode, DrawMode::Stroke(_)));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let mode = DrawMode::Fill(clip.fill);
        self.effort.path(&clip.path, Affine::IDENTITY, &mode);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.effort.layer();
        if mask.is_some() {
            self.effort.masked();
        }
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.paint(&props, matches!(mode, DrawMode::Stroke(_)));
        let common = Run {
            transform: &props.transform,
            vertical: run.writing_mode() == WritingMode::Vertical,
            look: look(run.glyphs(), color(&props.paint)),
        };
        for glyph in run.glyphs() {
            let place = props.transform * glyph.transform();
            self.effort.glyph(1000.0 * place.determinant().abs().sqrt());
            if let Shown::Type3(drawn) = &**glyph {
                self.within(|inner| {
                    drawn.interpret(inner, props.transform, glyph.transform(), &props.paint);
                });
            }
            if self.inside == 0
                && let Some(text) = self.meaning(glyph)
            {
                self.keep(text, glyph, &common);
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.mask(props.soft_mask.as_ref());
        let stream = match &image {
            Image::Stencil(stencil) => stencil.stream(),
            Image::Raster(raster) => raster.stream(),
        };
        let (own, mask) = (pixels(stream), mask_pixels(stream));
        self.too_large |= own.max(mask) > LARGEST;
        self.effort.picture(own.max(mask));
        let layers = match &image {
            Image::Stencil(stencil) => u32::from(shines_through(stencil, own)),
            // A mask of its own size is drawn in a layer of its own.
            Image::Raster(_) if mask > 0 && mask != own => 2,
            Image::Raster(_) => 0,
        };
        for _ in 0..layers {
            self.effort.layer();
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let said = properties.and_then(|says| says.get::<PdfString<'_>>(ACTUAL_TEXT));
        let text = said.map(|said| strings::text(&said).unwrap_or_default());
        self.replaced.push(text);
    }

    fn end_marked_content(&mut self) {
        self.replaced.pop();
    }
}

/// How far the pen goes on after a glyph, in thousandths of its size.
fn width(glyph: &PositionedGlyph<'_>) -> f64 {
    let told = match &**glyph {
        Shown::Outline(outline) => outline.advance_width(),
        Shown::Type3(drawn) => drawn.advance_width(),
    };
    told.map_or(500.0, f64::from)
}

/// How a run looks: all of its glyphs are of one font.
fn look(glyphs: &[PositionedGlyph<'_>], color: Option<Rgb>) -> Look {
    let data = glyphs.first().and_then(|glyph| match &**glyph {
        Shown::Outline(outline) => outline.font_data(),
        Shown::Type3(_) => None,
    });
    let name = data.as_ref().and_then(|data| data.postscript_name.clone());
    let says = |word: &str| name.as_ref().is_some_and(|name| name.contains(word));
    Look {
        font: name.as_deref().map(family).filter(|name| !name.is_empty()),
        bold: says("Bold") || data.as_ref().and_then(|data| data.weight) >= Some(600),
        italic: says("Italic") || says("Oblique") || data.is_some_and(|data| data.is_italic),
        color,
    }
}

fn color(paint: &Paint<'_>) -> Option<Rgb> {
    match paint {
        Paint::Color(color) => {
            let [r, g, b, _] = color.to_rgba().to_rgba8();
            Some(Rgb { r, g, b })
        }
        Paint::Pattern(_) => None,
    }
}

/// How many pixels a picture has: as it says itself, or as its dictionary says, whichever is more.
fn pixels(stream: &Stream<'_>) -> u64 {
    let dict = stream.dict();
    let side = |long: &str, short: &str| {
        let told = dict.get::<u32>(long).or_else(|| dict.get::<u32>(short));
        u64::from(told.unwrap_or(0))
    };
    let told = side("Width", "W").saturating_mul(side("Height", "H"));
    let raw = stream.raw_data();
    let own = sniff(&raw).size.or_else(|| jpeg_2000(&raw));
    let own = own.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    told.max(own)
}

/// How many pixels the mask of a picture has; none where it has none.
fn mask_pixels(stream: &Stream<'_>) -> u64 {
    let mask = stream.dict().get::<Stream<'_>>("SMask");
    mask.map_or(0, |mask| {
        let side = |name: &str| u64::from(mask.dict().get::<u32>(name).unwrap_or(0));
        side("Width").saturating_mul(side("Height"))
    })
}

/// Whether a stencil is painted in a layer, since what is below shines through. Large ones are not unpacked to find out.
fn shines_through(stencil: &StencilImage<'_, '_>, pixels: u64) -> bool {
    let mut layer = true;
    if pixels <= SMALL {
        stencil.with_stencil(
            |_, paint| {
                layer = match paint {
                    Paint::Color(color) => color.to_rgba().to_rgba8()[3] < 255,
                    Paint::Pattern(_) => true,
                };
            },
            None,
        );
    }
    layer
}

/// The size in the header of JPEG 2000 (ISO 15444-1, A.5.1): the marker SIZ follows the start of the codestream.
fn jpeg_2000(bytes: &[u8]) -> Option<(u32, u32)> {
    const START: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
    let head = &bytes[..bytes.len().min(1 << 16)];
    let at = head.windows(4).position(|window| window == START)?;
    let number = |at: usize| {
        let four = bytes.get(at..)?.first_chunk()?;
        Some(u32::from_be_bytes(*four))
    };
    // Marker, length and capabilities stand before width and height.
    Some((number(at + 8)?, number(at + 12)?))
}
