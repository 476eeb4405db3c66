//! The axes of charts: what they measure and how they are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chart_look::{Lettering, LineLook};
use super::units::is_false;

/// An axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// What it measures.
    pub kind: AxisKind,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its least value, where fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Its greatest value, where fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Which side it stands at: `l`, `r`, `t` or `b`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Not drawn.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Drawn without its values or names.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unlabelled: bool,
    /// Lines across the plot at its ticks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gridlines: bool,
    /// The number format of its labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The letters of its labels, where the file sets them.
    #[serde(default, skip_serializing_if = "Lettering::is_default")]
    pub text: Lettering,
    /// The letters of its title, where the file sets them.
    #[serde(default, skip_serializing_if = "Lettering::is_default")]
    pub title_text: Lettering,
    /// Its line, where the file sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
    /// The lines across the plot, where the file sets them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_line: Option<LineLook>,
    /// Finer lines across the plot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor_gridlines: Option<LineLook>,
    /// Where its labels stand when not beside it: at the `low` or the `high` end of the other axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels_at: Option<String>,
    /// Its marks: `in`, `cross` or `none`; outside where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticks: Option<String>,
    /// The other way round.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reversed: bool,
    /// The base of its logarithms; by equal steps where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<f64>,
    /// The step of its labels, where fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Which end of the other axis it stands at, `min` or `max`; at nought where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crosses: Option<String>,
    /// The place of the other axis where it stands: a value, or the number of a category from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crosses_at: Option<f64>,
    /// Of a value axis: whether the first and the last category stand at the edges rather than half a slot away.
    #[serde(default, skip_serializing_if = "is_false")]
    pub at_edges: bool,
    /// Every how many names one is written, where the file sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
}

/// What an axis measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AxisKind {
    /// Names.
    Category,
    /// Numbers.
    #[default]
    Value,
    /// Dates.
    Date,
    /// The order of series.
    Series,
}
