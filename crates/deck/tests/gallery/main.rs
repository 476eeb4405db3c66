//! The gallery: everything that a deck can hold, drawn on sheets of our own. What is drawn is compared with golden text;
//! the sheets as pictures are in `docs/gallery`.
//!
//! `GALLERY=1 cargo test --release -p slidecraft-deck --test gallery` writes text and pictures anew.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a sheet that cannot be drawn has to fail"
)]

mod boxes;
mod charts;
mod paints;
mod texts;
mod things;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use slidecraft_deck::layout::fonts::FontBook;
use slidecraft_deck::layout::page::{Page, Pages};
use slidecraft_deck::layout::slide::lay_out_slide;
use slidecraft_deck::model::asset::AssetId;
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::pdf::document::{PdfOptions, write_pdf};
use slidecraft_deck::pptx::write::write_pptx::write_pptx;
use slidecraft_deck::raster::png::draw_png;
use slidecraft_deck::schema::json::write_deck;
use slidecraft_deck::svg::document::draw_svg;
use slidecraft_deck::watch::Unwatched;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

/// How wide the pictures of sheets are.
const WIDTH: u32 = 1280;
/// No picture may be larger, in bytes.
const LARGEST: usize = 300_000;

type Assets = BTreeMap<AssetId, Arc<[u8]>>;

/// All sheets by name.
fn sheets() -> Vec<(String, Vec<Value>)> {
    let mut all = vec![
        ("elements".to_owned(), things::elements()),
        ("tables".to_owned(), things::tables()),
        ("fills".to_owned(), paints::fills()),
        ("patterns".to_owned(), paints::patterns()),
        ("lines".to_owned(), paints::lines()),
        ("arrows".to_owned(), paints::arrows()),
        ("effects".to_owned(), paints::effects()),
        ("recolor".to_owned(), things::recolored()),
        (
            "text-paragraphs".to_owned(),
            texts::sheet("paragraphs", (3, 6)),
        ),
        ("text-letters".to_owned(), texts::sheet("letters", (5, 6))),
        ("text-underlines".to_owned(), texts::underlines()),
        ("text-boxes".to_owned(), texts::sheet("boxes", (3, 6))),
    ];
    let named = |stem: &str, pages: Vec<Vec<Value>>| {
        let pages = pages.into_iter().enumerate();
        let named = pages.map(|(at, page)| (format!("{stem}-{}", at + 1), page));
        named.collect::<Vec<_>>()
    };
    all.extend(named("charts", charts::pages()));
    all.extend(named("presets", boxes::presets()));
    all
}

fn deck(name: &str, elements: &[Value]) -> Deck {
    let elements: Vec<Value> = elements
        .iter()
        .enumerate()
        .map(|(at, element)| {
            let mut element = element.clone();
            element["id"] = json!((at + 2).to_string());
            element
        })
        .collect();
    let deck = json!({
        "schema": "slidecraft.deck/1", "title": name, "size": { "width": 12_192_000, "height": 6_858_000 },
        "theme": {
            "colors": {
                "dk1": "#000000", "lt1": "#FFFFFF", "dk2": "#44546A", "lt2": "#E7E6E6", "accent1": "#4472C4",
                "accent2": "#ED7D31", "accent3": "#A5A5A5", "accent4": "#FFC000", "accent5": "#5B9BD5",
                "accent6": "#70AD47", "hlink": "#0563C1", "folHlink": "#954F72"
            },
            "fonts": { "major": "Calibri", "minor": "Calibri" }
        },
        "assets": { things::PICTURE: { "content_type": "image/png", "bytes": 1 } },
        "slides": [{ "id": "256", "background": { "type": "none" }, "elements": elements }]
    });
    serde_json::from_value(deck).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn page(deck: &Deck, assets: &Assets) -> Page {
    lay_out_slide(deck, 0, assets, &FONTS).expect("a page")
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Writes a sheet as PPTX, SVG, PDF and deck JSON, to be looked at elsewhere and to begin fuzzing with.
fn write_documents(stem: &Path, deck: &Deck, page: Page, assets: &Assets) {
    let pptx = write_pptx(deck, assets, &Unwatched).expect("a PPTX");
    let svg = draw_svg(&page, assets, &FONTS);
    let pages = Pages {
        pages: vec![page],
        substitutions: BTreeMap::new(),
    };
    let pdf = write_pdf(&pages, assets, &FONTS, &PdfOptions::default()).expect("a PDF");
    let json = write_deck(deck, false);
    for (ending, bytes) in [("pptx", pptx), ("svg", svg), ("pdf", pdf), ("json", json)] {
        fs::write(stem.with_extension(ending), bytes).expect("the document can be written");
    }
}

#[test]
fn every_sheet_is_drawn_as_it_was_when_somebody_looked_at_it() {
    let writes = std::env::var_os("GALLERY").is_some();
    let golden = folder("tests/gallery/golden");
    let assets = things::assets();
    let mut names = Vec::new();
    let mut differ = Vec::new();
    for (name, elements) in sheets() {
        let deck = deck(&name, &elements);
        let page = page(&deck, &assets);
        let text = page.describe();
        let file = golden.join(format!("{name}.txt"));
        names.push(format!("{name}.txt"));
        if writes {
            fs::write(&file, &text).expect("the golden text can be written");
            let picture = draw_png(&page, &assets, &FONTS, WIDTH).expect("a picture");
            let sheet = folder("../../docs/gallery").join(format!("{name}.png"));
            fs::write(sheet, picture).expect("the picture can be written");
            if let Some(out) = std::env::var_os("GALLERY_PPTX") {
                write_documents(&Path::new(&out).join(&name), &deck, page, &assets);
            }
        } else if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
            differ.push(name);
        }
    }
    assert!(
        differ.is_empty(),
        "drawn otherwise: {differ:?}; look at the sheets, then write them anew"
    );
    let known = fs::read_dir(&golden).expect("the golden text is there");
    let known = known.map(|file| {
        file.expect("a file")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    let left: Vec<String> = known.filter(|name| !names.contains(name)).collect();
    assert!(left.is_empty(), "no sheet is called {left:?}");
}

#[test]
fn sheets_are_small_pictures_that_the_page_of_the_gallery_shows() {
    let readme = folder("../../docs/gallery/README.md");
    let readme = fs::read_to_string(readme).expect("the page of the gallery is there");
    for (name, _) in sheets() {
        let sheet = folder("../../docs/gallery").join(format!("{name}.png"));
        let bytes = fs::read(&sheet).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(bytes.len() <= LARGEST, "{name} has {} bytes", bytes.len());
        assert!(
            readme.contains(&format!("({name}.png)")),
            "{name} is not shown"
        );
    }
}
