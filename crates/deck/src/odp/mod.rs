//! OpenDocument presentations in: the package, styles by inheritance, pages and what stands on them, as the deck model.

pub mod normalize;
pub mod presentation;

mod body;
mod book;
mod chart;
mod chart_look;
mod enhanced;
mod equation;
mod frame;
mod length;
mod letters;
mod link;
mod list;
mod master;
mod object;
mod outline;
mod page;
mod paint;
mod path;
mod reading;
mod shape;
mod style;
mod table;
mod text;

#[cfg(test)]
mod tests;
