//! Whole files, written by hand so that everything in them is known: what a page holds arrives, and what is hostile ends typed.

use std::fmt::Write;
use std::sync::Arc;

use super::document::parse;
use super::normalize::normalize;
use crate::error::ReadError;
use crate::layout::fonts::FontBook;
use crate::layout::slide::{LayoutOptions, lay_out};
use crate::model::deck::SourceFormat;
use crate::model::element::{Content, Element};
use crate::model::text::Link;
use crate::model::units::Emu;
use crate::package::limits::PackageLimits;
use crate::pptx::write::write_pptx::write_pptx;
use crate::read::Read;
use crate::schema::json::{read_deck_bytes, write_deck};
use crate::watch::{Unwatched, Watch};

/// The documented list of what is not understood.
const LIST: &str = include_str!("../../../../../docs/UNSUPPORTED.md");
const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
const TALK: &str = "BT /F 36 Tf 40 470 Td (The title) Tj ET \
    BT /F 18 Tf 40 400 Td (First line of text) Tj 0 -22 Td (and the second) Tj ET \
    1 0 0 rg 600 100 200 100 re f \
    BT /F 12 Tf 0 1 -1 0 900 100 Tm (upward) Tj ET";

/// Objects from number 1 on as a file.
fn file(objects: &[String]) -> Arc<[u8]> {
    let mut out = String::from("%PDF-1.7\n");
    let mut places = String::new();
    for (at, object) in objects.iter().enumerate() {
        writeln!(places, "{:010} 00000 n ", out.len()).unwrap();
        writeln!(out, "{} 0 obj\n{object}\nendobj", at + 1).unwrap();
    }
    let (count, xref) = (objects.len() + 1, out.len());
    write!(
        out,
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<</Size {count}/Root 1 0 R/Info 2 0 R>>\nstartxref\n{xref}\n%%EOF"
    )
    .unwrap();
    out.into_bytes().into()
}

fn stream(dictionary: &str, data: &str) -> String {
    format!(
        "<<{dictionary}/Length {}>>\nstream\n{data}\nendstream",
        data.len()
    )
}

/// Two pages, the first with these instructions and these keys; objects from number 8 on are given.
fn talk(instructions: &str, page: &str, more: &[String]) -> Arc<[u8]> {
    let resources = "/Resources<</Font<</F 7 0 R>>/XObject<</X 8 0 R>>/Pattern<</P 8 0 R>>>>";
    let mut objects = vec![
        "<</Type/Catalog/Pages 3 0 R/Outlines 9 0 R>>".to_owned(),
        "<</Title(A talk)/Author(Ann)/CreationDate(D:20260102030405+01'30)>>".to_owned(),
        "<</Type/Pages/Kids[4 0 R 5 0 R]/Count 2/MediaBox[0 0 960 540]>>".to_owned(),
        format!("<</Type/Page/Parent 3 0 R/Contents 6 0 R{resources}{page}>>"),
        format!("<</Type/Page/Parent 3 0 R/MediaBox[0 0 400 400]{resources}>>"),
        stream("", instructions),
        FONT.to_owned(),
    ];
    objects.extend(more.iter().cloned());
    file(&objects)
}

fn read(bytes: &Arc<[u8]>) -> Result<Read, ReadError> {
    let parsed = parse(&PackageLimits::default(), Arc::clone(bytes))?;
    normalize(&parsed, &Unwatched)
}

fn words(element: &Element) -> Vec<String> {
    let paragraphs = element.text.iter().flat_map(|text| &text.paragraphs);
    paragraphs
        .map(|paragraph| paragraph.runs.iter().map(|run| &*run.text).collect())
        .collect()
}

