//! Raster: a page is painted by tiny-skia.
