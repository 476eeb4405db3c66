//! Layout: a deck becomes pages of drawing instructions with nothing left to resolve.
//!
//! ```text
//! slide → element ─┬→ outline, paint            → Item::Path
//!                  ├→ flow → shaping, lines     → Item::Glyphs
//!                  ├→ table, chart (both above) → …
//!                  └→ picture                   → Item::Image
//! ```

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

pub mod arrow;
pub mod chart;
pub mod compound;
pub mod describe;
pub mod effects;
pub mod element;
pub mod flow;
pub mod fonts;
pub mod glow;
pub mod lines;
pub mod notes;
pub mod numbering;
pub mod outline;
pub mod page;
pub mod paint;
pub mod pattern;
pub mod picture;
pub mod preset;
pub mod recolor;
pub mod reflection;
pub mod shade;
pub mod shadow;
pub mod shaping;
pub mod slide;
pub mod soft_edge;
mod stacked;
pub mod symbols;
pub mod table;
mod tile;
pub mod typeset;
pub mod underline;

#[cfg(test)]
mod effect_tests;
#[cfg(test)]
mod tests;
