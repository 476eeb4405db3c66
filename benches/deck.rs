//! The codec by itself: reading, laying out, drawing and writing one deck, warm and in one thread.
//!
//! `cargo bench --bench deck` takes a deck of 45 slides made here; `SLIDECRAFT_BENCH_DECKS=a.pptx:b.pptx` takes others.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench that cannot go on has to fail, and is told its decks by the environment"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use divan::{Bencher, black_box};
use slidecraft::deck::layout::fonts::FontBook;
use slidecraft::deck::layout::slide::{LayoutOptions, lay_out};
use slidecraft::deck::markdown::read_markdown::read_markdown;
use slidecraft::deck::model::deck::Deck;
use slidecraft::deck::package::limits::PackageLimits;
use slidecraft::deck::pdf::document::{PdfOptions, write_pdf};
use slidecraft::deck::pptx::read::normalize::read_pptx;
use slidecraft::deck::pptx::write::write_pptx::write_pptx;
use slidecraft::deck::read::Read;
use slidecraft::deck::schema::json::write_deck;
use slidecraft::deck::watch::Unwatched;

/// Slides of the deck that is made here: the specification's ordinary deck.
const SLIDES: usize = 45;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

static FILES: LazyLock<BTreeMap<String, Arc<[u8]>>> = LazyLock::new(|| {
    let Ok(paths) = std::env::var("SLIDECRAFT_BENCH_DECKS") else {
        return [("made-45".to_owned(), Arc::from(made()))].into();
    };
    let read = paths.split(':').map(|path| {
        let name = Path::new(path).file_stem().unwrap().to_string_lossy();
        (name.into_owned(), Arc::from(std::fs::read(path).unwrap()))
    });
    read.collect()
});

fn main() {
    divan::main();
}

fn made() -> Vec<u8> {
    let mut text = String::from("# The title\n");
    for number in 2..=SLIDES {
        write!(
            text,
            "\n---\n\n## Slide {number}\n\n- A first point that is long enough to be broken into lines when it is set\n- A second, with **bold** and *italic* text\n  - and a third below it\n\n| a | b |\n|---|--:|\n| one | 1 |\n| two | 2 |\n"
        )
        .unwrap();
    }
    let read = read_markdown(&text, &Unwatched).unwrap();
    write_pptx(&read.deck, &read.assets, &Unwatched).unwrap()
}

fn names() -> Vec<&'static str> {
    FILES.keys().map(String::as_str).collect()
}

fn read(name: &str) -> Read {
    let limits = PackageLimits::default();
    read_pptx(&limits, Arc::clone(&FILES[name]), &Unwatched).unwrap()
}

/// Bytes to deck: unzip, parse, resolve everything.
#[divan::bench(args = names())]
fn parse_and_resolve(bencher: Bencher, name: &str) {
    bencher.bench(|| black_box(read(name)));
}

/// Deck to JSON.
#[divan::bench(args = names())]
fn json(bencher: Bencher, name: &str) {
    let read = read(name);
    bencher.bench(|| black_box(write_deck(&read.deck, false)));
}

/// Deck to PDF: lay out, draw, subset fonts.
#[divan::bench(args = names())]
fn pdf(bencher: Bencher, name: &str) {
    let read = read(name);
    let options = LayoutOptions::default();
    bencher.bench(|| {
        let pages = lay_out(&read.deck, &read.assets, &FONTS, &options, &Unwatched).unwrap();
        black_box(write_pdf(&pages, &read.assets, &FONTS, &PdfOptions::default()).unwrap())
    });
}

/// Deck to a PPTX of its own, not over its source.
#[divan::bench(args = names())]
fn pptx(bencher: Bencher, name: &str) {
    let read = read(name);
    let fresh = Deck {
        source: None,
        ..read.deck
    };
    bencher.bench(|| black_box(write_pptx(&fresh, &read.assets, &Unwatched).unwrap()));
}
