//! Slides: what is on them, and what belongs to them besides.

use super::background;
use super::comments;
use super::layout::{LayoutPart, hides_above, overridden};
use super::lexical::{flag, get};
use super::master::name;
use super::notes;
use super::noticed;
use super::reading::Reading;
use super::scene::{Around, Scene};
use super::theme;
use super::transition;
use super::tree;
use crate::error::ReadError;
use crate::model::slide::Slide;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Document;

/// Reads a slide.
pub(super) fn read(
    reading: &mut Reading<'_>,
    id: &str,
    document: &Document,
    rels: &Relationships,
    layout: &LayoutPart,
) -> Result<Slide, ReadError> {
    let root = document.root();
    let content = root.child(Ns::P, "cSld");
    let own = overridden(root, &layout.master);
    let palette = own.as_ref().unwrap_or(&layout.palette);
    let other = theme::overridden(reading, rels, palette)?;
    let palette = other.as_ref().unwrap_or(palette);
    let sheet = layout.sheet_for_slide(rels, palette);
    let background = match background::read(reading, content, &sheet)? {
        Some(fill) => fill,
        None => layout.background(reading, palette)?,
    };
    let mut scene = Scene::new(reading, sheet);
    let tree = content.and_then(|content| content.child(Ns::P, "spTree"));
    let elements = tree
        .map(|tree| tree::read(&mut scene, tree, Around::default()))
        .transpose()?;
    reading.enter_element(None);
    let timing = transition::timing(document);
    if timing.is_some() {
        reading.warn(
            "animation",
            "animations are kept as they are written; the slide is shown as it ends up",
        );
    }
    noticed::slide(reading, document, rels);
    let notes = notes::read(reading, &sheet)?;
    Ok(Slide {
        id: id.to_owned(),
        name: name(content),
        hidden: get(root, "show", flag) == Some(false),
        layout: Some(layout.model.id.clone()),
        background,
        hide_master_elements: hides_above(root),
        elements: elements.unwrap_or_default(),
        notes,
        comments: comments::read(reading, rels)?,
        transition: transition::read(document),
        timing,
    })
}
