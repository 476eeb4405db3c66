//! Pictures: which can be drawn at all, and the box that stands for those that cannot.

use std::io::Cursor;

use super::page::{ImageItem, Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, rectangle};
use super::slide::Scene;
use crate::model::asset::AssetId;
use crate::model::color::Rgb;
use crate::model::element::Crop;
use crate::model::paint::{LineCap, LineJoin};

/// The most pixels a picture may have before it is decoded: 100 million.
pub const MAX_PIXELS: u64 = 100_000_000;

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
    /// What a screen reader says.
    pub alt: Option<String>,
}

/// Draws a picture, or a marked box where it is missing, broken, too large or of a kind that cannot be drawn.
pub fn place(scene: &mut Scene<'_>, asset: Option<&AssetId>, placing: Placing) {
    let drawable = asset.filter(|id| {
        scene
            .assets
            .asset(id)
            .is_some_and(|bytes| dimensions(&bytes).is_some())
    });
    let Some(asset) = drawable else {
        return marked_box(scene, placing.matrix, placing.place);
    };
    let crop = sane(placing.crop);
    scene.items.push(Item::Image(ImageItem {
        matrix: placing.matrix,
        asset: asset.clone(),
        place: placing.place,
        crop,
        clip: placing.clip,
        opacity: if placing.opacity.is_finite() {
            placing.opacity.clamp(0.0, 1.0)
        } else {
            1.0
        },
        alt: placing.alt,
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
        stroke: Some(stroke),
    }));
}
