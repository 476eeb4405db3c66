//! Masters: theme, colour mapping, text styles and the placeholders that layouts follow.

use std::rc::Rc;

use super::background;
use super::color::Palette;
use super::inheritance::Placeholders;
use super::lexical::filled;
use super::list_style::ListStyle;
use super::reading::Reading;
use super::scene::{Around, Scene};
use super::sheet::{Sheet, SheetKind, TextStyles};
use super::theme::ThemePart;
use super::tree;
use crate::error::ReadError;
use crate::model::element::Element;
use crate::model::paint::Fill;
use crate::model::template::Master;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};

/// A master and what layouts need of it.
pub(super) struct MasterPart {
    pub(super) part: String,
    pub(super) document: Document,
    pub(super) rels: Relationships,
    pub(super) theme: ThemePart,
    pub(super) palette: Palette,
    pub(super) styles: TextStyles,
    pub(super) placeholders: Placeholders,
    pub(super) model: Master,
}

impl MasterPart {
    /// Reads a master. `base` is what the presentation says of all text.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        part: &str,
        document: Document,
        base: &ListStyle,
    ) -> Result<Self, ReadError> {
        let rels = reading.relationships(part)?;
        let theme = ThemePart::read(reading, rels.part_of_kind("theme"))?;
        let root = document.root();
        let palette = match root.child(Ns::P, "clrMap") {
            Some(map) => theme.palette().mapped(map),
            None => theme.palette(),
        };
        let styles = styles(root, base, &rels);
        let mut master = Self {
            part: part.to_owned(),
            rels,
            theme,
            palette,
            styles,
            placeholders: Placeholders::default(),
            model: Master {
                id: part.to_owned(),
                name: None,
                background: Fill::None,
                elements: Vec::new(),
            },
            document,
        };
        let (background, elements, placeholders) = master.content(reading)?;
        master.placeholders = placeholders;
        master.model.name.clone_from(&master.theme.model.name);
        master.model.background = background.unwrap_or(Fill::None);
        master.model.elements = elements;
        Ok(master)
    }

    /// What the master is read against.
    pub(super) fn sheet(&self) -> Sheet<'_> {
        Sheet {
            kind: SheetKind::Master,
            rels: &self.rels,
            theme: &self.theme,
            palette: &self.palette,
            styles: &self.styles,
            above: None,
        }
    }

    fn content(
        &self,
        reading: &mut Reading<'_>,
    ) -> Result<(Option<Fill>, Vec<Element>, Placeholders), ReadError> {
        let content = self.document.root().child(Ns::P, "cSld");
        let sheet = self.sheet();
        let background = background::read(reading, content, &sheet)?;
        let mut scene = Scene::new(reading, sheet);
        let tree = content.and_then(|content| content.child(Ns::P, "spTree"));
        let elements = tree
            .map(|tree| tree::read(&mut scene, tree, Around::default()))
            .transpose()?;
        let placeholders = scene.placeholders;
        Ok((background, elements.unwrap_or_default(), placeholders))
    }
}

fn styles(root: Node<'_>, base: &ListStyle, rels: &Relationships) -> TextStyles {
    let own = root.child(Ns::P, "txStyles");
    let style = |name| {
        let mut style = base.clone();
        if let Some(own) = own.and_then(|own| own.child(Ns::P, name)) {
            style.lay(own, rels);
        }
        Rc::new(style)
    };
    TextStyles {
        title: style("titleStyle"),
        body: style("bodyStyle"),
        other: style("otherStyle"),
    }
}

/// The name of a part's `cSld`.
pub(super) fn name(content: Option<Node<'_>>) -> Option<String> {
    content
        .and_then(|content| content.attribute("name"))
        .and_then(|name| filled(&name))
}