#[test]
fn a_page_is_a_picture_with_its_text_above() {
    let read = read(&talk(TALK, "", &[])).unwrap();
    let deck = &read.deck;
    assert_eq!((deck.title.as_str(), deck.slides.len()), ("A talk", 2));
    assert_eq!(deck.properties.author.as_deref(), Some("Ann"));
    let created = deck.properties.created.as_deref();
    assert_eq!(created, Some("2026-01-02T03:04:05+01:30"));
    assert_eq!(
        (deck.size.width, deck.size.height),
        (Emu(12_192_000), Emu(6_858_000))
    );
    let source = deck.source.as_ref().unwrap();
    assert_eq!(source.format, SourceFormat::Pdf);
    assert!(read.assets[&source.asset].starts_with(b"%PDF"));

    let [picture, title, text, upward] = &deck.slides[0].elements[..] else {
        panic!("{:#?}", deck.slides[0].elements);
    };
    let Content::Picture(shown) = &picture.content else {
        panic!("{picture:?}");
    };
    let asset = &deck.assets[shown.asset.as_ref().unwrap()];
    assert_eq!((asset.width, asset.height), (Some(1920), Some(1080)));
    assert_eq!(words(title), ["The title"]);
    assert_eq!(title.placeholder.as_ref().unwrap().role, "title");
    assert_eq!(words(text), ["First line of text", "and the second"]);
    assert_eq!(words(upward), ["upward"]);
    assert!((upward.frame.rotation - 270.0).abs() < 0.1);
    // The baseline of the first line is 140 points from above.
    let top = text.frame.y.points();
    assert!((top - (140.0 - 18.0 * 0.96)).abs() < 0.5, "{top}");
    assert_eq!(text.frame.x, Emu::from_points(40.0));
    let runs = text
        .text
        .iter()
        .flat_map(|t| &t.paragraphs)
        .flat_map(|p| &p.runs);
    assert!(runs.clone().count() == 2 && runs.clone().all(|run| run.style.color.alpha == 0.0));
}

#[test]
fn a_page_of_another_size_stands_in_the_middle() {
    let read = read(&talk(TALK, "", &[])).unwrap();
    let frame = read.deck.slides[1].elements[0].frame;
    let square = Emu(6_858_000);
    assert_eq!((frame.width, frame.height), (square, square));
    assert_eq!((frame.x, frame.y), (Emu(2_667_000), Emu(0)));
}

#[test]
fn pages_that_are_turned_are_read_as_they_are_shown() {
    let read = read(&talk(TALK, "/Rotate 90", &[])).unwrap();
    let size = read.deck.size;
    assert_eq!((size.width, size.height), (Emu(6_858_000), Emu(12_192_000)));
    let texts: Vec<_> = read.deck.slides[0]
        .elements
        .iter()
        .flat_map(words)
        .collect();
    assert!(texts.contains(&"The title".to_owned()), "{texts:?}");
}

#[test]
fn links_and_bookmarks_lead_to_slides_and_addresses() {
    let links = "/Annots[<</Subtype/Link/Rect[40 390 200 420]/Dest[5 0 R/Fit]>>\
        <</Subtype/Link/Rect[40 460 200 500]/A<</S/URI/URI(https://example.org/)>>>>]";
    let outlines = [
        stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", ""),
        "<</First 10 0 R/Last 11 0 R>>".to_owned(),
        "<</Title(Start)/Dest[4 0 R/Fit]/Next 11 0 R/First 12 0 R>>".to_owned(),
        "<</Title(\u{fe}\u{ff})/Title(End)/A<</S/GoTo/D[5 0 R/Fit]>>>>".to_owned(),
        "<</Title(Inner)/Dest[4 0 R/Fit]/Next 12 0 R>>".to_owned(),
    ];
    let read = read(&talk(TALK, links, &outlines)).unwrap();
    let leads: Vec<_> = read.deck.slides[0]
        .elements
        .iter()
        .filter_map(|element| element.link.clone())
        .collect();
    let wanted = [
        Link::Slide("257".to_owned()),
        Link::Url("https://example.org/".to_owned()),
    ];
    assert_eq!(leads, wanted);
    let names: Vec<_> = read.deck.slides.iter().map(|s| s.name.as_deref()).collect();
    assert_eq!(names, [Some("Start"), Some("End")]);
    let sections: Vec<_> = read.deck.sections.iter().map(|s| &*s.name).collect();
    assert_eq!(sections, ["Start", "End"]);
}

