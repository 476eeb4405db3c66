//! PPTX in: a package becomes a deck, everything resolved.
//!
//! ```text
//! presentation::parse      opens the file, lists its slides
//! normalize::normalize     templates (theme, master, layout), then slide by slide: tree → shape, picture, table, …
//! normalize::read_pptx     both
//! ```
//!
//! Parts are parsed once; masters and layouts are shared. What is not understood is a warning, never a guess.

pub mod ahead;
pub mod normalize;
pub mod presentation;

mod appearance;
mod assets;
mod background;
mod body_style;
mod bullet;
pub(in crate::pptx) mod chart;
mod chart_axis;
mod chart_labels;
mod chart_look;
pub(in crate::pptx) mod chart_series;
mod chart_trends;
mod color;
mod color_names;
pub(in crate::pptx) mod color_transform;
mod comments;
mod diagram;
mod effects;
mod fill;
mod frame;
mod geometry;
mod graphic_frame;
mod identity;
mod inheritance;
mod layout;
mod lexical;
mod line;
mod link;
mod list_style;
mod master;
mod notes;
mod noticed;
mod paragraph_style;
mod picture;
mod properties;
mod reading;
mod recolor;
mod run_style;
mod scene;
mod shape;
mod sheet;
mod slide;
mod table;
mod table_style;
mod table_style_builtin;
mod table_style_guids;
mod templates;
mod text;
mod theme;
mod transition;
mod tree;

#[cfg(test)]
mod tests;
