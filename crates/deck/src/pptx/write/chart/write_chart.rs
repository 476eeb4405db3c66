//! The part of a chart: title, plots, axes, legend.

use super::super::color::Colors;
use super::super::relationships::{OFFICE, Rels};
use super::super::sheet::Sheet;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::axes::Axes;
use super::grid::{columns, is_dated};
use super::{looks, plot, workbook};
use crate::error::WriteError;
use crate::model::chart::{Chart, Lettering, Place};

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
    if let Some(style) = chart.style.filter(|style| (1..=48).contains(style)) {
        xml.value("c:style", style);
    }
    xml.open("c:chart");
    title_of(&mut xml, colors, chart);
    xml.value("c:autoTitleDeleted", i32::from(chart.title.is_none()));
    xml.open("c:plotArea");
    match &chart.plot_place {
        Some(place) => looks::place(&mut xml, Some(place)),
        None => xml.empty("c:layout"),
    }
    let axes = Axes::of(chart);
    let (columns, dated) = (columns(chart), is_dated(chart));
    let mut order = 0;
    for (at, own) in chart.plots.iter().enumerate() {
        plot::write(
            &mut xml,
            colors,
            (own, axes.ids(chart, at)),
            (&columns, dated),
            &mut order,
        );
    }
    axes.write(&mut xml, colors);
    looks::shape(
        &mut xml,
        colors,
        (chart.plot_fill.as_ref(), chart.plot_line.as_ref()),
    );
    xml.close("c:plotArea");
    legend(&mut xml, colors, chart);
    xml.value("c:plotVisOnly", 1);
    xml.value("c:dispBlanksAs", blanks(chart));
    xml.close("c:chart");
    looks::shape(&mut xml, colors, (chart.fill.as_ref(), chart.line.as_ref()));
    looks::letters(&mut xml, colors, &text(chart));
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

/// The letters of a whole chart.
pub(in super::super) fn text(chart: &Chart) -> Lettering {
    Lettering {
        size: chart.text_size,
        color: chart.text_color.clone(),
        ..Lettering::default()
    }
}

/// The letters of a chart's title.
pub(in super::super) fn title_text(chart: &Chart) -> Lettering {
    Lettering {
        size: chart.title_size,
        color: chart.title_color.clone(),
        bold: chart.title_bold,
        ..Lettering::default()
    }
}

/// What lines do where there is no value, as the format says it.
pub(in super::super) fn blanks(chart: &Chart) -> &str {
    let blanks = chart.blanks.as_deref();
    blanks
        .and_then(|blanks| known(&["span", "zero"], blanks))
        .unwrap_or("gap")
}

/// Writes the legend, where there is one.
pub(in super::super) fn legend(xml: &mut Xml, colors: &Colors<'_>, chart: &Chart) {
    let Some(side) = &chart.legend else {
        return;
    };
    xml.open("c:legend");
    xml.value("c:legendPos", known(LEGENDS, side).unwrap_or("r"));
    without(xml, &chart.legend_without);
    looks::place(xml, chart.legend_place.as_ref());
    xml.value("c:overlay", i32::from(chart.legend_over));
    looks::letters(xml, colors, &chart.legend_text);
    xml.close("c:legend");
}

/// Writes the entries that a legend leaves out.
pub(in super::super) fn without(xml: &mut Xml, entries: &[u32]) {
    for entry in entries {
        xml.open("c:legendEntry");
        xml.value("c:idx", entry);
        xml.value("c:delete", 1);
        xml.close("c:legendEntry");
    }
}

/// Writes the title of a chart, where it has one.
pub(in super::super) fn title_of(xml: &mut Xml, colors: &Colors<'_>, chart: &Chart) {
    if let Some(words) = &chart.title {
        let place = (chart.title_place.as_ref(), chart.title_over);
        titled(xml, colors, (words, &title_text(chart)), place);
    }
}

/// Writes a title, a paragraph for each of its lines.
pub(in super::super) fn title(xml: &mut Xml, colors: &Colors<'_>, words: &str, text: &Lettering) {
    titled(xml, colors, (words, text), (None, false));
}

fn titled(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (words, text): (&str, &Lettering),
    (place, over): (Option<&Place>, bool),
) {
    xml.open("c:title");
    xml.open("c:tx");
    rich(xml, colors, words, text);
    xml.close("c:tx");
    looks::place(xml, place);
    xml.value("c:overlay", i32::from(over));
    xml.close("c:title");
}

/// Writes words as rich text.
pub(in super::super) fn rich(xml: &mut Xml, colors: &Colors<'_>, words: &str, text: &Lettering) {
    xml.open("c:rich");
    looks::body(xml, text);
    xml.empty("a:lstStyle");
    for line in words.lines() {
        xml.open("a:p");
        looks::paragraph(xml, colors, text);
        xml.open("a:r");
        xml.element("a:t", line);
        xml.close("a:r");
        xml.close("a:p");
    }
    if words.is_empty() {
        xml.empty("a:p");
    }
    xml.close("c:rich");
}
