//! The readers over the public corpus: every deck follows our own schema, every hostile file ends well and soon.
//!
//! Runs where `SLIDECRAFT_CORPUS` names the folder of decks; passes with a sentence where it does not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read the corpus has to fail"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use slidecraft::deck::error::ReadError;
use slidecraft::deck::model::slide::Slide;
use slidecraft::deck::odp;
use slidecraft::deck::package::limits::PackageLimits;
use slidecraft::deck::pdf::read::{document, normalize};
use slidecraft::deck::pptx::read::normalize::read_pptx;
use slidecraft::deck::read::Read;
use slidecraft::deck::schema::json::{read_deck_bytes, write_deck};
use slidecraft::deck::watch::Unwatched;

/// What a file of the corpus may take at most.
const LONGEST: Duration = Duration::from_secs(5);
/// What all of them may take of memory at most, in KiB.
const MOST_MEMORY: u64 = 512 * 1024;
/// Decks that no one can read without a password or because they are cut off.
const UNREADABLE: &[&str] = &["encrypted_pptx.pptx", "clusterfuzz-testcase"];

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SLIDECRAFT_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        // Straight to the terminal: what a passing test prints is not shown.
        let told = "skipped: the tests on real decks; SLIDECRAFT_CORPUS names no folder of them";
        let _ = writeln!(std::io::stderr(), "{told}");
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time that passes is what is tested"
)]
fn read(path: &Path) -> Result<Read, ReadError> {
    let bytes: Arc<[u8]> = fs::read(path).unwrap().into();
    let start = Instant::now();
    let limits = PackageLimits::default();
    let read = if path.extension().is_some_and(|ending| ending == "odp") {
        odp::presentation::parse(&limits, bytes)
            .and_then(|parsed| odp::normalize::normalize(&parsed, &Unwatched))
    } else {
        read_pptx(&limits, bytes, &Unwatched)
    };
    let took = start.elapsed();
    assert!(took < LONGEST, "{} took {took:?}", path.display());
    read
}

/// The faults of a deck against our own schema, and whether it comes back as it was written.
fn holds(read: &Read, path: &Path) {
    let json = write_deck(&read.deck, false);
    let again =
        read_deck_bytes(&json).unwrap_or_else(|faults| panic!("{}: {faults:?}", path.display()));
    assert!(
        again == read.deck,
        "{} changes on its way through JSON",
        path.display()
    );
    let kept: Vec<_> = read.assets.keys().collect();
    let told: Vec<_> = read.deck.assets.keys().collect();
    assert_eq!(kept, told, "{}", path.display());
}

#[test]
fn every_deck_follows_our_schema() {
    let Some(corpus) = corpus() else {
        return;
    };
    let mut count = 0;
    for path in ["pptx", "pptm", "ppsx", "potx", "odp"]
        .iter()
        .flat_map(|kind| files(&corpus.join(kind)))
    {
        match read(&path) {
            Ok(read) => holds(&read, &path),
            Err(error) => {
                let known = UNREADABLE
                    .iter()
                    .any(|known| name(&path).starts_with(known));
                assert!(known, "{}: {error}", path.display());
            }
        }
        count += 1;
    }
    assert!(count > 0, "no decks in {}", corpus.display());
}

#[test]
fn every_pdf_is_a_deck_of_pictures_with_text_above() {
    let Some(corpus) = corpus() else {
        return;
    };
    let files = files(&corpus.join("pdf"));
    assert!(!files.is_empty(), "no PDFs in {}", corpus.display());
    for path in files {
        let bytes: Arc<[u8]> = fs::read(&path).unwrap().into();
        let parsed = document::parse(&PackageLimits::default(), bytes).unwrap();
        let read = normalize::normalize(&parsed, &Unwatched).unwrap();
        holds(&read, &path);
        let codes: Vec<_> = read.deck.warnings.iter().map(|w| w.code.as_str()).collect();
        assert_eq!(codes, ["positioned_text"], "{}", path.display());
        let text = |slide: &Slide| slide.elements.iter().any(|element| element.text.is_some());
        assert!(read.deck.slides.iter().any(text), "{}", path.display());
    }
}

#[test]
fn hostile_files_end_in_a_clear_error_or_a_deck() {
    let Some(corpus) = corpus() else {
        return;
    };
    let files = files(&corpus.join("hostile"));
    assert!(
        !files.is_empty(),
        "no hostile files in {}",
        corpus.display()
    );
    for path in files {
        let outcome = read(&path);
        if let Ok(read) = &outcome {
            holds(read, &path);
        }
        let fits = match name(&path).as_str() {
            "empty.pptx" | "text-not-zip.pptx" | "zip-docx-as-pptx.pptx" => {
                matches!(outcome, Err(ReadError::WrongType { .. }))
            }
            "xml-quadratic-blowup.pptx" | "xml-xxe-http-dtd.pptx" | "zip-path-traversal.pptx" => {
                matches!(outcome, Err(ReadError::Unsafe { .. }))
            }
            "slide-list-same-slide-5000x.pptx" | "xml-deep-nesting.pptx" => {
                matches!(outcome, Err(ReadError::TooLarge { .. }))
            }
            "rel-missing-presentation.pptx" | "xml-invalid-utf8.pptx" | "zip-truncated.pptx" => {
                matches!(outcome, Err(ReadError::Malformed { .. }))
            }
            "rel-external-image-http.pptx" | "no-theme.pptx" | "slide-size-zero.pptx" => outcome
                .as_ref()
                .is_ok_and(|read| !read.deck.warnings.is_empty()),
            _ => true,
        };
        assert!(
            fits,
            "{}: {:?}",
            path.display(),
            outcome.map(|read| read.deck.warnings)
        );
    }
    // Where the system tells, the most memory this process ever held.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()
    });
    assert!(peak.unwrap_or(0) < MOST_MEMORY, "{peak:?} KiB");
}
