//! What every reader hands over: a deck and the bytes it refers to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::asset::AssetId;
use super::model::deck::Deck;

/// A deck as read, from whatever format.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The deck; what was not understood is in its warnings.
    pub deck: Deck,
    /// The bytes of its assets, the source file's own among them where the format keeps it.
    pub assets: BTreeMap<AssetId, Arc<[u8]>>,
}
