//! What a PDF holds besides what is seen: structure, language, outline, notes, conformance.

use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::document::{PdfOptions, write_pdf};
use crate::layout::fonts::FontBook;
use crate::layout::slide::{LayoutOptions, lay_out};
use crate::model::asset::NoAssets;
use crate::model::deck::Deck;
use crate::watch::Unwatched;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

fn text(id: &str, y: i64, role: Option<&str>, runs: &Value) -> Value {
    let mut element = json!({
        "id": id, "type": "shape",
        "frame": { "x": 127_000, "y": y, "width": 8_000_000, "height": 1_270_000 },
        "text": { "body": {}, "paragraphs": [
            { "runs": runs },
            { "runs": [{ "text": "point" }], "bullet": { "mark": { "char": "•" } } }
        ] }
    });
    if let Some(role) = role {
        element["placeholder"] = json!({ "role": role });
    }
    element
}

fn deck() -> Deck {
    let link = json!([{ "text": "Read on", "link": { "url": "https://example.org/" } }, { "text": " \u{13000}" }]);
    let table = json!({
        "id": "4", "type": "table", "columns": [1_000_000, 1_000_000], "flags": { "first_row": true },
        "rows": [
            { "height": 370_000, "cells": [{ "text": { "paragraphs": [{ "runs": [{ "text": "Head" }] }] } }, {}] },
            { "height": 370_000, "cells": [{ "text": { "paragraphs": [{ "runs": [{ "text": "Cell" }] }] } }, {}] }
        ],
        "frame": { "x": 0, "y": 5_000_000, "width": 2_000_000, "height": 740_000 }
    });
    let notes: Vec<Value> = (0..60)
        .map(|n| json!({ "runs": [{ "text": format!("Say this {n}"), "style": { "size": 12 } }] }))
        .collect();
    let slide = |id: &str, title: &str| {
        json!({
            "id": id, "background": { "type": "solid", "color": { "rgb": "#FFFFFF" } },
            "elements": [
                text("1", 0, Some("title"), &json!([{ "text": title }])),
                text("2", 2_000_000, None, &link),
                { "id": "3", "type": "picture", "alt": "A missing picture",
                  "frame": { "x": 0, "y": 4_000_000, "width": 900_000, "height": 900_000 } },
                table
            ],
            "notes": { "paragraphs": notes }
        })
    };
    serde_json::from_value(json!({
        "schema": "slidecraft.deck/1", "title": "Deck", "size": { "width": 12_192_000, "height": 6_858_000 },
        "theme": { "colors": {}, "fonts": { "major": "Calibri", "minor": "Calibri" } },
        "slides": [slide("256", "First title"), slide("257", "Second title")]
    }))
    .expect("a deck")
}

fn pdf(notes: bool, archival: bool) -> Vec<u8> {
    let layout = LayoutOptions {
        notes,
        ..LayoutOptions::default()
    };
    let pages = lay_out(&deck(), &NoAssets, &FONTS, &layout, &Unwatched).expect("pages");
    let options = PdfOptions {
        title: "Deck".to_owned(),
        author: Some("Ann".to_owned()),
        language: Some("en-GB".to_owned()),
        archival,
        ..PdfOptions::default()
    };
    write_pdf(&pages, &NoAssets, &FONTS, &options).expect("a pdf")
}

/// What a program says of a PDF; `None` where it is not installed, which fails in CI.
fn told(program: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let name = format!("slidecraft-pdf-{}-{program}.pdf", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, pdf).expect("a temporary file");
    let mut command = Command::new(program);
    let (before, after): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|a| **a != "-");
    let output = command.args(before).arg(&path).args(after).output();
    std::fs::remove_file(&path).expect("the temporary file is ours");
    let Ok(output) = output else {
        let in_ci = std::env::var_os("CI").is_some();
        assert!(
            !in_ci,
            "`{program}` is missing: apt-get install poppler-utils qpdf"
        );
        println!("skipped: `{program}` is missing (apt-get install poppler-utils qpdf)");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_pdf_is_tagged_and_says_what_it_is() {
    let bytes = pdf(false, false);
    if let Some(info) = told("pdfinfo", &[], &bytes) {
        for line in [
            "Tagged:          yes",
            "Pages:           2",
            "Title:           Deck",
            "960 x 540 pts",
        ] {
            assert!(info.contains(line), "{line} is missing in\n{info}");
        }
    }
    if let Some(tree) = told("pdfinfo", &["-struct-text"], &bytes) {
        for part in [
            "H1",
            "First title",
            "LI",
            "Table",
            "TH",
            "Head",
            "TD",
            "Figure",
            "Link",
        ] {
            assert!(tree.contains(part), "{part} is missing in\n{tree}");
        }
    }
    if let Some(text) = told("pdftotext", &["-"], &bytes) {
        assert!(
            text.contains("Second title") && text.contains("Read on"),
            "{text}"
        );
    }
    if let Some(said) = told("qpdf", &["--check"], &bytes) {
        assert!(
            said.contains("No syntax or stream encoding errors"),
            "{said}"
        );
    }
}

#[test]
fn notes_follow_their_slides_over_as_many_pages_as_they_take() {
    if let Some(info) = told("pdfinfo", &["-f", "1", "-l", "9"], &pdf(true, false)) {
        assert!(info.contains("Pages:           6"), "{info}");
        assert!(info.contains("Page    2 size:  540 x 720 pts"), "{info}");
    }
    if let Some(text) = told("pdftotext", &["-"], &pdf(true, false)) {
        assert!(
            text.contains("Say this 0") && text.contains("Say this 59"),
            "{text}"
        );
    }
}

#[test]
fn an_archival_pdf_conforms_and_leaves_out_what_no_face_has() {
    let bytes = pdf(true, true);
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"<pdfaid:part>2</pdfaid:part>"));
    assert!(holds(b"<pdfaid:conformance>B</pdfaid:conformance>"));
    if let Some(said) = told("qpdf", &["--check"], &bytes) {
        assert!(
            said.contains("No syntax or stream encoding errors"),
            "{said}"
        );
    }
}

#[test]
fn a_pdf_is_dated_as_its_deck_is() {
    let mut deck = deck();
    deck.properties.modified = Some("2024-05-06T07:08:09Z".to_owned());
    let options = PdfOptions::of_deck(&deck, false);
    assert_eq!(options.created, Some((2024, 5, 6, 7, 8, 9)));
    deck.properties.modified = Some("yesterday".to_owned());
    assert_eq!(PdfOptions::of_deck(&deck, false).created, None);
}

#[test]
fn the_same_deck_gives_the_same_bytes() {
    assert_eq!(pdf(true, false), pdf(true, false));
    assert_eq!(pdf(false, true), pdf(false, true));
}
