//! XML of a part as a flat tree over its own text: elements know where they stand in it, so that a writer can change
//! one and copy the rest byte for byte.
//!
//! Of an `mc:AlternateContent` (ECMA-376 part 3) only the branch that is understood is seen.

use std::borrow::Cow;
use std::ops::Range;

use super::super::error::ReadError;
use super::namespaces::Ns;
use super::xml_tree::{Attribute, NONE, Node, Piece, decode, grow, place};

/// Prefixes that a `Requires` may name and that are understood here.
const UNDERSTOOD: &[&str] = &["p14", "a14", "asvg", "p15", "p16", "a16"];

/// The XML of a part. Nodes own nothing: a large part costs few allocations.
#[derive(Clone, Debug)]
pub struct Document {
    source: String,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    changed: Vec<Box<str>>,
}

/// An element of a document.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    document: &'a Document,
    at: usize,
}

impl Document {
    /// Parses a part. Refuses a document type, too much depth and whatever is not well formed.
    pub fn parse(part: &str, bytes: &[u8], depth: usize) -> Result<Self, ReadError> {
        Self::of(part, bytes.to_vec(), depth)
    }

    /// Parses a part whose bytes nobody else needs.
    pub fn of(part: &str, bytes: Vec<u8>, depth: usize) -> Result<Self, ReadError> {
        let source = decode(part, bytes)?;
        let grown = grow(part, &source, depth)?;
        let mut document = Self {
            source,
            nodes: grown.nodes,
            attributes: grown.attributes,
            changed: grown.changed,
        };
        if grown.alternatives {
            document.choose_alternatives();
        }
        Ok(document)
    }

    /// The outermost element.
    pub fn root(&self) -> Element<'_> {
        Element {
            document: self,
            at: 0,
        }
    }

    /// The text that spans are of.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a piece of text is this. Most are of another length, which is seen without looking at them.
    fn reads(&self, piece: Piece, text: &str) -> bool {
        match piece {
            Piece::Source(from, to) => {
                (to - from) as usize == text.len()
                    && self.source.as_bytes()[from as usize..to as usize] == *text.as_bytes()
            }
            Piece::Changed(at) => *self.changed[at as usize] == *text,
        }
    }

    fn text(&self, piece: Piece) -> &str {
        match piece {
            Piece::Source(from, to) => &self.source[from as usize..to as usize],
            Piece::Changed(at) => &self.changed[at as usize],
        }
    }

    /// The nodes directly inside a node.
    fn inside(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = self.nodes[at].first;
        std::iter::from_fn(move || {
            let at = (next != NONE).then_some(next as usize)?;
            next = self.nodes[at].next;
            Some(at)
        })
    }

    /// Puts the children of the branch that is understood in the place of each `mc:AlternateContent`, innermost first.
    fn choose_alternatives(&mut self) {
        let parents = |at: &usize| self.inside(*at).any(|child| self.is_alternative(child));
        let parents: Vec<usize> = (0..self.nodes.len()).rev().filter(parents).collect();
        for at in parents {
            let mut seen = Vec::new();
            for child in self.inside(at) {
                if self.is_alternative(child) {
                    seen.extend(
                        self.chosen_branch(child)
                            .into_iter()
                            .flat_map(|branch| self.inside(branch)),
                    );
                } else {
                    seen.push(child);
                }
            }
            self.link(at, &seen);
        }
    }

    fn link(&mut self, parent: usize, children: &[usize]) {
        let number = |at: Option<&usize>| at.map_or(NONE, |at| place(*at));
        self.nodes[parent].first = number(children.first());
        for (at, child) in children.iter().enumerate() {
            self.nodes[*child].next = number(children.get(at + 1));
        }
    }

    fn is_alternative(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        node.ns == Ns::Mc && self.reads(node.name, "AlternateContent")
    }

    fn chosen_branch(&self, alternative: usize) -> Option<usize> {
        let named =
            |at: &usize, name| !self.nodes[*at].is_text && self.text(self.nodes[*at].name) == name;
        let understood = |at: &usize| {
            let branch = Element {
                document: self,
                at: *at,
            };
            let requires = branch.attribute("Requires");
            requires.is_some_and(|value| {
                value
                    .split_ascii_whitespace()
                    .all(|prefix| UNDERSTOOD.contains(&prefix))
            })
        };
        // Handwriting (`contentPart`) has a namespace that is understood, but nothing that can draw it: the picture of
        // it is in the fallback.
        let drawable = |at: &usize| !self.inside(*at).any(|child| named(&child, "contentPart"));
        self.inside(alternative)
            .find(|at| named(at, "Choice") && understood(at) && drawable(at))
            .or_else(|| self.inside(alternative).find(|at| named(at, "Fallback")))
    }
}

