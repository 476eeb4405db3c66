//! Shape trees: each element by what it is, groups with what is in them.

use super::graphic_frame;
use super::identity;
use super::picture;
use super::shape;
use super::sheet::Sheet;
use super::space::{self, Space};
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::element::{Content, Crop, Element, Picture};
use crate::model::units::Frame;

/// Writes `p:spTree`.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    elements: &[Element],
) -> Result<(), WriteError> {
    xml.open("p:spTree");
    xml.open("p:nvGrpSpPr");
    let root = sheet.ids.root();
    xml.tag("p:cNvPr").at("id", root).at("name", "").empty();
    xml.empty("p:cNvGrpSpPr");
    xml.empty("p:nvPr");
    xml.close("p:nvGrpSpPr");
    xml.open("p:grpSpPr");
    space::write(xml, "a:xfrm", &Frame::default(), true);
    xml.close("p:grpSpPr");
    for own in elements {
        element(sheet, xml, own, &Space::default())?;
    }
    xml.close("p:spTree");
    Ok(())
}

/// Writes an element.
pub(super) fn element(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    element: &Element,
    around: &Space,
) -> Result<(), WriteError> {
    match &element.content {
        Content::Shape => shape::write(sheet, xml, element, around),
        Content::Picture(own) => picture::write(sheet, xml, (element, around), own),
        Content::Table(own) => graphic_frame::table(sheet, xml, (element, around), own),
        Content::Chart { chart } => graphic_frame::chart(sheet, xml, (element, around), chart),
        Content::Connector { start, end } => shape::connector(
            sheet,
            xml,
            (element, around),
            [start.as_ref(), end.as_ref()],
        ),
        Content::Group { elements } | Content::Diagram { elements } => {
            group(sheet, xml, (element, around), elements)
        }
        Content::Media(own) => match own.poster {
            Some(_) => picture::media(sheet, xml, (element, around), own),
            None => shape::stand_in(sheet, xml, element, around),
        },
        Content::Ole(own) => match &own.poster {
            Some(poster) => {
                let shown = Picture {
                    asset: Some(poster.clone()),
                    svg: None,
                    crop: Crop::default(),
                    opacity: 1.0,
                    recolor: Vec::new(),
                };
                picture::write(sheet, xml, (element, around), &shown)
            }
            None => shape::stand_in(sheet, xml, element, around),
        },
    }
}

fn group(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (element, around): (&Element, &Space),
    elements: &[Element],
) -> Result<(), WriteError> {
    xml.open("p:grpSp");
    xml.open("p:nvGrpSpPr");
    identity::write(sheet, xml, element, None);
    xml.empty("p:cNvGrpSpPr");
    xml.empty("p:nvPr");
    xml.close("p:nvGrpSpPr");
    xml.open("p:grpSpPr");
    let own = around.local(element.frame);
    space::write(xml, "a:xfrm", &own, true);
    xml.close("p:grpSpPr");
    let inside = around.inside(own);
    for child in elements {
        self::element(sheet, xml, child, &inside)?;
    }
    xml.close("p:grpSp");
    Ok(())
}
