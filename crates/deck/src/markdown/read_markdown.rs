//! Markdown in, a deck out.

use super::super::error::ReadError;
use super::super::model::deck::{Deck, Properties, SCHEMA, Source, SourceFormat, Warning};
use super::super::model::slide::{Notes, Slide};
use super::super::model::text::{Paragraph, Run};
use super::super::model::units::Size;
use super::super::read::Read;
use super::super::watch::Watch;
use super::block::{Block, Line, plain};
use super::block_reader::blocks;
use super::compose::Composer;
use super::document::{SlideSource, cut};
use super::images::Assets;
use super::template::{self, LayoutKind, body_frame, frame};

/// Bytes of Markdown that are read: a million words.
const MOST_BYTES: usize = 8 << 20;

/// Slides of a deck.
const MOST_SLIDES: usize = 2_000;

/// Space between two columns.
const GUTTER: i64 = 381_000;

/// Reads Markdown in the manners of Marp and pandoc: front matter, `---` or headings between slides, lists, tables, code,
/// quotes, pictures, columns, and notes (comments, `::: notes`, `Note:`).
///
/// # Errors
///
/// `TooLarge` beyond 8 MiB or 2,000 slides, `Stopped` when `watch` says so.
pub fn read_markdown(text: &str, watch: &dyn Watch) -> Result<Read, ReadError> {
    if text.len() > MOST_BYTES {
        let limit = format!("the Markdown has more than {MOST_BYTES} bytes");
        return Err(ReadError::TooLarge { limit });
    }
    let source = cut(text);
    if source.slides.len() > MOST_SLIDES {
        let limit = format!("the Markdown makes more than {MOST_SLIDES} slides");
        return Err(ReadError::TooLarge { limit });
    }
    let mut assets = Assets::default();
    let original = assets.keep(text.as_bytes().to_vec(), "text/markdown");
    let (mut slides, mut warnings) = (Vec::new(), Vec::new());
    let total = source.slides.len();
    for (index, cut) in source.slides.iter().enumerate() {
        slides.push(slide(index, cut, &mut assets, &mut warnings));
        if !watch.step(index + 1, total) {
            return Err(ReadError::Stopped);
        }
    }
    let front = |key: &str| {
        let value = source
            .front
            .get(key)
            .map(String::as_str)
            .unwrap_or_default();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let title = front("title")
        .or_else(|| slides.iter().find_map(|(title, _)| title.clone()))
        .unwrap_or_else(|| "Untitled".to_owned());
    let deck = Deck {
        schema: SCHEMA.to_owned(),
        title,
        size: Size::WIDE,
        theme: template::theme(),
        properties: Properties {
            author: front("author"),
            subject: front("subtitle"),
            keywords: front("keywords"),
            description: front("description"),
            language: front("lang"),
            ..Properties::default()
        },
        source: Some(Source {
            format: SourceFormat::Markdown,
            asset: original,
            producer: None,
        }),
        sections: Vec::new(),
        masters: vec![template::master()],
        layouts: template::layouts(),
        slides: slides.into_iter().map(|(_, slide)| slide).collect(),
        assets: assets.known,
        warnings,
    };
    Ok(Read {
        deck,
        assets: assets.bytes,
    })
}

/// A slide, and its title.
fn slide(
    index: usize,
    cut: &SlideSource,
    assets: &mut Assets,
    warnings: &mut Vec<Warning>,
) -> (Option<String>, Slide) {
    let mut notes = cut.notes.clone();
    let mut head = blocks(&cut.head, &mut notes);
    let columns: Vec<Vec<Block>> = cut
        .columns
        .iter()
        .map(|column| blocks(column, &mut notes))
        .collect();
    let title = take_title(&mut head);
    let level = title.as_ref().and_then(|line| line.heading);
    let short = columns.is_empty() && head.iter().all(is_short);
    let kind = match (level, index) {
        (None, _) => LayoutKind::Blank,
        (Some(1), 0) if short => LayoutKind::Title,
        (Some(1), _) if short && head.len() <= 1 => LayoutKind::Section,
        (Some(_), _) => LayoutKind::Content,
    };
    let mut composer = Composer::new(kind, assets);
    if let Some(title) = &title {
        composer.title(&title.spans);
    }
    if kind.is_cover() {
        let lines: Vec<Line> = head.into_iter().flat_map(lines_of).collect();
        if !lines.is_empty() {
            composer.subtitle(&lines);
        }
    } else {
        body(&mut composer, &head, &columns, kind);
    }
    let (elements, linked) = composer.finish();
    // Slide ids of a package begin at 256 (ECMA-376 `ST_SlideId`); the same ones serve when it is written.
    let id = (256 + index).to_string();
    warnings.extend(linked.into_iter().map(|(address, element)| Warning {
        code: "linked_picture".to_owned(),
        detail: format!("the picture `{address}` lies outside and was not fetched"),
        slide: Some(id.clone()),
        element: Some(element),
    }));
    let slide = Slide {
        id,
        name: None,
        hidden: false,
        layout: Some(kind.id().to_owned()),
        background: template::background(kind),
        hide_master_elements: false,
        elements,
        notes: speaker_notes(&notes),
        comments: Vec::new(),
        transition: None,
        timing: None,
    };
    (title.map(|line| plain(&line.spans)), slide)
}

/// Text on the left and pictures on the right where there are both; columns where the author made them; else a stack.
fn body(composer: &mut Composer<'_>, head: &[Block], columns: &[Vec<Block>], kind: LayoutKind) {
    let area = body_frame(kind);
    if !columns.is_empty() {
        let mut top = area.y.0;
        if !head.is_empty() {
            let height = area.height.0 / 4;
            composer.stack(head, frame(area.x.0, top, area.width.0, height));
            top += height;
        }
        let bottom = area.y.0 + area.height.0;
        return side_by_side(
            composer,
            columns,
            frame(area.x.0, top, area.width.0, bottom - top),
        );
    }
    let (pictures, rest): (Vec<Block>, Vec<Block>) = head
        .iter()
        .cloned()
        .partition(|block| matches!(block, Block::Image(_)));
    if pictures.len() == 1 && !rest.is_empty() {
        return side_by_side(composer, &[rest, pictures], area);
    }
    if pictures.len() > 1 && rest.is_empty() {
        let each: Vec<Vec<Block>> = pictures.into_iter().map(|picture| vec![picture]).collect();
        return side_by_side(composer, &each, area);
    }
    composer.stack(head, area);
}

fn side_by_side(
    composer: &mut Composer<'_>,
    columns: &[Vec<Block>],
    area: super::super::model::units::Frame,
) {
    let count = i64::try_from(columns.len()).unwrap_or(1).max(1);
    let width = (area.width.0 - GUTTER * (count - 1)) / count;
    let mut x = area.x.0;
    for column in columns {
        composer.stack(column, frame(x, area.y.0, width, area.height.0));
        x += width + GUTTER;
    }
}

/// The first heading, if nothing but a heading stands before the rest.
fn take_title(blocks: &mut Vec<Block>) -> Option<Line> {
    let Some(Block::Text(lines)) = blocks.first_mut() else {
        return None;
    };
    lines.first()?.heading?;
    let title = lines.remove(0);
    if lines.is_empty() {
        blocks.remove(0);
    }
    Some(title)
}

/// Whether a block fits below the title of a cover: a few plain lines.
fn is_short(block: &Block) -> bool {
    matches!(block, Block::Text(lines) if lines.len() <= 3
        && lines.iter().all(|line| line.mark == super::block::Mark::None && plain(&line.spans).len() <= 200))
}

fn lines_of(block: Block) -> Vec<Line> {
    match block {
        Block::Text(mut lines) => {
            for line in &mut lines {
                line.heading = None;
            }
            lines
        }
        Block::Code(_) | Block::Table(_) | Block::Image(_) => Vec::new(),
    }
}

fn speaker_notes(notes: &[String]) -> Option<Notes> {
    let paragraphs: Vec<Paragraph> = notes
        .iter()
        .flat_map(|note| note.split("\n\n"))
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| !text.is_empty())
        .map(|text| Paragraph {
            runs: vec![Run {
                text,
                style: super::super::model::text::RunStyle {
                    size: 12.0,
                    ..super::super::model::text::RunStyle::default()
                },
                ..Run::default()
            }],
            ..Paragraph::default()
        })
        .collect();
    (!paragraphs.is_empty()).then_some(Notes { paragraphs })
}
