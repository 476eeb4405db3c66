//! Shapes and connectors: `p:sp` and `p:cxnSp`.

use super::effects;
use super::fill;
use super::geometry;
use super::identity;
use super::line;
use super::sheet::Sheet;
use super::space::{self, Space};
use super::text;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::color::{Color, Rgb};
use crate::model::element::{Connection, Element};
use crate::model::geometry::{Geometry, PresetGeometry};
use crate::model::paint::{Effects, Fill, Line, LineCap, LineJoin};
use crate::model::units::Emu;

/// Writes a shape or a text box.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    element: &Element,
    around: &Space,
) -> Result<(), WriteError> {
    let through = element.fill == Some(Fill::Background);
    xml.tag("p:sp").flag("useBgFill", through).open();
    xml.open("p:nvSpPr");
    identity::write(sheet, xml, element, None);
    let bare = element.fill.is_none() && element.line.is_none() && element.geometry.is_none();
    match &element.placeholder {
        Some(_) => {
            xml.open("p:cNvSpPr");
            xml.tag("a:spLocks").at("noGrp", 1).empty();
            xml.close("p:cNvSpPr");
        }
        None => xml
            .tag("p:cNvSpPr")
            .flag("txBox", bare && element.text.is_some())
            .empty(),
    }
    identity::application(xml, element.placeholder.as_ref());
    xml.close("p:nvSpPr");
    properties(sheet, xml, element, around)?;
    match (&element.text, &element.placeholder) {
        (Some(own), Some(placeholder)) if !sheet.slide => {
            text::prompt(sheet, xml, own, &placeholder.role)?;
        }
        (Some(own), _) if element.is_adopted() => text::adopted(sheet, xml, own)?,
        (Some(own), _) => text::write(sheet, xml, own)?,
        (None, _) => {}
    }
    xml.close("p:sp");
    Ok(())
}

/// Writes `p:spPr`. A placeholder says what it does not have too, or it would take that from its layout; one that is to
/// take it says only what it has.
pub(super) fn properties(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    element: &Element,
    around: &Space,
) -> Result<(), WriteError> {
    let adopted = sheet.slide && element.is_adopted();
    let inherits = element.placeholder.is_some() && !adopted;
    xml.open("p:spPr");
    if !adopted {
        space::write(xml, "a:xfrm", &around.local(element.frame), false);
    }
    if !adopted || element.geometry.is_some() {
        geometry::write(xml, element.geometry.as_ref());
    }
    match &element.fill {
        Some(own) => fill::write(sheet, xml, own)?,
        None if inherits => xml.empty("a:noFill"),
        None => {}
    }
    match &element.line {
        Some(own) => line::write(sheet, xml, "a:ln", own)?,
        None if inherits => line::none(xml, "a:ln"),
        None => {}
    }
    match &element.effects {
        Some(own) => effects::write(xml, &sheet.colors(), own),
        None if inherits => effects::write(xml, &sheet.colors(), &Effects::default()),
        None => {}
    }
    xml.close("p:spPr");
    Ok(())
}

/// Writes a connector.
pub(super) fn connector(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (element, around): (&Element, &Space),
    ends: [Option<&Connection>; 2],
) -> Result<(), WriteError> {
    xml.open("p:cxnSp");
    xml.open("p:nvCxnSpPr");
    identity::write(sheet, xml, element, None);
    xml.open("p:cNvCxnSpPr");
    for (name, end) in ["a:stCxn", "a:endCxn"].into_iter().zip(ends) {
        let number = end.and_then(|end| Some((sheet.ids.number(&end.element)?, end.site)));
        if let Some((number, site)) = number {
            xml.tag(name).at("id", number).at("idx", site).empty();
        }
    }
    xml.close("p:cNvCxnSpPr");
    xml.empty("p:nvPr");
    xml.close("p:nvCxnSpPr");
    let straight = || {
        Geometry::Preset(PresetGeometry {
            name: "line".to_owned(),
            adjustments: std::collections::BTreeMap::new(),
        })
    };
    let mut drawn = element.clone();
    drawn.placeholder = None;
    drawn.geometry.get_or_insert_with(straight);
    properties(sheet, xml, &drawn, around)?;
    xml.close("p:cxnSp");
    Ok(())
}

/// Writes a box that stands for something that has no picture: dashed and grey, so that it is seen that something is
/// there, and without words, which the deck does not have either.
pub(super) fn stand_in(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    element: &Element,
    around: &Space,
) -> Result<(), WriteError> {
    let grey = |tone| {
        Color::opaque(Rgb {
            r: tone,
            g: tone,
            b: tone,
        })
    };
    let mut shown = element.clone();
    shown.text = None;
    shown.fill.get_or_insert(Fill::Solid { color: grey(0xF2) });
    shown.line.get_or_insert_with(|| Line {
        fill: Fill::Solid { color: grey(0x8C) },
        width: Emu(12_700),
        dash: Some("dash".to_owned()),
        cap: LineCap::Flat,
        join: LineJoin::Round,
        compound: None,
        head: None,
        tail: None,
    });
    write(sheet, xml, &shown, around)
}
