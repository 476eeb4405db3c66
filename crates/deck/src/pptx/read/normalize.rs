//! From an opened presentation to a deck: templates first, then each slide, everything resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ahead::{Ahead, Threads, reading_ahead};
use super::noticed;
use super::presentation::{Parsed, SlideEntry, parse};
use super::properties;
use super::reading::Reading;
use super::slide;
use super::templates::Templates;
use super::theme::ThemePart;
use crate::error::ReadError;
use crate::model::deck::{Deck, SCHEMA, Source, SourceFormat};
use crate::model::element::{Content, Element};
use crate::model::slide::Slide;
use crate::package::limits::PackageLimits;
use crate::read::Read;
use crate::watch::Watch;

/// Reads a presentation from its bytes.
///
/// # Errors
///
/// What [`parse`] and [`normalize`] find.
pub fn read_pptx(
    limits: &PackageLimits,
    bytes: Arc<[u8]>,
    watch: &dyn Watch,
) -> Result<Read, ReadError> {
    normalize(&parse(limits, bytes)?, watch)
}

/// Reads the slides of an opened presentation and resolves all that they inherit.
///
/// # Errors
///
/// `Malformed` where a slide's XML is broken, `TooLarge` and `Unsafe` for hostile parts, `Stopped` where the watcher
/// asked to stop. Whatever else is missing or unknown is a warning in the deck.
pub fn normalize(parsed: &Parsed, watch: &dyn Watch) -> Result<Read, ReadError> {
    normalize_in(parsed, Threads::ONE, watch)
}

/// The same in several threads: the others unpack and parse ahead of the one that resolves. The deck is the same.
///
/// # Errors
///
/// Those of [`normalize`].
pub fn normalize_in(
    parsed: &Parsed,
    threads: Threads,
    watch: &dyn Watch,
) -> Result<Read, ReadError> {
    let parts = (&parsed.package, parsed.slides.as_slice());
    reading_ahead(parts, threads, |ahead| resolve(parsed, ahead, watch))
}

fn resolve(parsed: &Parsed, mut ahead: Ahead, watch: &dyn Watch) -> Result<Read, ReadError> {
    let mut by_part = BTreeMap::new();
    for slide in &parsed.slides {
        by_part
            .entry(slide.part.to_lowercase())
            .or_insert_with(|| slide.id.clone());
    }
    let mut reading = Reading::new(&parsed.package, &parsed.rels, by_part);
    reading.warnings.clone_from(&parsed.warnings);
    let (size, warning) = parsed.size();
    reading.warnings.extend(warning);
    warn_of_extras(&mut reading, parsed);
    noticed::presentation(&mut reading, parsed.document.root());
    let (known, title) = properties::core(&mut reading, &parsed.outer)?;
    let producer = properties::producer(&mut reading, &parsed.outer)?;
    let mut templates = Templates::read(&mut reading, parsed)?;
    let mut slides = Vec::with_capacity(parsed.slides.len());
    for entry in &parsed.slides {
        ahead.wait(slides.len());
        reading.enter_slide(Some(&entry.id));
        slides.push(read_slide(&mut reading, &mut templates, entry)?);
        if !watch.step(slides.len(), parsed.slides.len()) {
            return Err(ReadError::Stopped);
        }
    }
    reading.enter_slide(None);
    let theme = match templates.theme() {
        Some(theme) => theme,
        None => ThemePart::read(&mut reading, parsed.rels.part_of_kind("theme"))?.model,
    };
    let bytes = Arc::clone(parsed.package.bytes());
    let asset = reading.assets.add(bytes, media_type(parsed), None);
    let (masters, layouts) = templates.into_models();
    let title = title.filter(|title| title != "PowerPoint Presentation");
    let title = title
        .or_else(|| first_title(&slides))
        .unwrap_or_else(|| "Untitled".to_owned());
    let (warnings, assets) = reading.into_warnings();
    let deck = Deck {
        schema: SCHEMA.to_owned(),
        title,
        size,
        theme,
        properties: known,
        source: Some(Source {
            format: SourceFormat::Pptx,
            asset,
            producer,
        }),
        sections: parsed.sections(),
        masters,
        layouts,
        slides,
        assets: assets.described,
        warnings,
    };
    Ok(Read {
        deck,
        assets: assets.bytes,
    })
}

fn read_slide(
    reading: &mut Reading<'_>,
    templates: &mut Templates,
    entry: &SlideEntry,
) -> Result<Slide, ReadError> {
    let Some(document) = reading.package.xml(&entry.part)? else {
        return Err(ReadError::Malformed {
            detail: format!("the part `{}` is missing", entry.part),
        });
    };
    let rels = reading.relationships(&entry.part)?;
    let layout = match rels.part_of_kind("slideLayout") {
        Some(part) => templates.layout(reading, part)?,
        None => None,
    };
    if let Some(layout) = layout {
        return slide::read(reading, &entry.id, &document, &rels, &layout);
    }
    reading.warn(
        "missing_layout",
        "the slide has no layout; nothing is inherited from one",
    );
    let blank = templates.blank(reading)?;
    let slide = slide::read(reading, &entry.id, &document, &rels, &blank)?;
    Ok(Slide {
        layout: None,
        ..slide
    })
}

/// What belongs to the file and to no slide, and is not kept in the deck.
fn warn_of_extras(reading: &mut Reading<'_>, parsed: &Parsed) {
    if parsed.rels.part_of_kind("vbaProject").is_some() {
        reading.warn(
            "macros",
            "the macros of the presentation are never run, and an exported .pptx is without them",
        );
    }
    if parsed.outer.part_of_kind("origin").is_some() {
        reading.warn(
            "signature",
            "the presentation is signed; a deck that is changed is exported without the signature",
        );
    }
}

/// The media type of the file, by its ending in `[Content_Types].xml` or by the kind of its main part.
fn media_type(parsed: &Parsed) -> String {
    let kind = if parsed.rels.part_of_kind("vbaProject").is_some() {
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
    } else {
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    };
    kind.to_owned()
}

/// The text of the first slide's title on one line.
fn first_title(slides: &[Slide]) -> Option<String> {
    let title = find_title(&slides.first()?.elements)?;
    let words: Vec<String> = title
        .text
        .iter()
        .flat_map(|text| &text.paragraphs)
        .map(|paragraph| paragraph.runs.iter().map(|run| run.text.as_str()).collect())
        .collect();
    let line = words
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!line.is_empty()).then_some(line)
}

fn find_title(elements: &[Element]) -> Option<&Element> {
    elements.iter().find_map(|element| match &element.content {
        Content::Group { elements } => find_title(elements),
        Content::Shape
        | Content::Picture(_)
        | Content::Table(_)
        | Content::Chart { .. }
        | Content::Connector { .. }
        | Content::Media(_)
        | Content::Diagram { .. }
        | Content::Ole(_) => {
            let role = element
                .placeholder
                .as_ref()
                .map(|placeholder| placeholder.role.as_str());
            matches!(role, Some("title" | "ctrTitle")).then_some(element)
        }
    })
}
