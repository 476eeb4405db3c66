//! The series of a plot: name, colours, categories and values with the cells they would stand in.

use super::super::color;
use super::super::xml::Xml;
use crate::model::chart::{PlotKind, Series};
use crate::model::color::Color;
use crate::model::template::Theme;

/// Writes a series; its number among all of the chart tells its column.
pub(super) fn write(
    xml: &mut Xml,
    theme: &Theme,
    (series, kind): (&Series, PlotKind),
    order: usize,
) {
    xml.open("c:ser");
    xml.value("c:idx", order);
    xml.value("c:order", order);
    let column = column(order + 1);
    if let Some(name) = &series.name {
        xml.open("c:tx");
        xml.open("c:strRef");
        xml.element("c:f", &format!("Sheet1!${column}$1"));
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
        paint(xml, theme, own, lines);
    }
    if matches!(kind, PlotKind::Bar | PlotKind::Column | PlotKind::Bubble) {
        xml.value("c:invertIfNegative", 0);
    }
    if kind != PlotKind::Surface {
        for own in &series.points {
            xml.open("c:dPt");
            xml.value("c:idx", own.index);
            paint(xml, theme, &own.color, lines);
            xml.close("c:dPt");
        }
        if series.labels {
            labels(xml);
        }
    }
    values(xml, series, kind, &column);
    if matches!(kind, PlotKind::Line | PlotKind::Scatter | PlotKind::Stock) {
        xml.value("c:smooth", 0);
    }
    xml.close("c:ser");
}

fn values(xml: &mut Xml, series: &Series, kind: PlotKind, column: &str) {
    let pairs = matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let (names, numbers) = if pairs {
        ("c:xVal", "c:yVal")
    } else {
        ("c:cat", "c:val")
    };
    let rows =
        |count: usize, column: &str| format!("Sheet1!${column}$2:${column}${}", count.max(1) + 1);
    if pairs && !series.x_values.is_empty() {
        xml.open(names);
        let cells = rows(series.x_values.len(), "A");
        number_cells(xml, &cells, &series.x_values, None);
        xml.close(names);
    } else if !series.categories.is_empty() {
        xml.open(names);
        xml.open("c:strRef");
        xml.element("c:f", &rows(series.categories.len(), "A"));
        xml.open("c:strCache");
        xml.value("c:ptCount", series.categories.len());
        for (at, name) in series.categories.iter().enumerate() {
            point(xml, at, name);
        }
        xml.close("c:strCache");
        xml.close("c:strRef");
        xml.close(names);
    }
    xml.open(numbers);
    number_cells(
        xml,
        &rows(series.values.len(), column),
        &series.values,
        series.format.as_deref(),
    );
    xml.close(numbers);
    if kind == PlotKind::Bubble {
        let sizes = if series.sizes.is_empty() {
            vec![Some(1.0); series.values.len()]
        } else {
            series.sizes.clone()
        };
        xml.open("c:bubbleSize");
        number_cells(xml, &rows(sizes.len(), column), &sizes, None);
        xml.close("c:bubbleSize");
        xml.value("c:bubble3D", 0);
    }
}

fn number_cells(xml: &mut Xml, cells: &str, values: &[Option<f64>], format: Option<&str>) {
    xml.open("c:numRef");
    xml.element("c:f", cells);
    xml.open("c:numCache");
    xml.element("c:formatCode", format.unwrap_or("General"));
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

fn paint(xml: &mut Xml, theme: &Theme, color: &Color, line: bool) {
    xml.open("c:spPr");
    if line {
        xml.tag("a:ln").at("w", 28_575).at("cap", "rnd").open();
        color::solid(xml, theme, color);
        xml.empty("a:round");
        xml.close("a:ln");
    } else {
        color::solid(xml, theme, color);
    }
    xml.close("c:spPr");
}

fn labels(xml: &mut Xml) {
    xml.open("c:dLbls");
    xml.value("c:showLegendKey", 0);
    xml.value("c:showVal", 1);
    xml.value("c:showCatName", 0);
    xml.value("c:showSerName", 0);
    xml.value("c:showPercent", 0);
    xml.value("c:showBubbleSize", 0);
    xml.close("c:dLbls");
}

/// The letters of a spreadsheet's column, from 0.
fn column(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(number % 26).unwrap_or(0)));
        if number < 26 {
            break;
        }
        number = number / 26 - 1;
    }
    letters.iter().rev().collect()
}
