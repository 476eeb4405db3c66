//! Charts: a part of their own, with the values as they were last cached, and a workbook that holds the same.

pub(super) mod axes;
pub(super) mod grid;
pub(super) mod labels;
pub(super) mod looks;
pub(super) mod plot;
pub(super) mod series;
pub(super) mod trends;
pub(super) mod workbook;
pub(super) mod write_chart;
