//! The series of charts: names, values, and how they are told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chart_look::{Lettering, LineLook};
use super::color::Color;
use super::paint::Fill;
use super::units::is_false;

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
    #[serde(skip_serializing_if = "is_false")]
    pub labels: bool,
    /// What those labels hold and where they stand.
    #[serde(skip_serializing_if = "LabelLook::is_default")]
    pub label_look: LabelLook,
    /// Labels of single points that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub point_labels: Vec<PointLabel>,
    /// What its bars, areas and slices are painted with, where that is not one colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// Its line, or the line around its marks, where the file sets it; the colour of lines is the series' own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
    /// The marks of its points, where the file sets them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<Marker>,
    /// Whether its line is bent through its points.
    #[serde(skip_serializing_if = "is_false")]
    pub smooth: bool,
    /// How far its slices stand from the middle, as a fraction of the radius.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explosion: Option<f64>,
    /// Lines that show where its values tend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trends: Vec<Trend>,
    /// How sure its values are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorBars>,
}

impl Series {
    /// What it shows, without how it is shown.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            name: self.name.clone(),
            categories: self.categories.clone(),
            category_groups: self.category_groups.clone(),
            values: self.values.clone(),
            x_values: self.x_values.clone(),
            sizes: self.sizes.clone(),
            format: self.format.clone(),
            ..Self::default()
        }
    }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// How far it stands from the middle, as a fraction of the radius.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explosion: Option<f64>,
}

/// What the labels of a series hold; a label without anything named holds the value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LabelLook {
    /// Not the value.
    #[serde(skip_serializing_if = "is_false")]
    pub without_value: bool,
    /// The name of the category.
    #[serde(skip_serializing_if = "is_false")]
    pub category: bool,
    /// The name of the series.
    #[serde(skip_serializing_if = "is_false")]
    pub series: bool,
    /// The share of the whole.
    #[serde(skip_serializing_if = "is_false")]
    pub percent: bool,
    /// What stands between those; a semicolon, or a new line between a name and a share, where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Where they stand: `outEnd`, `inEnd`, `inBase`, `ctr`, `bestFit`, `t`, `b`, `l` or `r`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The number format, where it is not the values' own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Their letters, where the file sets them.
    #[serde(skip_serializing_if = "Lettering::is_default")]
    pub text: Lettering,
}

impl LabelLook {
    /// Whether it says nothing.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The label of a point that differs from those of its series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PointLabel {
    /// The number of its point from 0.
    pub index: u32,
    /// Its own words, where it has some; `[VALUE]`, `[CATEGORY NAME]`, `[SERIES NAME]` and `[PERCENTAGE]` in them stand for
    /// those of its point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Not shown.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Where it stands, where that is not where the others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// How far it is moved from there, as fractions of the chart's width and height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<(f64, f64)>,
    /// Its letters, where they are not those of the others.
    #[serde(skip_serializing_if = "Lettering::is_default")]
    pub text: Lettering,
}

/// The marks of points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Marker {
    /// `circle`, `dash`, `diamond`, `dot`, `none`, `plus`, `square`, `star`, `triangle` or `x`; in turn where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// How wide, in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
    /// Its inside, where that is not the series' colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// Its outline, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
}

/// A line that shows where values tend, computed from them when drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Trend {
    /// `linear`, `exp`, `log`, `power`, `poly` or `movingAvg`.
    pub kind: String,
    /// Its name in the legend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The highest power of `poly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// How many values `movingAvg` is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<u32>,
    /// How far it goes on after the last value, in categories or units of x.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<f64>,
    /// How far it begins before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backward: Option<f64>,
    /// Where it meets the axis, where that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intercept: Option<f64>,
    /// How it is drawn, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
}

/// Bars that show how sure values are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ErrorBars {
    /// Along x rather than y.
    #[serde(skip_serializing_if = "is_false")]
    pub sideways: bool,
    /// `both`, `plus` or `minus`.
    pub direction: String,
    /// `cust`, `fixedVal`, `percentage`, `stdDev` or `stdErr`.
    pub kind: String,
    /// How much, for all kinds but `cust`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// How much more each value may be, for `cust`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plus: Vec<Option<f64>>,
    /// How much less each value may be, for `cust`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minus: Vec<Option<f64>>,
    /// Without the short lines across their ends.
    #[serde(skip_serializing_if = "is_false")]
    pub plain: bool,
    /// How they are drawn, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
}
