//! PDF: pages are painted by krilla.

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

pub mod convert;
pub mod document;
