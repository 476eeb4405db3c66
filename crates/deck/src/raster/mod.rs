//! Raster: a page is painted by tiny-skia.

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

mod layers;
pub mod png;
