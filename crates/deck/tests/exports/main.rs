//! Exports over the public corpus: what is not edited comes back equal, what is edited arrives and nothing else does, and
//! no package has a fault.
//!
//! Runs where `SLIDECRAFT_CORPUS` names the folder of decks; passes with a sentence where it does not. Where
//! `SLIDECRAFT_EXPORTS` names a folder as well, the exports stay there for `scripts/exports.py`, which opens them with
//! python-pptx.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot read the corpus has to fail, one that is skipped has to say so, and the environment tells which it is"
)]

mod chart_edits;
mod corpus;
mod edits;

use std::collections::BTreeSet;

use corpus::{ALL, File, PATCHED, corpus, export, told};
use edits::{EDITS, REMOVED_ANIMATED};
use serde_json::Value;
use slidecraft_deck::model::deck::{Deck, SourceFormat};

/// How many faults are told before a test gives up.
const MOST: usize = 40;

fn settle(what: &str, faults: &[String], count: usize) {
    println!("{what}: {count} exports, {} faults", faults.len());
    let shown: Vec<&String> = faults.iter().take(MOST).collect();
    assert!(faults.is_empty(), "{what}: {shown:#?}");
    assert!(count > 0, "{what}: the corpus has no decks");
}

#[test]
fn a_deck_that_is_not_edited_comes_back_equal() {
    let Some(files) = corpus(PATCHED) else { return };
    let (mut faults, mut count) = (Vec::new(), 0);
    for file in files {
        let again = export(&file, &file.deck, "same", &mut faults);
        told(&file, "same", (&file.deck, &again.deck), &mut faults);
        count += 1;
    }
    settle("not edited", &faults, count);
}

#[test]
fn a_deck_without_its_source_comes_back_with_all_its_words() {
    let Some(files) = corpus(ALL) else { return };
    let (mut faults, mut count) = (Vec::new(), 0);
    for file in files {
        let mut deck = file.deck.clone();
        deck.source = None;
        let again = export(&file, &deck, "rebuilt", &mut faults).deck;
        let counts = |deck: &Deck| (deck.slides.len(), deck.masters.len().max(1), words(deck));
        if counts(&again) != counts(&deck) {
            faults.push(format!("{}: words or slides are lost", file.name));
        }
        // From here on the deck is one that this program wrote: now it has to come back equal.
        let second = File {
            deck: again.clone(),
            ..file
        };
        let mut alone = again.clone();
        alone.source = None;
        let twice = export(&second, &alone, "rebuilt-twice", &mut faults).deck;
        told(&second, "rebuilt twice", (&again, &twice), &mut faults);
        count += 1;
    }
    settle("rebuilt", &faults, count);
}

/// All text of the slides, in order.
fn words(deck: &Deck) -> String {
    let mut out = String::new();
    gather(&serde_json::to_value(&deck.slides).unwrap(), &mut out);
    out
}

fn gather(value: &Value, out: &mut String) {
    if let Value::Object(fields) = value {
        for (key, value) in fields {
            let text = value.as_str().filter(|_| key == "text");
            match text {
                Some(text) => out.push_str(text),
                None => gather(value, out),
            }
        }
    } else if let Value::Array(values) = value {
        for value in values {
            gather(value, out);
        }
    }
}

/// Notes animations that move what is gone, or no longer move what is there. What such an animation is then like is not
/// told by the edit.
fn rest_moves(file: &File, (edited, again): (&mut Deck, &Deck), faults: &mut Vec<String>) {
    for (slide, found) in edited.slides.iter_mut().zip(&again.slides) {
        if slide.timing == found.timing {
            continue;
        }
        let there = serde_json::to_string(&slide.elements).unwrap();
        let is_there = |id: &&str| there.contains(&format!("\"id\":\"{id}\""));
        let wanted = slide.timing.as_deref().map(moved).unwrap_or_default();
        let wanted: BTreeSet<&str> = wanted.into_iter().filter(is_there).collect();
        let moves = found.timing.as_deref().map(moved).unwrap_or_default();
        if moves != wanted {
            faults.push(format!("{}: {moves:?} move, not {wanted:?}", file.name));
        }
        slide.timing.clone_from(&found.timing);
    }
}

/// The numbers of the shapes that an animation moves.
fn moved(timing: &str) -> BTreeSet<&str> {
    let marks = timing.split("spid=\"").skip(1);
    marks.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_edit_arrives_and_nothing_else_changes() {
    let Some(files) = corpus(ALL) else { return };
    let (mut faults, mut count) = (Vec::new(), 0);
    for (number, mut file) in files.enumerate() {
        if file
            .deck
            .source
            .as_ref()
            .is_some_and(|own| own.format != SourceFormat::Pptx)
        {
            // An export of it is new: what is edited is the deck that such an export holds.
            file.deck = export(&file, &file.deck.clone(), "converted", &mut faults).deck;
            file.deck.source = None;
        }
        // Every deck meets its share of the edits, small decks all of them: all edits of a deck of 187 slides take
        // minutes without optimisation, and find what those of its neighbours find.
        let share = match file.deck.slides.len() {
            0..=4 => 1,
            5..=24 => 4,
            _ => 10,
        };
        for (at, (name, edit)) in EDITS.iter().enumerate() {
            if (at + number) % share != 0 {
                continue;
            }
            let mut edited = file.deck.clone();
            if !edit(&mut edited) {
                continue;
            }
            let again = export(&file, &edited, name, &mut faults).deck;
            if *name != "title" {
                // A deck without a title of its own is called as its first slide, which edits change.
                edited.title.clone_from(&again.title);
            }
            if *name == REMOVED_ANIMATED {
                rest_moves(&file, (&mut edited, &again), &mut faults);
            }
            told(&file, name, (&edited, &again), &mut faults);
            count += 1;
        }
    }
    settle("edited", &faults, count);
}
