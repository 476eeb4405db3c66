//! From an opened package to the deck: styles, masters, pages, properties.

use std::sync::Arc;

use crate::error::ReadError;
use crate::markdown::template::theme;
use crate::model::deck::{Deck, Properties, SCHEMA, Source, SourceFormat};
use crate::model::element::{Content, Element as Shape};
use crate::model::slide::Slide;
use crate::model::template::Theme;
use crate::model::text::RunStyle;
use crate::model::units::Size;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};
use crate::read::Read;
use crate::watch::Watch;

use super::book::{Book, value};
use super::letters::run_style;
use super::master::{self, MasterPage};
use super::page::Pages;
use super::presentation::{Parsed, pages};
use super::reading::Reading;
use super::style::Stack;

/// The media type of the source file.
const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.presentation";

/// Resolves everything into a deck.
///
/// # Errors
///
/// What the package says of its parts, and `Stopped` when `watch` says so.
pub fn normalize(parsed: &Parsed, watch: &dyn Watch) -> Result<Read, ReadError> {
    let Some(presentation) = parsed.presentation() else {
        return Err(ReadError::WrongType {
            detail: "it is an OpenDocument file without a presentation".to_owned(),
        });
    };
    let drawn = pages(presentation);
    let ids = |index: usize| (256 + index).to_string();
    let named = drawn.iter().enumerate().filter_map(|(index, page)| {
        let name = value(*page, Ns::Draw, "name")?;
        Some((name.to_owned(), ids(index)))
    });
    let mut reading = Reading::new(&parsed.package, named.collect());
    let below = Book::read(parsed.styles.as_ref(), None);
    let masters = match &parsed.styles {
        Some(styles) => master::read(&mut reading, &below, styles)?,
        None => Vec::new(),
    };
    let book = Book::read(parsed.styles.as_ref(), Some(&parsed.content));
    let mut slides = Vec::with_capacity(drawn.len());
    for (index, page) in drawn.iter().enumerate() {
        let mut pages = Pages {
            reading: &mut reading,
            book: &book,
            masters: &masters,
            presentation,
        };
        slides.push(pages.read(*page, &ids(index))?);
        if !watch.step(index + 1, drawn.len()) {
            return Err(ReadError::Stopped);
        }
    }
    reading.slide = None;
    extras(&mut reading, parsed, presentation);
    let first = drawn.first().copied();
    Ok(bound(parsed, reading, &book, masters, slides, first))
}

/// Slides and masters with what belongs to the whole file, as a deck.
fn bound(
    parsed: &Parsed,
    mut reading: Reading<'_>,
    book: &Book<'_>,
    masters: Vec<MasterPage<'_>>,
    slides: Vec<Slide>,
    first: Option<Element<'_>>,
) -> Read {
    let source = reading.add(Arc::clone(parsed.package.bytes()), MEDIA_TYPE, None);
    let (title, properties, producer) = properties(parsed.meta.as_ref());
    let size = size(first, &masters);
    let theme = theme_of(book, &masters);
    let (masters, layouts) = masters
        .into_iter()
        .map(|page| (page.master, page.layout))
        .unzip();
    let deck = Deck {
        schema: SCHEMA.to_owned(),
        title: title
            .or_else(|| first_title(&slides))
            .unwrap_or_else(|| "Untitled".to_owned()),
        size,
        theme,
        properties,
        source: Some(Source {
            format: SourceFormat::Odp,
            asset: source,
            producer,
        }),
        sections: Vec::new(),
        masters,
        layouts,
        slides,
        warnings: reading.take_warnings(),
        assets: std::mem::take(&mut reading.assets),
    };
    Read {
        deck,
        assets: std::mem::take(&mut reading.bytes),
    }
}

/// The size of the first page's master; PowerPoint knows one size for all.
fn size(page: Option<Element<'_>>, masters: &[MasterPage<'_>]) -> Size {
    let first = page.and_then(|page| value(page, Ns::Draw, "master-page-name"));
    let of_first = masters.iter().find(|master| Some(master.name) == first);
    let of_any = || masters.iter().find_map(|master| master.size);
    let found = of_first.and_then(|master| master.size).or_else(of_any);
    // LibreOffice's own default, 28 by 15.75 cm.
    found.unwrap_or(Size {
        width: crate::model::units::Emu(10_080_000),
        height: crate::model::units::Emu(5_670_000),
    })
}

