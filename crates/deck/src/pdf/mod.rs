//! PDF: pages are painted by krilla, and read by hayro.

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

mod convert;
pub mod document;
mod link;
mod paint;
pub mod read;
mod stock;
mod structure;

#[cfg(test)]
mod tests;
