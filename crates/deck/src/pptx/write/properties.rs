//! Properties of the document. Times are the deck's own or none at all: the same deck gives the same bytes.

use super::book::Book;
use super::relationships::Rels;
use super::vocabulary::date_time;
use super::xml::Xml;
use crate::model::deck::Deck;

/// The part of the core properties.
pub(super) const CORE: &str = "docProps/core.xml";
/// The part of the extended properties.
pub(super) const APP: &str = "docProps/app.xml";

/// The type of the relationship to the core properties.
pub(super) const CORE_KIND: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// Writes both parts.
pub(super) fn write(book: &mut Book<'_>) {
    write_core(book);
    app(book);
}

/// Writes the part of the core properties.
pub(super) fn write_core(book: &mut Book<'_>) {
    let xml = core(book.deck);
    let kind = "application/vnd.openxmlformats-package.core-properties+xml";
    book.add(CORE, kind, xml, &Rels::default());
}

/// The core properties of a deck.
pub(super) fn core(deck: &Deck) -> Xml {
    let known = &deck.properties;
    let mut xml = Xml::part();
    xml.tag("cp:coreProperties")
        .at(
            "xmlns:cp",
            "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        )
        .at("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .at("xmlns:dcterms", "http://purl.org/dc/terms/")
        .at("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .open();
    let texts = [
        ("dc:title", Some(&deck.title)),
        ("dc:subject", known.subject.as_ref()),
        ("dc:creator", known.author.as_ref()),
        ("cp:keywords", known.keywords.as_ref()),
        ("dc:description", known.description.as_ref()),
        ("dc:language", known.language.as_ref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            xml.element(name, text);
        }
    }
    for (name, time) in [
        ("dcterms:created", &known.created),
        ("dcterms:modified", &known.modified),
    ] {
        if let Some(time) = time.as_deref().and_then(date_time) {
            xml.tag(name).at("xsi:type", "dcterms:W3CDTF").open();
            xml.text(time);
            xml.close(name);
        }
    }
    xml.close("cp:coreProperties");
    xml
}

fn app(book: &mut Book<'_>) {
    let slides = &book.deck.slides;
    let mut xml = Xml::part();
    xml.tag("Properties")
        .at(
            "xmlns",
            "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        )
        .open();
    xml.element("Application", "SlideCraft");
    xml.element("Slides", &slides.len().to_string());
    xml.element(
        "Notes",
        &slides
            .iter()
            .filter(|slide| slide.notes.is_some())
            .count()
            .to_string(),
    );
    xml.element(
        "HiddenSlides",
        &slides
            .iter()
            .filter(|slide| slide.hidden)
            .count()
            .to_string(),
    );
    xml.close("Properties");
    let kind = "application/vnd.openxmlformats-officedocument.extended-properties+xml";
    book.add(APP, kind, xml, &Rels::default());
}
