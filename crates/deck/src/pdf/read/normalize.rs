//! From an opened PDF to the deck: a slide for each page.

use std::collections::BTreeMap;
use std::sync::Arc;

use hayro::RenderCache;
use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::object::DateTime;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::util::TransformExt;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use kurbo::Rect;

use crate::error::ReadError;
use crate::markdown::template::theme;
use crate::model::asset::{Asset, AssetId};
use crate::model::color::{Color, Rgb};
use crate::model::deck::{Deck, Properties, SCHEMA, Source, SourceFormat, Warning};
use crate::model::paint::Fill;
use crate::model::slide::Slide;
use crate::model::units::{Emu, Size};
use crate::package::limits::too_large;
use crate::package::sniff::sniff;
use crate::read::Read;
use crate::watch::Watch;

use super::bookmarks::{bookmarks, names, sections};
use super::document::{Parsed, guarded};
use super::effort::{Effort, count};
use super::elements::{Elements, Place};
use super::expand::Forms;
use super::lines::{blocks, lines};
use super::links::{Destinations, links};
use super::picture;
use super::strings;
use super::survey::Survey;

/// The media type of the source file.
const MEDIA_TYPE: &str = "application/pdf";
/// Bytes of instructions of one page, forms counted each time.
const INSTRUCTIONS: u64 = 32 << 20;
/// Units of one page.
const PAGE: f64 = 1.5e9;
/// Units of the whole file, however short it is,
const EFFORT: f64 = 2.5e9;
/// and more for each byte that somebody took the trouble to send,
const BYTE: f64 = 5_000.0;
/// up to so many.
const MOST_EFFORT: f64 = 2e10;
/// How much more than its share of what is left a page may take: most take less.
const SHARES: f64 = 4.0;
/// Bytes of all pictures, after which pages go without one.
const PICTURES: u64 = 256 << 20;
/// Letters of the whole file.
const GLYPHS: usize = 8_000_000;
/// Pages after which what was kept of glyphs and pictures is let go.
const CACHED: usize = 32;
/// The side of a slide that PowerPoint takes, 1 to 56 inches, in points.
const SIDES: (f64, f64) = (72.0, 4032.0);

/// Reads every page into a deck.
///
/// # Errors
///
/// `TooLarge` where the file has more letters than a deck may have, `Stopped` when `watch` says so.
pub fn normalize(parsed: &Parsed, watch: &dyn Watch) -> Result<Read, ReadError> {
    let mut reading = Reading::new(parsed);
    let pages: &[Page<'_>] = parsed.pdf.pages();
    let mut cache = RenderCache::new();
    let mut interpreted = InterpreterCache::new();
    for (at, page) in pages.iter().enumerate() {
        if at % CACHED == CACHED - 1 {
            (cache, interpreted) = (RenderCache::new(), InterpreterCache::new());
        }
        reading.page(page, at, &cache, &interpreted)?;
        if !watch.step(at + 1, pages.len()) {
            return Err(ReadError::Stopped);
        }
    }
    Ok(reading.bound())
}

/// What was read so far.
struct Reading<'a> {
    parsed: &'a Parsed,
    destinations: Destinations<'a>,
    forms: Forms,
    size: Size,
    slides: Vec<Slide>,
    titles: Vec<Option<String>>,
    assets: BTreeMap<AssetId, Asset>,
    bytes: BTreeMap<AssetId, Arc<[u8]>>,
    warnings: Vec<Warning>,
    glyphs: usize,
    /// Units that are left for the pages to come.
    effort: f64,
    pictured: u64,
}

/// The id of a slide; they begin at 256 in PowerPoint's files.
fn slide_id(page: usize) -> String {
    (256 + page).to_string()
}

fn points(page: &Page<'_>) -> (f64, f64) {
    let (width, height) = page.render_dimensions();
    let side = |points: f32| {
        let points = f64::from(points);
        if points.is_finite() {
            points.clamp(1.0, 1e6)
        } else {
            1.0
        }
    };
    (side(width), side(height))
}

