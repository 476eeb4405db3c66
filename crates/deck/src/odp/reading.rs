//! What is gathered while pages are read: warnings with their place, pictures by their hash, ids of elements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::ReadError;
use crate::metafile::read_metafile::{is_metafile, remark};
use crate::model::asset::{Asset, AssetId};
use crate::model::deck::Warning;
use crate::package::container::Package;
use crate::package::names::resolve;
use crate::package::sniff::sniff;

/// The state of a reading.
pub(super) struct Reading<'a> {
    pub(super) package: &'a Package,
    pub(super) assets: BTreeMap<AssetId, Asset>,
    pub(super) bytes: BTreeMap<AssetId, Arc<[u8]>>,
    parts: BTreeMap<String, Option<AssetId>>,
    warnings: Vec<Warning>,
    told: BTreeSet<(String, Option<String>, Option<String>)>,
    /// The slide that is being read.
    pub(super) slide: Option<String>,
    /// Ids of slides by the names of their pages.
    pub(super) slides: BTreeMap<String, String>,
    /// Ids of elements of this page by the ids that connectors use.
    pub(super) shapes: BTreeMap<String, String>,
    last: u32,
}

impl<'a> Reading<'a> {
    /// Nothing read yet.
    pub(super) fn new(package: &'a Package, slides: BTreeMap<String, String>) -> Self {
        Self {
            package,
            assets: BTreeMap::new(),
            bytes: BTreeMap::new(),
            parts: BTreeMap::new(),
            warnings: Vec::new(),
            told: BTreeSet::new(),
            slide: None,
            slides,
            shapes: BTreeMap::new(),
            last: 1,
        }
    }

    /// Begins another page: ids count anew.
    pub(super) fn turn_to(&mut self, slide: Option<String>) {
        self.slide = slide;
        self.shapes.clear();
        // The tree of a slide is element 1 in PowerPoint's files.
        self.last = 1;
    }

    /// What stands for the number of the page that is read; on masters a sign for it.
    pub(super) fn page_number(&self) -> String {
        let id: Option<u32> = self.slide.as_ref().and_then(|id| id.parse().ok());
        // Ids of slides begin at 256.
        let number = id.and_then(|id| id.checked_sub(255));
        number.map_or_else(|| "‹#›".to_owned(), |number| number.to_string())
    }

    /// An id that no element of the page has.
    pub(super) fn next_id(&mut self) -> String {
        self.last += 1;
        self.last.to_string()
    }

    /// Warns once for an element.
    pub(super) fn warn(&mut self, code: &str, element: Option<&str>, detail: impl Into<String>) {
        let element = element.map(str::to_owned);
        let key = (code.to_owned(), self.slide.clone(), element.clone());
        if self.told.insert(key) {
            self.warnings.push(Warning {
                code: code.to_owned(),
                detail: detail.into(),
                slide: self.slide.clone(),
                element,
            });
        }
    }

    /// The warnings so far, taken out.
    pub(super) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// Adds bytes under their hash.
    pub(super) fn add(&mut self, bytes: Arc<[u8]>, told: &str, part: Option<&str>) -> AssetId {
        let id = AssetId::of(&bytes);
        let seen = sniff(&bytes);
        let asset = Asset {
            content_type: seen.content_type.unwrap_or(told).to_owned(),
            bytes: bytes.len() as u64,
            width: seen.size.map(|(width, _)| width),
            height: seen.size.map(|(_, height)| height),
            part: part.map(str::to_owned),
        };
        self.assets.entry(id.clone()).or_insert(asset);
        self.bytes.entry(id.clone()).or_insert(bytes);
        id
    }

    /// The bytes that an address in the package names. Addresses outside are told and never fetched.
    pub(super) fn load(
        &mut self,
        address: &str,
        element: Option<&str>,
    ) -> Result<Option<AssetId>, ReadError> {
        let outside = address.contains("://") || address.starts_with("../");
        let Some(part) = resolve("", address).filter(|_| !outside) else {
            let detail = format!("`{address}` lies outside of the file and was not fetched");
            self.warn("external_content", element, detail);
            return Ok(None);
        };
        if let Some(known) = self.parts.get(&part) {
            return Ok(known.clone());
        }
        let found = match self.package.part(&part) {
            Ok(Some(bytes)) => {
                Some(self.add(bytes.into(), "application/octet-stream", Some(&part)))
            }
            // One broken picture is no broken presentation.
            Ok(None) | Err(ReadError::Malformed { .. }) => None,
            Err(error) => return Err(error),
        };
        if found.is_none() {
            let detail = format!("the part `{part}` is missing or broken");
            self.warn("missing_part", element, detail);
        }
        self.parts.insert(part, found.clone());
        Ok(found)
    }

    /// Tells how a metafile will be drawn.
    pub(super) fn remark(&mut self, id: &AssetId, element: &str) {
        let Some(bytes) = self.bytes.get(id).filter(|bytes| is_metafile(bytes)) else {
            return;
        };
        let (code, detail) = remark(bytes);
        self.warn(code, Some(element), detail);
    }
}
