//! Who an element is: id, name, alternative text, placeholder, link.

use std::collections::{HashMap, HashSet};

use super::lexical::{count, filled, is_on};
use super::link;
use super::reading::Reading;
use crate::model::element::{Content, Element, Placeholder};
use crate::model::text::Link;
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// The ids given on one slide so far.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: HashSet<String>,
    next: HashMap<String, u32>,
    /// The greatest number of the part, once one was found twice.
    greatest: Option<u32>,
    /// Put before the ids of what is drawn inside another element.
    pub(super) prefix: String,
}

impl Ids {
    /// An id that no other element of the part has: the wanted one, else the number after the greatest, which is what
    /// the part gets when it is written. In what is drawn inside another element it is the wanted one with a number.
    fn of_node(&mut self, wanted: &str, node: Node<'_>) -> String {
        if !self.prefix.is_empty() {
            return self.unique(wanted);
        }
        if self.given.is_empty() {
            let tree = node.root().descendant(Ns::P, "spTree");
            let own = tree.and_then(|tree| {
                let around = tree.child(Ns::P, "nvGrpSpPr")?;
                Some(around.child(Ns::P, "cNvPr")?.attribute("id")?.into_owned())
            });
            self.given.extend(own);
        }
        if wanted.parse::<u32>().is_ok() && self.given.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let greatest = *self.greatest.get_or_insert_with(|| greatest(node.root()));
        let next = greatest.saturating_add(1);
        self.greatest = Some(next);
        self.unique(&next.to_string())
    }

    /// An id that no other element has: the wanted one, else that with a number.
    fn unique(&mut self, wanted: &str) -> String {
        let wanted = format!("{}{wanted}", self.prefix);
        if self.given.insert(wanted.clone()) {
            return wanted;
        }
        let next = self.next.entry(wanted.clone()).or_insert(2);
        loop {
            let id = format!("{wanted}-{next}");
            *next += 1;
            if self.given.insert(id.clone()) {
                return id;
            }
        }
    }
}

impl Ids {
    /// An id for what belongs to an element that has one.
    pub(super) fn beside(&mut self, id: &str) -> String {
        let prefix = std::mem::take(&mut self.prefix);
        let id = self.unique(&format!("{id}.text"));
        self.prefix = prefix;
        id
    }
}

/// The greatest number of a shape in a part.
fn greatest(root: Node<'_>) -> u32 {
    let shapes = root.descendants(Ns::P, "cNvPr");
    let numbers = shapes
        .iter()
        .filter_map(|shape| shape.attribute("id")?.parse::<u32>().ok());
    numbers.max().unwrap_or(1)
}

/// What every element has.
#[derive(Clone, Debug)]
pub(super) struct Identity<'a> {
    pub(super) id: String,
    name: String,
    alt: Option<String>,
    hidden: bool,
    link: Option<Link>,
    pub(super) placeholder: Option<Placeholder>,
    /// `nvPr`, which knows placeholders and media.
    pub(super) application: Option<Node<'a>>,
}

impl<'a> Identity<'a> {
    /// Reads the non-visual properties of an element.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        ids: &mut Ids,
        node: Node<'a>,
        rels: &Relationships,
    ) -> Self {
        let around = node.children().find(|child| child.name().starts_with("nv"));
        let own = around.and_then(|around| around.child(around.ns(), "cNvPr"));
        let application = around.and_then(|around| around.child(around.ns(), "nvPr"));
        let text = |name: &str| own?.attribute(name).and_then(|text| filled(&text));
        let wanted = text("id")
            .filter(|id| id.len() <= 64)
            .unwrap_or_else(|| "0".to_owned());
        let id = ids.of_node(&wanted, node);
        let placeholder = application
            .and_then(|known| known.child(Ns::P, "ph"))
            .map(|ph| Placeholder {
                role: ph.attribute("type").as_deref().unwrap_or("obj").to_owned(),
                index: count(ph, "idx"),
            });
        let link = own.and_then(|own| link::inside(reading, own, rels));
        Self {
            id,
            name: text("name").unwrap_or_default(),
            alt: if own.is_some_and(is_decoration) {
                Some(String::new())
            } else {
                text("descr").or_else(|| text("title"))
            },
            hidden: own.is_some_and(|own| is_on(own, "hidden")),
            link,
            placeholder,
            application,
        }
    }

    /// The element, with nothing yet of how it looks.
    pub(super) fn element(self, frame: Frame, content: Content) -> Element {
        Element {
            id: self.id,
            name: self.name,
            content,
            alt: self.alt,
            hidden: self.hidden,
            frame,
            placeholder: self.placeholder,
            geometry: None,
            fill: None,
            line: None,
            effects: None,
            link: self.link,
            text: None,
        }
    }
}

/// Whether an element says of itself that it is only decoration (`adec:decorative`).
fn is_decoration(own: Node<'_>) -> bool {
    let list = own.child(Ns::A, "extLst");
    let marks = list.map(|list| list.descendants(Ns::Other, "decorative"));
    marks.into_iter().flatten().any(|mark| is_on(mark, "val"))
}
