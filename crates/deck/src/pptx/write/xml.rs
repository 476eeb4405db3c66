//! XML as it is written: tags in order, every text escaped, what no XML may hold left out.

use std::fmt::{Display, Write as _};

/// The first line of every part.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// XML being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Xml {
    out: String,
}

/// A start tag being written. It is finished by [`Tag::open`] or [`Tag::empty`].
#[must_use = "a tag that is neither opened nor empty is broken"]
pub(super) struct Tag<'a> {
    xml: &'a mut Xml,
}

impl Xml {
    /// A part: the declaration is there already.
    pub(super) fn part() -> Self {
        Self {
            out: DECLARATION.to_owned(),
        }
    }

    /// Begins a tag.
    pub(super) fn tag(&mut self, name: &str) -> Tag<'_> {
        self.out.push('<');
        self.out.push_str(name);
        Tag { xml: self }
    }

    /// Begins an element without attributes.
    pub(super) fn open(&mut self, name: &str) {
        self.tag(name).open();
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str) {
        self.tag(name).empty();
    }

    /// Ends an element.
    pub(super) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Character data.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.out, text, false);
    }

    /// An element that holds only text.
    pub(super) fn element(&mut self, name: &str, text: &str) {
        self.open(name);
        self.text(text);
        self.close(name);
    }

    /// An element whose only attribute is `val`.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        self.tag(name).at("val", value).empty();
    }

    /// XML that is known to be well formed.
    pub(super) fn raw(&mut self, xml: &str) {
        self.out.push_str(xml);
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// What was written, as the bytes of a part.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

impl Tag<'_> {
    /// An attribute.
    pub(super) fn at(self, name: &str, value: impl Display) -> Self {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = write!(text, "{value}");
        self.xml.out.push(' ');
        self.xml.out.push_str(name);
        self.xml.out.push_str("=\"");
        escape(&mut self.xml.out, &text, true);
        self.xml.out.push('"');
        self
    }

    /// An attribute, where there is a value.
    pub(super) fn opt(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.at(name, value),
            None => self,
        }
    }

    /// A flag that is off unless written.
    pub(super) fn flag(self, name: &str, on: bool) -> Self {
        self.opt(name, on.then_some(1))
    }

    /// Ends the tag; the element goes on.
    pub(super) fn open(self) {
        self.xml.out.push('>');
    }

    /// Ends the tag and the element.
    pub(super) fn empty(self) {
        self.xml.out.push_str("/>");
    }
}

/// Appends text with markup escaped and without what XML 1.0 (2.2) forbids.
pub(super) fn escape(out: &mut String, text: &str, attribute: bool) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\t' if attribute => out.push_str("&#9;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(letter),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(letter),
        }
    }
}
