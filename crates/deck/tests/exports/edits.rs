//! Edits that a person makes in deck JSON: each changes a deck and tells whether it could.

use super::chart_edits::{
    chart, chart_axes, chart_kind, chart_levels, chart_looks, chart_series, chart_words,
};
use slidecraft_deck::model::color::{Color, Rgb};
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::model::element::{Content, Element};
use slidecraft_deck::model::paint::{Effects, Fill, Glow, Reflection, Shadow, ShadowScale};
use slidecraft_deck::model::recolor::Recolor;
use slidecraft_deck::model::text::{Paragraph, TextBody};
use slidecraft_deck::model::units::Emu;

/// An edit.
pub(crate) type Edit = fn(&mut Deck) -> bool;

/// The edit that takes away what an animation moves: the animation goes as far as it is about that.
pub(crate) const REMOVED_ANIMATED: &str = "removed-animated";

/// All edits with their names.
pub(crate) const EDITS: &[(&str, Edit)] = &[
    ("words", words),
    ("bold", bold),
    ("paragraph-added", paragraph_added),
    ("paragraph-removed", paragraph_removed),
    ("cell", cell),
    ("alt", alt),
    ("moved", moved),
    ("painted", painted),
    ("removed", removed),
    (REMOVED_ANIMATED, removed_animated),
    ("hidden", hidden),
    ("reversed", reversed),
    ("slide-removed", slide_removed),
    ("notes", notes),
    ("chart", chart),
    ("chart-words", chart_words),
    ("chart-series", chart_series),
    ("chart-axes", chart_axes),
    ("chart-kind", chart_kind),
    ("chart-levels", chart_levels),
    ("chart-looks", chart_looks),
    ("underlined", underlined),
    ("effects", effects),
    ("recoloured", recoloured),
    ("title", title),
    ("section", section),
];

fn texts(element: &mut Element) -> Option<&mut TextBody> {
    element.text.as_mut()
}

/// The first text body at the top of a slide that fits.
fn body(deck: &mut Deck, fits: impl Fn(&TextBody) -> bool) -> Option<&mut TextBody> {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    elements.filter_map(texts).find(|body| fits(body))
}

fn spoken(paragraph: &Paragraph) -> bool {
    let mut runs = paragraph.runs.iter();
    runs.any(|run| run.text.trim().len() > 2 && run.field.is_none())
}

fn run(deck: &mut Deck, change: impl Fn(&mut slidecraft_deck::model::text::Run)) -> bool {
    let Some(body) = body(deck, |body| body.paragraphs.iter().any(spoken)) else {
        return false;
    };
    let paragraph = body.paragraphs.iter_mut().find(|own| spoken(own));
    let runs = paragraph.into_iter().flat_map(|own| &mut own.runs);
    let mut plain = runs.filter(|run| run.text.trim().len() > 2 && run.field.is_none());
    plain.next().map(change).is_some()
}

fn words(deck: &mut Deck) -> bool {
    run(deck, |run| {
        "Changed & <new> words".clone_into(&mut run.text);
    })
}

fn bold(deck: &mut Deck) -> bool {
    run(deck, |run| {
        run.style.bold = !run.style.bold;
        run.style.size += 3.0;
    })
}

fn paragraph_added(deck: &mut Deck) -> bool {
    let Some(body) = body(deck, |body| body.paragraphs.iter().any(spoken)) else {
        return false;
    };
    let at = body.paragraphs.iter().position(spoken).unwrap_or(0);
    let mut new = body.paragraphs[at].clone();
    new.runs.truncate(1);
    new.end_style = None;
    "An added paragraph".clone_into(&mut new.runs[0].text);
    new.runs[0].link = None;
    new.runs[0].field = None;
    body.paragraphs.insert(at + 1, new);
    true
}

fn paragraph_removed(deck: &mut Deck) -> bool {
    let Some(body) = body(deck, |body| body.paragraphs.len() > 1) else {
        return false;
    };
    body.paragraphs.pop();
    true
}

fn cell(deck: &mut Deck) -> bool {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let tables = elements.filter_map(|element| {
        let Content::Table(table) = &mut element.content else {
            return None;
        };
        Some(table)
    });
    let cells = tables
        .flat_map(|table| &mut table.rows)
        .flat_map(|row| &mut row.cells);
    let mut paragraphs = cells
        .filter_map(|cell| cell.text.as_mut())
        .flat_map(|text| &mut text.paragraphs);
    let Some(paragraph) = paragraphs.find(|own| !own.runs.is_empty()) else {
        return false;
    };
    "A cell's new words".clone_into(&mut paragraph.runs[0].text);
    true
}

fn first(deck: &mut Deck) -> Option<&mut Element> {
    deck.slides
        .iter_mut()
        .find_map(|slide| slide.elements.first_mut())
}

fn alt(deck: &mut Deck) -> bool {
    let Some(element) = first(deck) else {
        return false;
    };
    element.alt = Some("What it \"shows\" & more".to_owned());
    true
}

