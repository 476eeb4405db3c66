//! Graphic frames: tables and charts.

use super::chart::write_chart;
use super::identity;
use super::sheet::Sheet;
use super::space::{self, Space};
use super::table;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::chart::Chart;
use crate::model::element::Element;
use crate::model::table::Table;

/// Writes a table in its frame.
pub(super) fn table(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    placed: (&Element, &Space),
    own: &Table,
) -> Result<(), WriteError> {
    begin(
        sheet,
        xml,
        placed,
        "http://schemas.openxmlformats.org/drawingml/2006/table",
    );
    table::write(sheet, xml, own)?;
    end(xml);
    Ok(())
}

/// Writes a chart in its frame, and its part where it has none yet.
pub(super) fn chart(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    placed: (&Element, &Space),
    own: &Chart,
) -> Result<(), WriteError> {
    let part = match sheet.book.known_charts.get(&placed.0.id) {
        Some(part) => part.clone(),
        None => write_chart::write(sheet, own)?,
    };
    let id = sheet.rels.part("chart", &part);
    let space = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    begin(sheet, xml, placed, space);
    xml.tag("c:chart")
        .at("xmlns:c", space)
        .at("r:id", id)
        .empty();
    end(xml);
    Ok(())
}

fn begin(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (element, around): (&Element, &Space),
    kind: &str,
) {
    xml.open("p:graphicFrame");
    xml.open("p:nvGraphicFramePr");
    identity::write(sheet, xml, element, None);
    xml.open("p:cNvGraphicFramePr");
    xml.tag("a:graphicFrameLocks").at("noGrp", 1).empty();
    xml.close("p:cNvGraphicFramePr");
    identity::application(xml, element.placeholder.as_ref());
    xml.close("p:nvGraphicFramePr");
    space::write(xml, "p:xfrm", &around.local(element.frame), false);
    xml.open("a:graphic");
    xml.tag("a:graphicData").at("uri", kind).open();
}

fn end(xml: &mut Xml) {
    xml.close("a:graphicData");
    xml.close("a:graphic");
    xml.close("p:graphicFrame");
}
