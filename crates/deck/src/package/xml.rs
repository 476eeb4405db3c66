//! XML of a part as a flat tree over its own text: elements know where they stand in it, so that a writer can change
//! one and copy the rest byte for byte.
//!
//! Of an `mc:AlternateContent` (ECMA-376 part 3) only the branch that is understood is seen.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::super::error::ReadError;
use super::limits::too_large;
use super::namespaces::Ns;

/// Prefixes that a `Requires` may name and that are understood here.
const UNDERSTOOD: &[&str] = &["p14", "a14", "asvg", "p15", "p16", "a16"];

/// Elements and texts of one part; ten times what the largest of a thousand public decks holds.
const MOST_NODES: usize = 2_000_000;
/// The link of a node that has no child, or no sibling after it.
const NONE: u32 = u32::MAX;

/// A piece of text: where it stands in the source, or, where it had to be changed, its number among those.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Source(u32, u32),
    Changed(u32),
}

#[derive(Clone, Debug)]
struct Node {
    ns: Ns,
    /// Character data rather than an element: then the name is the text.
    is_text: bool,
    name: Piece,
    span: (u32, u32),
    /// The first of its attributes, and how many there are.
    attributes: (u32, u32),
    first: u32,
    next: u32,
}

/// The XML of a part. Nodes own nothing: a large part costs few allocations.
#[derive(Clone, Debug)]
pub struct Document {
    source: String,
    nodes: Vec<Node>,
    attributes: Vec<(Ns, Piece, Piece)>,
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
        if u32::try_from(source.len()).is_err() {
            return Err(too_large(
                &format!("`{part}`"),
                u64::from(u32::MAX),
                "bytes",
            ));
        }
        let mut tree = Tree::new(part, &source, depth);
        let mut reader = NsReader::from_str(&source);
        loop {
            let before = place(reader.buffer_position());
            let event = reader
                .read_event()
                .map_err(|error| malformed(part, &error))?;
            let span = (before, place(reader.buffer_position()));
            match event {
                Event::Start(start) => tree.open(&reader, &start, span)?,
                Event::Empty(start) => {
                    tree.open(&reader, &start, span)?;
                    tree.close(span.1);
                }
                Event::End(_) => tree.close(span.1),
                Event::Text(text) => {
                    tree.text(&text.xml_content(XmlVersion::Implicit1_0), span)?;
                }
                Event::CData(data) => {
                    tree.text(&data.xml_content(XmlVersion::Implicit1_0), span)?;
                }
                Event::GeneralRef(reference) => {
                    let name = reference.xml_content(XmlVersion::Implicit1_0);
                    let letter = reference
                        .resolve_char_ref()
                        .map_err(|error| malformed(part, &error))?;
                    let text = letter.map(String::from).or_else(|| entity(&name));
                    let text =
                        text.ok_or_else(|| malformed(part, &format!("unknown entity `{name}`")))?;
                    tree.text(&text, span)?;
                }
                Event::DocType(_) => {
                    let detail = format!("`{part}` declares a document type");
                    return Err(ReadError::Unsafe { detail });
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        let Some((nodes, attributes, changed)) = tree.finish() else {
            return Err(malformed(part, &"the XML ends in the middle"));
        };
        let mut document = Self {
            source,
            nodes,
            attributes,
            changed,
        };
        document.choose_alternatives();
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
        if !(0..self.nodes.len()).any(|at| self.is_alternative(at)) {
            return;
        }
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
        let number = |at: Option<&usize>| at.map_or(NONE, |at| place(*at as u64));
        self.nodes[parent].first = number(children.first());
        for (at, child) in children.iter().enumerate() {
            self.nodes[*child].next = number(children.get(at + 1));
        }
    }

    fn is_alternative(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        node.ns == Ns::Mc && self.text(node.name) == "AlternateContent"
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
        self.ns() == ns && self.name() == name
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

    /// An attribute of a namespace.
    pub fn attribute_of(self, ns: Ns, name: &str) -> Option<Cow<'a, str>> {
        let (first, count) = self.node().attributes;
        let own = &self.document.attributes[first as usize..(first + count) as usize];
        let mut found = own
            .iter()
            .filter(|(of, known, _)| *of == ns && self.document.text(*known) == name);
        found
            .next()
            .map(|(_, _, value)| Cow::Borrowed(self.document.text(*value)))
    }

    /// The elements directly inside it.
    pub fn children(self) -> impl Iterator<Item = Element<'a>> + 'a {
        let document = self.document;
        let inside = document.inside(self.at);
        inside
            .filter(move |at| !document.nodes[*at].is_text)
            .map(move |at| Element { document, at })
    }

    /// The first element of that name directly inside it.
    pub fn child(self, ns: Ns, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.is(ns, name))
    }

    /// The elements of that name anywhere inside it, in order.
    pub fn descendants(self, ns: Ns, name: &str) -> Vec<Element<'a>> {
        let mut found = Vec::new();
        let mut open: Vec<_> = self.children().collect();
        open.reverse();
        while let Some(element) = open.pop() {
            if element.is(ns, name) {
                found.push(element);
            }
            let inside: Vec<_> = element.children().collect();
            open.extend(inside.into_iter().rev());
        }
        found
    }

    /// The character data directly inside it.
    pub fn text(self) -> String {
        let nodes = self
            .document
            .inside(self.at)
            .map(|at| &self.document.nodes[at]);
        let texts = nodes.filter(|node| node.is_text);
        texts.map(|node| self.document.text(node.name)).collect()
    }
}

