//! The part of a chart: title, plots, axes, legend.

use super::super::number::type_size;
use super::super::relationships::Rels;
use super::super::sheet::Sheet;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::axes::Axes;
use super::plot;
use crate::model::chart::Chart;

/// Where a legend may stand (`ST_LegendPos`).
const LEGENDS: &[&str] = &["b", "tr", "l", "r", "t"];

/// Writes the part of a chart and gives its name.
pub(in super::super) fn write(sheet: &mut Sheet<'_, '_>, chart: &Chart) -> String {
    let theme = sheet.theme();
    let mut xml = Xml::part();
    xml.tag("c:chartSpace")
        .at(
            "xmlns:c",
            "http://schemas.openxmlformats.org/drawingml/2006/chart",
        )
        .at(
            "xmlns:a",
            "http://schemas.openxmlformats.org/drawingml/2006/main",
        )
        .at(
            "xmlns:r",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        )
        .open();
    xml.value("c:date1904", 0);
    xml.value("c:roundedCorners", 0);
    xml.open("c:chart");
    if let Some(text) = &chart.title {
        title(&mut xml, text, chart.title_size);
    }
    xml.value("c:autoTitleDeleted", i32::from(chart.title.is_none()));
    xml.open("c:plotArea");
    xml.empty("c:layout");
    let axes = Axes::of(chart);
    let mut order = 0;
    for (at, own) in chart.plots.iter().enumerate() {
        plot::write(
            &mut xml,
            theme,
            (own, axes.ids(at, chart.plots.len())),
            &mut order,
        );
    }
    axes.write(&mut xml);
    xml.close("c:plotArea");
    if let Some(place) = &chart.legend {
        xml.open("c:legend");
        xml.value("c:legendPos", known(LEGENDS, place).unwrap_or("r"));
        xml.value("c:overlay", 0);
        xml.close("c:legend");
    }
    xml.value("c:plotVisOnly", 1);
    xml.value("c:dispBlanksAs", "gap");
    xml.close("c:chart");
    words(&mut xml, chart.text_size);
    xml.close("c:chartSpace");
    let part = format!("ppt/charts/chart{}.xml", sheet.book.next_chart());
    let kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
    sheet.book.add(&part, kind, xml, &Rels::default());
    part
}

/// Writes the size of all letters that say none of their own, where there is one to write.
fn words(xml: &mut Xml, size: Option<f64>) {
    if size.is_none() {
        return;
    }
    xml.open("c:txPr");
    xml.empty("a:bodyPr");
    xml.empty("a:lstStyle");
    xml.open("a:p");
    letters(xml, size);
    xml.tag("a:endParaRPr").at("lang", "en-US").empty();
    xml.close("a:p");
    xml.close("c:txPr");
}

/// Writes the size of a paragraph's letters, where there is one to write.
fn letters(xml: &mut Xml, size: Option<f64>) {
    if let Some(size) = size {
        xml.open("a:pPr");
        xml.tag("a:defRPr").at("sz", type_size(size)).empty();
        xml.close("a:pPr");
    }
}

/// Writes a title, a paragraph for each of its lines, in a size where one is given.
pub(super) fn title(xml: &mut Xml, words: &str, size: Option<f64>) {
    xml.open("c:title");
    xml.open("c:tx");
    xml.open("c:rich");
    xml.empty("a:bodyPr");
    xml.empty("a:lstStyle");
    for line in words.lines() {
        xml.open("a:p");
        letters(xml, size);
        xml.open("a:r");
        xml.element("a:t", line);
        xml.close("a:r");
        xml.close("a:p");
    }
    if words.is_empty() {
        xml.empty("a:p");
    }
    xml.close("c:rich");
    xml.close("c:tx");
    xml.value("c:overlay", 0);
    xml.close("c:title");
}
