//! Assets: the bytes a deck refers to by their hash, kept outside the JSON.

use std::fmt::Write;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The lower-case hexadecimal SHA-256 of an asset's bytes: its key in `assets` and in the object store.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct AssetId(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] pub String);

impl AssetId {
    /// The hash of bytes as an id.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

/// What is known of an asset without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Its media type, by its bytes where they can be recognised, else by what the file said.
    pub content_type: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Width in pixels, for pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels, for pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The part of the source package that holds these bytes, so that they need not be kept twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

/// Where a writer or a painter gets bytes from. Whoever calls the codec decides where they are kept.
pub trait AssetSource: Sync {
    /// The bytes of an asset, or `None` where they are not to be had.
    fn asset(&self, id: &AssetId) -> Option<Arc<[u8]>>;
}

/// No assets at all: for decks that refer to none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAssets;

impl AssetSource for NoAssets {
    fn asset(&self, _: &AssetId) -> Option<Arc<[u8]>> {
        None
    }
}

impl AssetSource for std::collections::BTreeMap<AssetId, Arc<[u8]>> {
    fn asset(&self, id: &AssetId) -> Option<Arc<[u8]>> {
        self.get(id).cloned()
    }
}
