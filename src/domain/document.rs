//! Documents: what a user uploaded, with its versions.

use serde::{Deserialize, Serialize};

use super::ids::DocumentId;
use super::job::SourceFormat;
use super::tenant::TenantId;
use super::time::Timestamp;

/// A document without its deck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its title: the file's name until the deck says better.
    pub title: String,
    /// What was uploaded.
    pub source: SourceFile,
    /// The newest version of its deck; 0 before the first conversion.
    pub version: u64,
    /// How many slides that version has.
    pub slides: u32,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When its deck last changed.
    pub updated_at: Timestamp,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name as the client gave it, without folders.
    pub name: String,
    /// What it seems to be.
    pub format: SourceFormat,
    /// How many bytes it has.
    pub bytes: u64,
    /// The lower-case hexadecimal SHA-256 of its bytes.
    pub sha256: String,
}

/// A version of a deck that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The deck as canonical JSON.
    pub deck: Vec<u8>,
    /// Its title.
    pub title: String,
    /// How many slides it has.
    pub slides: u32,
}

/// A stored version of a deck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDeck {
    /// Which version, from 1.
    pub version: u64,
    /// The deck as canonical JSON.
    pub deck: bytes::Bytes,
    /// When it was stored.
    pub created_at: Timestamp,
}
