//! A working copy of the deck: tools read it, edits change it, and what was changed becomes one proposal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::tools::{Edit, Request};
use super::{compile, patches, prompt, texts};
use crate::deck::model::deck::Deck;
use crate::deck::schema::json::read_deck_bytes;
use crate::domain::chat::Proposal;

/// The longest answer of a tool, in bytes.
const LONGEST_ANSWER: usize = 16_000;
/// Edits that one answer may propose.
const MOST_EDITS: usize = 100;

/// The deck that a value is, or why it is none.
fn read(value: &Value) -> Result<Deck, String> {
    let bytes = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    read_deck_bytes(&bytes).map_err(|faults| {
        let first = faults.first();
        let place = first.map_or("", |fault| fault.pointer.as_str());
        let detail = first.map_or("it does not fit", |fault| fault.detail.as_str());
        format!("the deck would not be one any more: {place}: {detail}")
    })
}

/// A working copy.
pub(super) struct Workspace {
    version: u64,
    value: Value,
    deck: Deck,
    patch: Vec<Value>,
    undo: Vec<Value>,
    summary: Vec<String>,
    touched: BTreeSet<String>,
}

impl Workspace {
    /// A copy of a version of the deck; `value` is its JSON, `deck` the same, read.
    pub(super) fn new(version: u64, value: Value, deck: Deck) -> Self {
        Self {
            version,
            value,
            deck,
            patch: Vec::new(),
            undo: Vec::new(),
            summary: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    /// The deck as it now is.
    pub(super) fn deck(&self) -> &Deck {
        &self.deck
    }

    /// Does what a call asks for. What the model is told; `Err` where it has to try something else.
    pub(super) fn run(&mut self, request: &Request) -> Result<String, String> {
        let answer = match request {
            Request::Outline => Ok(self.outline()),
            Request::Slide(number) => self.slide(*number),
            Request::Search(text) => Ok(self.search(text)),
            Request::Edit(edit) => self.edit(edit),
        };
        answer.map(|text| prompt::clipped(&text, LONGEST_ANSWER))
    }

    /// Changes the copy, if what comes out is a deck.
    fn edit(&mut self, edit: &Edit) -> Result<String, String> {
        if self.summary.len() >= MOST_EDITS {
            return Err(format!("one answer proposes at most {MOST_EDITS} edits"));
        }
        let mut operations = compile::compile(&self.value, edit)?;
        let mut changed = self.value.clone();
        patches::apply(&mut changed, &operations)?;
        let deck = read(&changed)?;
        // As the deck will be stored, so that what takes the edit back finds what it tests.
        let stored = serde_json::to_value(&deck).map_err(|error| error.to_string())?;
        patches::as_stored(&mut operations, &stored);
        changed.clone_from(&self.value);
        let undo = patches::apply(&mut changed, &operations)?;
        self.note_changed(&deck);
        (self.value, self.deck) = (changed, deck);
        self.patch.extend(operations);
        self.undo.splice(0..0, undo);
        let told = compile::in_words(edit);
        self.summary.push(told.clone());
        Ok(format!("proposed: {told}"))
    }

    /// Remembers which slides are not as they were.
    fn note_changed(&mut self, after: &Deck) {
        for slide in &after.slides {
            if !self.deck.slides.contains(slide) {
                self.touched.insert(slide.id.clone());
            }
        }
    }

    /// What was changed, if anything was.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        if self.patch.is_empty() {
            return None;
        }
        let changed = (1..).zip(&self.deck.slides);
        let changed = changed.filter(|(_, slide)| self.touched.contains(&slide.id));
        Some(Proposal {
            base_version: self.version,
            summary: self.summary.clone(),
            patch: self.patch.clone(),
            undo: self.undo.clone(),
            slides: changed.map(|(number, _)| number).collect(),
        })
    }

    fn outline(&self) -> String {
        let mut text = String::new();
        for (number, slide) in (1..).zip(&self.deck.slides) {
            let title = texts::title(slide).unwrap_or_else(|| "(no title)".to_owned());
            let hidden = if slide.hidden { " (hidden)" } else { "" };
            let _ = writeln!(text, "slide {number}{hidden}: {title}");
        }
        let layouts = self.deck.layouts.iter();
        let names: Vec<&str> = layouts
            .filter_map(|layout| layout.name.as_deref())
            .collect();
        if !names.is_empty() {
            let _ = writeln!(text, "layouts: {}", names.join(", "));
        }
        text
    }

    fn slide(&self, number: u32) -> Result<String, String> {
        let index = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        let count = self.deck.slides.len();
        let slide = self.deck.slides.get(index);
        let slide =
            slide.ok_or_else(|| format!("there is no slide {number}; the deck has {count}"))?;
        let mut text = String::new();
        for (id, role, said) in texts::by_element(slide) {
            let _ = writeln!(text, "#{id} ({role}):");
            for line in said.lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        if let Some(notes) = &slide.notes {
            let _ = writeln!(text, "notes:");
            for paragraph in &notes.paragraphs {
                let line: String = paragraph.runs.iter().map(|run| run.text.as_str()).collect();
                let _ = writeln!(text, "  {line}");
            }
        }
        if text.is_empty() {
            "the slide says nothing".clone_into(&mut text);
        }
        Ok(text)
    }

    fn search(&self, phrase: &str) -> String {
        let phrase = phrase.to_lowercase();
        let mut text = String::new();
        for (number, slide) in (1..).zip(&self.deck.slides) {
            for (id, _, said) in texts::by_element(slide) {
                let hits = said
                    .lines()
                    .filter(|line| line.to_lowercase().contains(&phrase));
                for line in hits {
                    let _ = writeln!(text, "slide {number} #{id}: {line}");
                }
            }
        }
        if text.is_empty() {
            return "nothing says that".to_owned();
        }
        text
    }
}
