//! Layouts: what slides are made from, between them and the master.

use std::rc::Rc;

use super::background;
use super::color::Palette;
use super::inheritance::Placeholders;
use super::lexical::{filled, flag, get};
use super::master::{MasterPart, name};
use super::reading::Reading;
use super::scene::{Around, Scene};
use super::sheet::{Sheet, SheetKind};
use super::theme;
use super::tree;
use crate::error::ReadError;
use crate::model::paint::Fill;
use crate::model::template::Layout;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};

/// A layout and what slides need of it.
pub(super) struct LayoutPart {
    pub(super) document: Document,
    pub(super) rels: Relationships,
    pub(super) master: Rc<MasterPart>,
    pub(super) palette: Palette,
    pub(super) placeholders: Placeholders,
    pub(super) model: Layout,
}

impl LayoutPart {
    /// Reads a layout.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        part: &str,
        document: Document,
        (rels, master): (Relationships, Rc<MasterPart>),
    ) -> Result<Self, ReadError> {
        let root = document.root();
        let palette = overridden(root, &master).unwrap_or_else(|| master.palette.clone());
        let palette = theme::overridden(reading, &rels, &palette)?.unwrap_or(palette);
        let content = root.child(Ns::P, "cSld");
        let sheet = Sheet {
            kind: SheetKind::Layout,
            rels: &rels,
            palette: &palette,
            above: Some(&master.placeholders),
            ..master.sheet()
        };
        let own = background::read(reading, content, &sheet)?;
        let mut scene = Scene::new(reading, sheet);
        let tree = content.and_then(|content| content.child(Ns::P, "spTree"));
        let elements = tree
            .map(|tree| tree::read(&mut scene, tree, Around::default()))
            .transpose()?;
        let placeholders = scene.placeholders;
        let kind = root.attribute("type").and_then(|kind| filled(&kind));
        let model = Layout {
            id: part.to_owned(),
            name: name(content),
            kind,
            master: master.part.clone(),
            background: own.unwrap_or_else(|| master.model.background.clone()),
            hide_master_elements: hides_above(root),
            elements: elements.unwrap_or_default(),
        };
        Ok(Self {
            document,
            rels,
            master,
            palette,
            placeholders,
            model,
        })
    }

    /// What a slide made from this is read against.
    pub(super) fn sheet_for_slide<'a>(
        &'a self,
        rels: &'a Relationships,
        palette: &'a Palette,
    ) -> Sheet<'a> {
        Sheet {
            kind: SheetKind::Slide,
            rels,
            palette,
            above: Some(&self.placeholders),
            ..self.master.sheet()
        }
    }

    /// The background under a slide that has a colour mapping of its own.
    pub(super) fn background(
        &self,
        reading: &mut Reading<'_>,
        palette: &Palette,
    ) -> Result<Fill, ReadError> {
        if *palette == self.palette {
            return Ok(self.model.background.clone());
        }
        let own = self.document.root().child(Ns::P, "cSld");
        let sheet = Sheet {
            rels: &self.rels,
            palette,
            ..self.master.sheet()
        };
        if let Some(fill) = background::read(reading, own, &sheet)? {
            return Ok(fill);
        }
        let above = self.master.document.root().child(Ns::P, "cSld");
        let sheet = Sheet {
            palette,
            ..self.master.sheet()
        };
        Ok(background::read(reading, above, &sheet)?.unwrap_or(Fill::None))
    }
}

/// The mapping that a layout or a slide sets in place of the master's.
pub(super) fn overridden(root: Node<'_>, master: &MasterPart) -> Option<Palette> {
    let map = root
        .child(Ns::P, "clrMapOvr")?
        .child(Ns::A, "overrideClrMapping")?;
    Some(master.theme.palette().mapped(map))
}

/// Whether the shapes of the part above are left out.
pub(super) fn hides_above(root: Node<'_>) -> bool {
    get(root, "showMasterSp", flag) == Some(false)
}
