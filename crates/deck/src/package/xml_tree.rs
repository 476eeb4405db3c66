//! How the tree of a part's XML grows while the text is read: nodes in document order, names and values as places in it.

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute as Written;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::super::error::ReadError;
use super::limits::too_large;
use super::namespaces::{Bindings, Ns};

/// Elements and texts of one part; ten times what the largest of a thousand public decks holds.
const MOST_NODES: usize = 2_000_000;
/// The link of a node that has no child, or no sibling after it.
pub(super) const NONE: u32 = u32::MAX;

/// A piece of text: where it stands in the source, or, where it had to be changed, its number among those.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    Source(u32, u32),
    Changed(u32),
}

/// An element, or a text between elements.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) ns: Ns,
    /// Character data rather than an element: then the name is the text.
    pub(super) is_text: bool,
    pub(super) name: Piece,
    pub(super) span: (u32, u32),
    /// The first of its attributes, and how many there are.
    pub(super) attributes: (u32, u32),
    pub(super) first: u32,
    pub(super) next: u32,
}

/// An attribute; declarations of namespaces are none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) ns: Ns,
    pub(super) name: Piece,
    pub(super) value: Piece,
}

/// What grew from a text.
pub(super) struct Grown {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// Names and values that do not stand in the source as they are meant.
    pub(super) changed: Vec<Box<str>>,
    /// Whether there is an `mc:AlternateContent` anywhere.
    pub(super) alternatives: bool,
}

