//! Charts: a part of their own, with the values as they were last cached.

mod axes;
mod plot;
mod series;
pub(super) mod write_chart;