#[test]
fn the_deck_follows_the_schema_and_is_exported() {
    let bytes = talk(TALK, "", &[]);
    let read = read(&bytes).unwrap();
    let json = write_deck(&read.deck, false);
    assert_eq!(read_deck_bytes(&json).unwrap(), read.deck);
    let fonts = FontBook::bundled();
    let options = LayoutOptions::default();
    lay_out(&read.deck, &read.assets, &fonts, &options, &Unwatched).unwrap();
    assert!(
        write_pptx(&read.deck, &read.assets, &Unwatched)
            .unwrap()
            .len()
            > 1000
    );
    let again = super::tests::read(&bytes).unwrap();
    assert_eq!(again, read, "the same bytes give the same deck");
}

#[test]
fn every_deck_says_that_its_text_is_only_positioned() {
    let read = read(&talk(TALK, "", &[])).unwrap();
    let codes: Vec<_> = read.deck.warnings.iter().map(|w| &*w.code).collect();
    assert_eq!(codes, ["positioned_text"]);
    assert!(LIST.contains("`positioned_text`"));
}

/// What becomes of a page that would take too long: a slide with its text, a warning, and no picture.
fn goes_without_picture(bytes: &Arc<[u8]>) {
    let read = read(bytes).unwrap();
    let warning = read
        .deck
        .warnings
        .iter()
        .find(|w| w.code == "page_without_picture");
    assert!(
        warning.is_some_and(|w| w.slide.as_deref() == Some("256")),
        "{:?}",
        read.deck.warnings
    );
    assert!(LIST.contains("`page_without_picture`"));
    let first = read.deck.slides[0].elements.first();
    assert!(first.is_none_or(|element| matches!(element.content, Content::Shape)));
    let second = &read.deck.slides[1].elements[0];
    assert!(
        matches!(second.content, Content::Picture(_)),
        "the other page is drawn"
    );
}

#[test]
fn forms_that_draw_forms_without_end_are_not_drawn() {
    let twice = |name: u32| {
        let keys = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Y {name} 0 R>>>>"
        );
        stream(&keys, "/Y Do /Y Do /Y Do /Y Do /Y Do /Y Do /Y Do /Y Do")
    };
    let mut forms = vec![twice(10), "<<>>".to_owned()];
    forms.extend((11..31).map(twice));
    forms.push(stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 9 9]",
        "0 0 m 1 1 l S",
    ));
    goes_without_picture(&talk("/X Do", "", &forms));
}

/// A page of so many layers, each as large as the page.
fn layers(count: usize) -> Arc<[u8]> {
    let form = stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 960 540]/Group<</S/Transparency>>",
        "0 0 960 540 re f",
    );
    talk(&"/X Do ".repeat(count), "", &[form])
}

#[test]
fn what_takes_long_to_draw_is_drawn_in_fewer_pixels() {
    let read = read(&layers(400)).unwrap();
    let picture = |slide: usize| {
        let Content::Picture(shown) = &read.deck.slides[slide].elements[0].content else {
            panic!("no picture on slide {slide}");
        };
        read.deck.assets[shown.asset.as_ref().unwrap()].width
    };
    assert!(
        picture(0).is_some_and(|width| (480..1900).contains(&width)),
        "{:?}",
        picture(0)
    );
    assert_eq!(picture(1), Some(800));
    let warnings = &read.deck.warnings;
    let coarse = warnings.iter().filter(|w| w.code == "coarse_picture");
    let slides: Vec<_> = coarse.map(|w| w.slide.as_deref()).collect();
    assert_eq!(slides, [Some("256")]);
    assert!(LIST.contains("`coarse_picture`"));
}

/// Pages that all have these contents.
fn alike(pages: usize, contents: &str, instructions: &str) -> Arc<[u8]> {
    let kids: Vec<String> = (0..pages).map(|at| format!("{} 0 R", at + 5)).collect();
    let kids = kids.join(" ");
    let mut objects = vec![
        "<</Type/Catalog/Pages 3 0 R>>".to_owned(),
        "<<>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 960 540]>>"),
        stream("", instructions),
    ];
    let page = format!("<</Type/Page/Parent 3 0 R/Contents {contents}/Resources<<>>>>");
    objects.extend(std::iter::repeat_n(page, pages));
    file(&objects)
}

