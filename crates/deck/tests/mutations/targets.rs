//! What bent files are given to, and what has to hold of the answer. The fuzz targets of `fuzz/` ask the same.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::json;
use slidecraft_deck::error::ReadError;
use slidecraft_deck::layout::fonts::FontBook;
use slidecraft_deck::layout::picture::dimensions;
use slidecraft_deck::layout::slide::{LayoutOptions, lay_out};
use slidecraft_deck::markdown::read_markdown::read_markdown;
use slidecraft_deck::metafile::read_metafile::read_metafile;
use slidecraft_deck::model::asset::AssetId;
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::odp::normalize::normalize;
use slidecraft_deck::odp::presentation::parse;
use slidecraft_deck::package::limits::PackageLimits;
use slidecraft_deck::package::sniff::sniff;
use slidecraft_deck::pdf::document::{PdfOptions, write_pdf};
use slidecraft_deck::pdf::read::{document, normalize as pdf_pages};
use slidecraft_deck::pptx::read::normalize::read_pptx;
use slidecraft_deck::pptx::write::write_pptx::write_pptx;
use slidecraft_deck::raster::png::draw_png;
use slidecraft_deck::read::Read;
use slidecraft_deck::schema::json::{read_deck_bytes, write_deck};
use slidecraft_deck::svg::document::draw_svg;
use slidecraft_deck::vector::svg::read_svg;
use slidecraft_deck::watch::Unwatched;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

/// Pages that are painted; those behind them are only laid out.
const PAINTED: usize = 2;
/// How wide pages are painted, in pixels.
const WIDTH: u32 = 160;
/// What is shown where a deck names pictures and nobody has their bytes.
const DOT: &[u8] = include_bytes!("dot.png");
/// Pictures of more pixels are not decoded here: they are only slow, and how large one may be has tests of its own.
const MOST_PIXELS: u64 = 1 << 20;

/// A reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Pptx,
    Odp,
    Pdf,
    /// Both packages, given bytes that may be no zip any more.
    Package,
    Json,
    Markdown,
    Picture,
}

impl Target {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pptx => "pptx",
            Self::Odp => "odp",
            Self::Pdf => "pdf",
            Self::Package => "package",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Picture => "picture",
        }
    }

    /// How many others take as long as one: a PDF is drawn while it is read.
    pub(crate) fn slowness(self) -> u64 {
        if self == Self::Pdf { 8 } else { 1 }
    }

    /// Reads bytes; whether there was something to read.
    pub(crate) fn take(self, bytes: &[u8]) -> bool {
        match self {
            Self::Pptx => pptx(bytes).is_some_and(|read| holds(&read, true)),
            Self::Odp => odp(bytes).is_some_and(|read| holds(&read, true)),
            Self::Pdf => pdf(bytes).is_some_and(|read| holds(&read, true)),
            Self::Package => {
                let found = pptx(bytes).or_else(|| odp(bytes));
                found.is_some_and(|read| holds(&read, false))
            }
            Self::Json => read_deck_bytes(bytes).is_ok_and(|deck| {
                let dot = |id: &AssetId| (id.clone(), Arc::from(DOT));
                let assets = deck.assets.keys().map(dot).collect();
                holds(&Read { deck, assets }, true)
            }),
            Self::Markdown => std::str::from_utf8(bytes).is_ok_and(|text| {
                read_markdown(text, &Unwatched).is_ok_and(|read| holds(&read, true))
            }),
            Self::Picture => picture(bytes),
        }
    }
}

fn limits() -> PackageLimits {
    PackageLimits::default()
}

fn pptx(bytes: &[u8]) -> Option<Read> {
    read_pptx(&limits(), Arc::from(bytes), &Unwatched).ok()
}

fn odp(bytes: &[u8]) -> Option<Read> {
    let parsed = parse(&limits(), Arc::from(bytes)).ok()?;
    normalize(&parsed, &Unwatched).ok()
}

