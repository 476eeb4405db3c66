//! What readers would stumble over, found in the deck itself: no model is asked.

use std::fmt::Write as _;

use super::texts;
use crate::deck::model::color::Color;
use crate::deck::model::deck::Deck;
use crate::deck::model::element::{Content, Element};
use crate::deck::model::paint::Fill;
use crate::deck::model::slide::Slide;
use crate::deck::model::text::TextBody;

/// Text smaller than this is hard to read on a screen across a room, in points.
const SMALLEST: f64 = 12.0;
/// From this size on text counts as large (WCAG 2.2, 1.4.3), in points.
const LARGE: f64 = 18.0;
/// The deck's unit of length, in a point (ECMA-376 Part 1, 20.1.2.1).
const EMU_PER_POINT: f64 = 12_700.0;
/// Findings shown at most.
const MOST: usize = 60;

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// The slide, from 1.
    pub(super) slide: u32,
    /// The element.
    pub(super) element: Option<String>,
    /// A sentence.
    pub(super) text: String,
}

/// All that is found, slide by slide.
pub(super) fn findings(deck: &Deck) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, slide) in (1..).zip(&deck.slides) {
        if slide.hidden {
            continue;
        }
        if texts::title(slide).is_none() {
            found.push(Finding {
                slide: number,
                element: None,
                text: "it has no title; screen readers and outlines go by titles".to_owned(),
            });
        }
        elements(number, slide, &slide.elements, &mut found);
    }
    found
}

/// The findings as an answer, with citations.
pub(super) fn told(deck: &Deck) -> String {
    let found = findings(deck);
    if found.is_empty() {
        return "Nothing was found: every slide has a title, pictures are described, text is large enough, fits its frame and stands out from its ground.".to_owned();
    }
    let mut text = format!(
        "Looked at by fixed rules (title, description of pictures, size, fit and contrast of text); {} found:\n",
        found.len()
    );
    for finding in found.iter().take(MOST) {
        let place = finding
            .element
            .as_ref()
            .map_or_else(String::new, |id| format!(" #{id}"));
        let _ = writeln!(text, "- [slide {}{place}]: {}", finding.slide, finding.text);
    }
    if found.len() > MOST {
        let _ = writeln!(text, "- and {} more", found.len() - MOST);
    }
    text
}

fn elements(number: u32, slide: &Slide, all: &[Element], found: &mut Vec<Finding>) {
    for element in all.iter().filter(|element| !element.hidden) {
        let mut say = |text: String| {
            found.push(Finding {
                slide: number,
                element: Some(element.id.clone()),
                text,
            });
        };
        let described = element
            .alt
            .as_ref()
            .is_some_and(|alt| !alt.trim().is_empty());
        match &element.content {
            Content::Picture(_) | Content::Chart { .. } | Content::Media(_) if !described => {
                say("it has no description for those who cannot see it".to_owned());
            }
            Content::Group { elements: inner } => elements(number, slide, inner, found),
            Content::Picture(_)
            | Content::Chart { .. }
            | Content::Media(_)
            | Content::Shape
            | Content::Table(_)
            | Content::Connector { .. }
            | Content::Diagram { .. }
            | Content::Ole(_) => {}
        }
        if let Some(body) = &element.text {
            text(number, element, ground(element, slide), body, found);
        }
    }
}

/// The colour that text of an element stands on, where it is one colour.
fn ground<'a>(element: &'a Element, slide: &'a Slide) -> Option<&'a Color> {
    match &element.fill {
        Some(Fill::Solid { color }) => Some(color),
        None | Some(Fill::None | Fill::Background) => match &slide.background {
            Fill::Solid { color } => Some(color),
            Fill::None
            | Fill::Background
            | Fill::Gradient { .. }
            | Fill::Pattern { .. }
            | Fill::Picture { .. } => None,
        },
        Some(Fill::Gradient { .. } | Fill::Pattern { .. } | Fill::Picture { .. }) => None,
    }
}

fn text(
    number: u32,
    element: &Element,
    ground: Option<&Color>,
    body: &TextBody,
    found: &mut Vec<Finding>,
) {
    let runs = body.paragraphs.iter().flat_map(|paragraph| &paragraph.runs);
    let runs: Vec<_> = runs.filter(|run| !run.text.trim().is_empty()).collect();
    let mut say = |text: String| {
        found.push(Finding {
            slide: number,
            element: Some(element.id.clone()),
            text,
        });
    };
    if let Some(small) = runs.iter().map(|run| run.style.size).min_by(f64::total_cmp)
        && small > 0.0
        && small < SMALLEST
    {
        say(format!("its text is only {small} points high"));
    }
    let weakest = ground.and_then(|ground| {
        let ratios = runs.iter().map(|run| {
            let wanted = if run.style.size >= LARGE { 3.0 } else { 4.5 };
            (contrast(&run.style.color, ground), wanted)
        });
        ratios
            .filter(|(ratio, wanted)| ratio < wanted)
            .map(|(ratio, _)| ratio)
            .min_by(f64::total_cmp)
    });
    if let Some(ratio) = weakest {
        say(format!(
            "its text has a contrast of only {ratio:.1} to 1 to what it stands on"
        ));
    }
    if let Some(times) = overflow(element, body) {
        say(format!(
            "its text needs about {times:.1} times the height it has"
        ));
    }
}

/// How much more height the text takes than there is, by a plain estimate: half an em a letter, 1.2 em a line. Only said
/// where it is clearly too much.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths and counts are far below 2^52"
)]
fn overflow(element: &Element, body: &TextBody) -> Option<f64> {
    if !body.body.autofit.is_none() || !body.body.wrap || element.frame.width.0 <= 0 {
        return None;
    }
    let width = element.frame.width.0 as f64 / EMU_PER_POINT;
    let height = element.frame.height.0 as f64 / EMU_PER_POINT;
    let mut needed = 0.0;
    for paragraph in &body.paragraphs {
        let size = paragraph
            .runs
            .iter()
            .map(|run| run.style.size)
            .fold(0.0, f64::max);
        let letters: usize = paragraph
            .runs
            .iter()
            .map(|run| run.text.chars().count())
            .sum();
        let lines = (letters as f64 * size * 0.5 / width).ceil().max(1.0);
        needed += lines * size * 1.2;
    }
    let times = needed / height.max(1.0);
    (times > 1.3).then_some(times)
}

/// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3).
fn contrast(one: &Color, other: &Color) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: &Color) -> f64 {
    let channel = |byte: u8| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    let rgb = &color.rgb;
    0.2126 * channel(rgb.r) + 0.7152 * channel(rgb.g) + 0.0722 * channel(rgb.b)
}
