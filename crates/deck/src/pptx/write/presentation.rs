//! The presentation part: masters, slides, sizes and sections by their ids.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::comments;
use super::master::{FIRST_ID, master_part, theme_part};
use super::notes;
use super::properties;
use super::relationships::Rels;
use super::slide::namespaces;
use super::xml::Xml;
use crate::model::deck::Deck;
use crate::model::units::Size;

/// The type of the presentation part.
pub(super) const KIND: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
/// The presentation part.
const PART: &str = "ppt/presentation.xml";
/// Numbers of slides lie in between (`ST_SlideId`).
const SLIDE_IDS: std::ops::Range<u32> = 256..2_147_483_648;
/// The extension that holds sections.
pub(super) const SECTIONS: &str = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}";
/// A table style that every `PowerPoint` knows: medium style 2 in the first accent.
const TABLE_STYLE: &str = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}";

/// The part of a slide by its number.
pub(super) fn slide_part(number: usize) -> String {
    format!("ppt/slides/slide{number}.xml")
}

/// The number of each slide: its own id where that is one, else the next that is free.
pub(super) fn slide_ids(deck: &Deck) -> Vec<u32> {
    let own = |id: &str| {
        id.parse::<u32>()
            .ok()
            .filter(|number| SLIDE_IDS.contains(number))
    };
    let mut taken: BTreeSet<u32> = deck
        .slides
        .iter()
        .filter_map(|slide| own(&slide.id))
        .collect();
    let mut given = BTreeSet::new();
    let mut next = SLIDE_IDS.start;
    let mut number = |id: &str| {
        if let Some(own) = own(id).filter(|own| given.insert(*own)) {
            return own;
        }
        while !taken.insert(next) {
            next += 1;
        }
        given.insert(next);
        next
    };
    deck.slides.iter().map(|slide| number(&slide.id)).collect()
}

/// Writes the presentation part, its companions, and the relationships of the package.
pub(super) fn write(book: &mut Book<'_>, masters: usize, notes: bool) {
    let deck = book.deck;
    let mut rels = Rels::default();
    let ids = slide_ids(deck);
    let mut xml = Xml::part();
    namespaces(xml.tag("p:presentation"))
        .at("saveSubsetFonts", 1)
        .open();
    xml.open("p:sldMasterIdLst");
    for number in 1..=masters {
        let rel = rels.part("slideMaster", &master_part(number));
        xml.tag("p:sldMasterId")
            .at("id", FIRST_ID + number as u64 - 1)
            .at("r:id", rel)
            .empty();
    }
    xml.close("p:sldMasterIdLst");
    if notes {
        xml.open("p:notesMasterIdLst");
        let rel = rels.part("notesMaster", notes::MASTER);
        xml.tag("p:notesMasterId").at("r:id", rel).empty();
        xml.close("p:notesMasterIdLst");
    }
    xml.open("p:sldIdLst");
    for (at, id) in ids.iter().enumerate() {
        let rel = rels.part("slide", &slide_part(at + 1));
        xml.tag("p:sldId").at("id", id).at("r:id", rel).empty();
    }
    xml.close("p:sldIdLst");
    let side = |side: crate::model::units::Emu| side.clamp(Size::MIN_SIDE, Size::MAX_SIDE).0;
    xml.tag("p:sldSz")
        .at("cx", side(deck.size.width))
        .at("cy", side(deck.size.height))
        .empty();
    xml.tag("p:notesSz")
        .at("cx", 6_858_000)
        .at("cy", 9_144_000)
        .empty();
    sections(book, &mut xml, &ids);
    xml.close("p:presentation");
    companions(book, &mut rels);
    book.add(PART, KIND, xml, &rels);
    properties::write(book);
    let mut root = Rels::default();
    root.part("officeDocument", PART);
    let core =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    root.part_of(core, properties::CORE);
    root.part("extended-properties", properties::APP);
    book.add_root(&root);
}

/// Small parts that `PowerPoint` writes with every presentation.
fn companions(book: &mut Book<'_>, rels: &mut Rels) {
    if comments::write_authors(book) {
        rels.part("commentAuthors", comments::AUTHORS);
    }
    let parts = [("presProps", "p:presentationPr"), ("viewProps", "p:viewPr")];
    for (name, root) in parts {
        let part = format!("ppt/{name}.xml");
        rels.part(name, &part);
        let mut xml = Xml::part();
        namespaces(xml.tag(root)).empty();
        let kind = if name == "presProps" {
            "application/vnd.openxmlformats-officedocument.presentationml.presProps+xml"
        } else {
            "application/vnd.openxmlformats-officedocument.presentationml.viewProps+xml"
        };
        book.add(&part, kind, xml, &Rels::default());
    }
    rels.part("theme", &theme_part(1));
    let mut xml = Xml::part();
    xml.tag("a:tblStyleLst")
        .at(
            "xmlns:a",
            "http://schemas.openxmlformats.org/drawingml/2006/main",
        )
        .at("def", TABLE_STYLE)
        .empty();
    rels.part("tableStyles", "ppt/tableStyles.xml");
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.tableStyles+xml";
    book.add("ppt/tableStyles.xml", kind, xml, &Rels::default());
}

/// Writes the extension that holds the sections.
fn sections(book: &mut Book<'_>, xml: &mut Xml, ids: &[u32]) {
    if book.deck.sections.is_empty() {
        return;
    }
    xml.open("p:extLst");
    xml.tag("p:ext").at("uri", SECTIONS).open();
    section_list(book, xml, ids);
    xml.close("p:ext");
    xml.close("p:extLst");
}

/// Writes the sections, each slide in the first that names it.
pub(super) fn section_list(book: &mut Book<'_>, xml: &mut Xml, ids: &[u32]) {
    let deck = book.deck;
    let slides = deck.slides.iter().zip(ids);
    let mut numbers: BTreeMap<&str, u32> =
        slides.map(|(slide, id)| (slide.id.as_str(), *id)).collect();
    xml.tag("p14:sectionLst")
        .at(
            "xmlns:p14",
            "http://schemas.microsoft.com/office/powerpoint/2010/main",
        )
        .open();
    for section in &deck.sections {
        let guid = book.next_guid();
        xml.tag("p14:section")
            .at("name", &section.name)
            .at("id", guid)
            .open();
        xml.open("p14:sldIdLst");
        for slide in &section.slides {
            if let Some(id) = numbers.remove(slide.as_str()) {
                xml.tag("p14:sldId").at("id", id).empty();
            }
        }
        xml.close("p14:sldIdLst");
        xml.close("p14:section");
    }
    xml.close("p14:sectionLst");
}
