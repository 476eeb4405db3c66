//! Slides: what is on them, and what belongs to them besides.

use super::book::Book;
use super::comments;
use super::fill;
use super::notes;
use super::sheet::Sheet;
use super::transition;
use super::tree;
use super::xml::{Tag, Xml};
use crate::error::WriteError;
use crate::model::paint::Fill;
use crate::model::slide::Slide;

/// The type of slides.
const KIND: &str = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml";

/// Where a slide goes: its part, its number from 1, and the layout it is made from.
pub(super) struct Place<'a> {
    /// Its part.
    pub(super) part: &'a str,
    /// Its number.
    pub(super) number: usize,
    /// The part of its layout, and the background that is seen through.
    pub(super) layout: (&'a str, &'a Fill),
}

/// Writes a slide with its notes and comments.
pub(super) fn write(
    book: &mut Book<'_>,
    slide: &Slide,
    place: &Place<'_>,
) -> Result<(), WriteError> {
    let mut sheet = Sheet::new(book, &slide.elements, true);
    let (layout, behind) = place.layout;
    sheet.rels.part("slideLayout", layout);
    let mut xml = Xml::part();
    namespaces(xml.tag("p:sld"))
        .opt("showMasterSp", slide.hide_master_elements.then_some(0))
        .opt("show", slide.hidden.then_some(0))
        .open();
    xml.tag("p:cSld").opt("name", slide.name.as_deref()).open();
    if slide.background != *behind {
        background(&mut sheet, &mut xml, &slide.background)?;
    }
    tree::write(&mut sheet, &mut xml, &slide.elements)?;
    xml.close("p:cSld");
    mapping(&mut xml);
    if let Some(raw) = &slide.transition {
        transition::write(&mut xml, raw);
    }
    if let Some(raw) = &slide.timing {
        let ids = &sheet.ids;
        transition::write_timing(&mut xml, raw, &|id| !ids.has(id));
    }
    xml.close("p:sld");
    let mut rels = sheet.rels;
    if let Some(own) = &slide.notes {
        let notes = notes::write(book, own, (place.part, place.number))?;
        rels.part("notesSlide", &notes);
    }
    if !slide.comments.is_empty() {
        let comments = comments::write(book, &slide.comments, place.number);
        rels.part("comments", &comments);
    }
    book.add(place.part, KIND, xml, &rels);
    Ok(())
}

/// The namespaces that all sheets declare.
pub(super) fn namespaces(tag: Tag<'_>) -> Tag<'_> {
    tag.at(
        "xmlns:a",
        "http://schemas.openxmlformats.org/drawingml/2006/main",
    )
    .at(
        "xmlns:r",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    .at(
        "xmlns:p",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
}

/// Writes `p:bg`.
pub(super) fn background(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    fill: &Fill,
) -> Result<(), WriteError> {
    xml.open("p:bg");
    xml.open("p:bgPr");
    fill::write(sheet, xml, fill)?;
    xml.empty("a:effectLst");
    xml.close("p:bgPr");
    xml.close("p:bg");
    Ok(())
}

/// Writes that colours mean what they mean on the master.
pub(super) fn mapping(xml: &mut Xml) {
    xml.open("p:clrMapOvr");
    xml.empty("a:masterClrMapping");
    xml.close("p:clrMapOvr");
}
