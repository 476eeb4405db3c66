//! What bent files are given to, and what has to hold of the answer.

use std::sync::{Arc, LazyLock};

use slidecraft_deck::layout::fonts::FontBook;
use slidecraft_deck::layout::slide::{LayoutOptions, lay_out};
use slidecraft_deck::markdown::read_markdown::read_markdown;
use slidecraft_deck::metafile::read_metafile::read_metafile;
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::odp::normalize::normalize;
use slidecraft_deck::odp::presentation::parse;
use slidecraft_deck::package::limits::PackageLimits;
use slidecraft_deck::package::sniff::sniff;
use slidecraft_deck::pdf::read::{document, normalize as pdf_pages};
use slidecraft_deck::pptx::read::normalize::read_pptx;
use slidecraft_deck::pptx::write::write_pptx::write_pptx;
use slidecraft_deck::read::Read;
use slidecraft_deck::schema::json::{read_deck_bytes, write_deck};
use slidecraft_deck::vector::svg::read_svg;
use slidecraft_deck::watch::Unwatched;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

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
                let assets = std::collections::BTreeMap::new();
                holds(&Read { deck, assets }, true)
            }),
            Self::Markdown => std::str::from_utf8(bytes).is_ok_and(|text| {
                read_markdown(text, &Unwatched).is_ok_and(|read| holds(&read, true))
            }),
            Self::Picture => {
                let seen = sniff(bytes).content_type.is_some();
                let vector = read_svg(bytes, &FONTS).is_some();
                seen | vector | read_metafile(bytes, &FONTS).is_some()
            }
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

/// Whatever was read is a deck by our own schema; what can be laid out and written is, and nothing of it panics.
fn holds(read: &Read, drawn: bool) -> bool {
    let json = write_deck(&read.deck, false);
    let again: Deck = match read_deck_bytes(&json) {
        Ok(deck) => deck,
        Err(faults) => panic!("what was read breaks our own schema: {faults:?}"),
    };
    assert_eq!(again, read.deck, "the deck is another after its JSON");
    if drawn {
        let options = LayoutOptions {
            hidden_slides: true,
            ..LayoutOptions::default()
        };
        drop(lay_out(
            &read.deck,
            &read.assets,
            &FONTS,
            &options,
            &Unwatched,
        ));
    }
    drop(write_pptx(&read.deck, &read.assets, &Unwatched));
    true
}
