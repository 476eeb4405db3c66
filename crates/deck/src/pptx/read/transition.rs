//! Transitions and animations: the file's own XML, made to stand by itself.

use crate::package::namespaces::Ns;
use crate::package::xml::Document;

/// A transition longer than this is no transition.
const LONGEST: usize = 8_192;

/// An animation longer than this is kept in the source only.
const LONGEST_TIMING: usize = 262_144;

/// The `transition` of a slide, with the namespaces it uses declared on it.
pub(super) fn read(document: &Document) -> Option<String> {
    alone(document, "transition", LONGEST)
}

/// The `timing` of a slide, in the same way.
pub(super) fn timing(document: &Document) -> Option<String> {
    alone(document, "timing", LONGEST_TIMING)
}

fn alone(document: &Document, name: &str, longest: usize) -> Option<String> {
    let node = document.root().child(Ns::P, name)?;
    let text = document
        .source()
        .get(node.span())
        .filter(|text| text.len() <= longest)?;
    let name_ends = text.find([' ', '\t', '\r', '\n', '/', '>'])?;
    let (head, rest) = text.split_at(name_ends);
    let mut whole = head.to_owned();
    for prefix in prefixes(text) {
        let declaration = format!("xmlns:{prefix}=");
        if !text.contains(&declaration)
            && let Some(found) = declared(document.source(), &declaration)
        {
            whole.push(' ');
            whole.push_str(found);
        }
    }
    whole.push_str(rest);
    Some(whole)
}

/// The prefixes of elements and attributes in a text of XML, each once.
fn prefixes(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices(':') {
        let before = &text[..at];
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .map_or(0, |at| at + 1);
        let prefix = &before[start..];
        let opens = before[..start].ends_with(['<', ' ', '\n', '\t']);
        if opens
            && !prefix.is_empty()
            && !matches!(prefix, "xmlns" | "xml")
            && !found.contains(&prefix)
        {
            found.push(prefix);
        }
    }
    found
}

/// A declaration as it stands in the source, with its value.
fn declared<'a>(source: &'a str, declaration: &str) -> Option<&'a str> {
    let at = source.find(declaration)?;
    let rest = &source[at..];
    let value = &rest[declaration.len()..];
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let end = value[1..].find(quote)?;
    rest.get(..declaration.len() + end + 2)
}
