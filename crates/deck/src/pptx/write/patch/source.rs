//! The parts of the source package, some of them changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::splice::{Splice, start_tag, with_attribute};
use crate::package::container::Package;
use crate::package::names::relationships_of;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::Document;
use crate::pptx::write::package::{CONTENT_TYPES, Part, Parts};
use crate::pptx::write::relationships::Rels;
use crate::pptx::write::xml::Xml;

/// How deep XML may lie; the source was read within this already.
const DEPTH: usize = 256;

/// Parts by name.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Files {
    parts: BTreeMap<String, Arc<[u8]>>,
}

impl Files {
    /// All parts of a package; `None` where one cannot be unpacked.
    pub(super) fn of(package: &Package) -> Option<Self> {
        let mut parts = BTreeMap::new();
        for name in package.names().filter(|name| !name.ends_with('/')) {
            parts.insert(name.to_owned(), package.part(name).ok()??.into());
        }
        Some(Self { parts })
    }

    /// The parts that are text: XML by their ending, in UTF-8.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_xml = |name: &str| {
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            ["xml", "rels", "vml"].contains(&ending.to_ascii_lowercase().as_str())
        };
        let parts = self.parts.iter().filter(move |(name, _)| is_xml(name));
        parts.filter_map(|(name, bytes)| Some((name.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.parts.keys()
    }

    /// A part's name as it is written in the package.
    pub(super) fn name(&self, part: &str) -> Option<&str> {
        self.parts
            .keys()
            .find(|name| name.eq_ignore_ascii_case(part))
            .map(String::as_str)
    }

    /// The XML of a part. `None` where there is none, or it is not in UTF-8.
    pub(super) fn xml(&self, part: &str) -> Option<Document> {
        let bytes = self.parts.get(self.name(part)?)?;
        std::str::from_utf8(bytes).ok()?;
        Document::parse(part, bytes, DEPTH).ok()
    }

    /// Whether several parts may show a part: its name stands in the relationships of more than one.
    pub(super) fn is_shared(&self, part: &str) -> bool {
        let file = part.rsplit('/').next().unwrap_or(part);
        let mark = format!("/{file}\"");
        let owners = self
            .texts()
            .filter(|(name, text)| relates(name) && text.contains(&mark));
        owners.count() > 1
    }

    /// The bytes of a part.
    pub(super) fn bytes(&self, part: &str) -> Option<Arc<[u8]>> {
        self.parts.get(self.name(part)?).cloned()
    }

    /// The relationships of a part.
    pub(super) fn relationships(&self, part: &str) -> Relationships {
        let xml = self.xml(&relationships_of(part));
        xml.and_then(|xml| Relationships::read(part, &xml).ok())
            .unwrap_or_default()
    }

    /// Puts a part in the place of the one of that name.
    pub(super) fn set(&mut self, part: &str, bytes: impl Into<Arc<[u8]>>) {
        let name = self.name(part).unwrap_or(part).to_owned();
        self.parts.insert(name, bytes.into());
    }

    /// Takes a part away, with its relationships.
    pub(super) fn remove(&mut self, part: &str) {
        for part in [part.to_owned(), relationships_of(part)] {
            if let Some(name) = self.name(&part).map(str::to_owned) {
                self.parts.remove(&name);
            }
        }
    }

    /// The number after the greatest in names of this form: `ppt/slides/slide` for `ppt/slides/slide7.xml`.
    pub(super) fn next(&self, stem: &str) -> usize {
        let numbers = self.parts.keys().filter_map(|name| {
            let digits = name.strip_prefix(stem)?.strip_suffix(".xml")?;
            digits.parse::<usize>().ok()
        });
        numbers.max().unwrap_or(0) + 1
    }

    /// The number that the next relationship of a part may have.
    pub(super) fn next_relationship(&self, part: &str) -> usize {
        let rels = self.relationships(part);
        let numbers = rels
            .iter()
            .filter_map(|(id, _)| id.strip_prefix("rId")?.parse::<usize>().ok());
        numbers
            .filter(|number| *number < 1_000_000)
            .max()
            .unwrap_or(0)
    }

    /// Adds relationships to those that a part has.
    pub(super) fn relate(&mut self, part: &str, rels: &Rels) -> Option<()> {
        let name = relationships_of(part);
        let Some(known) = self.xml(&name) else {
            if let Some(bytes) = rels.part_bytes() {
                self.set(&name, bytes);
            }
            return Some(());
        };
        let mut xml = Xml::default();
        rels.entries(&mut xml);
        let text = grown(&known, &xml.finish())?;
        self.set(&name, text.into_bytes());
        Some(())
    }

    /// Drops the relationships of a part that lead to parts that are gone, or lets those to slides lead to a part that
    /// stays: something in the part may still name them.
    pub(super) fn unrelate(&mut self, part: &str, instead: Option<&str>) {
        let name = relationships_of(part);
        let Some(xml) = self.xml(&name) else { return };
        let rels = self.relationships(part);
        let mut splice = Splice::default();
        for node in xml.root().children() {
            let id = node.attribute("Id").unwrap_or_default();
            let Some(found) = rels.get(&id) else { continue };
            let gone = matches!(&found.target, Target::Part(target) if self.name(target).is_none());
            match instead.filter(|_| found.kind == "slide") {
                Some(instead) if gone => {
                    let tag = xml
                        .source()
                        .get(start_tag(xml.source(), node))
                        .unwrap_or_default();
                    let target = format!("/{instead}");
                    splice.replace(
                        start_tag(xml.source(), node),
                        with_attribute(tag, "Target", Some(&target)),
                    );
                }
                None if gone && part_of_ours(&found.kind) => splice.replace(node.span(), ""),
                _ => {}
            }
        }
        if !splice.is_empty() {
            self.set(&name, splice.apply(xml.source()).into_bytes());
        }
    }

    /// Adds content types, and drops those of parts that are gone.
    pub(super) fn types(
        &mut self,
        endings: &BTreeMap<String, String>,
        overrides: &BTreeMap<String, &'static str>,
    ) -> Option<()> {
        let xml = self.xml(CONTENT_TYPES)?;
        let mut known = Vec::new();
        let mut splice = Splice::default();
        for node in xml
            .root()
            .children()
            .filter(|node| node.ns() == Ns::ContentTypes)
        {
            let part = node
                .attribute("PartName")
                .map(|part| part.trim_start_matches('/').to_lowercase());
            match part {
                Some(part) if self.name(&part).is_none() => splice.replace(node.span(), ""),
                Some(part) => known.push(part),
                None => known.push(format!(
                    ".{}",
                    node.attribute("Extension")
                        .unwrap_or_default()
                        .to_lowercase()
                )),
            }
        }
        let mut more = Xml::default();
        for (ending, kind) in endings
            .iter()
            .filter(|(ending, _)| !known.contains(&format!(".{ending}")))
        {
            let used = self
                .names()
                .any(|name| name.ends_with(&format!(".{ending}")));
            if used {
                more.tag("Default")
                    .at("Extension", ending)
                    .at("ContentType", kind)
                    .empty();
            }
        }
        for (part, kind) in overrides
            .iter()
            .filter(|(part, _)| !known.contains(&part.to_lowercase()))
        {
            more.tag("Override")
                .at("PartName", format_args!("/{part}"))
                .at("ContentType", kind)
                .empty();
        }
        let more = more.finish();
        if splice.is_empty() && more.is_empty() {
            return Some(());
        }
        let text = splice.apply(xml.source());
        let xml = Document::parse(CONTENT_TYPES, text.as_bytes(), DEPTH).ok()?;
        self.set(CONTENT_TYPES, grown(&xml, &more)?.into_bytes());
        Some(())
    }

    /// The parts, content types first.
    pub(super) fn into_parts(self) -> Parts {
        let part = |(name, bytes)| Part { name, bytes };
        let mut parts: Vec<Part> = self.parts.into_iter().map(part).collect();
        parts.sort_by_key(|part| part.name != CONTENT_TYPES);
        Parts { parts }
    }
}

/// Whether a part holds relationships.
fn relates(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("rels")
}

/// Whether parts of a kind are ever taken away here; what else leads nowhere did so before.
fn part_of_ours(kind: &str) -> bool {
    matches!(
        kind,
        "slide" | "notesSlide" | "comments" | "origin" | "vbaProject" | "calcChain"
    )
}

/// A document with more at the end of its root. `None` where its names have a prefix, which the addition has not.
fn grown(xml: &Document, more: &str) -> Option<String> {
    let root = xml.root();
    let source = xml.source();
    let text = source.get(root.span())?;
    if text.split([' ', '>', '/']).next()?.contains(':') {
        return None;
    }
    let mut out = source.to_owned();
    if let Some(end) = super::splice::content_end(source, root) {
        out.insert_str(end, more);
    } else {
        let end = root.span().end;
        out.replace_range(end - 2..end, &format!(">{more}</{}>", root.name()));
    }
    Some(out)
}
