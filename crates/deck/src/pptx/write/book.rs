//! The package while it grows: parts in order, their content types, and media written once for the whole deck.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use super::color::Colors;
use super::package::{CONTENT_TYPES, Part, Parts};
use super::relationships::Rels;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::asset::{AssetId, AssetSource};
use crate::model::deck::Deck;
use crate::package::names::relationships_of;
use crate::package::sniff::sniff;

/// Types of parts without one of their own.
const ENDINGS: &[(&str, &str)] = &[
    (
        "rels",
        "application/vnd.openxmlformats-package.relationships+xml",
    ),
    ("xml", "application/xml"),
];

/// Media types and the endings that stand for them.
const MEDIA: &[(&str, &str)] = &[
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/bmp", "bmp"),
    ("image/tiff", "tiff"),
    ("image/svg+xml", "svg"),
    ("image/webp", "webp"),
    ("image/x-emf", "emf"),
    ("image/emf", "emf"),
    ("image/x-wmf", "wmf"),
    ("image/wmf", "wmf"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("video/x-ms-wmv", "wmv"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/x-wav", "wav"),
    ("audio/wav", "wav"),
];

/// Parts with their types by ending and by part.
pub(super) type Additions = (
    Vec<Part>,
    BTreeMap<String, String>,
    BTreeMap<String, &'static str>,
);

/// The package being built for a deck.
pub(super) struct Book<'d> {
    /// The deck.
    pub(super) deck: &'d Deck,
    assets: &'d dyn AssetSource,
    parts: Vec<Part>,
    endings: BTreeMap<String, String>,
    overrides: BTreeMap<String, &'static str>,
    media: BTreeMap<AssetId, String>,
    /// Part names of slides by the slide's id.
    pub(super) slides: BTreeMap<&'d str, String>,
    /// Parts of charts that the slide being written has already, by element.
    pub(super) known_charts: BTreeMap<String, String>,
    /// What the colours of the slide being written are named by.
    pub(super) colors: Colors<'d>,
    charts: usize,
    guids: u32,
}

impl<'d> Book<'d> {
    /// A package with nothing in it.
    pub(super) fn new(deck: &'d Deck, assets: &'d dyn AssetSource) -> Self {
        let endings = ENDINGS
            .iter()
            .map(|(ending, kind)| ((*ending).to_owned(), (*kind).to_owned()));
        Self {
            deck,
            assets,
            parts: Vec::new(),
            endings: endings.collect(),
            overrides: BTreeMap::new(),
            media: BTreeMap::new(),
            slides: BTreeMap::new(),
            known_charts: BTreeMap::new(),
            colors: Colors::of(&deck.theme),
            charts: 0,
            guids: 0,
        }
    }

    /// Adds a part of XML with its type and its relationships.
    pub(super) fn add(&mut self, name: &str, kind: &'static str, xml: Xml, rels: &Rels) {
        self.overrides.insert(name.to_owned(), kind);
        self.push(name.to_owned(), xml.into_bytes());
        if let Some(bytes) = rels.part_bytes() {
            self.push(relationships_of(name), bytes);
        }
    }

    /// Adds a file whose ending tells its type.
    pub(super) fn add_file(&mut self, name: &str, (ending, kind): (&str, &str), bytes: Vec<u8>) {
        self.endings.insert(ending.to_owned(), kind.to_owned());
        self.push(name.to_owned(), bytes);
    }

    /// Adds the relationships of the package itself.
    pub(super) fn add_root(&mut self, rels: &Rels) {
        if let Some(bytes) = rels.part_bytes() {
            self.push(relationships_of(""), bytes);
        }
    }

    fn push(&mut self, name: String, bytes: impl Into<Arc<[u8]>>) {
        let bytes = bytes.into();
        self.parts.push(Part { name, bytes });
    }

    /// The number of the next chart, from 1.
    pub(super) fn next_chart(&mut self) -> usize {
        self.charts += 1;
        self.charts
    }

    /// The next identifier of something that the format wants a GUID for. They are counted rather than drawn, so that
    /// the same deck gives the same bytes.
    pub(super) fn next_guid(&mut self) -> String {
        self.guids += 1;
        format!("{{5C1DEC0F-0000-4000-8000-{:012X}}}", self.guids)
    }

    /// The part that holds an asset, written when it is first asked for.
    pub(super) fn media(&mut self, id: &AssetId) -> Result<String, WriteError> {
        if let Some(part) = self.media.get(id) {
            return Ok(part.clone());
        }
        let Some(bytes) = self.assets.asset(id) else {
            let detail = format!("the asset `{}` is not to be had", id.0);
            return Err(WriteError::Invalid { detail });
        };
        let told = self
            .deck
            .assets
            .get(id)
            .map(|asset| asset.content_type.as_str());
        let (kind, ending) = kind_of(told, &bytes);
        // Two media types may share an ending (`image/emf`, `image/x-emf`): the first holds for the package.
        self.endings
            .entry(ending.to_owned())
            .or_insert_with(|| kind.to_owned());
        let safe: String =
            id.0.chars()
                .filter(char::is_ascii_alphanumeric)
                .take(64)
                .collect();
        let part = format!("ppt/media/{safe}.{ending}");
        self.push(part.clone(), bytes);
        self.media.insert(id.clone(), part.clone());
        Ok(part)
    }

    /// Whether an asset is a vector picture in SVG.
    pub(super) fn is_svg(&self, id: &AssetId) -> bool {
        self.deck
            .assets
            .get(id)
            .is_some_and(|asset| asset.content_type == "image/svg+xml")
    }

    /// Goes on in a package that is there already: where assets lie, and the number of its last chart.
    pub(super) fn go_on(&mut self, media: BTreeMap<AssetId, String>, charts: usize) {
        self.media = media;
        self.charts = charts;
    }

    /// Whether a page of notes was written.
    pub(super) fn has_notes(&self) -> bool {
        self.parts
            .iter()
            .any(|part| part.name.starts_with("ppt/notesSlides/"))
    }

    /// What was written, for a package that is there already: parts, types by ending and by part.
    pub(super) fn into_additions(self) -> Additions {
        (self.parts, self.endings, self.overrides)
    }

    /// The parts with their content types.
    pub(super) fn finish(self) -> Parts {
        let mut parts = vec![content_types(&self.endings, &self.overrides)];
        parts.extend(self.parts);
        Parts { parts }
    }
}

/// The part that says which type a package's parts have: by the endings of their names, and by part.
pub(super) fn content_types(
    endings: impl IntoIterator<Item = (impl Display, impl Display)>,
    overrides: impl IntoIterator<Item = (impl Display, impl Display)>,
) -> Part {
    let mut xml = Xml::part();
    xml.tag("Types")
        .at(
            "xmlns",
            "http://schemas.openxmlformats.org/package/2006/content-types",
        )
        .open();
    for (ending, kind) in endings {
        xml.tag("Default")
            .at("Extension", ending)
            .at("ContentType", kind)
            .empty();
    }
    for (name, kind) in overrides {
        xml.tag("Override")
            .at("PartName", format_args!("/{name}"))
            .at("ContentType", kind)
            .empty();
    }
    xml.close("Types");
    Part {
        name: CONTENT_TYPES.to_owned(),
        bytes: xml.into_bytes().into(),
    }
}

/// Media type and ending, by what is told, else by the first bytes.
fn kind_of<'a>(told: Option<&'a str>, bytes: &[u8]) -> (&'a str, &'static str) {
    let told = told
        .or_else(|| sniff(bytes).content_type)
        .unwrap_or("application/octet-stream");
    let known = MEDIA.iter().find(|(kind, _)| *kind == told);
    known.map_or((told, "bin"), |(kind, ending)| (*kind, *ending))
}
