//! Small presentations made in memory, and what is read from them.

mod color;
mod elements;
mod inheritance;
mod noticed;
mod odd_files;
mod table;
mod text;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use zip::write::SimpleFileOptions;

use super::normalize::read_pptx;
use crate::error::ReadError;
use crate::model::deck::Deck;
use crate::model::element::Element;
use crate::package::limits::PackageLimits;
use crate::read::Read;
use crate::watch::Unwatched;

const NAMESPACES: &str = "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
    xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' \
    xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' \
    xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'";
const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A presentation of one master, one layout and some slides, each of which may be changed before it is read.
pub(super) struct Sample {
    parts: Vec<(String, Vec<u8>)>,
    slides: Vec<String>,
    pub(super) size: String,
    pub(super) master: String,
    pub(super) layout: String,
    pub(super) theme: String,
    pub(super) limits: PackageLimits,
    /// Relationships of the first slide besides its layout.
    pub(super) links: String,
}

impl Sample {
    /// Slides with these shapes on them.
    pub(super) fn of(slides: &[&str]) -> Self {
        let clear = "<p:clrMap bg1='lt1' tx1='dk1' bg2='lt2' tx2='dk2' accent1='accent1' accent2='accent2' \
            accent3='accent3' accent4='accent4' accent5='accent5' accent6='accent6' hlink='hlink' folHlink='folHlink'/>";
        Self {
            parts: Vec::new(),
            slides: slides.iter().map(|shapes| (*shapes).to_owned()).collect(),
            size: "<p:sldSz cx='9144000' cy='6858000'/>".to_owned(),
            master: format!("<p:cSld><p:spTree/></p:cSld>{clear}"),
            layout: "<p:cSld name='Blank'><p:spTree/></p:cSld>".to_owned(),
            theme: "<a:clrScheme name='t'><a:dk1><a:srgbClr val='101010'/></a:dk1><a:accent1><a:srgbClr val='4472C4'/>\
                </a:accent1></a:clrScheme><a:fontScheme name='t'><a:majorFont><a:latin typeface='Head'/></a:majorFont>\
                <a:minorFont><a:latin typeface='Text'/></a:minorFont></a:fontScheme>"
                .to_owned(),
            limits: PackageLimits::default(),
            links: String::new(),
        }
    }

