//! How the tree of a part's XML grows while the text is read: nodes in document order, names and values as places in it.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesText};
use quick_xml::name::QName;

use super::super::error::ReadError;
use super::limits::too_large;
use super::namespaces::{Bindings, Ns};
use super::xml_scan::{Place, Scanner, Token, Written};

/// Elements and texts of one part; ten times what the largest of a thousand public decks holds.
const MOST_NODES: usize = 2_000_000;
/// Prefixes that are declared at one place; programs write a few dozen.
const MOST_BINDINGS: usize = 1_000;
/// Attributes of an element that are compared each with each.
const FEW: usize = 16;
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
    let mut scanner = Scanner::new(source);
    loop {
        let before = scanner.at;
        let token = scanner.next().map_err(|fault| malformed(part, &fault))?;
        let span = (place(before), place(scanner.at));
        match token {
            Token::Open(name, closes) => {
                tree.open(name, &scanner.attributes, span)?;
                if closes {
                    tree.leave(span.1);
                }
            }
            Token::Close(name) => tree.close(name, span.1)?,
            Token::Text((from, to)) | Token::Data((from, to)) => {
                tree.text(&line_ends(&source[from..to]), span)?;
            }
            Token::Reference((from, to)) => {
                let text = meant(part, &source[from..to])?;
                tree.text(&text, span)?;
            }
            Token::DocType => {
                let detail = format!("`{part}` declares a document type");
                return Err(ReadError::Unsafe { detail });
            }
            Token::Other => {}
            Token::End => break,
        }
    }
    let whole = tree.open.is_empty() && !tree.grown.nodes.is_empty();
    if whole {
        Ok(tree.grown)
    } else {
        Err(malformed(part, &"the XML ends in the middle"))
    }
}

/// A text with its line ends as XML means them (XML 1.0, 2.11).
fn line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        BytesText::from_escaped(text).xml_content(XmlVersion::Implicit1_0)
    } else {
        Cow::Borrowed(text)
    }
}

/// The letters that a reference stands for.
fn meant(part: &str, name: &str) -> Result<String, ReadError> {
    let letter = BytesRef::new(name).resolve_char_ref();
    let letter = letter.map_err(|error| malformed(part, &error))?;
    let text = letter.map(String::from).or_else(|| entity(name));
    text.ok_or_else(|| malformed(part, &format!("unknown entity `{name}`")))
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

    fn open(
        &mut self,
        (from, to): Place,
        attributes: &[Written],
        span: (u32, u32),
    ) -> Result<(), ReadError> {
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
        let attributes = self.attributes(attributes)?;
        let (prefix, name) = halves(&self.source[from..to]);
        let ns = self.bindings.of_element(prefix);
        self.grown.alternatives |= ns == Ns::Mc && name == "AlternateContent";
        let name = Piece::Source(place(to - name.len()), place(to));
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
    fn attributes(&mut self, written: &[Written]) -> Result<(u32, u32), ReadError> {
        if repeats(self.source, written) {
            return Err(malformed(self.part, &"an element has an attribute twice"));
        }
        let first = self.grown.attributes.len();
        let mut prefixed = false;
        for attribute in written {
            let (from, to) = attribute.name;
            let (prefix, name) = halves(&self.source[from..to]);
            let value = self.value(attribute)?;
            match (prefix, name) {
                ("xmlns", name) => self.declare(name, value)?,
                ("", "xmlns") => self.declare("", value)?,
                _ => {
                    prefixed |= !prefix.is_empty();
                    let name = Piece::Source(place(from), place(to));
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

    fn declare(&mut self, prefix: &'a str, address: Piece) -> Result<(), ReadError> {
        if self.bindings.len() >= MOST_BINDINGS {
            let what = format!("the XML of `{}`", self.part);
            return Err(too_large(&what, MOST_BINDINGS as u64, "prefixes at once"));
        }
        let ns = match address {
            Piece::Source(from, to) => Ns::of(&self.source[from as usize..to as usize]),
            Piece::Changed(at) => Ns::of(&self.grown.changed[at as usize]),
        };
        self.bindings.declare(prefix, ns);
        Ok(())
    }

    fn value(&mut self, attribute: &Written) -> Result<Piece, ReadError> {
        let (from, to) = attribute.value;
        if attribute.plain {
            return Ok(Piece::Source(place(from), place(to)));
        }
        let written = quick_xml::events::attributes::Attribute {
            key: QName("value"),
            value: Cow::Borrowed(&self.source[from..to]),
        };
        let value = written.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| malformed(self.part, &error))?;
        Ok(self.piece(&value))
    }

    /// The innermost open element ends with a tag of this name.
    fn close(&mut self, (from, to): Place, end: u32) -> Result<(), ReadError> {
        let open = self.open.last().map(|(at, _, _)| &self.grown.nodes[*at]);
        let fits = open.is_some_and(|open| {
            // The name as it was written, with its prefix: behind `<`, up to the end of its second half.
            let Piece::Source(_, ends) = open.name else {
                return false;
            };
            let begins = open.span.0 as usize + 1;
            self.source.as_bytes()[begins..ends as usize] == self.source.as_bytes()[from..to]
        });
        if !fits {
            let name = &self.source[from..to];
            let fault = format!("`</{name}>` closes what is not open");
            return Err(malformed(self.part, &fault));
        }
        self.leave(end);
        Ok(())
    }

    fn leave(&mut self, end: u32) {
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

/// Whether two attributes have one name.
fn repeats(source: &str, written: &[Written]) -> bool {
    let name = |attribute: &Written| &source.as_bytes()[attribute.name.0..attribute.name.1];
    if written.len() <= FEW {
        let before = |at: usize, own: &[u8]| written[..at].iter().any(|one| name(one) == own);
        return (1..written.len()).any(|at| before(at, name(&written[at])));
    }
    let mut names: Vec<&[u8]> = written.iter().map(name).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
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
