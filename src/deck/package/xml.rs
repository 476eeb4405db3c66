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
use super::namespaces::Ns;

/// Prefixes that a `Requires` may name and that are understood here.
const UNDERSTOOD: &[&str] = &["p14", "a14", "asvg", "p15", "p16", "a16"];

#[derive(Clone, Debug)]
struct Node {
    ns: Ns,
    name: Box<str>,
    span: Range<usize>,
    attributes: Vec<(Ns, Box<str>, Box<str>)>,
    children: Vec<usize>,
    /// Character data, for a text node.
    text: Option<String>,
}

/// The XML of a part.
#[derive(Clone, Debug)]
pub struct Document {
    source: String,
    nodes: Vec<Node>,
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
        let source = decode(part, bytes)?;
        let mut tree = Tree {
            part,
            depth,
            nodes: Vec::new(),
            open: Vec::new(),
        };
        let mut reader = NsReader::from_str(&source);
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader
                .read_event()
                .map_err(|error| malformed(part, &error))?;
            let after = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event {
                Event::Start(start) => tree.open(&reader, &start, before..after)?,
                Event::Empty(start) => {
                    tree.open(&reader, &start, before..after)?;
                    tree.close(after);
                }
                Event::End(_) => tree.close(after),
                Event::Text(text) => {
                    tree.text(&text.xml_content(XmlVersion::Implicit1_0), before..after);
                }
                Event::CData(data) => {
                    tree.text(&data.xml_content(XmlVersion::Implicit1_0), before..after);
                }
                Event::GeneralRef(reference) => {
                    let name = reference.xml_content(XmlVersion::Implicit1_0);
                    let letter = reference
                        .resolve_char_ref()
                        .map_err(|error| malformed(part, &error))?;
                    let text = letter.map(String::from).or_else(|| entity(&name));
                    let text =
                        text.ok_or_else(|| malformed(part, &format!("unknown entity `{name}`")))?;
                    tree.text(&text, before..after);
                }
                Event::DocType(_) => {
                    let detail = format!("`{part}` declares a document type");
                    return Err(ReadError::Unsafe { detail });
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        let whole = tree.open.is_empty() && !tree.nodes.is_empty();
        let mut nodes = tree.nodes;
        if !whole {
            return Err(malformed(part, &"the XML ends in the middle"));
        }
        choose_alternatives(&mut nodes);
        Ok(Self { source, nodes })
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
        &self.node().name
    }

    /// Whether it is that element.
    pub fn is(self, ns: Ns, name: &str) -> bool {
        self.ns() == ns && self.name() == name
    }

    /// Where it stands in the source, tags included.
    pub fn span(self) -> Range<usize> {
        self.node().span.clone()
    }

    /// An attribute without namespace.
    pub fn attribute(self, name: &str) -> Option<Cow<'a, str>> {
        self.attribute_of(Ns::None, name)
    }

    /// An attribute of a namespace.
    pub fn attribute_of(self, ns: Ns, name: &str) -> Option<Cow<'a, str>> {
        let found = self
            .node()
            .attributes
            .iter()
            .find(|(of, known, _)| *of == ns && **known == *name);
        found.map(|(_, _, value)| Cow::Borrowed(&**value))
    }

    /// The elements directly inside it.
    pub fn children(self) -> impl Iterator<Item = Element<'a>> + 'a {
        let document = self.document;
        let inside = self
            .node()
            .children
            .iter()
            .map(move |at| Element { document, at: *at });
        inside.filter(|child| child.node().text.is_none())
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
        let inside = self
            .node()
            .children
            .iter()
            .map(|at| &self.document.nodes[*at]);
        inside.filter_map(|node| node.text.as_deref()).collect()
    }
}

struct Tree<'a> {
    part: &'a str,
    depth: usize,
    nodes: Vec<Node>,
    open: Vec<usize>,
}

impl Tree<'_> {
    fn open(
        &mut self,
        reader: &NsReader<&[u8]>,
        start: &BytesStart<'_>,
        span: Range<usize>,
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
        let (ns, name) = (internal(&resolved), name.as_ref().into());
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| malformed(self.part, &error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| malformed(self.part, &error))?;
            let (resolved, name) = reader.resolver().resolve_attribute(attribute.key);
            attributes.push((
                internal(&resolved),
                name.as_ref().into(),
                value.as_ref().into(),
            ));
        }
        let node = Node {
            ns,
            name,
            span,
            attributes,
            children: Vec::new(),
            text: None,
        };
        self.add(node);
        self.open.push(self.nodes.len() - 1);
        Ok(())
    }

    fn close(&mut self, end: usize) {
        if let Some(at) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(at)
        {
            node.span.end = end;
        }
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        if self.open.is_empty() || text.is_empty() {
            return;
        }
        let text = Some(text.to_owned());
        let node = Node {
            ns: Ns::None,
            name: "".into(),
            span,
            attributes: Vec::new(),
            children: Vec::new(),
            text,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        let at = self.nodes.len();
        if let Some(parent) = self
            .open
            .last()
            .and_then(|parent| self.nodes.get_mut(*parent))
        {
            parent.children.push(at);
        }
        self.nodes.push(node);
    }
}

fn internal(resolved: &ResolveResult<'_>) -> Ns {
    match resolved {
        ResolveResult::Bound(namespace) => Ns::of(namespace.as_ref()),
        ResolveResult::Unbound => Ns::None,
        ResolveResult::Unknown(_) => Ns::Other,
    }
}

/// Puts the children of the branch that is understood in the place of each `mc:AlternateContent`, innermost first.
fn choose_alternatives(nodes: &mut [Node]) {
    for at in (0..nodes.len()).rev() {
        if !nodes[at]
            .children
            .iter()
            .any(|child| is_alternative(&nodes[*child]))
        {
            continue;
        }
        let mut seen = Vec::new();
        for child in std::mem::take(&mut nodes[at].children) {
            if is_alternative(&nodes[child]) {
                seen.extend(chosen_branch(nodes, child).into_iter().flatten().copied());
            } else {
                seen.push(child);
            }
        }
        nodes[at].children = seen;
    }
}

fn is_alternative(node: &Node) -> bool {
    node.ns == Ns::Mc && *node.name == *"AlternateContent"
}

fn chosen_branch(nodes: &[Node], alternative: usize) -> Option<&[usize]> {
    let branches = || nodes[alternative].children.iter().map(|at| &nodes[*at]);
    let understood = |node: &Node| {
        let requires = node
            .attributes
            .iter()
            .find(|(_, name, _)| **name == *"Requires");
        requires.is_some_and(|(_, _, value)| {
            value
                .split_ascii_whitespace()
                .all(|prefix| UNDERSTOOD.contains(&prefix))
        })
    };
    // Handwriting (`contentPart`) has a namespace that is understood, but nothing that can draw it: the picture of it
    // is in the fallback.
    let drawable = |node: &Node| {
        let mut inside = node.children.iter().map(|at| &nodes[*at]);
        !inside.any(|child| *child.name == *"contentPart")
    };
    branches()
        .find(|node| *node.name == *"Choice" && understood(node) && drawable(node))
        .or_else(|| branches().find(|node| *node.name == *"Fallback"))
        .map(|node| node.children.as_slice())
}

/// UTF-8, or UTF-16 by its mark (XML 1.0, appendix F).
fn decode(part: &str, bytes: &[u8]) -> Result<String, ReadError> {
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
    match bytes {
        [0xFF, 0xFE, ..] => wide(false),
        [0xFE, 0xFF, ..] => wide(true),
        _ => {
            let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|error| malformed(part, &error))?;
            Ok(text.to_owned())
        }
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
