//! A sheet being written, slide or layout or master: its relationships and the numbers of its shapes.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::color::Colors;
use super::relationships::Rels;
use crate::error::WriteError;
use crate::model::asset::AssetId;
use crate::model::element::{Content, Element};
use crate::model::template::Theme;

/// The greatest number a shape may have (`ST_DrawingElementId`, held to what 32-bit readers take).
const GREATEST: u32 = 2_147_483_647;

/// What all elements of one part share while it is written.
pub(super) struct Sheet<'b, 'd> {
    /// The package it goes into.
    pub(super) book: &'b mut Book<'d>,
    /// What the part names.
    pub(super) rels: Rels,
    /// The numbers of its shapes.
    pub(super) ids: Ids,
    /// What its colours are named by.
    pub(super) colors: Colors<'d>,
    /// Whether it is a slide; on layouts and masters placeholders tell styles rather than text.
    pub(super) slide: bool,
}

impl<'b, 'd> Sheet<'b, 'd> {
    /// A sheet with these elements.
    pub(super) fn new(book: &'b mut Book<'d>, elements: &[Element], slide: bool) -> Self {
        let colors = book.colors.clone();
        Self {
            book,
            rels: Rels::default(),
            colors,
            ids: Ids::of(elements),
            slide,
        }
    }

    /// The theme that typefaces are named by.
    pub(super) fn theme(&self) -> &'d Theme {
        &self.book.deck.theme
    }

    /// What colours are named by, for as long as the sheet itself is written to.
    pub(super) fn colors(&self) -> Colors<'d> {
        self.colors.clone()
    }

    /// The id of a relationship to a picture.
    pub(super) fn image(&mut self, asset: &AssetId) -> Result<String, WriteError> {
        let part = self.book.media(asset)?;
        Ok(self.rels.part("image", &part))
    }
}

/// Numbers of shapes: the element's own where it is one, else the next that is free.
#[derive(Debug, Default)]
pub(super) struct Ids {
    numbers: BTreeMap<String, u32>,
    taken: BTreeSet<u32>,
    next: u32,
}

impl Ids {
    fn of(elements: &[Element]) -> Self {
        let mut ids = Self {
            next: 2,
            ..Self::default()
        };
        let mut without = Vec::new();
        ids.walk(elements, &mut without);
        for id in without {
            let number = ids.fresh();
            ids.numbers.insert(id, number);
        }
        ids
    }

    fn walk(&mut self, elements: &[Element], without: &mut Vec<String>) {
        for element in elements {
            let number = element
                .id
                .parse()
                .ok()
                .filter(|number| (1..=GREATEST).contains(number));
            match number
                .filter(|number| element.id == number.to_string() && self.taken.insert(*number))
            {
                Some(number) => {
                    self.numbers.insert(element.id.clone(), number);
                }
                None if !self.numbers.contains_key(&element.id) => without.push(element.id.clone()),
                None => {}
            }
            if let Content::Group { elements } | Content::Diagram { elements } = &element.content {
                self.walk(elements, without);
            }
        }
    }

    /// The number of an element.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// Whether a shape has this number.
    pub(super) fn has(&self, number: &str) -> bool {
        let number = number.parse::<u32>();
        number.is_ok_and(|number| self.taken.contains(&number))
    }

    /// The number of an element; a new one where it has none.
    pub(super) fn number_or_fresh(&mut self, id: &str) -> u32 {
        self.number(id).unwrap_or_else(|| self.fresh())
    }

    /// The number of the group that holds all others.
    pub(super) fn root(&mut self) -> u32 {
        if self.taken.insert(1) {
            1
        } else {
            self.fresh()
        }
    }

    fn fresh(&mut self) -> u32 {
        while !self.taken.insert(self.next) {
            self.next += 1;
        }
        self.next
    }
}
