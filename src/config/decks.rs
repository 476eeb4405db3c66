//! `[decks]`: what a presentation may hold. The limits count what was really read, not what a file claims.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[decks]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Decks {
    /// Entries of the zip.
    pub entries: usize,
    /// Bytes of one part of XML, unpacked.
    pub xml_bytes: u64,
    /// Bytes of one part of anything else, unpacked.
    pub media_bytes: u64,
    /// Bytes of all parts together, unpacked.
    pub total_bytes: u64,
    /// How deep elements may lie in each other.
    pub xml_depth: usize,
    /// Slides of a deck.
    pub slides: usize,
    /// Decks that are read, written or drawn at once; 0 takes as many as there are cores.
    pub at_once: usize,
}

impl Default for Decks {
    fn default() -> Self {
        Self {
            entries: 10_000,
            xml_bytes: 64 << 20,
            media_bytes: 128 << 20,
            total_bytes: 512 << 20,
            xml_depth: 256,
            slides: 2_000,
            at_once: 0,
        }
    }
}
