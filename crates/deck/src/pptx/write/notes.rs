//! Speaker notes: a page for each slide that has some, and the master they all need.

use super::book::Book;
use super::master::{MAPPING, theme_part};
use super::relationships::Rels;
use super::sheet::Sheet;
use super::slide::{mapping, namespaces};
use super::space;
use super::text;
use super::theme;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::slide::Notes;
use crate::model::units::{Emu, Frame};

/// The part of the notes master.
pub(super) const MASTER: &str = "ppt/notesMasters/notesMaster1.xml";

/// The picture of the slide on a notes page of 7.5 by 10 inches.
const PICTURE: Frame = Frame {
    x: Emu(685_800),
    y: Emu(1_143_000),
    width: Emu(5_486_400),
    height: Emu(3_086_100),
    rotation: 0.0,
    flip_h: false,
    flip_v: false,
};
/// The text below it.
const TEXT: Frame = Frame {
    x: Emu(685_800),
    y: Emu(4_400_550),
    width: Emu(5_486_400),
    height: Emu(3_600_450),
    rotation: 0.0,
    flip_h: false,
    flip_v: false,
};

/// Writes the notes of a slide, told by its part and number, and gives their part.
pub(super) fn write(
    book: &mut Book<'_>,
    notes: &Notes,
    (slide, number): (&str, usize),
) -> Result<String, WriteError> {
    let mut sheet = Sheet::new(book, &[], true);
    sheet.rels.part("notesMaster", MASTER);
    sheet.rels.part("slide", slide);
    let mut xml = Xml::part();
    namespaces(xml.tag("p:notes")).open();
    begin(&mut xml);
    picture(&mut xml, false);
    shape(&mut xml, "Notes Placeholder 2", None);
    xml.open("p:txBody");
    xml.empty("a:bodyPr");
    xml.empty("a:lstStyle");
    text::paragraphs(&mut sheet, &mut xml, &notes.paragraphs)?;
    xml.close("p:txBody");
    xml.close("p:sp");
    end(&mut xml);
    mapping(&mut xml);
    xml.close("p:notes");
    let rels = sheet.rels;
    let part = format!("ppt/notesSlides/notesSlide{number}.xml");
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.notesSlide+xml";
    book.add(&part, kind, xml, &rels);
    Ok(part)
}

/// Writes the notes master with its theme, which is the number `theme`.
pub(super) fn write_master(book: &mut Book<'_>, theme: usize) {
    let mut rels = Rels::default();
    rels.part("theme", &theme_part(theme));
    let mut xml = Xml::part();
    namespaces(xml.tag("p:notesMaster")).open();
    begin(&mut xml);
    picture(&mut xml, true);
    shape(&mut xml, "Notes Placeholder 2", Some(TEXT));
    xml.open("p:txBody");
    xml.empty("a:bodyPr");
    xml.empty("a:lstStyle");
    xml.open("a:p");
    xml.open("a:r");
    xml.element("a:t", "Click to edit notes");
    xml.close("a:r");
    xml.close("a:p");
    xml.close("p:txBody");
    xml.close("p:sp");
    end(&mut xml);
    xml.raw(MAPPING);
    xml.open("p:notesStyle");
    xml.open("a:lvl1pPr");
    xml.tag("a:defRPr").at("sz", 1200).open();
    xml.tag("a:latin").at("typeface", "+mn-lt").empty();
    xml.close("a:defRPr");
    xml.close("a:lvl1pPr");
    xml.close("p:notesStyle");
    xml.close("p:notesMaster");
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.notesMaster+xml";
    book.add(MASTER, kind, xml, &rels);
    theme::write(book, theme, None);
}

fn begin(xml: &mut Xml) {
    xml.open("p:cSld");
    xml.open("p:spTree");
    xml.open("p:nvGrpSpPr");
    xml.tag("p:cNvPr").at("id", 1).at("name", "").empty();
    xml.empty("p:cNvGrpSpPr");
    xml.empty("p:nvPr");
    xml.close("p:nvGrpSpPr");
    xml.empty("p:grpSpPr");
}

fn end(xml: &mut Xml) {
    xml.close("p:spTree");
    xml.close("p:cSld");
}

/// Begins the shape of the notes' text.
fn shape(xml: &mut Xml, name: &str, frame: Option<Frame>) {
    xml.open("p:sp");
    xml.open("p:nvSpPr");
    xml.tag("p:cNvPr").at("id", 3).at("name", name).empty();
    xml.open("p:cNvSpPr");
    xml.tag("a:spLocks").at("noGrp", 1).empty();
    xml.close("p:cNvSpPr");
    xml.open("p:nvPr");
    xml.tag("p:ph").at("type", "body").at("idx", 1).empty();
    xml.close("p:nvPr");
    xml.close("p:nvSpPr");
    placed(xml, frame);
}

fn picture(xml: &mut Xml, master: bool) {
    xml.open("p:sp");
    xml.open("p:nvSpPr");
    xml.tag("p:cNvPr")
        .at("id", 2)
        .at("name", "Slide Image Placeholder 1")
        .empty();
    xml.open("p:cNvSpPr");
    xml.tag("a:spLocks")
        .at("noGrp", 1)
        .at("noRot", 1)
        .at("noChangeAspect", 1)
        .empty();
    xml.close("p:cNvSpPr");
    xml.open("p:nvPr");
    xml.tag("p:ph")
        .at("type", "sldImg")
        .opt("idx", master.then_some(2))
        .empty();
    xml.close("p:nvPr");
    xml.close("p:nvSpPr");
    placed(xml, master.then_some(PICTURE));
    xml.close("p:sp");
}

fn placed(xml: &mut Xml, frame: Option<Frame>) {
    let Some(frame) = frame else {
        xml.empty("p:spPr");
        return;
    };
    xml.open("p:spPr");
    space::write(xml, "a:xfrm", &frame, false);
    xml.tag("a:prstGeom").at("prst", "rect").open();
    xml.empty("a:avLst");
    xml.close("a:prstGeom");
    xml.close("p:spPr");
}
