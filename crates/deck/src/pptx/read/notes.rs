//! Speaker notes: the text of a notes page's body.

use super::reading::Reading;
use super::sheet::{Sheet, SheetKind};
use super::text::{self, TextLook};
use crate::error::ReadError;
use crate::model::slide::Notes;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// The notes of a slide; none where there is no text in them.
pub(super) fn read(
    reading: &mut Reading<'_>,
    slide: &Sheet<'_>,
) -> Result<Option<Notes>, ReadError> {
    let Some(part) = slide.rels.part_of_kind("notesSlide") else {
        return Ok(None);
    };
    let Some(document) = reading.optional(part)? else {
        return Ok(None);
    };
    let rels = reading.relationships(part)?;
    let sheet = Sheet {
        kind: SheetKind::Slide,
        rels: &rels,
        above: None,
        ..*slide
    };
    let content = document.root().child(Ns::P, "cSld");
    let Some(tree) = content.and_then(|content| content.child(Ns::P, "spTree")) else {
        return Ok(None);
    };
    let Some(text) = body(tree) else {
        return Ok(None);
    };
    let look = TextLook::of(&slide.styles.other).with(text, &sheet);
    let body = text::read(reading, &sheet, text, &look, false)?;
    let spoken = body.paragraphs.iter().flat_map(|paragraph| &paragraph.runs);
    let silent = spoken.clone().all(|run| run.text.trim().is_empty());
    Ok((!silent).then_some(Notes {
        paragraphs: body.paragraphs,
    }))
}

/// The text of the body placeholder.
fn body(tree: Node<'_>) -> Option<Node<'_>> {
    let shapes = tree.descendants(Ns::P, "sp");
    let is_body = |shape: &Node<'_>| {
        let known = shape
            .child(Ns::P, "nvSpPr")
            .and_then(|known| known.child(Ns::P, "nvPr"));
        let placeholder = known.and_then(|known| known.child(Ns::P, "ph"));
        placeholder.is_some_and(|ph| ph.attribute("type").as_deref() == Some("body"))
    };
    shapes.into_iter().find(is_body)?.child(Ns::P, "txBody")
}
