//! From a deck and its source package to the package as it is now.

use std::collections::BTreeMap;

use super::chart;
use super::ordinary::make_ordinary;
use super::slide;
use super::source::Files;
use super::splice::{Splice, content_end, start_tag};
use crate::error::WriteError;
use crate::model::asset::{AssetId, AssetSource};
use crate::model::deck::{Deck, SourceFormat};
use crate::model::slide::Slide;
use crate::package::container::Package;
use crate::package::limits::PackageLimits;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};
use crate::pptx::read::normalize::read_pptx;
use crate::pptx::write::book::Book;
use crate::pptx::write::color::Colors;
use crate::pptx::write::notes;
use crate::pptx::write::package::Parts;
use crate::pptx::write::presentation::{SECTIONS, section_list, slide_ids, slide_part};
use crate::pptx::write::properties;
use crate::pptx::write::relationships::Rels;
use crate::pptx::write::slide::{Place, write as write_slide};
use crate::pptx::write::xml::Xml;
use crate::read::Read;
use crate::watch::{Unwatched, Watch};

/// The source package with the deck's changes. `None` where the deck has no source that can be had, or what changed is
/// nothing that can be changed in it; then the deck is written from the model alone.
pub(in super::super) fn patch(
    deck: &Deck,
    assets: &dyn AssetSource,
    watch: &dyn Watch,
) -> Result<Option<Parts>, WriteError> {
    let source = deck
        .source
        .as_ref()
        .filter(|source| source.format == SourceFormat::Pptx);
    let Some(bytes) = source.and_then(|source| assets.asset(&source.asset)) else {
        return Ok(None);
    };
    let limits = PackageLimits::default();
    let (Ok(package), Ok(read)) = (
        Package::open(&limits, bytes.clone()),
        read_pptx(&limits, bytes, &Unwatched),
    ) else {
        return Ok(None);
    };
    let (Some(mut files), Some(main)) = (Files::of(&package), main_part(&package)) else {
        return Ok(None);
    };
    let as_uploaded = files.clone();
    if make_ordinary(&mut files, &main).is_none() {
        return Ok(None);
    }
    let ordinary = files == as_uploaded;
    let base = nearest(deck, read);
    let templates = (deck.size, &deck.theme, &deck.masters, &deck.layouts);
    if templates != (base.size, &base.theme, &base.masters, &base.layouts) {
        return Ok(None);
    }
    if unchanged(deck, &base) && ordinary {
        let total = deck.slides.len();
        let stopped = (1..=total).any(|done| !watch.step(done, total));
        return if stopped {
            Err(WriteError::Stopped)
        } else {
            Ok(Some(files.into_parts()))
        };
    }
    let mut patch = Patch {
        deck,
        base: &base,
        files,
        main,
    };
    let done = patch.run(assets, watch)?;
    Ok(done.map(|()| patch.files.into_parts()))
}

/// The name of the presentation part.
fn main_part(package: &Package) -> Option<String> {
    let rels = package.relationships("").ok()?;
    let named = rels.part_of_kind("officeDocument").map(str::to_owned);
    let usual = || Some("ppt/presentation.xml".to_owned()).filter(|usual| package.has(usual));
    named.or_else(usual)
}

/// The deck as it was read, or as it was after a journey through JSON: that may change the last digit of a fraction.
fn nearest(deck: &Deck, read: Read) -> Deck {
    let settled = serde_json::to_vec(&read.deck)
        .ok()
        .and_then(|json| serde_json::from_slice::<Deck>(&json).ok());
    let equal = |base: &Deck| {
        deck.slides
            .iter()
            .zip(&base.slides)
            .filter(|(a, b)| a == b)
            .count()
    };
    match settled {
        Some(settled) if equal(&settled) > equal(&read.deck) => settled,
        Some(_) | None => read.deck,
    }
}

fn unchanged(deck: &Deck, base: &Deck) -> bool {
    deck.title == base.title
        && deck.properties == base.properties
        && deck.sections == base.sections
        && deck.slides == base.slides
}

