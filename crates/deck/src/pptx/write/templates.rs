//! The masters and layouts of a deck with every gap filled: each slide has a layout, each layout a master.

use std::borrow::Cow;

use crate::model::deck::Deck;
use crate::model::element::{Content, Element, Placeholder};
use crate::model::paint::Fill;
use crate::model::slide::Slide;
use crate::model::template::{Layout, Master};
use crate::model::text::{Anchor, BodyStyle, Paragraph, RunStyle, TextBody};
use crate::model::units::{Emu, Frame, Size};

/// Masters and layouts as they are written.
pub(super) struct Templates<'d> {
    /// The masters.
    pub(super) masters: Vec<Cow<'d, Master>>,
    /// The layouts, each with the number of its master from 0.
    pub(super) layouts: Vec<(Cow<'d, Layout>, usize)>,
}

impl<'d> Templates<'d> {
    /// Takes what the deck has and makes up what is missing.
    pub(super) fn of(deck: &'d Deck) -> Self {
        let mut masters: Vec<Cow<'d, Master>> = deck.masters.iter().map(Cow::Borrowed).collect();
        if masters.is_empty() {
            masters.push(Cow::Owned(plain_master(deck)));
        }
        let number = |id: &str| {
            masters
                .iter()
                .position(|master| master.id == id)
                .unwrap_or(0)
        };
        let mut layouts: Vec<(Cow<'d, Layout>, usize)> = deck
            .layouts
            .iter()
            .map(|layout| (Cow::Borrowed(layout), number(&layout.master)))
            .collect();
        let homeless = deck
            .slides
            .iter()
            .any(|slide| found(&layouts, slide).is_none());
        for (at, master) in masters.iter().enumerate() {
            // PowerPoint wants a layout below every master.
            if !layouts.iter().any(|(_, own)| *own == at) || (at == 0 && homeless) {
                layouts.push((Cow::Owned(blank(master)), at));
            }
        }
        Self { masters, layouts }
    }

    /// The number of a slide's layout, from 0. A slide without one gets the blank one.
    pub(super) fn layout(&self, slide: &Slide) -> usize {
        let blank = || {
            self.layouts
                .iter()
                .rposition(|(layout, master)| layout.id == BLANK && *master == 0)
        };
        found(&self.layouts, slide).or_else(blank).unwrap_or(0)
    }
}

/// The id of a layout that was made up. No part has such a name.
const BLANK: &str = "\u{1}blank";

fn found(layouts: &[(Cow<'_, Layout>, usize)], slide: &Slide) -> Option<usize> {
    let id = slide.layout.as_deref()?;
    layouts.iter().position(|(layout, _)| layout.id == id)
}

fn blank(master: &Master) -> Layout {
    Layout {
        id: BLANK.to_owned(),
        name: Some("Blank".to_owned()),
        kind: Some("blank".to_owned()),
        master: master.id.clone(),
        background: master.background.clone(),
        hide_master_elements: false,
        elements: Vec::new(),
    }
}

/// A white master with a title and a body, for decks that have none.
fn plain_master(deck: &Deck) -> Master {
    let color = deck.theme.colors.get("lt1").copied();
    let color = color.unwrap_or(crate::model::color::Rgb::WHITE);
    let title = RunStyle {
        font: deck.theme.fonts.major.clone(),
        size: 44.0,
        ..RunStyle::default()
    };
    let body = RunStyle {
        font: deck.theme.fonts.minor.clone(),
        size: 28.0,
        ..RunStyle::default()
    };
    Master {
        id: "master".to_owned(),
        name: deck.theme.name.clone(),
        background: Fill::Solid {
            color: crate::model::color::Color::opaque(color),
        },
        elements: vec![
            placeholder(
                ("2", "Title Placeholder 1", "title"),
                part(deck.size, (6, 19)),
                title,
            ),
            placeholder(
                ("3", "Text Placeholder 2", "body"),
                part(deck.size, (27, 63)),
                body,
            ),
        ],
    }
}

/// A frame as wide as the slide without its margins; top and height in hundredths of the slide's height.
fn part(size: Size, (top, height): (i64, i64)) -> Frame {
    Frame {
        x: Emu(size.width.0 * 7 / 100),
        y: Emu(size.height.0 * top / 100),
        width: Emu(size.width.0 * 86 / 100),
        height: Emu(size.height.0 * height / 100),
        ..Frame::default()
    }
}

fn placeholder((id, name, role): (&str, &str, &str), frame: Frame, letters: RunStyle) -> Element {
    let index = (role == "body").then_some(1);
    let anchor = if role == "title" {
        Anchor::Middle
    } else {
        Anchor::Top
    };
    Element {
        id: id.to_owned(),
        name: name.to_owned(),
        content: Content::Shape,
        alt: None,
        hidden: false,
        frame,
        placeholder: Some(Placeholder {
            role: role.to_owned(),
            index,
        }),
        geometry: None,
        fill: None,
        line: None,
        effects: None,
        link: None,
        text: Some(TextBody {
            body: BodyStyle {
                anchor,
                ..BodyStyle::default()
            },
            paragraphs: vec![Paragraph {
                end_style: Some(Box::new(letters)),
                ..Paragraph::default()
            }],
        }),
    }
}