/// The nodes, attributes and changed texts of a tree.
type Grown = (Vec<Node>, Vec<(Ns, Piece, Piece)>, Vec<Box<str>>);

struct Tree<'a> {
    part: &'a str,
    source: &'a str,
    depth: usize,
    nodes: Vec<Node>,
    attributes: Vec<(Ns, Piece, Piece)>,
    changed: Vec<Box<str>>,
    /// Open elements, each with its last child.
    open: Vec<(usize, u32)>,
}

impl<'a> Tree<'a> {
    fn new(part: &'a str, source: &'a str, depth: usize) -> Self {
        Self {
            part,
            source,
            depth,
            nodes: Vec::with_capacity(source.len() / 48),
            attributes: Vec::with_capacity(source.len() / 48),
            changed: Vec::new(),
            open: Vec::new(),
        }
    }

    fn finish(self) -> Option<Grown> {
        let whole = self.open.is_empty() && !self.nodes.is_empty();
        whole.then_some((self.nodes, self.attributes, self.changed))
    }

    fn open(
        &mut self,
        reader: &NsReader<&[u8]>,
        start: &BytesStart<'_>,
        span: (u32, u32),
    ) -> Result<(), ReadError> {
        if self.open.len() >= self.depth {
            let limit = format!(
                "the XML of `{}` is more than {} elements deep",
                self.part, self.depth
            );
            return Err(ReadError::TooLarge { limit });
        }
        if self.open.is_empty() && !self.nodes.is_empty() {
            return Err(malformed(self.part, &"the XML has two roots"));
        }
        let (resolved, name) = reader.resolver().resolve_element(start.name());
        let (ns, name) = (internal(&resolved), self.piece(name.as_ref()));
        let first = place(self.attributes.len() as u64);
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| malformed(self.part, &error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(self.part, &error))?;
            let (resolved, name) = reader.resolver().resolve_attribute(attribute.key);
            let entry = (
                internal(&resolved),
                self.piece(name.as_ref()),
                self.piece(&value),
            );
            self.attributes.push(entry);
        }
        let count = place(self.attributes.len() as u64) - first;
        let at = self.add(Node {
            ns,
            is_text: false,
            name,
            span,
            attributes: (first, count),
            first: NONE,
            next: NONE,
        })?;
        self.open.push((at, NONE));
        Ok(())
    }

    fn close(&mut self, end: u32) {
        if let Some((at, _)) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(at)
        {
            node.span.1 = end;
        }
    }

    fn text(&mut self, text: &str, span: (u32, u32)) -> Result<(), ReadError> {
        if self.open.is_empty() || text.is_empty() {
            return Ok(());
        }
        let name = self.piece(text);
        self.add(Node {
            ns: Ns::None,
            is_text: true,
            name,
            span,
            attributes: (0, 0),
            first: NONE,
            next: NONE,
        })?;
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<usize, ReadError> {
        let at = self.nodes.len();
        if at >= MOST_NODES {
            let what = format!("the XML of `{}`", self.part);
            return Err(too_large(&what, MOST_NODES as u64, "elements and texts"));
        }
        let number = place(at as u64);
        if let Some((parent, last)) = self.open.last_mut() {
            if *last == NONE {
                self.nodes[*parent].first = number;
            } else {
                self.nodes[*last as usize].next = number;
            }
            *last = number;
        }
        self.nodes.push(node);
        Ok(at)
    }

    /// A text as a place in the source where it stands there unchanged.
    fn piece(&mut self, text: &str) -> Piece {
        let from = (text.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize);
        match from {
            Some(from) if from + text.len() <= self.source.len() => {
                Piece::Source(place(from as u64), place((from + text.len()) as u64))
            }
            _ => {
                self.changed.push(text.into());
                Piece::Changed(place(self.changed.len() as u64 - 1))
            }
        }
    }
}

/// A place in a source that was found to be shorter than 4 GiB.
fn place(at: u64) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

fn internal(resolved: &ResolveResult<'_>) -> Ns {
    match resolved {
        ResolveResult::Bound(namespace) => Ns::of(namespace.as_ref()),
        ResolveResult::Unbound => Ns::None,
        ResolveResult::Unknown(_) => Ns::Other,
    }
}

/// UTF-8, or UTF-16 by its mark (XML 1.0, appendix F).
fn decode(part: &str, bytes: Vec<u8>) -> Result<String, ReadError> {
    let wide = |big: bool| {
        let units = bytes[2..].chunks_exact(2).map(|pair| {
            if big {
                u16::from_be_bytes([pair[0], pair[1]])
            } else {
                u16::from_le_bytes([pair[0], pair[1]])
            }
        });
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map_err(|error| malformed(part, &error))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => wide(false),
        [0xFE, 0xFF, ..] => wide(true),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = std::str::from_utf8(rest).map_err(|error| malformed(part, &error))?;
            Ok(text.to_owned())
        }
        _ => String::from_utf8(bytes).map_err(|error| malformed(part, &error)),
    }
}

fn entity(name: &str) -> Option<String> {
    let text = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(text.to_owned())
}

fn malformed(part: &str, error: &dyn std::fmt::Display) -> ReadError {
    ReadError::Malformed {
        detail: format!("`{part}`: {error}"),
    }
}
