//! The package around a part of XML.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::{Arc, LazyLock};

use slidecraft_deck::pptx::write::write_pptx::write_pptx;
use slidecraft_deck::schema::json::read_deck_bytes;
use slidecraft_deck::watch::Unwatched;
use zip::write::SimpleFileOptions;

use crate::change::opened;

/// The parts of a package by name.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

/// The deck whose only slide is replaced: it has an element of every kind, so that what a slide refers to is there.
const DECK: &[u8] = include_bytes!("../corpus/deck_json/elements.json");
const DOT: &[u8] = include_bytes!("../../crates/deck/tests/mutations/dot.png");

/// The part that is replaced, by what its root is called.
const PLACES: &[(&[u8], &str)] = &[
    (b"<p:sld ", "ppt/slides/slide1.xml"),
    (b"<p:sldLayout", "ppt/slideLayouts/slideLayout1.xml"),
    (b"<p:sldMaster", "ppt/slideMasters/slideMaster1.xml"),
    (b"<p:notes ", "ppt/notesSlides/notesSlide1.xml"),
    (b"<c:chartSpace", "ppt/charts/chart1.xml"),
    (b"<a:theme", "ppt/theme/theme1.xml"),
    (b"<p:presentation ", "ppt/presentation.xml"),
];
/// Bytes of a part in which its root is looked for.
const HEAD: usize = 400;

static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let mut deck = read_deck_bytes(DECK).expect("a deck of our own");
    let notes = serde_json::json!({ "paragraphs": [{ "runs": [{ "text": "Say it." }] }] });
    deck.slides[0].notes = serde_json::from_value(notes).expect("notes");
    let dot = |id: &_| (Clone::clone(id), Arc::from(DOT));
    let assets: BTreeMap<_, Arc<[u8]>> = deck.assets.keys().map(dot).collect();
    opened(&write_pptx(&deck, &assets, &Unwatched).expect("a package")).expect("parts")
});

/// A package in which these bytes are the part that their root belongs to, or the slide where they have none.
pub(crate) fn around(bytes: &[u8]) -> Vec<u8> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let begins = |root: &[u8]| head.windows(root.len()).any(|window| window == root);
    let place = PLACES.iter().find(|(root, _)| begins(root));
    let place = place.map_or(PLACES[0].1, |(_, name)| *name);
    joined(
        &PARTS,
        |name, whole| if name == place { bytes } else { whole },
    )
}

/// A package of parts that are stored as they are.
pub(crate) fn joined<'a>(parts: &'a Parts, part: impl Fn(&str, &'a [u8]) -> &'a [u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), stored).expect("a part");
        zip.write_all(part(name, bytes)).expect("memory");
    }
    zip.finish().expect("a package").into_inner()
}
