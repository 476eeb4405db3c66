//! Masters and layouts, each read once and shared by all slides made from it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::layout::LayoutPart;
use super::list_style::ListStyle;
use super::master::MasterPart;
use super::presentation::Parsed;
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::template::{Layout, Master, Theme};
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};

/// What stands for a master or a layout that is not there.
const NOTHING: &str =
    "<p:none xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"/>";
/// The name of a master that is not there.
const NO_MASTER: &str = "none";

/// The masters and layouts read so far, in order.
#[derive(Default)]
pub(super) struct Templates {
    base: ListStyle,
    masters: Vec<Rc<MasterPart>>,
    layouts: Vec<Rc<LayoutPart>>,
    /// By part name in lower case; `None` for parts that are no layout.
    known: BTreeMap<String, Option<Rc<LayoutPart>>>,
    blank: Option<Rc<LayoutPart>>,
}

impl Templates {
    /// Reads all masters of a presentation with all their layouts.
    pub(super) fn read(reading: &mut Reading<'_>, parsed: &Parsed) -> Result<Self, ReadError> {
        let root = parsed.document.root();
        let mut templates = Self::default();
        if let Some(style) = root.child(Ns::P, "defaultTextStyle") {
            templates.base.lay(style, &parsed.rels);
        }
        for part in listed(root, "sldMasterIdLst", &parsed.rels) {
            let master = templates.master(reading, Some(&part))?;
            for layout in listed(master.document.root(), "sldLayoutIdLst", &master.rels) {
                templates.layout(reading, &layout)?;
            }
        }
        Ok(templates)
    }

    /// The layout in a part; `None` where there is none.
    pub(super) fn layout(
        &mut self,
        reading: &mut Reading<'_>,
        part: &str,
    ) -> Result<Option<Rc<LayoutPart>>, ReadError> {
        let key = part.to_lowercase();
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        self.known.insert(key.clone(), None);
        let Some(document) = reading.optional(part)? else {
            return Ok(None);
        };
        if !document.root().is(Ns::P, "sldLayout") {
            reading.warn("broken_part", format!("`{part}` is no layout"));
            return Ok(None);
        }
        let rels = reading.relationships(part)?;
        let master = self.master(reading, rels.part_of_kind("slideMaster"))?;
        let layout = Rc::new(LayoutPart::read(reading, part, document, (rels, master))?);
        self.layouts.push(Rc::clone(&layout));
        self.known.insert(key, Some(Rc::clone(&layout)));
        Ok(Some(layout))
    }

    /// What a slide without a layout is read against: the first master, and no placeholders.
    pub(super) fn blank(&mut self, reading: &mut Reading<'_>) -> Result<Rc<LayoutPart>, ReadError> {
        if let Some(blank) = &self.blank {
            return Ok(Rc::clone(blank));
        }
        let master = match self.masters.first() {
            Some(master) => Rc::clone(master),
            None => Rc::new(self.made_up(reading)?),
        };
        let document = Document::parse("no layout", NOTHING.as_bytes(), 2)?;
        let blank = LayoutPart::read(reading, "", document, (Relationships::default(), master))?;
        let blank = Rc::new(blank);
        self.blank = Some(Rc::clone(&blank));
        Ok(blank)
    }

    fn master(
        &mut self,
        reading: &mut Reading<'_>,
        part: Option<&str>,
    ) -> Result<Rc<MasterPart>, ReadError> {
        let wanted = part.unwrap_or(NO_MASTER);
        let same = |master: &&Rc<MasterPart>| master.part.eq_ignore_ascii_case(wanted);
        if let Some(known) = self.masters.iter().find(same) {
            return Ok(Rc::clone(known));
        }
        let document = match part {
            Some(part) => reading.optional(part)?,
            None => None,
        };
        let document = document.filter(|document| document.root().is(Ns::P, "sldMaster"));
        let master = if let Some(document) = document {
            MasterPart::read(reading, wanted, document, &self.base)?
        } else {
            let detail = format!("the master `{wanted}` is missing or no master");
            reading.warn("missing_master", detail);
            let none = self.masters.iter().find(|known| known.part == NO_MASTER);
            if let Some(known) = none {
                return Ok(Rc::clone(known));
            }
            self.made_up(reading)?
        };
        let master = Rc::new(master);
        self.masters.push(Rc::clone(&master));
        Ok(master)
    }

    fn made_up(&self, reading: &mut Reading<'_>) -> Result<MasterPart, ReadError> {
        let document = Document::parse("no master", NOTHING.as_bytes(), 2)?;
        MasterPart::read(reading, NO_MASTER, document, &self.base)
    }

    /// The theme of the first master.
    pub(super) fn theme(&self) -> Option<Theme> {
        self.masters
            .first()
            .map(|master| master.theme.model.clone())
    }

    /// Masters and layouts for the deck.
    pub(super) fn into_models(self) -> (Vec<Master>, Vec<Layout>) {
        let Self {
            masters,
            layouts,
            known,
            blank,
            ..
        } = self;
        // Whatever else holds them lets go first, so that they can be taken rather than copied; layouts hold their master.
        drop((known, blank));
        let layouts = layouts.into_iter().map(|layout| {
            let taken = Rc::try_unwrap(layout).map(|layout| layout.model);
            taken.unwrap_or_else(|shared| shared.model.clone())
        });
        let layouts = layouts.collect();
        let masters = masters.into_iter().map(|master| {
            let taken = Rc::try_unwrap(master).map(|master| master.model);
            taken.unwrap_or_else(|shared| shared.model.clone())
        });
        (masters.collect(), layouts)
    }
}

/// The parts that a list of ids leads to.
fn listed(root: Node<'_>, list: &str, rels: &Relationships) -> Vec<String> {
    let entries = root.child(Ns::P, list);
    let entries = entries.into_iter().flat_map(Node::children);
    entries
        .filter_map(|entry| Some(rels.part(&entry.attribute_of(Ns::R, "id")?)?.to_owned()))
        .collect()
}
