//! Pictures: which can be drawn at all, and the box that stands for those that cannot.

use std::io::Cursor;

use super::page::{
    ImageItem, Ink, Item, Layer, Matrix, Paint, PathItem, Segment, Stroke, mapped, rectangle,
};
use super::recolor::Change;
use super::slide::Scene;
use crate::metafile::read_metafile::{is_metafile, read_metafile};
use crate::model::asset::AssetId;
use crate::model::color::Rgb;
use crate::model::element::Crop;
use crate::model::paint::{LineCap, LineJoin};
use crate::vector::drawing::Drawing;
use crate::vector::svg::read_svg;

/// The most pixels a picture may have before it is decoded: 100 million.
pub const MAX_PIXELS: u64 = 100_000_000;

/// How good photographs are that are encoded again, of 100.
const QUALITY: u8 = 90;

/// Width and height in pixels, read from the header alone; `None` where it is no raster picture or too large.
pub fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let (width, height) = reader.into_dimensions().ok()?;
    let pixels = u64::from(width) * u64::from(height);
    (pixels > 0 && pixels <= MAX_PIXELS).then_some((width, height))
}

/// All pixels of a picture, within the limit; `None` where it is broken.
pub fn decode(bytes: &[u8]) -> Option<image::RgbaImage> {
    dimensions(bytes)?;
    let mut reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    Some(reader.decode().ok()?.into_rgba8())
}

/// Pixels as JPEG, for photographs whose colours were changed; `None` where something can be seen through.
pub fn photograph(pixels: &image::RgbaImage) -> Option<Vec<u8>> {
    if pixels.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        return None;
    }
    let opaque = image::DynamicImage::ImageRgba8(pixels.clone()).into_rgb8();
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    opaque.write_with_encoder(encoder).ok()?;
    Some(bytes)
}

/// Whether bytes are a JPEG.
pub fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8])
}

/// Where a picture goes and what is seen of it.
#[derive(Clone, Debug)]
pub struct Placing {
    /// Where its coordinates go.
    pub matrix: Matrix,
    /// Left, top, width, height.
    pub place: [f64; 4],
    /// What is cut off.
    pub crop: Crop,
    /// What bounds it; its place where empty.
    pub clip: Vec<Segment>,
    /// Opacity, 0 to 1.
    pub opacity: f64,
    /// What is done to its colours, in order.
    pub recolor: Vec<Change>,
    /// What a screen reader says.
    pub alt: Option<String>,
}

/// A picture that can be drawn.
pub enum Drawable {
    /// By its pixels.
    Raster(AssetId),
    /// By what it is made of.
    Vectors(Box<Drawing>),
}

/// The first of a few pictures that can be drawn.
pub fn find(scene: &Scene<'_>, assets: &[&AssetId]) -> Option<Drawable> {
    assets.iter().find_map(|id| {
        let bytes = scene.assets.asset(id)?;
        let vectors = |drawing| Drawable::Vectors(Box::new(drawing));
        if is_metafile(&bytes) {
            let found = read_metafile(&bytes, scene.fonts)?;
            return Some(vectors(found.drawing));
        }
        if dimensions(&bytes).is_some() {
            return Some(Drawable::Raster((*id).clone()));
        }
        read_svg(&bytes, scene.fonts).map(vectors)
    })
}

/// Draws the first of a few pictures that can be drawn: pixels as they are, SVG and metafiles by what they are made of.
/// A marked box stands for one that is missing, broken, too large or of an unknown kind.
pub fn place(scene: &mut Scene<'_>, assets: &[&AssetId], placing: Placing) {
    let Some(drawable) = find(scene, assets) else {
        return marked_box(scene, placing.matrix, placing.place);
    };
    let placing = Placing {
        crop: sane(placing.crop),
        opacity: if placing.opacity.is_finite() {
            placing.opacity.clamp(0.0, 1.0)
        } else {
            1.0
        },
        ..placing
    };
    match drawable {
        Drawable::Raster(asset) => scene.items.push(Item::Image(ImageItem {
            matrix: placing.matrix,
            asset,
            bytes: None,
            place: placing.place,
            crop: placing.crop,
            clip: placing.clip,
            opacity: placing.opacity,
            recolor: placing.recolor,
            alt: placing.alt,
        })),
        Drawable::Vectors(drawing) => place_drawing(scene, *drawing, &placing),
    }
}

fn place_drawing(scene: &mut Scene<'_>, drawing: Drawing, placing: &Placing) {
    let [x, y, w, h] = placing.place;
    let crop = placing.crop;
    let (full_w, full_h) = (
        w / (1.0 - crop.left - crop.right),
        h / (1.0 - crop.top - crop.bottom),
    );
    let at = placing
        .matrix
        .then_inner(Matrix::translate(
            x - crop.left * full_w,
            y - crop.top * full_h,
        ))
        .then_inner(Matrix([
            full_w / drawing.width.max(1e-9),
            0.0,
            0.0,
            full_h / drawing.height.max(1e-9),
            0.0,
            0.0,
        ]));
    open(scene, placing, placing.opacity);
    let drawing = drawing.recolored(&placing.recolor);
    scene.items.extend(drawing.placed(at));
    scene.items.push(Item::Close);
}

/// Opens a layer that is bounded as a picture is.
pub(super) fn open(scene: &mut Scene<'_>, placing: &Placing, opacity: f64) {
    let [x, y, w, h] = placing.place;
    let bound = if placing.clip.is_empty() {
        rectangle(x, y, w, h)
    } else {
        placing.clip.clone()
    };
    scene.items.push(Item::Open(Layer {
        clip: mapped(&bound, placing.matrix),
        even_odd: false,
        opacity,
        mask: Vec::new(),
    }));
}

/// A crop that leaves something to be seen.
fn sane(crop: Crop) -> Crop {
    let Crop {
        left,
        top,
        right,
        bottom,
    } = crop;
    let finite = [left, top, right, bottom]
        .iter()
        .all(|v| v.is_finite() && v.abs() < 100.0);
    if finite && left + right < 0.999 && top + bottom < 0.999 {
        crop
    } else {
        Crop::default()
    }
}

/// The box that stands for what cannot be drawn: grey, crossed out.
pub fn marked_box(scene: &mut Scene<'_>, matrix: Matrix, place: [f64; 4]) {
    let [x, y, width, height] = place;
    let grey = |v: u8| {
        Paint::Solid(Ink {
            rgb: Rgb { r: v, g: v, b: v },
            alpha: 1.0,
        })
    };
    let mut segments = rectangle(x, y, width, height);
    segments.extend([
        Segment::Move(x, y),
        Segment::Line(x + width, y + height),
        Segment::Move(x + width, y),
        Segment::Line(x, y + height),
    ]);
    let stroke = Stroke {
        paint: grey(0xBF),
        width: 0.75,
        dashes: Vec::new(),
        cap: LineCap::Flat,
        join: LineJoin::Miter,
    };
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill: Some(grey(0xF2)),
        even_odd: false,
        stroke: Some(stroke),
    }));
}
