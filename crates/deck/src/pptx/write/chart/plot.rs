//! Plots: what a chart draws, each kind in the order of elements that its schema wants (ECMA-376 part 1, 21.2.2).

use super::super::color::Colors;
use super::super::number::scaled;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::grid::Columns;
use super::{looks, series};
use crate::model::chart::{LineLook, Plot, PlotKind};

/// How bars are grouped (`ST_BarGrouping`).
const BARS: &[&str] = &["percentStacked", "clustered", "standard", "stacked"];
/// How lines and areas are grouped (`ST_Grouping`).
const LINES: &[&str] = &["percentStacked", "standard", "stacked"];

/// How points by two values are joined (`ST_ScatterStyle`), and webs filled (`ST_RadarStyle`).
const SCATTERS: &[&str] = &[
    "line",
    "lineMarker",
    "marker",
    "none",
    "smooth",
    "smoothMarker",
];
const RADARS: &[&str] = &["filled", "marker", "standard"];

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
    before_series(xml, kind, plot);
    for own in &plot.series {
        let Some(place) = columns.get(*order) else {
            break;
        };
        series::write(xml, colors, (own, kind, dated), (*order, *place, grouping));
        *order += 1;
    }
    after_series(xml, colors, kind, plot);
    if !kind.is_round() {
        for axis in axes {
            xml.value("c:axId", axis);
        }
    }
    xml.close(name);
}

/// How points by two values are joined.
pub(in super::super) fn scatter(style: Option<&str>) -> &str {
    let known = style.and_then(|style| known(SCATTERS, style));
    known.unwrap_or("lineMarker")
}

/// How a web is drawn.
pub(in super::super) fn radar(style: Option<&str>) -> &str {
    let known = style.and_then(|style| known(RADARS, style));
    known.unwrap_or("standard")
}

/// Writes what stands before the series.
fn before_series(xml: &mut Xml, kind: PlotKind, plot: &Plot) {
    let grouping = plot.grouping.as_deref();
    let style = plot.style.as_deref();
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
        PlotKind::Scatter => xml.value("c:scatterStyle", scatter(style)),
        PlotKind::Radar => xml.value("c:radarStyle", radar(style)),
        PlotKind::Surface => xml.value("c:wireframe", 0),
        PlotKind::Pie | PlotKind::Doughnut | PlotKind::Bubble | PlotKind::Stock => {}
    }
    if !matches!(kind, PlotKind::Stock | PlotKind::Surface) {
        let varied = plot.varied.unwrap_or(kind.is_round());
        xml.value("c:varyColors", i32::from(varied));
    }
}

/// Writes what stands after the series and before the axes.
fn after_series(xml: &mut Xml, colors: &Colors<'_>, kind: PlotKind, plot: &Plot) {
    let stacked = matches!(plot.grouping.as_deref(), Some("stacked" | "percentStacked"));
    let angle = plot.first_angle.filter(|angle| angle.is_finite());
    let angle = scaled(angle.unwrap_or(0.0), 1.0).rem_euclid(360);
    if matches!(kind, PlotKind::Line | PlotKind::Area | PlotKind::Stock)
        && let Some(lines) = &plot.drop_lines
    {
        looks::lined(xml, colors, ("c:dropLines", lines));
    }
    if matches!(kind, PlotKind::Line | PlotKind::Stock) {
        if let Some(lines) = high_low(plot) {
            looks::lined(xml, colors, ("c:hiLowLines", &lines));
        }
        if plot.up_down_bars {
            xml.open("c:upDownBars");
            xml.value("c:gapWidth", 150);
            xml.empty("c:upBars");
            xml.empty("c:downBars");
            xml.close("c:upDownBars");
        }
    }
    match kind {
        PlotKind::Bar | PlotKind::Column => {
            if let Some(gap) = plot.gap {
                xml.value("c:gapWidth", scaled(gap, 100.0).clamp(0, 500));
            }
            let overlap = plot.overlap.or(stacked.then_some(1.0));
            if let Some(overlap) = overlap {
                xml.value("c:overlap", scaled(overlap, 100.0).clamp(-100, 100));
            }
        }
        PlotKind::Line => xml.value("c:marker", i32::from(plot.markers)),
        PlotKind::Pie => xml.value("c:firstSliceAng", angle),
        PlotKind::Doughnut => {
            xml.value("c:firstSliceAng", angle);
            let hole = plot.hole.unwrap_or(0.5);
            xml.value("c:holeSize", scaled(hole, 100.0).clamp(1, 90));
        }
        PlotKind::Bubble => {
            let scale = plot.bubble_scale.unwrap_or(1.0);
            xml.value("c:bubbleScale", scaled(scale, 100.0).clamp(0, 300));
        }
        PlotKind::Area
        | PlotKind::Scatter
        | PlotKind::Radar
        | PlotKind::Stock
        | PlotKind::Surface => {}
    }
}

/// Lines from the highest to the lowest point: stock charts have them unless they say otherwise.
pub(in super::super) fn high_low(plot: &Plot) -> Option<LineLook> {
    if plot.kind != PlotKind::Stock {
        return plot.high_low_lines.clone();
    }
    let lines = plot.high_low_lines.clone().unwrap_or_default();
    Some(lines).filter(|lines| !lines.none)
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
