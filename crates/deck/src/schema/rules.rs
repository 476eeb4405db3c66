//! What a schema cannot say: ids that are unique, references that lead somewhere, sizes that a slide may have.

use std::collections::BTreeSet;

use super::super::model::asset::AssetId;
use super::super::model::deck::{Deck, SCHEMA};
use super::super::model::element::{Content, Element};
use super::super::model::text::Link;
use super::super::model::units::{Emu, Size};
use super::check::Fault;

/// How deep groups may lie in each other.
const DEEPEST: usize = 32;

/// What a deck does against the rules.
pub(super) fn rule_faults(deck: &Deck) -> Vec<Fault> {
    let mut rules = Rules {
        deck,
        faults: Vec::new(),
        slides: BTreeSet::new(),
    };
    if deck.schema != SCHEMA {
        rules.fault("/schema", format!("has to be `{SCHEMA}`"));
    }
    rules.side("/size/width", deck.size.width);
    rules.side("/size/height", deck.size.height);
    for (index, slide) in deck.slides.iter().enumerate() {
        if !rules.slides.insert(slide.id.as_str()) {
            rules.fault(
                &format!("/slides/{index}/id"),
                "another slide has this id".to_owned(),
            );
        }
    }
    rules.templates();
    for (index, slide) in deck.slides.iter().enumerate() {
        let place = format!("/slides/{index}");
        if let Some(layout) = &slide.layout
            && !deck.layouts.iter().any(|known| known.id == *layout)
        {
            rules.fault(
                &format!("{place}/layout"),
                "there is no layout with this id".to_owned(),
            );
        }
        rules.elements(
            &format!("{place}/elements"),
            &slide.elements,
            &mut BTreeSet::new(),
            0,
        );
    }
    rules.faults
}

struct Rules<'a> {
    deck: &'a Deck,
    faults: Vec<Fault>,
    slides: BTreeSet<&'a str>,
}

impl<'a> Rules<'a> {
    fn fault(&mut self, pointer: &str, detail: String) {
        self.faults.push(Fault {
            pointer: pointer.to_owned(),
            detail,
        });
    }

    fn side(&mut self, pointer: &str, side: Emu) {
        if side < Size::MIN_SIDE || side > Size::MAX_SIDE {
            let detail = format!(
                "a slide is between {} and {} EMU",
                Size::MIN_SIDE.0,
                Size::MAX_SIDE.0
            );
            self.fault(pointer, detail);
        }
    }

    fn templates(&mut self) {
        let deck = self.deck;
        for (index, layout) in deck.layouts.iter().enumerate() {
            if !deck.masters.iter().any(|known| known.id == layout.master) {
                let place = format!("/layouts/{index}/master");
                self.fault(&place, "there is no master with this id".to_owned());
            }
        }
        for (index, section) in deck.sections.iter().enumerate() {
            for (number, slide) in section.slides.iter().enumerate() {
                if !self.slides.contains(slide.as_str()) {
                    let place = format!("/sections/{index}/slides/{number}");
                    self.fault(&place, "there is no slide with this id".to_owned());
                }
            }
        }
    }

    fn elements(
        &mut self,
        place: &str,
        elements: &'a [Element],
        ids: &mut BTreeSet<&'a str>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            self.fault(
                place,
                format!("groups lie more than {DEEPEST} deep in each other"),
            );
            return;
        }
        for (index, element) in elements.iter().enumerate() {
            let place = format!("{place}/{index}");
            if !ids.insert(element.id.as_str()) {
                let detail = "another element of the slide has this id".to_owned();
                self.fault(&format!("{place}/id"), detail);
            }
            if !element.frame.rotation.is_finite() {
                self.fault(
                    &format!("{place}/frame/rotation"),
                    "has to be a number".to_owned(),
                );
            }
            self.links(&place, element);
            match &element.content {
                Content::Group { elements } | Content::Diagram { elements } => {
                    self.elements(&format!("{place}/elements"), elements, ids, depth + 1);
                }
                Content::Picture(picture) => {
                    self.asset(&format!("{place}/asset"), picture.asset.as_ref());
                    self.asset(&format!("{place}/svg"), picture.svg.as_ref());
                }
                Content::Media(media) => {
                    self.asset(&format!("{place}/poster"), media.poster.as_ref());
                    self.asset(&format!("{place}/asset"), media.asset.as_ref());
                }
                Content::Ole(ole) => self.asset(&format!("{place}/poster"), ole.poster.as_ref()),
                Content::Shape
                | Content::Table(_)
                | Content::Chart { .. }
                | Content::Connector { .. } => {}
            }
        }
    }

    fn links(&mut self, place: &str, element: &Element) {
        if let Some(Link::Slide(slide)) = &element.link
            && !self.slides.contains(slide.as_str())
        {
            self.fault(
                &format!("{place}/link/slide"),
                "there is no slide with this id".to_owned(),
            );
        }
    }

    fn asset(&mut self, place: &str, asset: Option<&AssetId>) {
        if asset.is_some_and(|asset| !self.deck.assets.contains_key(asset)) {
            self.fault(place, "there is no such asset in `assets`".to_owned());
        }
    }
}