struct Patch<'a> {
    deck: &'a Deck,
    base: &'a Deck,
    files: Files,
    /// The presentation part.
    main: String,
}

impl Patch<'_> {
    /// Makes all changes. `None` where one cannot be made.
    fn run(
        &mut self,
        assets: &dyn AssetSource,
        watch: &dyn Watch,
    ) -> Result<Option<()>, WriteError> {
        let Some(document) = self.files.xml(&self.main) else {
            return Ok(None);
        };
        let known = self.slide_parts(&document);
        if known.len() != self.base.slides.len() {
            return Ok(None);
        }
        let mut book = Book::new(self.deck, assets);
        let media = self.base.assets.iter().filter_map(|(id, asset)| {
            Some((
                id.clone(),
                self.files.name(asset.part.as_deref()?)?.to_owned(),
            ))
        });
        book.go_on(
            media.collect::<BTreeMap<AssetId, String>>(),
            self.files.next("ppt/charts/chart") - 1,
        );
        let stems = [
            "ppt/slides/slide",
            "ppt/notesSlides/notesSlide",
            "ppt/comments/comment",
        ];
        let mut number = stems
            .iter()
            .map(|stem| self.files.next(stem))
            .max()
            .unwrap_or(1);
        let parts: Vec<(String, usize)> = self
            .deck
            .slides
            .iter()
            .map(|slide| {
                let at = self.base.slides.iter().position(|old| old.id == slide.id);
                number += 1;
                (
                    at.map_or_else(|| slide_part(number), |at| known[at].clone()),
                    number,
                )
            })
            .collect();
        for (slide, (part, _)) in self.deck.slides.iter().zip(&parts) {
            book.slides.insert(&slide.id, part.clone());
        }
        self.remove_slides(&known);
        for (at, (slide, place)) in self.deck.slides.iter().zip(&parts).enumerate() {
            if !self.slide(&mut book, slide, place)? {
                return Ok(None);
            }
            if !watch.step(at + 1, self.deck.slides.len()) {
                return Err(WriteError::Stopped);
            }
        }
        let list: Vec<String> = parts.into_iter().map(|(part, _)| part).collect();
        Ok(self.finish(book, &document, &list))
    }

    /// The parts of the slides as they were, in order.
    fn slide_parts(&self, document: &Document) -> Vec<String> {
        let rels = self.files.relationships(&self.main);
        let list = document.root().child(Ns::P, "sldIdLst");
        let entries = list
            .into_iter()
            .flat_map(Node::children)
            .filter(|node| node.is(Ns::P, "sldId"));
        let parts = entries.filter_map(|entry| {
            let id = entry.attribute_of(Ns::R, "id")?;
            self.files.name(rels.part(&id)?).map(str::to_owned)
        });
        parts.collect()
    }

    fn remove_slides(&mut self, known: &[String]) {
        for (old, part) in self.base.slides.iter().zip(known) {
            if !self.deck.slides.iter().any(|slide| slide.id == old.id) {
                self.remove_beside(part);
                self.files.remove(part);
            }
        }
    }

    /// Takes away the notes and comments of a slide.
    fn remove_beside(&mut self, slide: &str) {
        let rels = self.files.relationships(slide);
        for kind in ["notesSlide", "comments"] {
            if let Some(part) = rels.part_of_kind(kind) {
                self.files.remove(part);
            }
        }
    }

    /// Changes or writes one slide. `false` where there is no layout for it.
    fn slide(
        &mut self,
        book: &mut Book<'_>,
        slide: &Slide,
        (part, number): &(String, usize),
    ) -> Result<bool, WriteError> {
        let old = self.base.slides.iter().find(|old| old.id == slide.id);
        book.known_charts.clear();
        let deck = book.deck;
        book.colors = Colors::of(&deck.theme);
        if let Some(old) = old {
            if old != slide {
                book.colors = book.colors.clone().seen(&old.elements);
                self.charts(book, part, (old, slide))?;
            }
            if old == slide || slide::patch(book, &mut self.files, (part, *number), (old, slide))? {
                return Ok(true);
            }
            self.remove_beside(part);
        }
        let own = self
            .deck
            .layouts
            .iter()
            .find(|layout| Some(&layout.id) == slide.layout.as_ref());
        let Some(layout) = own.or(self.deck.layouts.first()) else {
            return Ok(false);
        };
        let place = Place {
            part,
            number: *number,
            layout: (&layout.id, &layout.background),
        };
        self.files.remove(part);
        write_slide(book, slide, &place)?;
        Ok(true)
    }

    /// Changes the charts of a slide in their own parts.
    fn charts(
        &mut self,
        book: &mut Book<'_>,
        part: &str,
        (before, after): (&Slide, &Slide),
    ) -> Result<(), WriteError> {
        let rels = self.files.relationships(part);
        let holds = rels.part_of_kind("chart").is_some();
        let Some(document) = self.files.xml(part).filter(|_| holds) else {
            return Ok(());
        };
        let content = document.root().child(Ns::P, "cSld");
        if let Some(tree) = content.and_then(|content| content.child(Ns::P, "spTree")) {
            book.known_charts = chart::parts(tree, &before.elements, &rels);
        }
        let files = &self.files;
        book.known_charts.retain(|_, own| !files.is_shared(own));
        let colors = book.colors.clone();
        let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
        chart::gather(&before.elements, &mut old);
        chart::gather(&after.elements, &mut new);
        for (id, own) in book.known_charts.clone() {
            if let (Some(old), Some(new)) = (old.get(id.as_str()), new.get(id.as_str()))
                && old != new
            {
                chart::patch(book, &mut self.files, (&own, &colors), (old, new))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, mut book: Book<'_>, document: &Document, parts: &[String]) -> Option<()> {
        let mut rels = Rels::after(self.files.next_relationship(&self.main));
        let mut splice = Splice::default();
        self.slide_list(document, parts, (&mut splice, &mut rels))?;
        self.sections(&mut book, document, &mut splice);
        self.notes_master(&mut book, document, (&mut splice, &mut rels))?;
        self.properties(&mut book)?;
        let (added, endings, overrides) = book.into_additions();
        for part in added {
            self.files.set(&part.name, part.bytes);
        }
        let signed: Vec<String> = self
            .files
            .names()
            .filter(|name| name.starts_with("_xmlsignatures/"))
            .cloned()
            .collect();
        for name in signed {
            self.files.remove(&name);
        }
        self.files.relate(&self.main, &rels)?;
        if !splice.is_empty() {
            self.files
                .set(&self.main, splice.apply(document.source()).into_bytes());
        }
        self.files.unrelate("", None);
        self.files.unrelate(&self.main, None);
        for part in parts {
            self.files.unrelate(part, Some(part));
        }
        self.files.types(&endings, &overrides)
    }

    /// Rewrites the list of slides where it differs.
    fn slide_list(
        &self,
        document: &Document,
        parts: &[String],
        (splice, rels): (&mut Splice, &mut Rels),
    ) -> Option<()> {
        let same = self.deck.slides.iter().map(|slide| &slide.id).eq(self
            .base
            .slides
            .iter()
            .map(|slide| &slide.id));
        if same {
            return Some(());
        }
        let root = document.root();
        if let Some(shows) = root.child(Ns::P, "custShowLst") {
            splice.replace(shows.span(), "");
        }
        let list = root.child(Ns::P, "sldIdLst")?;
        let known = self.files.relationships(&self.main);
        let exists = |node: &Node<'_>| {
            let id = node.attribute_of(Ns::R, "id").unwrap_or_default();
            known.part(&id).is_some()
        };
        let entries: Vec<Node<'_>> = list
            .children()
            .filter(|node| node.is(Ns::P, "sldId"))
            .filter(exists)
            .collect();
        let mut xml = Xml::default();
        for ((slide, part), id) in self.deck.slides.iter().zip(parts).zip(slide_ids(self.deck)) {
            let at = self.base.slides.iter().position(|old| old.id == slide.id);
            if let Some(entry) = at.and_then(|at| entries.get(at)) {
                xml.raw(document.source().get(entry.span())?);
            } else {
                let rel = rels.part("slide", part);
                xml.tag("p:sldId").at("id", id).at("r:id", rel).empty();
            }
        }
        let inside = start_tag(document.source(), list).end..content_end(document.source(), list)?;
        splice.replace(inside, xml.finish());
        Some(())
    }

    fn sections(&self, book: &mut Book<'_>, document: &Document, splice: &mut Splice) {
        let root = document.root();
        let known = self.deck.slides.iter().map(|slide| &slide.id);
        if self.deck.sections == self.base.sections
            && known.eq(self.base.slides.iter().map(|slide| &slide.id))
        {
            return;
        }
        let old = root.descendants(Ns::P14, "sectionLst").first().copied();
        let mut xml = Xml::default();
        section_list(book, &mut xml, &slide_ids(self.deck));
        let list = root.child(Ns::P, "extLst");
        match (
            old,
            list.and_then(|list| content_end(document.source(), list)),
        ) {
            (Some(old), _) => splice.replace(old.span(), xml.finish()),
            (None, _) if self.deck.sections.is_empty() => {}
            (None, at) => {
                let inner = format!("<p:ext uri=\"{SECTIONS}\">{}</p:ext>", xml.finish());
                match (at, content_end(document.source(), root)) {
                    (Some(at), _) => splice.insert(at, inner),
                    (None, Some(end)) => {
                        splice.insert(end, format!("<p:extLst>{inner}</p:extLst>"));
                    }
                    (None, None) => {}
                }
            }
        }
    }

    /// Sees to the master that new notes need.
    fn notes_master(
        &self,
        book: &mut Book<'_>,
        document: &Document,
        (splice, rels): (&mut Splice, &mut Rels),
    ) -> Option<()> {
        if !book.has_notes() {
            return Some(());
        }
        let known = self.files.relationships(&self.main);
        match known.part_of_kind("notesMaster") {
            Some(part) if part.eq_ignore_ascii_case(notes::MASTER) => return Some(()),
            Some(_) => return None,
            None => {}
        }
        notes::write_master(book, self.files.next("ppt/theme/theme"));
        let rel = rels.part("notesMaster", notes::MASTER);
        let masters = document.root().child(Ns::P, "sldMasterIdLst")?;
        let list =
            format!("<p:notesMasterIdLst><p:notesMasterId r:id=\"{rel}\"/></p:notesMasterIdLst>");
        splice.insert(masters.span().end, list);
        Some(())
    }

    /// Changes title and properties of the document.
    fn properties(&mut self, book: &mut Book<'_>) -> Option<()> {
        if self.deck.title == self.base.title && self.deck.properties == self.base.properties {
            return Some(());
        }
        let known = self.files.relationships("");
        let part = known.part_of_kind("core-properties").map(str::to_owned);
        if let Some((part, xml)) =
            part.and_then(|part| self.files.xml(&part).map(|xml| (part, xml)))
        {
            let title = xml.root().child(Ns::Dc, "title");
            if let Some(title) = title.filter(|_| self.deck.properties == self.base.properties) {
                let tag = xml.source().get(start_tag(xml.source(), title))?;
                let name = tag
                    .trim_start_matches('<')
                    .split([' ', '>', '/'])
                    .next()?
                    .to_owned();
                let mut new = Xml::default();
                new.element(&name, &self.deck.title);
                let mut splice = Splice::default();
                splice.replace(title.span(), new.finish());
                self.files
                    .set(&part, splice.apply(xml.source()).into_bytes());
                return Some(());
            }
            self.files
                .set(&part, properties::core(self.deck).into_bytes());
            return Some(());
        }
        properties::write_core(book);
        let mut rels = Rels::after(self.files.next_relationship(""));
        rels.part_of(properties::CORE_KIND, properties::CORE);
        self.files.relate("", &rels)
    }
}
