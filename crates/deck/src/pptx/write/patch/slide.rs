//! Slides that changed.

use std::collections::BTreeSet;

use super::element;
use super::source::Files;
use super::splice::{Splice, start_tag, with_attribute};
use super::text::{self, Page};
use crate::error::WriteError;
use crate::model::element::{Content, Element};
use crate::model::slide::Slide;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};
use crate::pptx::write::book::Book;
use crate::pptx::write::notes;
use crate::pptx::write::relationships::Rels;
use crate::pptx::write::sheet::Sheet;
use crate::pptx::write::transition;
use crate::pptx::write::xml::Xml;

/// What must be declared for generated XML to mean what it says.
const DECLARED: [&str; 3] = [
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"",
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"",
    "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"",
];

/// Changes a slide in its part. `false` where it must be written anew.
pub(super) fn patch(
    book: &mut Book<'_>,
    files: &mut Files,
    (part, number): (&str, usize),
    (before, after): (&Slide, &Slide),
) -> Result<bool, WriteError> {
    let alike = before.layout == after.layout
        && before.background == after.background
        && before.hide_master_elements == after.hide_master_elements
        && before.name == after.name
        && before.comments == after.comments;
    let Some(document) = files
        .xml(part)
        .filter(|document| alike && declares(document))
    else {
        return Ok(false);
    };
    let mut splice = Splice::default();
    let mut page = Page {
        source: document.source(),
        splice: &mut splice,
    };
    let root = document.root();
    if before.hidden != after.hidden {
        let range = start_tag(page.source, root);
        let tag = page.source.get(range.clone()).unwrap_or_default();
        let tag = with_attribute(tag, "show", after.hidden.then_some("0"));
        page.splice.replace(range, tag);
    }
    if before.transition != after.transition {
        change_transition(&mut page, root, after.transition.as_deref());
    }
    let mut sheet = sheet(book, files, part, &after.elements);
    let tree = root
        .child(Ns::P, "cSld")
        .and_then(|content| content.child(Ns::P, "spTree"));
    let Some(tree) = tree else { return Ok(false) };
    if !element::list(
        &mut sheet,
        &mut page,
        (tree, true),
        (&before.elements, &after.elements),
    )? {
        return Ok(false);
    }
    timing_of(&mut page, root, (before, after));
    let mut rels = sheet.rels;
    if !notes_of(book, files, (part, number, &mut rels), (before, after))? {
        return Ok(false);
    }
    if files.relate(part, &rels).is_none() {
        return Ok(false);
    }
    if !splice.is_empty() {
        files.set(part, splice.apply(document.source()).into_bytes());
    }
    Ok(true)
}

/// The ids of elements and of all that is in them.
fn gather(elements: &[Element], ids: &mut BTreeSet<String>) {
    for element in elements {
        ids.insert(element.id.clone());
        if let Content::Group { elements } = &element.content {
            gather(elements, ids);
        }
    }
}

/// Changes the animation of a slide where it changed, or moves shapes that are gone.
fn timing_of(page: &mut Page<'_>, root: Node<'_>, (before, after): (&Slide, &Slide)) {
    let ids = |elements: &[Element]| {
        let mut ids = BTreeSet::new();
        gather(elements, &mut ids);
        ids
    };
    let gone = &ids(&before.elements) - &ids(&after.elements);
    let whole =
        |raw: &String| gone.is_empty() || transition::is_whole(raw, &|id: &str| gone.contains(id));
    if before.timing != after.timing || !after.timing.as_ref().is_none_or(whole) {
        let own = before.timing == after.timing;
        change_timing(page, root, (after.timing.as_deref(), own), &gone);
    }
}

/// Puts an animation in the place of the one there was, without what moves shapes that are gone.
/// `own` where it is that one.
fn change_timing(
    page: &mut Page<'_>,
    root: Node<'_>,
    (raw, own): (Option<&str>, bool),
    gone: &BTreeSet<String>,
) {
    let mut xml = Xml::default();
    let gone = |id: &str| gone.contains(id);
    match raw {
        Some(raw) if own => transition::rewrite_timing(&mut xml, raw, &gone),
        Some(raw) => transition::write_timing(&mut xml, raw, &gone),
        None => {}
    }
    if let Some(old) = root.child(Ns::P, "timing") {
        let place = element::outer(page.source, old.span());
        page.splice.replace(place, xml.finish());
        return;
    }
    let before = ["transition", "clrMapOvr", "cSld"];
    let before = before.iter().find_map(|name| root.child(Ns::P, name));
    if let Some(before) = before {
        let place = element::outer(page.source, before.span());
        page.splice.insert(place.end, xml.finish());
    }
}

