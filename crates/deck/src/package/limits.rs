//! What a package may hold. Caps count bytes that were really read: what a file claims of itself is never believed.

use super::super::error::ReadError;

/// The limits of a package, and the first argument of everything that reads one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageLimits {
    /// Entries of the zip.
    pub entries: usize,
    /// Bytes of one part of XML, unpacked.
    pub xml_bytes: u64,
    /// Bytes of one part of anything else, unpacked.
    pub media_bytes: u64,
    /// Bytes of all parts that are read, unpacked.
    pub total_bytes: u64,
    /// How deep elements may lie in each other.
    pub xml_depth: usize,
    /// Slides of a deck.
    pub slides: usize,
}

impl Default for PackageLimits {
    /// Ten times what the largest of a thousand public decks needs.
    fn default() -> Self {
        Self {
            entries: 10_000,
            xml_bytes: 64 << 20,
            media_bytes: 128 << 20,
            total_bytes: 512 << 20,
            xml_depth: 256,
            slides: 2_000,
        }
    }
}

/// A limit that was passed, as a sentence.
pub(crate) fn too_large(what: &str, limit: u64, unit: &str) -> ReadError {
    ReadError::TooLarge {
        limit: format!("{what} has more than {limit} {unit}"),
    }
}
