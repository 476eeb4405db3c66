//! SVG: a page as one file that needs nothing else; letters are drawn by their outlines.

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

pub mod document;
mod markup;