/// The size of the first page, or the nearest that a slide can have; PowerPoint knows one size for all.
fn slide_size(first: Option<&Page<'_>>) -> Size {
    let (width, height) = first.map_or((960.0, 540.0), points);
    let grown = (SIDES.0 / width.min(height)).max(1.0);
    let shrunk = (SIDES.1 / (width.max(height) * grown)).min(1.0);
    let side = |points: f64| {
        let points = points * grown * shrunk;
        Emu::from_points(points.clamp(SIDES.0, SIDES.1))
    };
    Size {
        width: side(width),
        height: side(height),
    }
}

impl<'a> Reading<'a> {
    fn new(parsed: &'a Parsed) -> Self {
        Self {
            parsed,
            destinations: Destinations::of(&parsed.pdf),
            forms: Forms::default(),
            size: slide_size(parsed.pdf.pages().first()),
            slides: Vec::new(),
            titles: Vec::new(),
            assets: BTreeMap::new(),
            bytes: BTreeMap::new(),
            warnings: Vec::new(),
            glyphs: 0,
            effort: (EFFORT + BYTE * count(parsed.bytes.len())).min(MOST_EFFORT),
            pictured: 0,
        }
    }

    fn page(
        &mut self,
        page: &'a Page<'a>,
        at: usize,
        cache: &RenderCache<'a>,
        interpreted: &InterpreterCache<'a>,
    ) -> Result<(), ReadError> {
        let size = points(page);
        let scale = picture::scale(size, self.parsed.pdf.pages().len());
        let left = count(self.parsed.pdf.pages().len() - at);
        let share = (self.effort / left * SHARES).min(PAGE);
        let mut survey = Survey::new(Effort::new(size, scale, (self.parsed.program, share)));
        let most = INSTRUCTIONS.min(survey.effort.most_instructions());
        let instructions = guarded(|| self.forms.of_page(page, most)).flatten();
        let whole = instructions.is_some_and(|bytes| {
            survey.effort.instructions(bytes);
            guarded(|| look(page, size, interpreted, &mut survey)).is_some()
        });
        self.glyphs += survey.glyphs.len();
        if self.glyphs > GLYPHS {
            return Err(too_large("the PDF", GLYPHS as u64, "letters"));
        }
        let mut elements = Elements::new(Place::fit(size, self.size));
        if let Some(asset) = self.picture(page, at, whole, &survey, (cache, scale)) {
            elements.picture(asset);
        }
        let inside = Rect::new(0.0, 0.0, size.0, size.1).inflate(1.0, 1.0);
        survey.glyphs.retain(|glyph| inside.contains(glyph.at));
        let title = elements.text(&blocks(lines(&survey.glyphs)));
        let space = page.initial_transform(true).to_kurbo();
        for (rect, link) in links(page, &self.destinations, slide_id) {
            let rect = Rect::new(rect.x0, rect.y0, rect.x1, rect.y1);
            let rect = space.transform_rect_bbox(rect).intersect(inside);
            if rect.is_finite() && rect.area() > 0.0 {
                elements.link(rect, link);
            }
        }
        self.titles.push(title);
        self.slides.push(Slide {
            id: slide_id(at),
            name: None,
            hidden: false,
            layout: None,
            background: Fill::Solid {
                color: Color::opaque(Rgb::WHITE),
            },
            hide_master_elements: false,
            elements: elements.list,
            notes: None,
            comments: Vec::new(),
            transition: None,
            timing: None,
        });
        Ok(())
    }