fn without_picture(bytes: &Arc<[u8]>) -> usize {
    let read = read(bytes).unwrap();
    let warnings = read.deck.warnings.iter();
    warnings
        .filter(|w| w.code == "page_without_picture")
        .count()
}

#[test]
fn instructions_that_many_pages_share_are_not_held_for_each() {
    let megabytes = "q Q ".repeat(2 << 20);
    let without = without_picture(&alike(40, "4 0 R", &megabytes));
    assert!((24..40).contains(&without), "{without} of 40 pages");
    let again = "4 0 R ".repeat(1_000_000);
    assert_eq!(
        without_picture(&alike(1, &format!("[{again}]"), &megabytes)),
        1
    );
}

#[test]
fn pages_that_are_as_long_as_any_are_all_drawn() {
    let line = "BT /F 10 Tf 40 300 Td (A line of text as there are many) Tj ET 0 0 50 20 re f ";
    assert_eq!(without_picture(&alike(30, "4 0 R", &line.repeat(60))), 0);
}

#[test]
fn what_takes_too_long_to_draw_is_not_begun() {
    let dashes = "[0.00001] 0 d 0 0 m 960 540 l S ".repeat(20);
    goes_without_picture(&talk(&dashes, "", &[]));
    goes_without_picture(&layers(30_000));
    let edges = "0 0 m ".to_owned() + &"960 540 l 0 1 l ".repeat(50_000) + "f";
    goes_without_picture(&talk(&edges, "", &[]));
}

#[test]
fn tiles_that_lie_over_each_other_without_end_are_not_drawn() {
    let tiles = "/Pattern cs /P scn 0 0 500 500 re f";
    let keys = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 900 900]/XStep 0.1/YStep 0.1/Resources<<>>";
    let pattern = stream(keys, "0 0 5 5 re f");
    goes_without_picture(&talk(tiles, "", &[pattern]));
}

#[test]
fn a_picture_without_bounds_is_not_unpacked() {
    let keys = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB";
    goes_without_picture(&talk("/X Do", "", &[stream(keys, "x")]));
    let jpeg = "\u{1}".to_owned();
    let keys = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/Filter/DCTDecode";
    goes_without_picture(&talk("/X Do", "", &[stream(keys, &jpeg)]));
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let told = |bytes: &[u8]| read(&Arc::from(bytes)).unwrap_err();
    assert!(matches!(told(b"hello"), ReadError::WrongType { .. }));
    assert!(matches!(told(b"%PDF-1.7"), ReadError::Malformed { .. }));
    let locked = b"%PDF-1.7\ntrailer<</Encrypt 3 0 R>>";
    assert_eq!(told(locked), ReadError::Encrypted);
    let limits = PackageLimits {
        slides: 1,
        ..PackageLimits::default()
    };
    let many = parse(&limits, talk(TALK, "", &[])).err();
    assert!(matches!(many, Some(ReadError::TooLarge { .. })));
}

#[test]
fn reading_stops_between_pages() {
    struct Once;
    impl Watch for Once {
        fn step(&self, done: usize, _: usize) -> bool {
            assert_eq!(done, 1);
            false
        }
    }
    let parsed = parse(&PackageLimits::default(), talk(TALK, "", &[])).unwrap();
    assert_eq!(normalize(&parsed, &Once).unwrap_err(), ReadError::Stopped);
}

#[test]
fn text_that_stands_for_other_text_is_taken() {
    let spoken =
        "BT /F 20 Tf 40 300 Td /Span<</ActualText(office)>>BDC (o) Tj (ce) Tj EMC ( hours) Tj ET";
    let read = read(&talk(spoken, "", &[])).unwrap();
    let texts: Vec<_> = read.deck.slides[0]
        .elements
        .iter()
        .flat_map(words)
        .collect();
    assert_eq!(texts, ["office hours"]);
}
