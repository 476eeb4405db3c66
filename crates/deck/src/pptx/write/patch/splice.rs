//! Changes to a text at places of the original, made all at once.

use std::ops::Range;

use crate::package::xml::Element as Node;

/// Changes that wait to be made.
#[derive(Clone, Debug, Default)]
pub(super) struct Splice {
    edits: Vec<(Range<usize>, String)>,
}

impl Splice {
    /// Puts text in the place of a range.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range, text.into()));
    }

    /// Puts text before a place.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Whether nothing is to be changed.
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text with all changes made. A change inside a place that is replaced as a whole is lost with it.
    pub(super) fn apply(mut self, source: &str) -> String {
        // What is put before a place stands before what takes the place; of places in each other the outer one holds.
        self.edits.sort_by_key(|(range, _)| {
            (range.start, !range.is_empty(), std::cmp::Reverse(range.end))
        });
        let mut out = String::with_capacity(source.len());
        let mut at = 0;
        for (range, text) in self.edits {
            if range.start < at {
                continue;
            }
            out.push_str(source.get(at..range.start).unwrap_or_default());
            out.push_str(&text);
            at = range.end;
        }
        out.push_str(source.get(at..).unwrap_or_default());
        out
    }
}

/// Where the start tag of an element stands.
pub(super) fn start_tag(source: &str, node: Node<'_>) -> Range<usize> {
    let span = node.span();
    let text = source.get(span.clone()).unwrap_or_default();
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return span.start..span.start + at + 1,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    span
}

/// Where the content of an element ends. `None` for one that is written as an empty tag.
pub(super) fn content_end(source: &str, node: Node<'_>) -> Option<usize> {
    let tag = start_tag(source, node);
    let empty = source.get(tag)?.ends_with("/>");
    let span = node.span();
    let close = source.get(span.clone())?.rfind("</")?;
    (!empty).then_some(span.start + close)
}

/// A start tag with an attribute set, or taken away. The attribute has no prefix.
pub(super) fn with_attribute(tag: &str, name: &str, value: Option<&str>) -> String {
    let mut tag = tag.to_owned();
    if let Some(range) = attribute(&tag, name) {
        tag.replace_range(range, "");
    }
    if let Some(value) = value {
        let end = tag.len() - if tag.ends_with("/>") { 2 } else { 1 };
        let mut text = format!(" {name}=\"");
        super::super::xml::escape(&mut text, value, true);
        text.push('"');
        tag.insert_str(end, &text);
    }
    tag
}

/// Where an attribute stands in a start tag, with the space before it.
fn attribute(tag: &str, name: &str) -> Option<Range<usize>> {
    let bytes = tag.as_bytes();
    let mut at = tag.find(|c: char| c.is_ascii_whitespace())?;
    loop {
        let start = at;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let word = at;
        while !matches!(bytes.get(at)?, b'=' | b'>' | b'/') {
            at += 1;
        }
        if bytes.get(at) != Some(&b'=') {
            return None;
        }
        let found = tag.get(word..at)?.trim_end() == name;
        at += 1;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let quote = *bytes.get(at)?;
        at += 1;
        while *bytes.get(at)? != quote {
            at += 1;
        }
        at += 1;
        if found {
            return Some(start..at);
        }
    }
}
