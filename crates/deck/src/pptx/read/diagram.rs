//! `SmartArt`: the drawing that PowerPoint last made of it, else the text of its nodes.

use super::reading::Reading;
use super::scene::Scene;
use super::text::{self, TextLook};
use crate::error::ReadError;
use crate::model::element::{Content, Element};
use crate::model::text::TextBody;
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::{Document, Element as Node};

/// The drawing part of a diagram, with its relationships.
pub(super) fn drawing(
    reading: &mut Reading<'_>,
    rels: &Relationships,
    parts: Node<'_>,
) -> Result<Option<(Document, Relationships)>, ReadError> {
    let Some(data) = data(reading, rels, parts)? else {
        return Ok(None);
    };
    let named = data.root().descendants(Ns::DiagramDrawing, "dataModelExt");
    let named = named.first().and_then(|known| known.attribute("relId"));
    let part = named.and_then(|id| rels.part(&id)).map(str::to_owned);
    // Files that do not name the drawing have one diagram and one drawing.
    let drawings = || {
        rels.iter().filter_map(|(_, found)| match &found.target {
            Target::Part(part) if found.kind == "diagramDrawing" => Some(part.clone()),
            Target::Part(_) | Target::External(_) | Target::Nowhere(_) => None,
        })
    };
    let Some(part) = part.or_else(|| drawings().next().filter(|_| drawings().count() == 1)) else {
        return Ok(None);
    };
    let Some(document) = reading.optional(&part)? else {
        return Ok(None);
    };
    let empty = document
        .root()
        .child(Ns::DiagramDrawing, "spTree")
        .is_none_or(|tree| {
            tree.child(Ns::DiagramDrawing, "sp").is_none()
                && tree.child(Ns::DiagramDrawing, "grpSp").is_none()
        });
    if empty {
        return Ok(None);
    }
    let rels = reading.relationships(&part)?;
    Ok(Some((document, rels)))
}

fn data(
    reading: &mut Reading<'_>,
    rels: &Relationships,
    parts: Node<'_>,
) -> Result<Option<Document>, ReadError> {
    let id = parts.attribute_of(Ns::R, "dm");
    if let Some(part) = id.as_deref().and_then(|id| rels.part(id)) {
        return reading.optional(part);
    }
    reading.warn("broken_reference", "a diagram names no data");
    Ok(None)
}

/// The text of a diagram's nodes as one shape, where no drawing was kept.
pub(super) fn nodes(
    scene: &mut Scene<'_, '_>,
    parts: Node<'_>,
    id: &str,
    frame: Frame,
) -> Result<Vec<Element>, ReadError> {
    scene.reading.warn(
        "diagram_without_drawing",
        "a diagram has no drawing; only its text is kept",
    );
    let rels = scene.sheet.rels;
    let Some(data) = data(scene.reading, rels, parts)? else {
        return Ok(Vec::new());
    };
    let look = TextLook::of(&scene.sheet.styles.other);
    let mut whole = TextBody::default();
    for words in data.root().descendants(Ns::Diagram, "t") {
        let body = text::read(scene.reading, &scene.sheet, words, &look, false)?;
        whole.paragraphs.extend(
            body.paragraphs
                .into_iter()
                .filter(|paragraph| !paragraph.runs.is_empty()),
        );
    }
    if whole.paragraphs.is_empty() {
        return Ok(Vec::new());
    }
    let id = scene.ids.beside(id);
    Ok(vec![Element {
        id,
        name: String::new(),
        content: Content::Shape,
        alt: None,
        hidden: false,
        frame,
        placeholder: None,
        geometry: None,
        fill: None,
        line: None,
        effects: None,
        link: None,
        text: Some(whole),
    }])
}
