//! PPTX out: a deck becomes a package, what was not touched kept byte for byte.
//!
//! ```text
//! write_pptx::render    parts: presentation, masters, layouts, then slide by slide: tree → shape, picture, table, …
//! package::package      the zip around them
//! write_pptx::write_pptx   both
//! ```

pub mod lint;
pub mod package;
pub mod write_pptx;

mod body_style;
mod book;
mod chart;
mod color;
mod comments;
mod effects;
mod fill;
mod geometry;
mod graphic_frame;
mod identity;
mod line;
mod link;
mod lint_chart;
mod lint_order;
mod master;
mod notes;
mod number;
mod paragraph_style;
mod patch;
mod picture;
mod presentation;
mod properties;
mod recolor;
mod relationships;
mod run_style;
mod shape;
mod sheet;
mod slide;
mod space;
mod table;
mod templates;
mod text;
mod theme;
mod timing;
mod transition;
mod tree;
mod vocabulary;
mod xml;

#[cfg(test)]
mod tests;
