//! Decks as JSON from outside and from the store: checked when they come in, believed when they come back.

use crate::deck::model::deck::Deck;
use crate::deck::schema::check::Fault;
use crate::deck::schema::json::{read_deck_bytes, write_deck};
use crate::domain::document::NewVersion;
use crate::domain::failure::{Failure, FailureCode};

/// Checks a deck that a client sent. The version to store, in canonical form, or every fault found (20 at most).
pub fn check_deck(bytes: &[u8]) -> Result<NewVersion, Vec<Fault>> {
    read_deck_bytes(bytes).map(|deck| version_of(&deck))
}

/// The version that a deck is stored as.
pub fn version_of(deck: &Deck) -> NewVersion {
    NewVersion {
        deck: write_deck(deck, false),
        title: deck.title.clone(),
        slides: u32::try_from(deck.slides.len()).unwrap_or(u32::MAX),
    }
}

/// A deck as it was stored. It was checked then, so only its form is read now.
pub fn stored_deck(bytes: &[u8]) -> Result<Deck, Failure> {
    serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!("the stored deck cannot be read: {error}");
        Failure::new(FailureCode::DeckNotWritable, detail)
    })
}
