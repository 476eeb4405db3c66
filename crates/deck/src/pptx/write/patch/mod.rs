//! A deck that came from a PPTX file is written back into it: what was not changed stays byte for byte.
//!
//! The source is read again and compared with the deck, slide by slide and element by element; only what differs is
//! written anew, in its place in the XML. Animations, masters, workbooks of charts and parts that nobody knows survive.

mod blend;
mod cells;
mod chart;
mod chart_axis;
mod chart_cache;
mod chart_kind;
mod chart_labels;
mod chart_look;
mod chart_mark;
mod chart_plot;
mod chart_series;
mod chart_words;
mod children;
mod element;
mod mend;
mod ordinary;
pub(super) mod patch_deck;
mod slide;
mod source;
mod splice;
mod text;
