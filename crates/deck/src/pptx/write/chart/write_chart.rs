//! The part of a chart: title, plots, axes, legend.

use super::super::color::Colors;
use super::super::number::type_size;
use super::super::relationships::{OFFICE, Rels};
use super::super::sheet::Sheet;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::axes::Axes;
use super::grid::{columns, is_dated};
use super::{plot, workbook};
use crate::error::WriteError;
use crate::model::chart::Chart;

/// Where a legend may stand (`ST_LegendPos`).
pub(in super::super) const LEGENDS: &[&str] = &["b", "tr", "l", "r", "t"];
/// The type of charts.
const KIND: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";

/// Writes the part of a chart and its workbook, and gives its name.
pub(in super::super) fn write(
    sheet: &mut Sheet<'_, '_>,
    chart: &Chart,
) -> Result<String, WriteError> {
    let number = sheet.book.next_chart();
    let behind = format!("ppt/embeddings/workbook{number}.xlsx");
    let bytes = workbook::workbook(chart)?;
    sheet
        .book
        .add_file(&behind, ("xlsx", workbook::KIND), bytes);
    let mut rels = Rels::default();
    let xml = whole(&sheet.colors(), chart, &rels.part("package", &behind));
    let part = format!("ppt/charts/chart{number}.xml");
    sheet.book.add(&part, KIND, xml, &rels);
    Ok(part)
}

/// A chart as XML. `workbook` is the relationship to what is behind it.
pub(in super::super) fn whole(colors: &Colors<'_>, chart: &Chart, workbook: &str) -> Xml {
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
    let (columns, dated) = (columns(chart), is_dated(chart));
    let mut order = 0;
    for (at, own) in chart.plots.iter().enumerate() {
        plot::write(
            &mut xml,
            colors,
            (own, axes.ids(at, chart.plots.len())),
            (&columns, dated),
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
    data(&mut xml, workbook);
    xml.close("c:chartSpace");
    xml
}

/// Writes where the workbook is.
pub(in super::super) fn data(xml: &mut Xml, relationship: &str) {
    xml.tag("c:externalData")
        .at("xmlns:r", OFFICE)
        .at("r:id", relationship)
        .open();
    xml.value("c:autoUpdate", 0);
    xml.close("c:externalData");
}

/// Writes the size of all letters that say none of their own, where there is one to write.
pub(in super::super) fn words(xml: &mut Xml, size: Option<f64>) {
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
pub(in super::super) fn title(xml: &mut Xml, words: &str, size: Option<f64>) {
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
