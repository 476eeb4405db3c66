//! Whole files to bend: made here, and the small ones of `SLIDECRAFT_CORPUS` where there is such a folder.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use slidecraft_deck::markdown::read_markdown::read_markdown;
use slidecraft_deck::pptx::write::write_pptx::write_pptx;
use slidecraft_deck::schema::json::write_deck;
use slidecraft_deck::watch::Unwatched;
use zip::write::SimpleFileOptions;

/// The parts of a package by name; a file that is none has one part without a name.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

/// Files of the corpus above this are too slow to bend.
const MOST_BYTES: u64 = 48 << 10;

const TALK: &str = "---\ntitle: Talk\nauthor: Ann\n---\n\n# Talk\n\nBy *Ann*\n\n---\n\n## Points\n\n- one\n  - two `code`\n\
    1. first\n2. second\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n![dot](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)\n\n\
    ::: notes\nSay it.\n:::\n\n---\n\n```rust\nfn main() {}\n```\n\n> quoted [link](https://example.org)\n";
const DRAWING: &str = include_str!("drawing.xml");
/// A PDF that packs nothing, so that what is bent in it is understood.
const PAGES: &[u8] = include_bytes!("talk.pdf");
const BEHIND: &str = include_str!("behind.xml");

/// A package of stored parts, or the bytes of the only part that has no name.
pub(crate) fn joined(parts: &Parts) -> Vec<u8> {
    if let [(name, bytes)] = parts.as_slice()
        && name.is_empty()
    {
        return bytes.clone();
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn opened(bytes: &[u8]) -> Option<Parts> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).ok()?;
        if entry.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        parts.push((entry.name().ok()?.into_owned(), bytes));
    }
    Some(parts)
}

fn of_corpus(folder: &str) -> Vec<Vec<u8>> {
    let Some(corpus) = std::env::var_os("SLIDECRAFT_CORPUS").map(PathBuf::from) else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(corpus.join(folder))
        .into_iter()
        .flatten()
        .flatten();
    let mut files: Vec<PathBuf> = entries
        .filter(|entry| {
            entry
                .metadata()
                .is_ok_and(|known| known.len() <= MOST_BYTES)
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .collect()
}

fn packages(folder: &str) -> Vec<Parts> {
    of_corpus(folder)
        .iter()
        .filter_map(|bytes| opened(bytes))
        .collect()
}

pub(crate) fn pptx() -> Vec<Parts> {
    let read = read_markdown(TALK, &Unwatched).unwrap();
    let mut seeds: Vec<Parts> =
        vec![opened(&write_pptx(&read.deck, &read.assets, &Unwatched).unwrap()).unwrap()];
    seeds.extend(packages("pptx"));
    seeds
}

pub(crate) fn odp() -> Vec<Parts> {
    let part = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let own = vec![
        part(
            "mimetype",
            "application/vnd.oasis.opendocument.presentation",
        ),
        part("content.xml", DRAWING),
        part("styles.xml", BEHIND),
    ];
    let mut seeds = vec![own];
    seeds.extend(packages("odp"));
    seeds
}

pub(crate) fn json() -> Vec<Parts> {
    let read = read_markdown(TALK, &Unwatched).unwrap();
    vec![vec![(String::new(), write_deck(&read.deck, true))]]
}

pub(crate) fn markdown() -> Vec<Parts> {
    let mut seeds = vec![TALK.as_bytes().to_vec()];
    seeds.extend(of_corpus("md"));
    seeds
        .into_iter()
        .map(|bytes| vec![(String::new(), bytes)])
        .collect()
}

pub(crate) fn pdf() -> Vec<Parts> {
    let mut seeds = vec![PAGES.to_vec()];
    seeds.extend(of_corpus("pdf"));
    seeds
        .into_iter()
        .map(|bytes| vec![(String::new(), bytes)])
        .collect()
}

/// Pictures of the corpus' decks, and an SVG of our own.
pub(crate) fn pictures() -> Vec<Parts> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1L8 8A3 3 0 0 1 2 2Z' fill='red'/>\
        <text x='1' y='5'>a</text></svg>";
    let read = read_markdown(TALK, &Unwatched).unwrap();
    let mut seeds: Vec<Vec<u8>> = vec![svg.as_bytes().to_vec()];
    seeds.extend(read.assets.values().map(|bytes| bytes.to_vec()));
    let media = packages("pptx").into_iter().flatten();
    let media = media.filter(|(name, bytes)| name.contains("/media/") && bytes.len() < 32 << 10);
    seeds.extend(media.map(|(_, bytes)| bytes));
    seeds
        .into_iter()
        .map(|bytes| vec![(String::new(), bytes)])
        .collect()
}
