//! What is gathered while a deck is read: assets, warnings, and how much it may still hold.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::assets::{Assets, Loaded};
use super::comments;
use super::table_style::TableStyles;
use crate::error::ReadError;
use crate::model::asset::AssetId;
use crate::model::deck::Warning;
use crate::package::container::Package;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::Document;

/// Elements, runs, cells and values of one deck. Ten times what the largest of a thousand public decks holds; a small
/// file that names one slide thousands of times stops here before it fills the memory.
const MOST_THINGS: usize = 500_000;
/// After so many warnings the rest is only counted.
const MOST_WARNINGS: usize = 500;

/// The state of reading one deck.
pub(super) struct Reading<'a> {
    pub(super) package: &'a Package,
    /// Slide ids by part name in lower case, for links between slides.
    pub(super) slides: BTreeMap<String, String>,
    table_styles: Option<Rc<TableStyles>>,
    pub(super) assets: Assets,
    /// The relationships of the presentation, for what slides share.
    presentation: &'a Relationships,
    authors: Option<Rc<BTreeMap<String, String>>>,
    pub(super) warnings: Vec<Warning>,
    unsaid: usize,
    things: usize,
    slide: Option<String>,
    element: Option<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        package: &'a Package,
        presentation: &'a Relationships,
        slides: BTreeMap<String, String>,
    ) -> Self {
        Self {
            package,
            presentation,
            authors: None,
            slides,
            table_styles: None,
            assets: Assets::default(),
            warnings: Vec::new(),
            unsaid: 0,
            things: 0,
            slide: None,
            element: None,
        }
    }

    /// Who wrote comments, by id; read when the first comment is.
    pub(super) fn authors(&mut self) -> Result<Rc<BTreeMap<String, String>>, ReadError> {
        if let Some(known) = &self.authors {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(comments::authors(self, self.presentation)?);
        self.authors = Some(Rc::clone(&read));
        Ok(read)
    }

    /// The table styles of the file; read when the first table is.
    pub(super) fn table_styles(&mut self) -> Result<Rc<TableStyles>, ReadError> {
        if let Some(known) = &self.table_styles {
            return Ok(Rc::clone(known));
        }
        let document = match self.presentation.part_of_kind("tableStyles") {
            Some(part) => self.optional(part)?,
            None => None,
        };
        let read = Rc::new(TableStyles::new(document));
        self.table_styles = Some(Rc::clone(&read));
        Ok(read)
    }

    /// From now on warnings are about this slide, or about none.
    pub(super) fn enter_slide(&mut self, id: Option<&str>) {
        self.slide = id.map(str::to_owned);
        self.element = None;
    }

    /// From now on warnings are about this element, or about none. Gives the one before.
    pub(super) fn enter_element(&mut self, id: Option<String>) -> Option<String> {
        std::mem::replace(&mut self.element, id)
    }

    /// Notes something that was not understood or not kept.
    pub(super) fn warn(&mut self, code: &str, detail: impl Into<String>) {
        if self.warnings.len() >= MOST_WARNINGS {
            self.unsaid += 1;
            return;
        }
        self.warnings.push(Warning {
            code: code.to_owned(),
            detail: detail.into(),
            slide: self.slide.clone(),
            element: self.element.clone(),
        });
    }

    /// All warnings, the last of which tells how many are left out.
    pub(super) fn into_warnings(mut self) -> (Vec<Warning>, Assets) {
        if self.unsaid > 0 {
            self.warnings.push(Warning {
                code: "more_warnings".to_owned(),
                detail: format!("{} more warnings are left out", self.unsaid),
                slide: None,
                element: None,
            });
        }
        (self.warnings, self.assets)
    }

    /// Counts things that the deck will hold.
    pub(super) fn spend(&mut self, things: usize) -> Result<(), ReadError> {
        self.things += things;
        if self.things > MOST_THINGS {
            let limit = format!("the deck holds more than {MOST_THINGS} elements, runs and cells");
            return Err(ReadError::TooLarge { limit });
        }
        Ok(())
    }

    /// The XML of a part that a deck can do without: a warning where it is missing or broken.
    pub(super) fn optional(&mut self, part: &str) -> Result<Option<Document>, ReadError> {
        match self.package.xml(part) {
            Ok(Some(document)) => Ok(Some(document)),
            Ok(None) => {
                self.warn("missing_part", format!("the part `{part}` is missing"));
                Ok(None)
            }
            Err(ReadError::Malformed { detail }) => {
                self.warn("broken_part", detail);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The relationships of a part that a deck can do without.
    pub(super) fn relationships(&mut self, part: &str) -> Result<Relationships, ReadError> {
        match self.package.relationships(part) {
            Err(ReadError::Malformed { detail }) => {
                self.warn("broken_part", detail);
                Ok(Relationships::default())
            }
            other => other,
        }
    }

    /// The asset that a relationship leads to. Outside ones are never fetched; a warning keeps the address.
    pub(super) fn asset(
        &mut self,
        rels: &Relationships,
        id: &str,
    ) -> Result<Option<AssetId>, ReadError> {
        match rels.get(id).map(|found| &found.target) {
            Some(Target::Part(part)) => self.asset_of(part),
            Some(Target::External(address)) => {
                self.warn(
                    "external_content",
                    format!("`{address}` lies outside of the file and is not fetched"),
                );
                Ok(None)
            }
            Some(Target::Nowhere(target)) => {
                self.warn(
                    "broken_reference",
                    format!("`{target}` leads outside of the file"),
                );
                Ok(None)
            }
            None => {
                self.warn(
                    "broken_reference",
                    format!("there is no relationship `{id}`"),
                );
                Ok(None)
            }
        }
    }

    /// The asset that a part is.
    pub(super) fn asset_of(&mut self, part: &str) -> Result<Option<AssetId>, ReadError> {
        if let Some(known) = self.assets.known(part) {
            return Ok(match known {
                Loaded::Missing => None,
                Loaded::Asset(id) => Some(id),
            });
        }
        match self.assets.load(self.package, part) {
            Ok(Some(id)) => {
                if let Some((code, detail)) = self.assets.remark(&id) {
                    self.warn(code, detail);
                }
                Ok(Some(id))
            }
            Ok(None) => {
                self.warn("missing_part", format!("the part `{part}` is missing"));
                Ok(None)
            }
            Err(ReadError::Malformed { detail }) => {
                self.assets.forget(part);
                self.warn("broken_part", detail);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
