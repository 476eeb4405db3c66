//! The series of a plot: name, colours, categories and values with the cells they would stand in.

use super::super::color::{self, Colors};
use super::super::number::scaled;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::grid::{self, Columns, Names, head, rows};
use super::{labels, looks, trends};
use crate::model::chart::{LineLook, Marker, PlotKind, Point, Series};
use crate::model::color::Color;
use crate::model::paint::Fill;

/// Marks of points (`ST_MarkerStyle`).
const SYMBOLS: &[&str] = &[
    "circle", "dash", "diamond", "dot", "none", "plus", "square", "star", "triangle", "x",
];

/// Writes a series: its number among all of the chart, and the columns of the sheet behind it. `dated` where its names
/// stand on an axis of days.
pub(in super::super) fn write(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (series, kind, dated): (&Series, PlotKind, bool),
    (order, columns, grouping): (usize, Columns, Option<&str>),
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
    let lines = kind.is_of_lines();
    look(xml, colors, (series, kind));
    if matches!(kind, PlotKind::Bar | PlotKind::Column | PlotKind::Bubble) {
        xml.value("c:invertIfNegative", 0);
    }
    if let Some(own) = series.marker.as_ref().filter(|_| lines) {
        marker(xml, colors, own);
    }
    if let Some(far) = series.explosion.filter(|_| kind.is_round()) {
        exploded(xml, far);
    }
    if kind != PlotKind::Surface {
        for own in &series.points {
            point_of(xml, colors, own, kind);
        }
        labels::write(xml, colors, series, (kind, grouping));
    }
    if trends::fit(kind) {
        trends::trends(xml, colors, &series.trends);
        trends::errors(xml, colors, &series.errors, kind);
    }
    values(xml, (series, kind, dated), columns);
    if matches!(kind, PlotKind::Line | PlotKind::Scatter | PlotKind::Stock) {
        xml.value("c:smooth", i32::from(series.smooth));
    }
    xml.close("c:ser");
}

/// Writes what a series is drawn with, where it says anything of that.
pub(in super::super) fn look(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (series, kind): (&Series, PlotKind),
) {
    let color = series.color.as_ref();
    if kind.is_of_lines() {
        if series.line.is_none() && color.is_none() {
            return;
        }
        xml.open("c:spPr");
        stroke(xml, colors, (color, series.line.as_ref()));
        xml.close("c:spPr");
        return;
    }
    let solid = color.map(|color| Fill::Solid {
        color: color.clone(),
    });
    let inside = series.fill.as_ref().or(solid.as_ref());
    looks::shape(xml, colors, (inside, series.line.as_ref()));
}

/// Writes the line of a series that is one.
pub(in super::super) fn stroke(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (color, line): (Option<&Color>, Option<&LineLook>),
) {
    let told = line.cloned().unwrap_or_default();
    let told = LineLook {
        color: color.cloned(),
        ..told
    };
    looks::line(xml, colors, &told);
}

/// Writes the marks of points.
pub(in super::super) fn marker(xml: &mut Xml, colors: &Colors<'_>, marker: &Marker) {
    xml.open("c:marker");
    let symbol = marker.symbol.as_deref();
    if let Some(symbol) = symbol.and_then(|symbol| known(SYMBOLS, symbol)) {
        xml.value("c:symbol", symbol);
    }
    if let Some(size) = marker.size {
        xml.value("c:size", scaled(size, 1.0).clamp(2, 72));
    }
    looks::shape(xml, colors, (marker.fill.as_ref(), marker.line.as_ref()));
    xml.close("c:marker");
}

/// Writes a point that differs from its series.
pub(in super::super) fn point_of(
    xml: &mut Xml,
    colors: &Colors<'_>,
    point: &Point,
    kind: PlotKind,
) {
    xml.open("c:dPt");
    xml.value("c:idx", point.index);
    if let Some(far) = point.explosion.filter(|_| kind.is_round()) {
        exploded(xml, far);
    }
    if let Some(color) = &point.color {
        paint(xml, colors, color, kind.is_of_lines());
    }
    xml.close("c:dPt");
}

fn exploded(xml: &mut Xml, far: f64) {
    xml.value("c:explosion", scaled(far, 100.0).clamp(0, 400));
}

fn values(xml: &mut Xml, (series, kind, dated): (&Series, PlotKind, bool), columns: Columns) {
    let pairs = kind.is_of_pairs();
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
    let pairs = kind.is_of_pairs();
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
        stroke(xml, colors, (Some(color), None));
    } else {
        color::solid(xml, colors, color);
    }
    xml.close("c:spPr");
}
