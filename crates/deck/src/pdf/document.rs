//! Pages become one PDF: exact sizes, embedded subsets, copyable text, structure, links, an outline of titles.

use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::link::link;
use super::paint::paint;
use super::stock::Stock;
use crate::error::WriteError;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Page, Pages, narrow};
use crate::model::asset::AssetSource;
use crate::model::deck::Deck;

/// The language of a document that does not say one (BCP 47: undetermined).
const NO_LANGUAGE: &str = "und";

/// The date of an archival document that does not say one.
const NO_DATE: (u16, u8, u8, u8, u8, u8) = (2000, 1, 1, 0, 0, 0);

/// What is written into a PDF besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// The title.
    pub title: String,
    /// Who made it.
    pub author: Option<String>,
    /// The language of most of its text (BCP 47).
    pub language: Option<String>,
    /// When it was made: year, month, day, hour, minute, second in UTC. Left out where absent, so that the same deck
    /// gives the same bytes.
    pub created: Option<(u16, u8, u8, u8, u8, u8)>,
    /// Whether it has to conform to PDF/A-2b (ISO 19005-2), for archives.
    pub archival: bool,
}

impl PdfOptions {
    /// What a deck says of itself.
    pub fn of_deck(deck: &Deck, archival: bool) -> Self {
        let said = &deck.properties;
        let saved = said.modified.as_deref().or(said.created.as_deref());
        Self {
            title: deck.title.clone(),
            author: said.author.clone(),
            language: said.language.clone(),
            created: saved.and_then(moment),
            archival,
        }
    }
}

/// Year to second of a time in the manner of RFC 3339, its zone left out.
fn moment(text: &str) -> Option<(u16, u8, u8, u8, u8, u8)> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let year = date.next()?.parse().ok()?;
    let small = |part: Option<&str>, most: u8| -> Option<u8> {
        part?.get(..2)?.parse().ok().filter(|value| *value <= most)
    };
    let (month, day) = (small(date.next(), 12)?, small(date.next(), 31)?);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (small(time.next(), 23)?, small(time.next(), 59)?);
    let second = small(time.next(), 59)?;
    Some((year, month.max(1), day.max(1), hour, minute, second))
}

/// Writes pages as a PDF.
///
/// # Errors
///
/// `NoSlides` where there are no pages, `Drawing` where the PDF library refuses something.
pub fn write_pdf(
    pages: &Pages,
    assets: &dyn AssetSource,
    fonts: &FontBook,
    options: &PdfOptions,
) -> Result<Vec<u8>, WriteError> {
    if pages.pages.is_empty() {
        return Err(WriteError::NoSlides);
    }
    let mut stock = Stock::new(fonts, assets, !options.archival);
    let mut document = Document::new_with(settings(options.archival)?);
    let language = options.language.clone().unwrap_or(NO_LANGUAGE.to_owned());
    let mut tree = TagTree::new().with_lang(Some(language));
    for page in &pages.pages {
        tree.push(write_page(
            &mut document,
            (page, pages),
            &mut stock,
            options,
        )?);
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(pages));
    document.set_metadata(metadata(options));
    document.finish().map_err(|error| refused(&error))
}

fn settings(archival: bool) -> Result<SerializeSettings, WriteError> {
    let configuration = if archival {
        let asked = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B);
        asked.finish().map_err(|error| WriteError::Drawing {
            detail: format!("{error:?}"),
        })?
    } else {
        Configuration::default()
    };
    Ok(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    })
}

/// One entry for each page that has a title and begins a slide.
fn outline(pages: &Pages) -> Outline {
    let mut outline = Outline::new();
    for (index, page) in pages.pages.iter().enumerate() {
        if let Some(title) = &page.title {
            let top = XyzDestination::new(index, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(title.clone(), top));
        }
    }
    outline
}

fn metadata(options: &PdfOptions) -> Metadata {
    let mut metadata = Metadata::new().creator("SlideCraft".to_owned());
    if !options.title.is_empty() {
        metadata = metadata.title(options.title.clone());
    }
    if let Some(author) = &options.author {
        metadata = metadata.authors(vec![author.clone()]);
    }
    if let Some(language) = &options.language {
        metadata = metadata.language(language.clone());
    }
    // An archive wants a date; the same deck has to give the same bytes all the same.
    let made = options
        .created
        .or_else(|| options.archival.then_some(NO_DATE));
    if let Some((year, month, day, hour, minute, second)) = made {
        let created = DateTime::new(year)
            .month(month)
            .day(day)
            .hour(hour)
            .minute(minute)
            .second(second);
        metadata = metadata.creation_date(created.utc_offset_hour(0).utc_offset_minute(0));
    }
    metadata
}

fn write_page(
    document: &mut Document,
    (page, pages): (&Page, &Pages),
    stock: &mut Stock<'_>,
    options: &PdfOptions,
) -> Result<TagGroup, WriteError> {
    let settings =
        PageSettings::from_wh(narrow(page.width), narrow(page.height)).ok_or_else(|| {
            WriteError::Drawing {
                detail: format!("page {} has no size", page.number),
            }
        })?;
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    let structure = paint(page, &mut surface, stock, options.archival);
    surface.finish();
    let mut links = Vec::new();
    for item in &page.items {
        if let Item::Link(area) = item
            && let Some(annotation) = link(area, page, pages)
        {
            links.push(sheet.add_tagged_annotation(annotation));
        }
    }
    sheet.finish();
    Ok(structure.finish(links))
}

fn refused(error: &KrillaError) -> WriteError {
    let detail = if let KrillaError::Validation(faults) = error {
        let first: Vec<String> = faults.iter().take(3).map(|f| format!("{f:?}")).collect();
        format!(
            "the deck cannot be written as PDF/A-2: {}",
            first.join("; ")
        )
    } else {
        format!("{error:?}")
    };
    WriteError::Drawing { detail }
}
