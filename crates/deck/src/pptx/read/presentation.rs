//! The presentation part: its slide list and size, and whether the file is a presentation at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lexical::{emu, get};
use crate::error::ReadError;
use crate::model::deck::{Section, Warning};
use crate::model::units::{Emu, Size};
use crate::package::container::Package;
use crate::package::limits::PackageLimits;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::{Document, Element as Node};

/// A package that was opened and found to be a presentation; its slides are not read yet.
pub struct Parsed {
    pub(super) package: Package,
    /// The relationships of the package itself.
    pub(super) outer: Relationships,
    pub(super) document: Document,
    pub(super) rels: Relationships,
    pub(super) slides: Vec<SlideEntry>,
    pub(super) warnings: Vec<Warning>,
}

/// An entry of the slide list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlideEntry {
    /// Unique in the deck.
    pub(super) id: String,
    pub(super) part: String,
}

impl Parsed {
    /// How many slides there are, hidden ones too.
    pub fn slides(&self) -> usize {
        self.slides.len()
    }
}

/// Opens a package and reads which slides it has. Whatever makes a file no presentation is found here.
///
/// # Errors
///
/// `WrongType` and `Encrypted` for other files, `Malformed`, `TooLarge` and `Unsafe` for broken and hostile ones.
pub fn parse(limits: &PackageLimits, bytes: Arc<[u8]>) -> Result<Parsed, ReadError> {
    let package = Package::open(limits, bytes)?;
    let outer = package.relationships("")?;
    let part = match outer.part_of_kind("officeDocument") {
        Some(part) => part.to_owned(),
        None if package.has("ppt/presentation.xml") => "ppt/presentation.xml".to_owned(),
        None => return Err(no_presentation(&package)),
    };
    let Some(document) = package.xml(&part)? else {
        let detail = format!("the main part `{part}` is missing");
        return Err(ReadError::Malformed { detail });
    };
    if !document.root().is(Ns::P, "presentation") {
        return Err(other_document(&part));
    }
    let rels = package.relationships(&part)?;
    let mut parsed = Parsed {
        package,
        outer,
        document,
        rels,
        slides: Vec::new(),
        warnings: Vec::new(),
    };
    parsed.list()?;
    Ok(parsed)
}

fn other_document(part: &str) -> ReadError {
    let detail = match part.split('/').next() {
        Some("word") => "it is a Word document",
        Some("xl") => "it is an Excel workbook",
        Some("visio") => "it is a Visio drawing",
        _ => "its main part is no presentation",
    };
    ReadError::WrongType {
        detail: detail.to_owned(),
    }
}

fn no_presentation(package: &Package) -> ReadError {
    let known = [
        ("word/document.xml", "it is a Word document"),
        ("xl/workbook.xml", "it is an Excel workbook"),
        (
            "content.xml",
            "it is an OpenDocument file whose first entry does not say which",
        ),
        (
            "[Content_Types].xml",
            "it is an Office package without a presentation",
        ),
    ];
    let found = known.iter().find(|(part, _)| package.has(part));
    let detail = found.map_or(
        "it is a zip archive without a presentation",
        |(_, detail)| detail,
    );
    ReadError::WrongType {
        detail: detail.to_owned(),
    }
}

impl Parsed {
    fn list(&mut self) -> Result<(), ReadError> {
        let most = self.package.limits().slides;
        let list = self.document.root().child(Ns::P, "sldIdLst");
        let entries: Vec<Node<'_>> = list
            .into_iter()
            .flat_map(Node::children)
            .filter(|node| node.is(Ns::P, "sldId"))
            .collect();
        if entries.len() > most {
            let limit = format!("the presentation has more than {most} slides");
            return Err(ReadError::TooLarge { limit });
        }
        let mut ids = BTreeSet::new();
        let mut missing = Vec::new();
        for (number, entry) in entries.into_iter().enumerate() {
            let reference = entry.attribute_of(Ns::R, "id").unwrap_or_default();
            let target = self.rels.get(&reference).map(|found| &found.target);
            let part = match target {
                Some(Target::Part(part)) if self.package.has(part) => part.clone(),
                Some(Target::Part(place) | Target::External(place) | Target::Nowhere(place)) => {
                    missing.push(format!(
                        "slide {} should be in `{place}`, which is not there",
                        number + 1
                    ));
                    continue;
                }
                None => {
                    missing.push(format!("slide {} has no part", number + 1));
                    continue;
                }
            };
            let own = entry
                .attribute("id")
                .map(std::borrow::Cow::into_owned)
                .filter(|id| !id.is_empty() && id.len() <= 64);
            let own = own.filter(|id| !ids.contains(id));
            let id = own.unwrap_or_else(|| format!("slide{}", number + 1));
            ids.insert(id.clone());
            self.slides.push(SlideEntry { id, part });
        }
        self.warnings.extend(
            missing
                .into_iter()
                .map(|detail| warning("missing_slide", detail)),
        );
        Ok(())
    }

    /// The size of the slides, held within what a slide may have.
    pub(super) fn size(&self) -> (Size, Option<Warning>) {
        let node = self.document.root().child(Ns::P, "sldSz");
        let side = |name| {
            node.and_then(|node| get(node, name, emu))
                .filter(|side| *side > Emu(0))
        };
        let (Some(width), Some(height)) = (side("cx"), side("cy")) else {
            let detail = "the presentation does not say how large its slides are; 13.333 by 7.5 inches is taken";
            return (Size::WIDE, Some(warning("slide_size", detail.to_owned())));
        };
        let held = |side: Emu| side.clamp(Size::MIN_SIDE, Size::MAX_SIDE);
        let size = Size {
            width: held(width),
            height: held(height),
        };
        let changed = size.width != width || size.height != height;
        let detail = || {
            "the slides are smaller than 1 or larger than 56 inches; the nearest size is taken"
                .to_owned()
        };
        (size, changed.then(|| warning("slide_size", detail())))
    }

    /// Named runs of slides.
    pub(super) fn sections(&self) -> Vec<Section> {
        let known: BTreeSet<&str> = self.slides.iter().map(|slide| slide.id.as_str()).collect();
        let extensions = self.document.root().child(Ns::P, "extLst");
        let lists = extensions
            .map(|list| list.descendants(Ns::P14, "section"))
            .unwrap_or_default();
        let section = |node: Node<'_>| {
            let entries = node.descendants(Ns::P14, "sldId");
            let ids = entries
                .iter()
                .filter_map(|entry| Some(entry.attribute("id")?.into_owned()));
            Section {
                name: node.attribute("name").unwrap_or_default().into_owned(),
                slides: ids.filter(|id| known.contains(id.as_str())).collect(),
            }
        };
        lists.into_iter().map(section).collect()
    }
}

/// A warning about the whole deck.
fn warning(code: &str, detail: String) -> Warning {
    Warning {
        code: code.to_owned(),
        detail,
        slide: None,
        element: None,
    }
}
