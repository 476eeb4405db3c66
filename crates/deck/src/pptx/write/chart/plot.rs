//! Plots: what a chart draws, each kind in the order of elements that its schema wants (ECMA-376 part 1, 21.2.2).

use super::super::color::Colors;
use super::super::number::scaled;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::grid::Columns;
use super::series;
use crate::model::chart::{Plot, PlotKind};

/// How bars are grouped (`ST_BarGrouping`).
const BARS: &[&str] = &["percentStacked", "clustered", "standard", "stacked"];
/// How lines and areas are grouped (`ST_Grouping`).
const LINES: &[&str] = &["percentStacked", "standard", "stacked"];

/// Writes a plot on the axes of these numbers. `order` counts series through the whole chart; `columns` are those of all
/// its series, `dated` whether their names are days.
pub(in super::super) fn write(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (plot, axes): (&Plot, Vec<usize>),
    (columns, dated): (&[Columns], bool),
    order: &mut usize,
) {
    let kind = drawn(plot);
    let name = element(kind);
    let grouping = plot.grouping.as_deref();
    xml.open(name);
    before_series(xml, kind, grouping);
    for own in &plot.series {
        let Some(place) = columns.get(*order) else {
            break;
        };
        series::write(xml, colors, (own, kind, dated), (*order, *place));
        *order += 1;
    }
    after_series(xml, kind, plot);
    if !is_round(kind) {
        for axis in axes {
            xml.value("c:axId", axis);
        }
    }
    xml.close(name);
}

/// Writes what stands before the series.
fn before_series(xml: &mut Xml, kind: PlotKind, grouping: Option<&str>) {
    match kind {
        PlotKind::Bar | PlotKind::Column => {
            xml.value(
                "c:barDir",
                if kind == PlotKind::Bar { "bar" } else { "col" },
            );
            xml.value(
                "c:grouping",
                grouping
                    .and_then(|word| known(BARS, word))
                    .unwrap_or("clustered"),
            );
        }
        PlotKind::Line | PlotKind::Area => {
            xml.value(
                "c:grouping",
                grouping
                    .and_then(|word| known(LINES, word))
                    .unwrap_or("standard"),
            );
        }
        PlotKind::Scatter => xml.value("c:scatterStyle", "lineMarker"),
        PlotKind::Radar => xml.value("c:radarStyle", "marker"),
        PlotKind::Surface => xml.value("c:wireframe", 0),
        PlotKind::Pie | PlotKind::Doughnut | PlotKind::Bubble | PlotKind::Stock => {}
    }
    if !matches!(kind, PlotKind::Stock | PlotKind::Surface) {
        xml.value("c:varyColors", i32::from(is_round(kind)));
    }
}

/// Writes what stands after the series and before the axes.
fn after_series(xml: &mut Xml, kind: PlotKind, plot: &Plot) {
    let stacked = matches!(plot.grouping.as_deref(), Some("stacked" | "percentStacked"));
    match kind {
        PlotKind::Bar | PlotKind::Column => {
            if let Some(gap) = plot.gap {
                xml.value("c:gapWidth", scaled(gap, 100.0).clamp(0, 500));
            }
            if stacked {
                xml.value("c:overlap", 100);
            }
        }
        PlotKind::Line => xml.value("c:marker", 1),
        PlotKind::Pie => xml.value("c:firstSliceAng", 0),
        PlotKind::Doughnut => {
            xml.value("c:firstSliceAng", 0);
            xml.value("c:holeSize", 50);
        }
        PlotKind::Bubble => xml.value("c:bubbleScale", 100),
        PlotKind::Stock => xml.empty("c:hiLowLines"),
        PlotKind::Area | PlotKind::Scatter | PlotKind::Radar | PlotKind::Surface => {}
    }
}

/// Whether there are no axes, and each point has a colour of its own.
fn is_round(kind: PlotKind) -> bool {
    matches!(kind, PlotKind::Pie | PlotKind::Doughnut)
}

/// What is drawn: the format wants three or four series of a stock chart.
fn drawn(plot: &Plot) -> PlotKind {
    if plot.kind == PlotKind::Stock && !(3..=4).contains(&plot.series.len()) {
        PlotKind::Line
    } else {
        plot.kind
    }
}

fn element(kind: PlotKind) -> &'static str {
    match kind {
        PlotKind::Bar | PlotKind::Column => "c:barChart",
        PlotKind::Line => "c:lineChart",
        PlotKind::Area => "c:areaChart",
        PlotKind::Pie => "c:pieChart",
        PlotKind::Doughnut => "c:doughnutChart",
        PlotKind::Scatter => "c:scatterChart",
        PlotKind::Bubble => "c:bubbleChart",
        PlotKind::Radar => "c:radarChart",
        PlotKind::Stock => "c:stockChart",
        PlotKind::Surface => "c:surfaceChart",
    }
}
