//! What a deck says in plain text: slide by slide for providers, element by element for tools.

use crate::deck::model::deck::Deck;
use crate::deck::model::element::{Content, Element};
use crate::deck::model::slide::Slide;
use crate::deck::model::text::Paragraph;
use crate::providers::SlideText;

/// What a deck says, slide by slide.
pub(super) fn texts(deck: &Deck) -> Vec<SlideText> {
    let numbered = (1..).zip(&deck.slides);
    numbered
        .map(|(number, slide)| {
            let mut lines = Vec::new();
            elements(&slide.elements, &mut lines);
            if let Some(notes) = &slide.notes {
                paragraphs(&notes.paragraphs, &mut lines);
            }
            let title = title(slide);
            lines.retain(|line| Some(line) != title.as_ref());
            SlideText {
                number,
                title,
                lines,
            }
        })
        .collect()
}

/// What a slide is called, by its title placeholder.
pub(super) fn title(slide: &Slide) -> Option<String> {
    let titled = slide.elements.iter().find(|element| {
        element
            .placeholder
            .as_ref()
            .is_some_and(|holder| matches!(holder.role.as_str(), "title" | "ctrTitle"))
    })?;
    let mut lines = Vec::new();
    paragraphs(&titled.text.as_ref()?.paragraphs, &mut lines);
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn elements(found: &[Element], lines: &mut Vec<String>) {
    for element in found {
        if let Some(text) = &element.text {
            paragraphs(&text.paragraphs, lines);
        }
        match &element.content {
            Content::Group { elements: inner } | Content::Diagram { elements: inner } => {
                elements(inner, lines);
            }
            Content::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                for text in cells.filter_map(|cell| cell.text.as_ref()) {
                    paragraphs(&text.paragraphs, lines);
                }
            }
            Content::Chart { chart } => lines.extend(chart.title.clone()),
            Content::Shape
            | Content::Picture(_)
            | Content::Connector { .. }
            | Content::Media(_)
            | Content::Ole(_) => lines.extend(element.alt.clone()),
        }
    }
}

fn paragraphs(found: &[Paragraph], lines: &mut Vec<String>) {
    for paragraph in found {
        let line: String = paragraph.runs.iter().map(|run| run.text.as_str()).collect();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            lines.push(line);
        }
    }
}

/// What stands on a slide, element by element: the id, what it is, and what it says; groups are opened.
pub(super) fn by_element(slide: &Slide) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    gather(&slide.elements, &mut found);
    found
}

fn gather(all: &[Element], found: &mut Vec<(String, String, String)>) {
    for element in all {
        if let Content::Group { elements } | Content::Diagram { elements } = &element.content {
            gather(elements, found);
            continue;
        }
        let mut lines = Vec::new();
        self::elements(std::slice::from_ref(element), &mut lines);
        if !lines.is_empty() {
            found.push((
                element.id.clone(),
                role(element).to_owned(),
                lines.join("\n"),
            ));
        }
    }
}

fn role(element: &Element) -> &str {
    if let Some(holder) = &element.placeholder {
        return &holder.role;
    }
    match &element.content {
        Content::Shape => "text",
        Content::Picture(_) => "picture",
        Content::Table(_) => "table",
        Content::Chart { .. } => "chart",
        Content::Group { .. } => "group",
        Content::Connector { .. } => "connector",
        Content::Media(_) => "media",
        Content::Diagram { .. } => "diagram",
        Content::Ole(_) => "object",
    }
}