/// Grows the tree of a part. Refuses a document type, too much depth and whatever is not well formed.
pub(super) fn grow(part: &str, source: &str, depth: usize) -> Result<Grown, ReadError> {
    if u32::try_from(source.len()).is_err() {
        let most = u64::from(u32::MAX);
        return Err(too_large(&format!("`{part}`"), most, "bytes"));
    }
    let mut tree = Tree::new(part, source, depth);
    let mut reader = Reader::from_str(source);
    let mut before = 0;
    loop {
        let event = reader.read_event();
        let event = event.map_err(|error| malformed(part, &error))?;
        let after = usize::try_from(reader.buffer_position()).map_or(NONE, place);
        let span = (before, after);
        match event {
            Event::Start(start) => tree.open(&start, span)?,
            Event::Empty(start) => {
                tree.open(&start, span)?;
                tree.close(span.1);
            }
            Event::End(_) => tree.close(span.1),
            Event::Text(text) => tree.text(&text.xml_content(XmlVersion::Implicit1_0), span)?,
            Event::CData(data) => tree.text(&data.xml_content(XmlVersion::Implicit1_0), span)?,
            Event::GeneralRef(reference) => {
                let name = reference.xml_content(XmlVersion::Implicit1_0);
                let letter = reference.resolve_char_ref();
                let letter = letter.map_err(|error| malformed(part, &error))?;
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
        before = after;
    }
    let whole = tree.open.is_empty() && !tree.grown.nodes.is_empty();
    if whole {
        Ok(tree.grown)
    } else {
        Err(malformed(part, &"the XML ends in the middle"))
    }
}

struct Tree<'a> {
    part: &'a str,
    source: &'a str,
    depth: usize,
    grown: Grown,
    bindings: Bindings<'a>,
    /// Open elements, each with its last child and how many bindings there were before it.
    open: Vec<(usize, u32, usize)>,
}

impl<'a> Tree<'a> {
    fn new(part: &'a str, source: &'a str, depth: usize) -> Self {
        Self {
            part,
            source,
            depth,
            grown: Grown {
                nodes: Vec::with_capacity(source.len() / 48),
                attributes: Vec::with_capacity(source.len() / 48),
                changed: Vec::new(),
                alternatives: false,
            },
            bindings: Bindings::default(),
            open: Vec::new(),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, span: (u32, u32)) -> Result<(), ReadError> {
        if self.open.len() >= self.depth {
            let limit = format!(
                "the XML of `{}` is more than {} elements deep",
                self.part, self.depth
            );
            return Err(ReadError::TooLarge { limit });
        }
        if self.open.is_empty() && !self.grown.nodes.is_empty() {
            return Err(malformed(self.part, &"the XML has two roots"));
        }
        let bound = self.bindings.len();
        let attributes = self.attributes(start)?;
        let (prefix, name) = halves(start.name().into_inner());
        let ns = self.bindings.of_element(prefix);
        self.grown.alternatives |= ns == Ns::Mc && name == "AlternateContent";
        let name = self.piece(name);
        let at = self.add(Node {
            ns,
            is_text: false,
            name,
            span,
            attributes,
            first: NONE,
            next: NONE,
        })?;
        self.open.push((at, NONE, bound));
        Ok(())
    }

    /// Takes the attributes of an element and what it declares. Gives the first attribute's number and how many.
    fn attributes(&mut self, start: &BytesStart<'_>) -> Result<(u32, u32), ReadError> {
        let first = self.grown.attributes.len();
        let mut prefixed = false;
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| malformed(self.part, &error))?;
            let (prefix, name) = halves(attribute.key.into_inner());
            let value = self.value(&attribute)?;
            match (prefix, name) {
                ("xmlns", name) => self.declare(name, value),
                ("", "xmlns") => self.declare("", value),
                _ => {
                    prefixed |= !prefix.is_empty();
                    let name = self.piece(attribute.key.into_inner());
                    let ns = Ns::None;
                    self.grown.attributes.push(Attribute { ns, name, value });
                }
            }
        }
        if prefixed {
            self.bind(first);
        }
        let count = self.grown.attributes.len() - first;
        Ok((place(first), place(count)))
    }

    /// Finds the namespaces of attributes, now that all declarations are known.
    fn bind(&mut self, first: usize) {
        for attribute in &mut self.grown.attributes[first..] {
            let Piece::Source(from, to) = attribute.name else {
                continue;
            };
            let (prefix, name) = halves(&self.source[from as usize..to as usize]);
            if !prefix.is_empty() {
                attribute.ns = self.bindings.of_prefix(prefix);
                attribute.name = Piece::Source(to - place(name.len()), to);
            }
        }
    }

    fn declare(&mut self, prefix: &str, address: Piece) {
        let prefix = match self.piece(prefix) {
            Piece::Source(from, to) => &self.source[from as usize..to as usize],
            Piece::Changed(_) => "",
        };
        let ns = match address {
            Piece::Source(from, to) => Ns::of(&self.source[from as usize..to as usize]),
            Piece::Changed(at) => Ns::of(&self.grown.changed[at as usize]),
        };
        self.bindings.declare(prefix, ns);
    }

    fn value(&mut self, attribute: &Written<'_>) -> Result<Piece, ReadError> {
        let raw: &str = attribute.value.as_ref();
        if !raw
            .bytes()
            .any(|b| matches!(b, b'&' | b'<' | b'\t' | b'\n' | b'\r'))
        {
            return Ok(self.piece(raw));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| malformed(self.part, &error))?;
        Ok(self.piece(&value))
    }

    fn close(&mut self, end: u32) {
        if let Some((at, _, bound)) = self.open.pop() {
            self.bindings.truncate(bound);
            if let Some(node) = self.grown.nodes.get_mut(at) {
                node.span.1 = end;
            }
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
        let at = self.grown.nodes.len();
        if at >= MOST_NODES {
            let what = format!("the XML of `{}`", self.part);
            return Err(too_large(&what, MOST_NODES as u64, "elements and texts"));
        }
        let number = place(at);
        if let Some((parent, last, _)) = self.open.last_mut() {
            if *last == NONE {
                self.grown.nodes[*parent].first = number;
            } else {
                self.grown.nodes[*last as usize].next = number;
            }
            *last = number;
        }
        self.grown.nodes.push(node);
        Ok(at)
    }

    /// A text as a place in the source where it stands there unchanged.
    fn piece(&mut self, text: &str) -> Piece {
        let from = (text.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize);
        match from {
            Some(from) if from + text.len() <= self.source.len() => {
                Piece::Source(place(from), place(from + text.len()))
            }
            _ => {
                self.grown.changed.push(text.into());
                Piece::Changed(place(self.grown.changed.len() - 1))
            }
        }
    }
}

/// Prefix and name; no prefix where there is no colon.
fn halves(name: &str) -> (&str, &str) {
    match name.bytes().position(|b| b == b':') {
        Some(at) => (&name[..at], &name[at + 1..]),
        None => ("", name),
    }
}

/// A place in a source that was found to be shorter than 4 GiB.
pub(super) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// UTF-8, or UTF-16 by its mark (XML 1.0, appendix F).
pub(super) fn decode(part: &str, bytes: Vec<u8>) -> Result<String, ReadError> {
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
