//! The decks of the corpus, and what becomes of them on their way out and in again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use slidecraft_deck::model::asset::AssetId;
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::odp::normalize::normalize;
use slidecraft_deck::odp::presentation::parse;
use slidecraft_deck::package::limits::PackageLimits;
use slidecraft_deck::pptx::read::normalize::read_pptx;
use slidecraft_deck::pptx::write::lint::lint;
use slidecraft_deck::pptx::write::package::package;
use slidecraft_deck::pptx::write::write_pptx::render;
use slidecraft_deck::read::Read;
use slidecraft_deck::schema::json::{read_deck_bytes, write_deck};
use slidecraft_deck::watch::Unwatched;

/// A file that could be read.
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// Its deck, once through JSON.
    pub(crate) deck: Deck,
    /// The bytes of its assets.
    pub(crate) assets: BTreeMap<AssetId, Arc<[u8]>>,
}

/// Endings of files whose exports are made from them, and of those whose exports are new.
pub(crate) const PATCHED: &[&str] = &["pptx", "pptm", "ppsx", "potx"];
pub(crate) const ALL: &[&str] = &["pptx", "pptm", "ppsx", "potx", "odp"];

/// The decks of these kinds; none where nobody says where they are.
pub(crate) fn corpus(kinds: &'static [&'static str]) -> Option<impl Iterator<Item = File>> {
    let Some(folder) = std::env::var_os("SLIDECRAFT_CORPUS").map(PathBuf::from) else {
        println!("skipped: SLIDECRAFT_CORPUS names no folder of decks");
        return None;
    };
    let only = std::env::var("SLIDECRAFT_ONLY").unwrap_or_default();
    let mut paths: Vec<PathBuf> = kinds
        .iter()
        .flat_map(|kind| fs::read_dir(folder.join(kind)).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(&only))
        .collect();
    paths.sort();
    Some(paths.into_iter().filter_map(|path| open(&path)))
}

fn open(path: &Path) -> Option<File> {
    let (limits, bytes) = (PackageLimits::default(), fs::read(path).unwrap().into());
    let read = if path.extension().is_some_and(|ending| ending == "odp") {
        parse(&limits, bytes).and_then(|parsed| normalize(&parsed, &Unwatched))
    } else {
        read_pptx(&limits, bytes, &Unwatched)
    };
    let read = read.ok()?;
    let deck = read_deck_bytes(&write_deck(&read.deck, false)).unwrap();
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(File {
        name,
        deck,
        assets: read.assets,
    })
}

/// Writes a deck, lints it, keeps it where somebody wants it, and reads it again.
pub(crate) fn export(file: &File, deck: &Deck, what: &str, faults: &mut Vec<String>) -> Read {
    let name = &file.name;
    let parts = render(deck, &file.assets, &Unwatched)
        .unwrap_or_else(|error| panic!("{name}, {what}: {error}"));
    let found = lint(&parts).into_iter();
    faults.extend(found.map(|fault| format!("{name}, {what}: {fault}")));
    let bytes = package(&parts).unwrap();
    if let Some(folder) = std::env::var_os("SLIDECRAFT_EXPORTS").map(PathBuf::from) {
        let folder = folder.join(what);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.pptx")), &bytes).unwrap();
    }
    let read = read_pptx(&PackageLimits::default(), bytes.into(), &Unwatched);
    read.unwrap_or_else(|error| panic!("{name}, {what}, read again: {error}"))
}

/// Notes the first place where two decks differ, besides what is about the file rather than the deck.
pub(crate) fn told(
    file: &File,
    what: &str,
    (before, after): (&Deck, &Deck),
    faults: &mut Vec<String>,
) {
    let (before, after) = (comparable(before), comparable(after));
    if let Some(place) = difference(&before, &after, &mut String::new()) {
        faults.push(format!("{}, {what}: {place}", file.name));
    }
}

fn comparable(deck: &Deck) -> Value {
    let mut deck = deck.clone();
    deck.source = None;
    deck.assets.clear();
    deck.warnings.clear();
    serde_json::from_slice(&serde_json::to_vec(&deck).unwrap()).unwrap()
}

fn difference(before: &Value, after: &Value, at: &mut String) -> Option<String> {
    let length = at.len();
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                at.push('/');
                at.push_str(key);
                let none = Value::Null;
                let pair = (a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                let found = difference(pair.0, pair.1, at);
                at.truncate(length);
                if found.is_some() {
                    return found;
                }
            }
            None
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (a, b)) in a.iter().zip(b).enumerate() {
                at.push('/');
                at.push_str(&number.to_string());
                let found = difference(a, b, at);
                at.truncate(length);
                if found.is_some() {
                    return found;
                }
            }
            None
        }
        (Value::Number(a), Value::Number(b)) => {
            let (x, y) = (a.as_f64()?, b.as_f64()?);
            let near = (x - y).abs() <= 1e-9 * x.abs().max(1.0);
            (!near).then(|| format!("{at} was {a} and is {b}"))
        }
        _ => (before != after).then(|| {
            let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
            format!("{at} was {} and is {}", short(before), short(after))
        }),
    }
}