    /// The page as a picture, or a warning that it has none.
    fn picture(
        &mut self,
        page: &'a Page<'a>,
        at: usize,
        whole: bool,
        survey: &Survey,
        (cache, scale): (&RenderCache<'a>, f64),
    ) -> Option<AssetId> {
        let fitting = survey.effort.fitting().filter(|_| whole);
        let drawn = fitting.filter(|_| !survey.too_large && self.pictured <= PICTURES);
        let taken = drawn.map_or(survey.effort.looked(), |(_, units)| units);
        self.effort = (self.effort - taken).max(0.0);
        let without = if survey.too_large {
            "an image on the page is too large to be unpacked"
        } else if fitting.is_none() {
            "drawing the page would take too long"
        } else if self.pictured > PICTURES {
            "the pictures of all pages would take too much room"
        } else {
            "the page cannot be drawn"
        };
        let picture = drawn.and_then(|(factor, _)| {
            let picture = guarded(|| picture::draw(page, cache, scale * factor)).flatten();
            Some((picture?, factor))
        });
        let Some((picture, factor)) = picture else {
            let detail = format!("{without}; the slide shows no picture of it, its text is kept");
            self.warn(at, "page_without_picture", detail);
            return None;
        };
        if factor < 1.0 {
            let part = factor * 100.0;
            let detail = format!(
                "drawing the page as sharply as others would take too long; its picture has {part:.0} % of their pixels to the inch"
            );
            self.warn(at, "coarse_picture", detail);
        }
        self.pictured += picture.len() as u64;
        Some(self.keep(picture.into(), MEDIA_TYPE))
    }

    /// Notes something of a page.
    fn warn(&mut self, page: usize, code: &str, detail: String) {
        self.warnings.push(Warning {
            code: code.to_owned(),
            detail,
            slide: Some(slide_id(page)),
            element: None,
        });
    }

    /// Keeps bytes under their hash.
    fn keep(&mut self, bytes: Arc<[u8]>, told: &str) -> AssetId {
        let id = AssetId::of(&bytes);
        let seen = sniff(&bytes);
        let asset = Asset {
            content_type: seen.content_type.unwrap_or(told).to_owned(),
            bytes: bytes.len() as u64,
            width: seen.size.map(|(width, _)| width),
            height: seen.size.map(|(_, height)| height),
            part: None,
        };
        self.assets.entry(id.clone()).or_insert(asset);
        self.bytes.entry(id.clone()).or_insert(bytes);
        id
    }

    /// Slides with what belongs to the whole file, as a deck.
    fn bound(mut self) -> Read {
        let source = self.keep(Arc::clone(&self.parsed.bytes), MEDIA_TYPE);
        let said = self.parsed.pdf.metadata();
        let text = |said: &Option<Box<[u8]>>| said.as_deref().and_then(strings::text);
        let first = self.titles.iter().flatten().next().cloned();
        let title = text(&said.title).or(first);
        let title = title.unwrap_or_else(|| "Untitled".to_owned());
        let marks = bookmarks(&self.destinations);
        let names = names(&marks);
        for (at, slide) in self.slides.iter_mut().enumerate() {
            slide.name = names.get(&at).map(|name| (*name).to_owned());
        }
        let ids: Vec<String> = self.slides.iter().map(|slide| slide.id.clone()).collect();
        self.warnings.insert(0, positioned());
        let deck = Deck {
            schema: SCHEMA.to_owned(),
            sections: sections(&marks, &title, &ids),
            title,
            size: self.size,
            theme: theme(),
            properties: properties(said),
            source: Some(Source {
                format: SourceFormat::Pdf,
                asset: source,
                producer: text(&said.creator).or_else(|| text(&said.producer)),
            }),
            masters: Vec::new(),
            layouts: Vec::new(),
            slides: self.slides,
            assets: self.assets,
            warnings: self.warnings,
        };
        Read {
            deck,
            assets: self.bytes,
        }
    }
}

/// Looks at a page without drawing it.
fn look<'a>(
    page: &'a Page<'a>,
    (width, height): (f64, f64),
    cache: &InterpreterCache<'a>,
    survey: &mut Survey,
) {
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, width, height),
        cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    interpret_page(page, &mut context, survey);
}

/// What holds for every deck that came from a PDF.
fn positioned() -> Warning {
    Warning {
        code: "positioned_text".to_owned(),
        detail: "the presentation was a PDF: each slide is a picture of its page, and its text stands above in transparent \
                 letters, line by line where it was; paragraphs, lists, tables and charts are not told apart"
            .to_owned(),
        slide: None,
        element: None,
    }
}

fn properties(said: &Metadata) -> Properties {
    let text = |said: &Option<Box<[u8]>>| said.as_deref().and_then(strings::text);
    Properties {
        author: text(&said.author),
        subject: text(&said.subject),
        keywords: text(&said.keywords),
        created: said.creation_date.map(instant),
        modified: said.modification_date.map(instant),
        ..Properties::default()
    }
}

/// An instant as RFC 3339 writes it.
fn instant(at: DateTime) -> String {
    let zone = match (at.utc_offset_hour, at.utc_offset_minute) {
        (0, 0) => "Z".to_owned(),
        (hours, minutes) => format!("{hours:+03}:{minutes:02}"),
    };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    )
}
