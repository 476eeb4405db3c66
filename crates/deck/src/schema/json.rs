//! Decks as JSON: the schema that is published, decks read against it, decks written.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::super::model::deck::{Deck, SCHEMA};
use super::check::{Fault, MOST_FAULTS, schema_faults};
use super::rules::rule_faults;

/// The JSON Schema (2020-12) of a deck. Unknown keys are refused everywhere.
pub fn deck_schema() -> &'static Value {
    static PUBLISHED: OnceLock<Value> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        let mut schema = schemars::schema_for!(Deck).to_value();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$id".to_owned(), json!(format!("urn:{SCHEMA}")));
            schema.insert("title".to_owned(), json!("SlideCraft deck"));
        }
        schema
    })
}

/// Reads a deck, or says every fault found, 20 at most.
pub fn read_deck(value: &Value) -> Result<Deck, Vec<Fault>> {
    let mut faults = schema_faults(deck_schema(), value);
    if !faults.is_empty() {
        return Err(faults);
    }
    let deck: Deck = Deck::deserialize_from(value).map_err(|fault| vec![fault])?;
    faults = rule_faults(&deck);
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() {
        Ok(deck)
    } else {
        Err(faults)
    }
}

/// Reads a deck from the text of its JSON.
pub fn read_deck_bytes(bytes: &[u8]) -> Result<Deck, Vec<Fault>> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        // The library already says line and column.
        vec![Fault {
            pointer: String::new(),
            detail: format!("this is not valid JSON: {error}"),
        }]
    })?;
    read_deck(&value)
}

/// Writes a deck as JSON: the same deck, the same bytes.
pub fn write_deck(deck: &Deck, pretty: bool) -> Vec<u8> {
    let written = if pretty {
        serde_json::to_vec_pretty(deck)
    } else {
        serde_json::to_vec(deck)
    };
    // Only maps with keys that are no strings, and sinks that fail, can make this go wrong; a deck has neither.
    written.unwrap_or_default()
}

impl Deck {
    fn deserialize_from(value: &Value) -> Result<Self, Fault> {
        <Self as serde::Deserialize>::deserialize(value).map_err(|error| Fault {
            pointer: String::new(),
            detail: error.to_string(),
        })
    }
}
