//! Charts: the values the file last cached, never computed anew.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Color;
use super::paint::Fill;
use super::units::is_false;

pub use super::chart_axis::{Axis, AxisKind};
pub use super::chart_look::{Lettering, LineLook, Place};
pub use super::chart_series::{
    CategoryGroup, ErrorBars, LabelLook, Marker, Point, PointLabel, Series, Trend,
};

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
    /// The colour of its letters, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_color: Option<Color>,
    /// The colour of its title, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_color: Option<Color>,
    /// Whether its title is bold; where nobody says, it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_bold: Option<bool>,
    /// Where its title stands, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_place: Option<Place>,
    /// Whether its title takes no room from the plot.
    #[serde(skip_serializing_if = "is_false")]
    pub title_over: bool,
    /// The style, 1 to 48, that all is drawn in which nothing else is said of; 2 where none is named (ECMA-376 part 1,
    /// 21.2.2.227).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<u8>,
    /// What its whole area is painted with, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// The line around its whole area, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLook>,
    /// What the area between its axes is painted with, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot_fill: Option<Fill>,
    /// The line around the area between its axes, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot_line: Option<LineLook>,
    /// Where its plots stand, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot_place: Option<Place>,
    /// What is plotted; several in one frame for combined charts.
    pub plots: Vec<Plot>,
    /// Its axes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<Axis>,
    /// Where the legend is (`r`, `l`, `t`, `b`, `tr`); none where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legend: Option<String>,
    /// Where the legend stands, where the file sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legend_place: Option<Place>,
    /// Whether the legend takes no room from the plot.
    #[serde(skip_serializing_if = "is_false")]
    pub legend_over: bool,
    /// The letters of the legend, where the file sets them.
    #[serde(skip_serializing_if = "Lettering::is_default")]
    pub legend_text: Lettering,
    /// Entries that the legend leaves out, by number from 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub legend_without: Vec<u32>,
    /// What lines do where there is no value: `zero` or `span`; where absent they are cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blanks: Option<String>,
}

impl Chart {
    /// Whether a plot is measured by the second pair of axes.
    pub fn is_second(&self, plot: usize) -> bool {
        let values = self.axes.iter().filter(|axis| axis.kind == AxisKind::Value);
        let pairs = self
            .plots
            .first()
            .is_some_and(|plot| plot.kind.is_of_pairs());
        let both = values.count() > if pairs { 2 } else { 1 };
        let told = self.plots.get(plot).and_then(|plot| plot.second);
        both && told.unwrap_or_else(|| self.usually_second(plot))
    }

    /// Whether a plot that says nothing of it is measured by the second pair, where there is one.
    pub fn usually_second(&self, plot: usize) -> bool {
        let last = self.plots.len().saturating_sub(1);
        last > 0 && plot == last && self.plots.iter().all(|plot| plot.second.is_none())
    }
}

/// One plot of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// How far bars of a group stand over each other, as a fraction of a bar's width; negative is apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<f64>,
    /// Of scatter: `line`, `lineMarker`, `marker`, `smooth`, `smoothMarker` or `none`; of radar: `standard`, `marker` or
    /// `filled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Whether lines show their points where a series says nothing of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub markers: bool,
    /// Whether each point of an only series has a colour of its own, where that is not usual for its kind: it is for round
    /// ones alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub varied: Option<bool>,
    /// Whether it is measured by the second pair of axes; where absent, the last of several plots is, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<bool>,
    /// Where the first slice begins, in degrees clockwise from the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_angle: Option<f64>,
    /// The hole of a ring, as a fraction of its width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hole: Option<f64>,
    /// How large bubbles are, as a fraction of the usual size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bubble_scale: Option<f64>,
    /// Lines from each point to the axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop_lines: Option<LineLook>,
    /// Lines from the highest to the lowest point of each category; stock charts have them where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_low_lines: Option<LineLook>,
    /// Bars from the first to the last series at each category.
    #[serde(default, skip_serializing_if = "is_false")]
    pub up_down_bars: bool,
    /// Its series.
    pub series: Vec<Series>,
}

/// What a plot looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlotKind {
    /// Horizontal bars.
    Bar,
    /// Upright columns.
    #[default]
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

impl PlotKind {
    /// Whether its points lie by two values each.
    pub fn is_of_pairs(self) -> bool {
        matches!(self, Self::Scatter | Self::Bubble)
    }

    /// Whether it has no axes, and each point a colour of its own.
    pub fn is_round(self) -> bool {
        matches!(self, Self::Pie | Self::Doughnut)
    }

    /// Whether its series are lines rather than areas.
    pub fn is_of_lines(self) -> bool {
        matches!(self, Self::Line | Self::Scatter | Self::Radar | Self::Stock)
    }
}
