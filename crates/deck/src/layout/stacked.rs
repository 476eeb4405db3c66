//! Stacked text: upright letters below each other, a column for each paragraph and for what does not fit below.

use super::flow::PITCH;
use super::slide::Scene;
use super::typeset::{TextBox, typeset};
use crate::model::text::{
    Align, Anchor, Autofit, BodyStyle, Direction, Paragraph, Run, RunStyle, TextBody,
};

/// Columns of one body; what is beyond is not drawn.
const MOST: usize = 200;

/// Letters that stand below each other, and where in its height they do.
struct Column {
    letters: Vec<Run>,
    anchor: Anchor,
    width: f64,
}

/// Sets a body into a box whose insets are already taken off.
pub(super) fn set(scene: &mut Scene<'_>, body: &TextBody, area: TextBox) {
    let [x, y, width, height] = area.place;
    let paragraphs = body.paragraphs.iter();
    let columns: Vec<Column> = paragraphs
        .flat_map(|paragraph| columns(paragraph, height))
        .take(MOST)
        .collect();
    let total: f64 = columns.iter().map(|column| column.width).sum();
    let mut left = x + match body.body.anchor {
        Anchor::Top => 0.0,
        Anchor::Middle => (width - total) / 2.0,
        Anchor::Bottom => width - total,
    };
    for column in columns {
        let letter = |run: Run| Paragraph {
            align: Align::Center,
            runs: vec![run],
            ..Paragraph::default()
        };
        let upright = TextBody {
            body: BodyStyle {
                anchor: column.anchor,
                direction: Direction::Horizontal,
                autofit: Autofit::None,
                wrap: true,
                ..BodyStyle::default()
            },
            paragraphs: column.letters.into_iter().map(letter).collect(),
        };
        let own = TextBox {
            place: [left, y, column.width, height],
            ..area
        };
        typeset(scene, &upright, own);
        left += column.width;
    }
}

fn columns(paragraph: &Paragraph, height: f64) -> Vec<Column> {
    let anchor = match paragraph.align {
        Align::Center => Anchor::Middle,
        Align::Right => Anchor::Bottom,
        Align::Left | Align::Justify | Align::Distribute => Anchor::Top,
    };
    let size = |style: &RunStyle| style.size.clamp(1.0, 4000.0) * PITCH;
    let widest = paragraph
        .runs
        .iter()
        .map(|run| size(&run.style))
        .fold(1.0, f64::max);
    let column = || Column {
        letters: Vec::new(),
        anchor,
        width: widest,
    };
    let mut all = vec![column()];
    let mut used = 0.0;
    for run in &paragraph.runs {
        for letter in letters(&run.text) {
            let tall = size(&run.style);
            let full = used > 0.0 && used + tall > height + 0.5;
            if letter == "\n" || full {
                all.push(column());
                used = 0.0;
            }
            if letter != "\n"
                && let Some(last) = all.last_mut()
            {
                used += tall;
                last.letters.push(Run {
                    text: letter,
                    ..run.clone()
                });
            }
        }
    }
    all
}

/// Letters with the marks that belong to them.
fn letters(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for letter in text.chars() {
        let joins = matches!(letter, '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{200D}');
        match out.last_mut() {
            Some(last) if joins || last.ends_with('\u{200D}') => last.push(letter),
            _ => out.push(letter.to_string()),
        }
    }
    out
}
