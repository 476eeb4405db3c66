//! Raster: a page is painted by tiny-skia.

pub mod png;
