//! A vector picture as items of the display list, in coordinates of its own.

use std::sync::Arc;

use crate::layout::page::{ImageItem, Item, Matrix, mapped};
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

    /// Its items where `at` puts them.
    pub fn placed(self, at: Matrix) -> impl Iterator<Item = Item> {
        self.items.into_iter().map(move |mut item| {
            match &mut item {
                Item::Path(path) => path.matrix = at.then_inner(path.matrix),
                Item::Glyphs(run) => run.matrix = at.then_inner(run.matrix),
                Item::Image(image) => image.matrix = at.then_inner(image.matrix),
                Item::Open(layer) => layer.clip = mapped(&layer.clip, at),
                Item::Link(_) | Item::Close | Item::Begin(_) | Item::End => {}
            }
            item
        })
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
        alt: None,
    })
}
