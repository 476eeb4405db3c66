//! The deck model: what every reader produces, every writer consumes and the deck JSON shows.
//!
//! Lengths are integer EMU, angles degrees, ratios fractions of one, sizes of type points. Colours and text styles
//! are resolved: a deck can be drawn without its template, and still names the theme slots its colours came from.

pub mod adopted;
pub mod asset;
pub mod chart;
mod chart_axis;
mod chart_look;
mod chart_series;
pub mod color;
pub mod deck;
pub mod element;
pub mod geometry;
pub mod paint;
pub mod recolor;
pub mod slide;
pub mod table;
pub mod template;
pub mod text;
pub mod units;
