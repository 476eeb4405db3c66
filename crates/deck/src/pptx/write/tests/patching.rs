//! A deck that came from a file goes back into it, and only what changed changes.

use std::sync::Arc;

use serde_json::json;

use super::decks::{Assets, again, deck, frame, part, sound};
use crate::model::deck::Deck;
use crate::model::slide::Notes;
use crate::package::limits::PackageLimits;
use crate::pptx::read::normalize::read_pptx;
use crate::pptx::write::package::{Parts, package};
use crate::read::Read;
use crate::watch::Unwatched;

/// What no model holds, in a slide of the file.
const ANIMATION: &str = "<p:timing><p:tnLst><p:par><p:cTn id=\"1\" dur=\"indefinite\" restart=\"never\" nodeType=\"tmRoot\"/></p:par></p:tnLst></p:timing>";

/// A file of two slides, the first with an animation, and what is read from it.
fn file() -> (Parts, Read) {
    let text = |words: &str| json!({ "paragraphs": [{ "runs": [{ "text": words }, { "text": " stays", "style": { "bold": true } }] }] });
    let mut made = deck(&json!([
        { "id": "4", "name": "Words", "type": "shape", "frame": frame(), "text": text("First") },
        { "id": "5", "name": "Other", "type": "shape", "frame": frame(), "text": text("Second") }
    ]));
    let mut second = made.slides[0].clone();
    second.id = "300".to_owned();
    made.slides.push(second);
    let mut parts = sound(&made, &Assets::new());
    for part in &mut parts.parts {
        if part.name == "ppt/slides/slide1.xml" {
            let xml = String::from_utf8(part.bytes.to_vec()).expect("UTF-8");
            part.bytes = xml
                .replace("</p:sld>", &format!("{ANIMATION}</p:sld>"))
                .into_bytes()
                .into();
        }
    }
    let bytes: Arc<[u8]> = package(&parts).expect("packed").into();
    let read = read_pptx(&PackageLimits::default(), bytes, &Unwatched).expect("read");
    (parts, read)
}

/// The names of parts that differ.
fn changed(before: &Parts, after: &Parts) -> Vec<String> {
    let differs = |name: &&String| before.get(name) != after.get(name);
    let mut names: Vec<String> = before
        .parts
        .iter()
        .chain(&after.parts)
        .map(|part| part.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names.iter().filter(differs).cloned().collect()
}

fn edited(edit: impl FnOnce(&mut Deck)) -> (Parts, Parts, Deck) {
    let (before, read) = file();
    let mut deck = read.deck.clone();
    edit(&mut deck);
    let after = sound(&deck, &read.assets);
    let found = again(&deck, &read.assets).deck;
    assert_eq!(found.slides.len(), deck.slides.len());
    (before, after, found)
}

#[test]
fn an_unchanged_deck_gives_every_part_back() {
    let (before, after, _) = edited(|_| {});
    assert_eq!(changed(&before, &after), Vec::<String>::new());
}

#[test]
fn a_journey_through_json_changes_nothing() {
    let (before, after, _) = edited(|deck| {
        let json = serde_json::to_vec(deck).expect("JSON");
        *deck = serde_json::from_slice(&json).expect("a deck");
    });
    assert_eq!(changed(&before, &after), Vec::<String>::new());
}

#[test]
fn new_words_leave_the_rest_of_the_slide_alone() {
    let (before, after, found) = edited(|deck| {
        if let Some(text) = &mut deck.slides[0].elements[0].text {
            text.paragraphs[0].runs[0].text = "New & better".to_owned();
        }
    });
    let name = "ppt/slides/slide1.xml";
    assert_eq!(changed(&before, &after), [name]);
    let expected =
        part(&before, name).replacen("<a:t>First</a:t>", "<a:t>New &amp; better</a:t>", 1);
    assert_eq!(part(&after, name), expected);
    assert!(expected.contains(ANIMATION));
    let text = found.slides[0].elements[0].text.clone().expect("text");
    assert_eq!(text.paragraphs[0].runs[0].text, "New & better");
}

#[test]
fn a_title_changes_the_properties_only() {
    let (before, after, found) = edited(|deck| "New <title>".clone_into(&mut deck.title));
    assert_eq!(changed(&before, &after), ["docProps/core.xml"]);
    assert_eq!(found.title, "New <title>");
}

#[test]
fn moved_painted_added_and_removed_elements_read_back_beside_the_animation() {
    let (_, after, found) = edited(|deck| {
        let slide = &mut deck.slides[0];
        slide.hidden = true;
        slide.elements.remove(1);
        slide.elements[0].frame.x.0 += 1_000;
        slide.elements[0].alt = Some("seen \"so\"".to_owned());
        slide.elements[0].fill =
            serde_json::from_value(json!({ "type": "solid", "color": { "rgb": "#ABCDEF" } })).ok();
        let mut new = slide.elements[0].clone();
        new.id = "new".to_owned();
        slide.elements.push(new);
    });
    assert!(part(&after, "ppt/slides/slide1.xml").contains(ANIMATION));
    let slide = &found.slides[0];
    assert!(slide.hidden);
    assert_eq!(slide.elements.len(), 2);
    for element in &slide.elements {
        assert_eq!(
            (element.frame.x.0, element.alt.as_deref()),
            (915_400, Some("seen \"so\""))
        );
        assert!(element.fill.is_some());
    }
}

#[test]
fn slides_come_go_and_change_places() {
    let (_, after, found) = edited(|deck| {
        let mut new = deck.slides[1].clone();
        "new".clone_into(&mut new.id);
        let spoken = json!({ "paragraphs": [{ "runs": [{ "text": "say this" }] }] });
        new.notes = serde_json::from_value::<Notes>(spoken).ok();
        deck.slides.remove(0);
        deck.slides.insert(0, new);
    });
    assert_eq!(found.slides[1].id, "300");
    assert!(found.slides[0].notes.is_some());
    assert!(after.get("ppt/slides/slide1.xml").is_none());
}

#[test]
fn a_source_that_is_not_to_be_had_does_not_stop_the_work() {
    let (_, read) = file();
    let after = again(&read.deck, &Assets::new()).deck;
    assert_eq!(after.slides.len(), 2);
    let mut broken = read;
    let id = broken
        .deck
        .source
        .as_ref()
        .map(|source| source.asset.clone());
    broken
        .assets
        .insert(id.expect("a source"), b"PK broken".to_vec().into());
    assert_eq!(again(&broken.deck, &broken.assets).deck.slides.len(), 2);
}