impl<'a> Element<'a> {
    fn node(self) -> &'a Node {
        &self.document.nodes[self.at]
    }

    /// The outermost element of its document.
    #[must_use]
    pub fn root(self) -> Element<'a> {
        self.document.root()
    }

    /// Its namespace.
    pub fn ns(self) -> Ns {
        self.node().ns
    }

    /// Its name without prefix.
    pub fn name(self) -> &'a str {
        self.document.text(self.node().name)
    }

    /// Whether it is that element.
    pub fn is(self, ns: Ns, name: &str) -> bool {
        let node = self.node();
        node.ns == ns && self.document.reads(node.name, name)
    }

    /// Where it stands in the source, tags included.
    pub fn span(self) -> Range<usize> {
        let (from, to) = self.node().span;
        from as usize..to as usize
    }

    /// An attribute without namespace.
    pub fn attribute(self, name: &str) -> Option<Cow<'a, str>> {
        self.attribute_of(Ns::None, name)
    }

    /// The text of the document it is in, which spans are of.
    pub fn source(self) -> &'a str {
        self.document.source()
    }

    /// Its attributes without namespace, with their values.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let document = self.document;
        let (first, count) = self.node().attributes;
        let own = &document.attributes[first as usize..(first + count) as usize];
        let own = own.iter().filter(|own| own.ns == Ns::None);
        own.map(|own| (document.text(own.name), document.text(own.value)))
    }

    /// An attribute of a namespace.
    pub fn attribute_of(self, ns: Ns, name: &str) -> Option<Cow<'a, str>> {
        let (first, count) = self.node().attributes;
        let own = &self.document.attributes[first as usize..(first + count) as usize];
        let mut found = own
            .iter()
            .filter(|own| own.ns == ns && self.document.reads(own.name, name));
        found
            .next()
            .map(|own| Cow::Borrowed(self.document.text(own.value)))
    }

    /// What is directly inside it, in order: `Ok` an element, `Err` character data.
    pub fn mixed(self) -> impl Iterator<Item = Result<Element<'a>, &'a str>> + 'a {
        let document = self.document;
        let inside = document.inside(self.at);
        inside.map(move |at| match &document.nodes[at] {
            node if node.is_text => Err(document.text(node.name)),
            _ => Ok(Element { document, at }),
        })
    }

    /// The elements directly inside it.
    pub fn children(self) -> impl Iterator<Item = Element<'a>> + 'a {
        self.mixed().filter_map(Result::ok)
    }

    /// The first element of that name directly inside it.
    pub fn child(self, ns: Ns, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.is(ns, name))
    }

    /// The elements of that name anywhere inside it, in order.
    pub fn descendants(self, ns: Ns, name: &str) -> Vec<Element<'a>> {
        let is = |element: &Element<'a>| element.is(ns, name);
        self.inside().filter(is).collect()
    }

    /// The first element of that name anywhere inside it.
    pub fn descendant(self, ns: Ns, name: &str) -> Option<Element<'a>> {
        self.inside().find(|element| element.is(ns, name))
    }

    /// All elements inside it, in order.
    pub fn inside(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.document;
        // The next node of each level that is not done, the outermost first.
        let mut next = vec![self.node().first];
        std::iter::from_fn(move || {
            loop {
                let at = next.pop()?;
                let Some(node) = document.nodes.get(at as usize) else {
                    continue;
                };
                next.push(node.next);
                if !node.is_text {
                    next.push(node.first);
                    let at = at as usize;
                    return Some(Element { document, at });
                }
            }
        })
    }

    /// The character data directly inside it.
    pub fn text(self) -> String {
        self.mixed().filter_map(Result::err).collect()
    }
}
