//! Placeholders that say nothing of their place: they stand where their layout has them and look as it says.

use super::deck::Deck;
use super::element::{Element, Placeholder};
use super::slide::Slide;
use super::text::{BodyStyle, Paragraph, RunStyle, TextBody};
use super::units::Frame;

impl Element {
    /// Whether it takes its place, and all that it does not say, from its layout: a placeholder with a frame of zeros.
    pub fn is_adopted(&self) -> bool {
        self.placeholder.is_some() && self.frame == Frame::default()
    }
}

impl Paragraph {
    /// Whether it says nothing but its level and its text.
    pub fn is_plain(&self) -> bool {
        let said = Self {
            level: self.level,
            runs: self.runs.clone(),
            end_style: self.end_style.clone(),
            ..Self::default()
        };
        *self == said
    }
}

/// The elements of a slide, placeholders filled in by what its layout, or that one's master, says of them.
pub fn elements(deck: &Deck, slide: &Slide) -> Vec<Element> {
    let layout = deck
        .layouts
        .iter()
        .find(|layout| Some(&layout.id) == slide.layout.as_ref());
    let master = layout.and_then(|layout| deck.masters.iter().find(|own| own.id == layout.master));
    let fill = |element: &Element| {
        let Some(own) = element
            .placeholder
            .as_ref()
            .filter(|_| element.is_adopted())
        else {
            return element.clone();
        };
        let on_layout = layout.and_then(|layout| counterpart(&layout.elements, own));
        let on_master = || master.and_then(|master| of_role(&master.elements, &own.role));
        let there = on_layout.or_else(on_master);
        there.map_or_else(|| element.clone(), |there| adopted(element, there))
    };
    slide.elements.iter().map(fill).collect()
}

/// The placeholder of that number, else the first of that role.
fn counterpart<'a>(elements: &'a [Element], own: &Placeholder) -> Option<&'a Element> {
    let same = |element: &&Element| {
        let there = element.placeholder.as_ref();
        there.is_some_and(|there| there.index.is_some() && there.index == own.index)
    };
    let found = elements.iter().find(same).filter(|_| own.index.is_some());
    found.or_else(|| of_role(elements, &own.role))
}

fn of_role<'a>(elements: &'a [Element], role: &str) -> Option<&'a Element> {
    let kind = |role: &str| match role {
        "ctrTitle" => "title".to_owned(),
        "obj" | "subTitle" => "body".to_owned(),
        other => other.to_owned(),
    };
    let role = kind(role);
    elements.iter().find(|element| {
        let there = element.placeholder.as_ref();
        there.is_some_and(|there| kind(&there.role) == role)
    })
}

fn adopted(element: &Element, there: &Element) -> Element {
    let mut out = element.clone();
    out.frame = there.frame;
    out.geometry = out.geometry.or_else(|| there.geometry.clone());
    out.fill = out.fill.or_else(|| there.fill.clone());
    out.line = out.line.or_else(|| there.line.clone());
    out.effects = out.effects.or_else(|| there.effects.clone());
    if let (Some(own), Some(style)) = (&mut out.text, &there.text) {
        if own.body == BodyStyle::default() {
            own.body = style.body.clone();
        }
        own.paragraphs = own
            .paragraphs
            .iter()
            .map(|paragraph| styled(paragraph, style))
            .collect();
    }
    out
}

/// A paragraph in the style that a layout has for its level, or for the last level above that it has one for.
fn styled(own: &Paragraph, style: &TextBody) -> Paragraph {
    let levels = style
        .paragraphs
        .iter()
        .filter(|there| there.level <= own.level);
    // Of several paragraphs on a level the first tells.
    let nearest = levels.rev().max_by_key(|there| there.level);
    let Some(there) = nearest else {
        return own.clone();
    };
    let first = there.runs.first().map(|run| &run.style);
    let letters = first.or(there.end_style.as_deref());
    let mut out = if own.is_plain() {
        Paragraph {
            level: own.level,
            runs: own.runs.clone(),
            end_style: own.end_style.clone(),
            ..there.clone()
        }
    } else {
        own.clone()
    };
    if let Some(letters) = letters {
        let plain = RunStyle::default();
        for run in out.runs.iter_mut().filter(|run| run.style == plain) {
            run.style = letters.clone();
        }
        out.end_style
            .get_or_insert_with(|| Box::new(letters.clone()));
    }
    out
}
