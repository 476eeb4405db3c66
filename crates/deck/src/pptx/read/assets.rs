//! Assets: each part read once, known by its hash, described by its first bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::ReadError;
use crate::metafile::read_metafile::{is_metafile, remark};
use crate::model::asset::{Asset, AssetId};
use crate::package::container::Package;
use crate::package::namespaces::Ns;
use crate::package::sniff::sniff;

/// The assets found so far.
#[derive(Debug, Default)]
pub(super) struct Assets {
    pub(super) described: BTreeMap<AssetId, Asset>,
    pub(super) bytes: BTreeMap<AssetId, Arc<[u8]>>,
    by_part: BTreeMap<String, Loaded>,
    /// What `[Content_Types].xml` says, by part and by ending, both in lower case.
    content_types: Option<BTreeMap<String, String>>,
}

/// What became of a part that was asked for.
#[derive(Clone, Debug)]
pub(super) enum Loaded {
    /// It is missing or broken.
    Missing,
    /// It is this asset.
    Asset(AssetId),
}

impl Assets {
    /// What is known of a part; `None` where it was not asked for yet.
    pub(super) fn known(&self, part: &str) -> Option<Loaded> {
        self.by_part.get(&part.to_lowercase()).cloned()
    }

    /// Never asks for a part again.
    pub(super) fn forget(&mut self, part: &str) {
        self.by_part.insert(part.to_lowercase(), Loaded::Missing);
    }

    /// Reads a part. `None` where there is no such part.
    pub(super) fn load(
        &mut self,
        package: &Package,
        part: &str,
    ) -> Result<Option<AssetId>, ReadError> {
        let Some(bytes) = package.part(part)? else {
            self.forget(part);
            return Ok(None);
        };
        let told = self.told(package, part)?;
        let id = self.add(bytes.into(), told, Some(part));
        self.by_part
            .insert(part.to_lowercase(), Loaded::Asset(id.clone()));
        Ok(Some(id))
    }

    /// Adds bytes under their hash. `told` is the media type where they do not show one.
    pub(super) fn add(&mut self, bytes: Arc<[u8]>, told: String, part: Option<&str>) -> AssetId {
        let id = AssetId::of(&bytes);
        if !self.described.contains_key(&id) {
            let seen = sniff(&bytes);
            let asset = Asset {
                content_type: seen.content_type.map_or(told, str::to_owned),
                bytes: bytes.len() as u64,
                width: seen.size.map(|(width, _)| width),
                height: seen.size.map(|(_, height)| height),
                part: part.map(str::to_owned),
            };
            self.described.insert(id.clone(), asset);
            self.bytes.insert(id.clone(), bytes);
        }
        id
    }

    /// What has to be said of how a picture will be drawn, where it is neither raster nor SVG.
    pub(super) fn remark(&self, id: &AssetId) -> Option<(&'static str, &'static str)> {
        let bytes = self.bytes.get(id).filter(|bytes| is_metafile(bytes))?;
        Some(remark(bytes))
    }

    fn told(&mut self, package: &Package, part: &str) -> Result<String, ReadError> {
        if self.content_types.is_none() {
            self.content_types = Some(content_types(package)?);
        }
        let mut known = self.content_types.iter();
        let part = part.to_lowercase();
        let ending = part.rsplit_once('.').map_or("", |(_, ending)| ending);
        let found = known.find_map(|known| known.get(&part).or_else(|| known.get(ending)));
        Ok(found
            .cloned()
            .unwrap_or_else(|| "application/octet-stream".to_owned()))
    }
}

fn content_types(package: &Package) -> Result<BTreeMap<String, String>, ReadError> {
    let document = match package.xml("[Content_Types].xml") {
        Ok(Some(document)) => document,
        Ok(None) | Err(ReadError::Malformed { .. }) => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let entries = document.root().children().filter_map(|node| {
        let kind = node.attribute("ContentType")?.into_owned();
        let of = if node.is(Ns::ContentTypes, "Default") {
            node.attribute("Extension")?
        } else {
            node.attribute("PartName")?
        };
        Some((of.trim_start_matches('/').to_lowercase(), kind))
    });
    Ok(entries.collect())
}