/// Changes, adds or takes away the notes of a slide. `false` where the slide must be written anew for that.
fn notes_of(
    book: &mut Book<'_>,
    files: &mut Files,
    (part, number, rels): (&str, usize, &mut Rels),
    (before, after): (&Slide, &Slide),
) -> Result<bool, WriteError> {
    match (&before.notes, &after.notes) {
        (old, new) if old == new => {}
        (None, Some(new)) => {
            // An empty page of notes may be there, which is no notes to the reader.
            if files
                .relationships(part)
                .part_of_kind("notesSlide")
                .is_some()
            {
                return Ok(false);
            }
            let page = notes::write(book, new, (part, number))?;
            rels.part("notesSlide", &page);
        }
        (Some(_), None) => {
            if let Some(page) = files.relationships(part).part_of_kind("notesSlide") {
                files.remove(page);
            }
        }
        _ if change_notes(book, files, part, (before, after))? => {}
        _ => return Ok(false),
    }
    Ok(true)
}

fn sheet<'b, 'd>(
    book: &'b mut Book<'d>,
    files: &Files,
    part: &str,
    elements: &[Element],
) -> Sheet<'b, 'd> {
    let mut sheet = Sheet::new(book, elements, true);
    sheet.rels = Rels::after(files.next_relationship(part));
    sheet
}

/// Whether the prefixes of generated XML mean there what they mean here.
fn declares(document: &Document) -> bool {
    let source = document.source();
    let tag = source
        .get(start_tag(source, document.root()))
        .unwrap_or_default();
    DECLARED.iter().all(|declared| tag.contains(declared))
}

fn change_transition(page: &mut Page<'_>, root: Node<'_>, raw: Option<&str>) {
    let mut xml = Xml::default();
    if let Some(raw) = raw {
        transition::write(&mut xml, raw);
    }
    if let Some(old) = root.child(Ns::P, "transition") {
        let place = element::outer(page.source, old.span());
        page.splice.replace(place, xml.finish());
        return;
    }
    let before = ["clrMapOvr", "cSld"]
        .iter()
        .find_map(|name| root.child(Ns::P, name));
    if let Some(before) = before {
        page.splice.insert(before.span().end, xml.finish());
    }
}

/// Changes the notes of a slide where they stand.
fn change_notes(
    book: &mut Book<'_>,
    files: &mut Files,
    slide: &str,
    (before, after): (&Slide, &Slide),
) -> Result<bool, WriteError> {
    let rels = files.relationships(slide);
    let (Some(part), Some(old), Some(new)) =
        (rels.part_of_kind("notesSlide"), &before.notes, &after.notes)
    else {
        return Ok(false);
    };
    let Some(document) = files.xml(part).filter(declares) else {
        return Ok(false);
    };
    let is_body = |shape: &Node<'_>| {
        let places = shape.descendants(Ns::P, "ph");
        places
            .iter()
            .any(|place| place.attribute("type").as_deref() == Some("body"))
    };
    let shapes = document.root().descendants(Ns::P, "sp");
    let Some(body) = shapes
        .into_iter()
        .find(is_body)
        .and_then(|shape| shape.child(Ns::P, "txBody"))
    else {
        return Ok(false);
    };
    let mut splice = Splice::default();
    let mut page = Page {
        source: document.source(),
        splice: &mut splice,
    };
    let mut sheet = sheet(book, files, part, &[]);
    text::paragraphs(
        &mut sheet,
        &mut page,
        body,
        (&old.paragraphs, &new.paragraphs),
    )?;
    let rels = sheet.rels;
    if files.relate(part, &rels).is_none() {
        return Ok(false);
    }
    files.set(part, splice.apply(document.source()).into_bytes());
    Ok(true)
}
