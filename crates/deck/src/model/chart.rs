//! Charts: the values the file last cached, never computed anew.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Color;

/// A chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Chart {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Size of its title in points, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_size: Option<f64>,
    /// Size of its other letters in points, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_size: Option<f64>,
    /// What is plotted; several in one frame for combined charts.
    pub plots: Vec<Plot>,
    /// Its axes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<Axis>,
    /// Where the legend is (`r`, `l`, `t`, `b`, `tr`); none where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legend: Option<String>,
}

/// One plot of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    /// What it looks like.
    pub kind: PlotKind,
    /// `clustered`, `stacked`, `percentStacked` or `standard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grouping: Option<String>,
    /// Space between groups of bars, as a fraction of a bar's width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// Its series.
    pub series: Vec<Series>,
}

/// What a plot looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlotKind {
    /// Horizontal bars.
    Bar,
    /// Upright columns.
    Column,
    /// Lines.
    Line,
    /// Areas.
    Area,
    /// A pie.
    Pie,
    /// A ring.
    Doughnut,
    /// Points by two values.
    Scatter,
    /// Points by three.
    Bubble,
    /// A web.
    Radar,
    /// High, low and close.
    Stock,
    /// A surface.
    Surface,
}

/// A series of values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Series {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The label of each value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Levels of names above those labels, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category_groups: Vec<Vec<CategoryGroup>>,
    /// The values; `null` where there is none.
    pub values: Vec<Option<f64>>,
    /// For scatter and bubble: the values along x.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub x_values: Vec<Option<f64>>,
    /// For bubble: the sizes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<Option<f64>>,
    /// The number format of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Its colour, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Colours of single points, by number, where the file sets them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// Whether the values are written beside the marks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub labels: bool,
}

/// A name that stands over several labels, from one up to where the next of its level begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryGroup {
    /// The number of its first label from 0.
    pub index: u32,
    /// What it is called.
    pub name: String,
}

/// A point that differs from its series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Its number from 0.
    pub index: u32,
    /// Its colour.
    pub color: Color,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Drawn without its values or names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlabelled: bool,
    /// Lines across the plot at its ticks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gridlines: bool,
    /// The number format of its labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// What an axis measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AxisKind {
    /// Names.
    Category,
    /// Numbers.
    Value,
    /// Dates.
    Date,
    /// The order of series.
    Series,
}
