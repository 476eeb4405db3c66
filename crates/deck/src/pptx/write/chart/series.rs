//! The series of a plot: name, colours, categories and values with the cells they would stand in.

use super::super::color::{self, Colors};
use super::super::xml::Xml;
use super::grid::{self, Columns, Names, head, rows};
use crate::model::chart::{PlotKind, Series};
use crate::model::color::Color;

/// Writes a series: its number among all of the chart, and the columns of the sheet behind it. `dated` where its names
/// stand on an axis of days.
pub(in super::super) fn write(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (series, kind, dated): (&Series, PlotKind, bool),
    (order, columns): (usize, Columns),
) {
    xml.open("c:ser");
    xml.value("c:idx", order);
    xml.value("c:order", order);
    if let Some(name) = &series.name {
        xml.open("c:tx");
        xml.open("c:strRef");
        xml.element("c:f", &head(columns.values));
        xml.open("c:strCache");
        xml.value("c:ptCount", 1);
        point(xml, 0, name);
        xml.close("c:strCache");
        xml.close("c:strRef");
        xml.close("c:tx");
    }
    let lines = matches!(
        kind,
        PlotKind::Line | PlotKind::Scatter | PlotKind::Radar | PlotKind::Stock
    );
    if let Some(own) = &series.color {
        paint(xml, colors, own, lines);
    }
    if matches!(kind, PlotKind::Bar | PlotKind::Column | PlotKind::Bubble) {
        xml.value("c:invertIfNegative", 0);
    }
    if kind != PlotKind::Surface {
        for own in &series.points {
            xml.open("c:dPt");
            xml.value("c:idx", own.index);
            paint(xml, colors, &own.color, lines);
            xml.close("c:dPt");
        }
        if series.labels {
            labels(xml);
        }
    }
    values(xml, (series, kind, dated), columns);
    if matches!(kind, PlotKind::Line | PlotKind::Scatter | PlotKind::Stock) {
        xml.value("c:smooth", 0);
    }
    xml.close("c:ser");
}

fn values(xml: &mut Xml, (series, kind, dated): (&Series, PlotKind, bool), columns: Columns) {
    let pairs = matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let numbers = if pairs { "c:yVal" } else { "c:val" };
    self::beside(xml, (series, kind, dated), columns);
    xml.open(numbers);
    number_cells(
        xml,
        &rows(columns.values, series.values.len()),
        &series.values,
        series.format.as_deref(),
    );
    xml.close(numbers);
    if kind == PlotKind::Bubble {
        let sizes = grid::sizes(series);
        xml.open("c:bubbleSize");
        let column = columns.sizes.unwrap_or(columns.values);
        number_cells(xml, &rows(column, sizes.len()), &sizes, None);
        xml.close("c:bubbleSize");
        xml.value("c:bubble3D", 0);
    }
}

/// Writes what stands beside the values: names, or places along x.
pub(in super::super) fn beside(
    xml: &mut Xml,
    (series, kind, dated): (&Series, PlotKind, bool),
    columns: Columns,
) {
    let pairs = matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let element = if pairs { "c:xVal" } else { "c:cat" };
    if columns.levels > 0 {
        xml.open(element);
        levels(xml, series, columns);
        xml.close(element);
    } else {
        names(
            xml,
            element,
            grid::names(series, kind, dated),
            columns.names,
        );
    }
}

fn names(xml: &mut Xml, element: &str, names: Names<'_>, column: usize) {
    match names {
        Names::None => return,
        Names::Words(words) => {
            xml.open(element);
            xml.open("c:strRef");
            xml.element("c:f", &rows(column, words.len()));
            xml.open("c:strCache");
            xml.value("c:ptCount", words.len());
            for (at, name) in words.iter().enumerate() {
                point(xml, at, name);
            }
            xml.close("c:strCache");
            xml.close("c:strRef");
        }
        Names::Days(days) => {
            xml.open(element);
            #[expect(clippy::cast_precision_loss, reason = "days of ten thousand years")]
            let days: Vec<Option<f64>> = days.iter().map(|day| Some(*day as f64)).collect();
            number_cells(xml, &rows(column, days.len()), &days, Some(grid::DAYS));
        }
        Names::Numbers(numbers) => {
            xml.open(element);
            number_cells(xml, &rows(column, numbers.len()), numbers, None);
        }
    }
    xml.close(element);
}

/// Names of several levels, the innermost first.
fn levels(xml: &mut Xml, series: &Series, columns: Columns) {
    let count = series.categories.len();
    xml.open("c:multiLvlStrRef");
    xml.element("c:f", &grid::level_rows(columns, count));
    xml.open("c:multiLvlStrCache");
    xml.value("c:ptCount", count);
    xml.open("c:lvl");
    for (at, name) in series.categories.iter().enumerate() {
        point(xml, at, name);
    }
    xml.close("c:lvl");
    for level in series.category_groups.iter().take(columns.levels) {
        xml.open("c:lvl");
        for group in grid::placed(level, count) {
            point(xml, group.0, group.1);
        }
        xml.close("c:lvl");
    }
    xml.close("c:multiLvlStrCache");
    xml.close("c:multiLvlStrRef");
}

fn number_cells(xml: &mut Xml, cells: &str, values: &[Option<f64>], format: Option<&str>) {
    xml.open("c:numRef");
    xml.element("c:f", cells);
    xml.open("c:numCache");
    if let Some(format) = format {
        xml.element("c:formatCode", format);
    }
    xml.value("c:ptCount", values.len());
    for (at, value) in values.iter().enumerate() {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            point(xml, at, &value.to_string());
        }
    }
    xml.close("c:numCache");
    xml.close("c:numRef");
}

fn point(xml: &mut Xml, at: usize, text: &str) {
    xml.tag("c:pt").at("idx", at).open();
    xml.element("c:v", text);
    xml.close("c:pt");
}

pub(in super::super) fn paint(xml: &mut Xml, colors: &Colors<'_>, color: &Color, line: bool) {
    xml.open("c:spPr");
    if line {
        xml.tag("a:ln").at("w", 28_575).at("cap", "rnd").open();
        color::solid(xml, colors, color);
        xml.empty("a:round");
        xml.close("a:ln");
    } else {
        color::solid(xml, colors, color);
    }
    xml.close("c:spPr");
}

pub(in super::super) fn labels(xml: &mut Xml) {
    xml.open("c:dLbls");
    xml.value("c:showLegendKey", 0);
    xml.value("c:showVal", 1);
    xml.value("c:showCatName", 0);
    xml.value("c:showSerName", 0);
    xml.value("c:showPercent", 0);
    xml.value("c:showBubbleSize", 0);
    xml.close("c:dLbls");
}
