//! A vector picture as items of the display list, in coordinates of its own.

use std::sync::Arc;

use crate::layout::page::{ImageItem, Item, Matrix};
use crate::layout::paint;
use crate::layout::recolor::{self, Change};
use crate::model::asset::AssetId;
use crate::model::element::Crop;

/// A picture made of items.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Its width in its own units.
    pub width: f64,
    /// Its height in its own units.
    pub height: f64,
    /// What is drawn, lowest first; from 0, 0 to the width and height.
    pub items: Vec<Item>,
}

impl Drawing {
    /// A drawing that is one raster picture.
    pub fn of_image(width: f64, height: f64, bytes: Vec<u8>) -> Self {
        let place = [0.0, 0.0, width, height];
        Self {
            width,
            height,
            items: vec![image(Matrix::IDENTITY, place, bytes)],
        }
    }

    /// The drawing in other colours.
    #[must_use]
    pub fn recolored(mut self, changes: &[Change]) -> Self {
        if changes.is_empty() {
            return self;
        }
        let ink = |own| recolor::changed(changes, own);
        for item in &mut self.items {
            match item {
                Item::Path(path) => {
                    path.fill = path.fill.take().map(|own| paint::inked(own, &ink));
                    if let Some(stroke) = &mut path.stroke {
                        stroke.paint = paint::inked(stroke.paint.clone(), &ink);
                    }
                }
                Item::Glyphs(run) => run.ink = ink(run.ink),
                Item::Image(image) => image.recolor.extend_from_slice(changes),
                Item::Open(_) | Item::Link(_) | Item::Close | Item::Begin(_) | Item::End => {}
            }
        }
        self
    }

    /// Its items where `at` puts them.
    pub fn placed(self, at: Matrix) -> impl Iterator<Item = Item> {
        self.items.into_iter().map(move |item| item.placed(at))
    }
}

/// A raster picture that lies within another picture.
pub fn image(matrix: Matrix, place: [f64; 4], bytes: Vec<u8>) -> Item {
    Item::Image(ImageItem {
        matrix,
        asset: AssetId::of(&bytes),
        bytes: Some(Arc::from(bytes)),
        place,
        crop: Crop::default(),
        clip: Vec::new(),
        opacity: 1.0,
        recolor: Vec::new(),
        alt: None,
    })
}
