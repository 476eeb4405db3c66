//! Vector pictures: SVG read into the items of the display list. Metafiles have a room of their own.

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

pub mod drawing;
pub mod svg;
mod svg_fonts;
mod svg_paint;
mod svg_tree;

#[cfg(test)]
mod tests;