/// The built-in colours, since styles name theirs outright, with the typefaces of the first master's title and outline.
fn theme_of(book: &Book<'_>, masters: &[MasterPage<'_>]) -> Theme {
    let mut theme = theme();
    theme.name = masters
        .first()
        .and_then(|master| master.master.name.clone());
    let font = |part: &str| -> Option<String> {
        let name = format!("{}-{part}", masters.first()?.name);
        let stack = Stack::of(book, "presentation", Some(&name));
        let RunStyle { font, .. } = run_style(book, &stack);
        (!stack.is_empty()).then_some(font)
    };
    if let Some(font) = font("title") {
        theme.fonts.major = font;
    }
    if let Some(font) = font("outline1") {
        theme.fonts.minor = font;
    }
    theme
}

/// What belongs to the file and to no slide.
fn extras(reading: &mut Reading<'_>, parsed: &Parsed, presentation: Element<'_>) {
    let names: Vec<&str> = parsed.package.names().collect();
    let inside = |folder: &str| {
        names
            .iter()
            .any(|name| name.starts_with(folder) && !name.ends_with('/'))
    };
    if inside("Basic/") || inside("Scripts/") {
        let detail = "the macros of the presentation are never run, and an export is without them";
        reading.warn("macros", None, detail);
    }
    if names.iter().any(|name| name.contains("documentsignatures")) {
        let detail = "the presentation is signed; an export is without the signature";
        reading.warn("signature", None, detail);
    }
    if names.iter().any(|name| name.starts_with("Fonts/")) {
        let detail = "typefaces inside the file are not used; the nearest bundled one is";
        reading.warn("embedded_font", None, detail);
    }
    let settings = presentation.child(Ns::Presentation, "settings");
    if settings.is_some_and(|settings| settings.child(Ns::Presentation, "show").is_some()) {
        let detail = "shows of some of the slides are not kept";
        reading.warn("custom_show", None, detail);
    }
}

fn properties(meta: Option<&Document>) -> (Option<String>, Properties, Option<String>) {
    let inside = meta.and_then(|meta| meta.root().child(Ns::Office, "meta"));
    let of = |ns, name| {
        let found = inside
            .and_then(|meta| meta.child(ns, name))
            .map(Element::text);
        found
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let keywords: Vec<String> = inside
        .into_iter()
        .flat_map(Element::children)
        .filter(|child| child.is(Ns::Meta, "keyword"))
        .map(Element::text)
        .collect();
    let known = Properties {
        author: of(Ns::Meta, "initial-creator").or_else(|| of(Ns::Dc, "creator")),
        subject: of(Ns::Dc, "subject"),
        keywords: (!keywords.is_empty()).then(|| keywords.join(", ")),
        description: of(Ns::Dc, "description"),
        language: of(Ns::Dc, "language"),
        created: of(Ns::Meta, "creation-date").and_then(|text| instant(&text)),
        modified: of(Ns::Dc, "date").and_then(|text| instant(&text)),
    };
    (of(Ns::Dc, "title"), known, of(Ns::Meta, "generator"))
}

/// Instants in OpenDocument have no zone where none is meant; ours are UTC then, to the second.
fn instant(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() >= 19 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[16] == b':';
    let plain = shaped && bytes[..19].is_ascii();
    plain.then(|| format!("{}Z", &text[..19]))
}

/// The text of the first slide's title on one line.
fn first_title(slides: &[Slide]) -> Option<String> {
    let first: &Slide = slides.first()?;
    let title: &Shape = first.elements.iter().find(|element| {
        let role = element
            .placeholder
            .as_ref()
            .map(|holder| holder.role.as_str());
        role == Some("title") && matches!(element.content, Content::Shape)
    })?;
    let words: Vec<String> = title
        .text
        .iter()
        .flat_map(|text| &text.paragraphs)
        .flat_map(|paragraph| &paragraph.runs)
        .map(|run| run.text.clone())
        .collect();
    let line = words
        .concat()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!line.is_empty()).then_some(line)
}