fn moved(deck: &mut Deck) -> bool {
    let Some(element) = first(deck) else {
        return false;
    };
    if matches!(
        element.content,
        Content::Group { .. } | Content::Diagram { .. }
    ) {
        return false;
    }
    element.frame.x.0 += 12_700;
    element.frame.width.0 += 25_400;
    true
}

fn painted(deck: &mut Deck) -> bool {
    let mut elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let Some(element) = elements.find(|own| matches!(own.content, Content::Shape)) else {
        return false;
    };
    let color = Color::opaque(Rgb {
        r: 12,
        g: 200,
        b: 99,
    });
    element.fill = Some(Fill::Solid { color });
    true
}

/// Removes an element that no connector holds on to and no animation moves.
fn removed(deck: &mut Deck) -> bool {
    remove(deck, |own, timing| {
        !timing.contains(&format!("spid=\"{}\"", own.id))
    })
}

fn removed_animated(deck: &mut Deck) -> bool {
    remove(deck, |own, timing| {
        timing.contains(&format!("spid=\"{}\"", own.id))
    })
}

fn remove(deck: &mut Deck, fits: impl Fn(&Element, &str) -> bool) -> bool {
    for slide in &mut deck.slides {
        let held = serde_json::to_string(&slide.elements).unwrap_or_default();
        let timing = slide.timing.clone().unwrap_or_default();
        let held_on = |own: &Element| held.contains(&format!("\"element\":\"{}\"", own.id));
        let free = |own: &Element| !held_on(own) && fits(own, &timing);
        if slide.elements.len() > 1
            && let Some(at) = slide.elements.iter().rposition(free)
        {
            slide.elements.remove(at);
            return true;
        }
    }
    false
}

fn hidden(deck: &mut Deck) -> bool {
    let Some(slide) = deck.slides.first_mut() else {
        return false;
    };
    slide.hidden = !slide.hidden;
    true
}

fn reversed(deck: &mut Deck) -> bool {
    deck.slides.reverse();
    deck.slides.len() > 1
}

/// Removes a slide that no link leads to.
fn slide_removed(deck: &mut Deck) -> bool {
    let all = serde_json::to_string(&deck).unwrap_or_default();
    let free = |id: &str| !all.contains(&format!("{{\"slide\":\"{id}\"}}"));
    let Some(at) = deck.slides.iter().position(|slide| free(&slide.id)) else {
        return false;
    };
    if deck.slides.len() < 2 {
        return false;
    }
    let gone = deck.slides.remove(at);
    for section in &mut deck.sections {
        section.slides.retain(|id| *id != gone.id);
    }
    true
}

fn notes(deck: &mut Deck) -> bool {
    let noted = deck
        .slides
        .iter_mut()
        .find_map(|slide| slide.notes.as_mut());
    let Some(notes) = noted else { return false };
    let Some(paragraph) = notes.paragraphs.iter_mut().find(|own| !own.runs.is_empty()) else {
        return false;
    };
    "Say this instead".clone_into(&mut paragraph.runs[0].text);
    true
}

fn underlined(deck: &mut Deck) -> bool {
    run(deck, |run| {
        run.style.underline = Some("dotDashHeavy".to_owned());
        run.style.underline_color = Some(Box::new(Color::opaque(Rgb {
            r: 9,
            g: 99,
            b: 199,
        })));
    })
}

fn effects(deck: &mut Deck) -> bool {
    let mut elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let Some(element) = elements.find(|own| matches!(own.content, Content::Shape)) else {
        return false;
    };
    let scale = ShadowScale {
        width: 1.0,
        height: 0.5,
        skew_x: -20.0,
        skew_y: 0.0,
        align: "bl".to_owned(),
    };
    let color = || Color::opaque(Rgb::BLACK);
    element.effects = Some(Effects {
        shadow: Some(Shadow {
            inner: false,
            color: color(),
            blur: Emu(12_700),
            distance: Emu(25_400),
            angle: 45.0,
            scale: Some(Box::new(scale)),
        }),
        glow: Some(Glow {
            color: color(),
            radius: Emu(63_500),
        }),
        soft_edge: Some(Emu(12_700)),
        reflection: Some(Reflection::default()),
    });
    true
}

/// A picture is made grey.
fn recoloured(deck: &mut Deck) -> bool {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let mut pictures = elements.filter_map(|element| {
        let Content::Picture(picture) = &mut element.content else {
            return None;
        };
        Some(picture)
    });
    let Some(picture) = pictures.find(|picture| picture.asset.is_some()) else {
        return false;
    };
    picture.recolor.push(Recolor::Grayscale);
    true
}

fn title(deck: &mut Deck) -> bool {
    "Another <title>".clone_into(&mut deck.title);
    true
}

fn section(deck: &mut Deck) -> bool {
    let Some(section) = deck.sections.first_mut() else {
        return false;
    };
    "A section's new name".clone_into(&mut section.name);
    true
}
