//! Pictures of a Markdown deck: `data:` addresses become assets; any other address is data and is never fetched.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::model::asset::{Asset, AssetId};
use super::super::package::sniff::sniff;

/// The assets found so far.
#[derive(Debug, Default)]
pub struct Assets {
    /// What is known of each.
    pub known: BTreeMap<AssetId, Asset>,
    /// Their bytes.
    pub bytes: BTreeMap<AssetId, Arc<[u8]>>,
}

impl Assets {
    /// Keeps bytes under their hash.
    pub fn keep(&mut self, bytes: Vec<u8>, content_type: &str) -> AssetId {
        let id = AssetId::of(&bytes);
        let seen = sniff(&bytes);
        let asset = Asset {
            content_type: seen.content_type.unwrap_or(content_type).to_owned(),
            bytes: bytes.len() as u64,
            width: seen.size.map(|(width, _)| width),
            height: seen.size.map(|(_, height)| height),
            part: None,
        };
        self.known.insert(id.clone(), asset);
        self.bytes.insert(id.clone(), Arc::from(bytes));
        id
    }

    /// The asset of a `data:` address (RFC 2397), if it is one and holds a picture.
    pub fn of_address(&mut self, address: &str) -> Option<AssetId> {
        let (head, data) = address.strip_prefix("data:")?.split_once(',')?;
        let media_type = head.strip_suffix(";base64")?;
        let bytes = STANDARD.decode(data.trim()).ok()?;
        let seen = sniff(&bytes).content_type?;
        seen.starts_with("image/")
            .then(|| self.keep(bytes, media_type))
    }

    /// Width by height of a picture, 4 by 3 where it is not known.
    pub fn proportion(&self, id: Option<&AssetId>) -> f64 {
        let known = id.and_then(|id| self.known.get(id));
        match known.and_then(|asset| asset.width.zip(asset.height)) {
            Some((width, height)) if width > 0 && height > 0 => {
                f64::from(width) / f64::from(height)
            }
            Some(_) | None => 4.0 / 3.0,
        }
    }
}