fn pdf(bytes: &[u8]) -> Option<Read> {
    let parsed = document::parse(&limits(), Arc::from(bytes)).ok()?;
    pdf_pages::normalize(&parsed, &Unwatched).ok()
}

/// A picture is sniffed, read as a drawing, and shown on a slide: as it is, cut and in other colours, and as a fill.
fn picture(bytes: &[u8]) -> bool {
    let seen = sniff(bytes);
    let vector = read_svg(bytes, &FONTS).is_some() | read_metafile(bytes, &FONTS).is_some();
    let pixels = |(width, height)| u64::from(width) * u64::from(height);
    if dimensions(bytes).map_or(0, pixels) > MOST_PIXELS {
        return true;
    }
    let id = "a".repeat(64);
    let kind = seen.content_type.unwrap_or("application/octet-stream");
    let frame = |x: i64| json!({ "x": x, "y": 500_000, "width": 2_000_000, "height": 1_500_000 });
    let recolor =
        json!([{ "type": "duotone", "dark": { "rgb": "#000000" }, "light": { "rgb": "#4472C4" } }]);
    let crop = json!({ "left": 0.1, "right": 0.2 });
    let fill = json!({ "type": "picture", "asset": id, "tile": true });
    let deck = json!({
        "schema": "slidecraft.deck/1", "title": "Picture", "size": { "width": 9_144_000, "height": 5_143_500 },
        "theme": { "colors": { "dk1": "#000000" }, "fonts": { "major": "Calibri", "minor": "Calibri" } },
        "assets": { (id.as_str()): { "content_type": kind, "bytes": bytes.len() } },
        "slides": [{ "id": "256", "background": { "type": "none" }, "elements": [
            { "id": "2", "type": "picture", "asset": id, "frame": frame(0) },
            { "id": "3", "type": "picture", "asset": id, "frame": frame(3_000_000), "recolor": recolor, "crop": crop },
            { "id": "4", "type": "shape", "geometry": { "preset": { "name": "ellipse" } }, "fill": fill, "frame": frame(6_000_000) },
        ] }]
    });
    match read_deck_bytes(deck.to_string().as_bytes()) {
        Ok(deck) => {
            let assets = BTreeMap::from([(AssetId(id), Arc::from(bytes))]);
            holds(&Read { deck, assets }, true)
        }
        Err(faults) => panic!("the slide with the picture breaks the schema: {faults:?}"),
    };
    seen.content_type.is_some() | vector
}

/// Whatever was read is a deck by our own schema; what can be laid out, painted and written is, and nothing of it panics.
fn holds(read: &Read, drawn: bool) -> bool {
    let json = write_deck(&read.deck, false);
    let again: Deck = match read_deck_bytes(&json) {
        Ok(deck) => deck,
        Err(faults) => panic!("what was read breaks our own schema: {faults:?}"),
    };
    assert_eq!(again, read.deck, "the deck is another after its JSON");
    if drawn {
        paint(read);
    }
    if let Ok(written) = write_pptx(&read.deck, &read.assets, &Unwatched) {
        let again = read_pptx(&limits(), Arc::from(written), &Unwatched);
        let within = matches!(again, Ok(_) | Err(ReadError::TooLarge { .. }));
        assert!(within, "what was written cannot be read: {:?}", again.err());
    }
    true
}

/// Lays out all slides and paints the first few in all ways.
fn paint(read: &Read) {
    let options = LayoutOptions {
        hidden_slides: true,
        notes: true,
    };
    let Ok(mut pages) = lay_out(&read.deck, &read.assets, &FONTS, &options, &Unwatched) else {
        return;
    };
    pages.pages.truncate(PAINTED);
    for page in &pages.pages {
        drop(draw_png(page, &read.assets, &FONTS, WIDTH));
        drop(draw_svg(page, &read.assets, &FONTS));
    }
    let options = PdfOptions::of_deck(&read.deck, false);
    drop(write_pdf(&pages, &read.assets, &FONTS, &options));
}