    /// Adds a part.
    pub(super) fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push((name.to_owned(), bytes.into()));
        self
    }

    /// Adds a part of XML with the usual namespaces on its root.
    pub(super) fn with_xml(self, name: &str, root: &str, inside: &str) -> Self {
        self.with(name, format!("<{root} {NAMESPACES}>{inside}</{root}>"))
    }

    /// Adds a relationship to the first slide.
    pub(super) fn linked(mut self, id: &str, kind: &str, target: &str) -> Self {
        self.links.push_str(&rel(id, kind, target));
        self
    }

    /// The bytes of the file.
    pub(super) fn bytes(mut self) -> Arc<[u8]> {
        let (mut list, mut rels) = (String::new(), rel("m", "slideMaster", "slideMasters/m.xml"));
        for (index, shapes) in std::mem::take(&mut self.slides).iter().enumerate() {
            let id = 256 + index;
            write!(list, "<p:sldId id='{id}' r:id='s{index}'/>").unwrap();
            rels += &rel(
                &format!("s{index}"),
                "slide",
                &format!("slides/s{index}.xml"),
            );
            let links = if index == 0 { self.links.as_str() } else { "" };
            let own = rel("l", "slideLayout", "../slideLayouts/l.xml") + links;
            let inside = if shapes.starts_with("<p:cSld") {
                shapes.clone()
            } else {
                format!("<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>")
            };
            self = self.with_xml(&format!("ppt/slides/s{index}.xml"), "p:sld", &inside);
            self = self.with(
                &format!("ppt/slides/_rels/s{index}.xml.rels"),
                relationships(&own),
            );
        }
        let (size, master, layout, theme) = (&self.size, &self.master, &self.layout, &self.theme);
        let presentation = format!(
            "<p:sldMasterIdLst><p:sldMasterId r:id='m'/></p:sldMasterIdLst><p:sldIdLst>{list}</p:sldIdLst>{size}"
        );
        let master =
            format!("{master}<p:sldLayoutIdLst><p:sldLayoutId r:id='l'/></p:sldLayoutIdLst>");
        let (layout, theme) = (
            layout.clone(),
            format!("<a:themeElements>{theme}</a:themeElements>"),
        );
        let above =
            rel("t", "theme", "../theme/t.xml") + &rel("l", "slideLayout", "../slideLayouts/l.xml");
        let below = rel("m", "slideMaster", "../slideMasters/m.xml");
        self.with(
            "_rels/.rels",
            relationships(&rel("o", "officeDocument", "ppt/presentation.xml")),
        )
        .with_xml("ppt/presentation.xml", "p:presentation", &presentation)
        .with("ppt/_rels/presentation.xml.rels", relationships(&rels))
        .with_xml("ppt/slideMasters/m.xml", "p:sldMaster", &master)
        .with("ppt/slideMasters/_rels/m.xml.rels", relationships(&above))
        .with_xml("ppt/slideLayouts/l.xml", "p:sldLayout", &layout)
        .with("ppt/slideLayouts/_rels/l.xml.rels", relationships(&below))
        .with_xml("ppt/theme/t.xml", "a:theme", &theme)
        .zip()
    }

    fn zip(self) -> Arc<[u8]> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut names = std::collections::BTreeSet::new();
        for (name, bytes) in self.parts {
            // The first part of a name stands, so that a test may put its own in place of a usual one.
            if names.insert(name.clone()) {
                writer
                    .start_file(name, SimpleFileOptions::default())
                    .unwrap();
                writer.write_all(&bytes).unwrap();
            }
        }
        writer.finish().unwrap().into_inner().into()
    }

    /// What is read from it.
    pub(super) fn read(self) -> Result<Read, ReadError> {
        let limits = self.limits.clone();
        read_pptx(&limits, self.bytes(), &Unwatched)
    }

    /// The deck read from it, which follows our own schema.
    pub(super) fn deck(self) -> Deck {
        let deck = self.read().unwrap().deck;
        let json = crate::schema::json::write_deck(&deck, false);
        assert_eq!(
            crate::schema::json::read_deck_bytes(&json).as_ref(),
            Ok(&deck)
        );
        deck
    }
}

fn rel(id: &str, kind: &str, target: &str) -> String {
    let mode = if target.contains("://") {
        " TargetMode='External'"
    } else {
        ""
    };
    format!("<Relationship Id='{id}' Type='{KINDS}/{kind}' Target='{target}'{mode}/>")
}

fn relationships(inside: &str) -> String {
    format!(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{inside}</Relationships>"
    )
}

/// A shape of 200 by 100 at 10, 20 with more properties and paragraphs.
pub(super) fn shape(id: u32, properties: &str, paragraphs: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id='{id}' name='s{id}'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{}{properties}</p:spPr>\
         <p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>",
        xfrm("", 10, 20, 200, 100)
    )
}

/// A placeholder without anything of its own but paragraphs.
pub(super) fn placeholder(id: u32, ph: &str, paragraphs: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id='{id}' name='p{id}'/><p:cNvSpPr/><p:nvPr><p:ph {ph}/></p:nvPr></p:nvSpPr><p:spPr/>\
         <p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>"
    )
}

pub(super) fn xfrm(attributes: &str, x: i64, y: i64, width: i64, height: i64) -> String {
    format!(
        "<a:xfrm {attributes}><a:off x='{x}' y='{y}'/><a:ext cx='{width}' cy='{height}'/></a:xfrm>"
    )
}

/// The texts of an element's runs.
pub(super) fn texts(element: &Element) -> Vec<&str> {
    let paragraphs = element.text.iter().flat_map(|text| &text.paragraphs);
    paragraphs
        .flat_map(|paragraph| &paragraph.runs)
        .map(|run| run.text.as_str())
        .collect()
}

/// The codes of a deck's warnings.
pub(super) fn codes(deck: &Deck) -> Vec<&str> {
    deck.warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect()
}
