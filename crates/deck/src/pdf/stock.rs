//! Faces and pictures that were met already, so that each is embedded once.

use std::collections::BTreeMap;

use krilla::image::Image;
use krilla::text::Font;

use crate::layout::fonts::{FaceId, FontBook};
use crate::layout::page::ImageItem;
use crate::layout::picture;
use crate::layout::recolor::Change;
use crate::model::asset::{AssetId, AssetSource};

/// What a document has met.
pub(super) struct Stock<'a> {
    fonts: &'a FontBook,
    assets: &'a dyn AssetSource,
    faces: BTreeMap<FaceId, Option<Font>>,
    images: BTreeMap<(AssetId, Vec<Change>), Option<Image>>,
    /// Whether viewers may smooth pictures; PDF/A forbids it.
    smooth: bool,
}

impl<'a> Stock<'a> {
    pub(super) fn new(fonts: &'a FontBook, assets: &'a dyn AssetSource, smooth: bool) -> Self {
        Self {
            fonts,
            assets,
            faces: BTreeMap::new(),
            images: BTreeMap::new(),
            smooth,
        }
    }

    /// A face; `None` where it cannot be embedded.
    pub(super) fn font(&mut self, face: FaceId) -> Option<Font> {
        let fonts = self.fonts;
        let font = self.faces.entry(fonts.program(face)).or_insert_with(|| {
            fonts
                .face(face)
                .and_then(|face| Font::new(face.data.into(), face.index))
        });
        font.clone()
    }

    /// A picture; `None` where it is missing or broken.
    pub(super) fn image(&mut self, item: &ImageItem) -> Option<Image> {
        let (assets, smooth) = (self.assets, self.smooth);
        let image = self
            .images
            .entry((item.asset.clone(), item.recolor.clone()))
            .or_insert_with(|| load(item, assets, smooth));
        image.clone()
    }
}

/// A picture for embedding: JPEG as it is once it is known to decode, or encoded again where its colours were changed;
/// everything else by its pixels.
fn load(item: &ImageItem, assets: &dyn AssetSource, smooth: bool) -> Option<Image> {
    let bytes = item.bytes(assets)?;
    let pixels = item.pixels(assets)?;
    let jpeg = picture::is_jpeg(&bytes).then(|| {
        if item.recolor.is_empty() {
            Some(bytes.to_vec())
        } else {
            picture::photograph(&pixels)
        }
    });
    if let Some(jpeg) = jpeg.flatten()
        && let Ok(image) = Image::from_jpeg(jpeg.into(), smooth)
    {
        return Some(image);
    }
    let (width, height) = pixels.dimensions();
    Some(Image::from_rgba8(pixels.into_raw(), width, height))
}
