//! A source package becomes an ordinary presentation: templates, shows, files with macros and Strict files are written
//! as what `.pptx` promises, or programs that go by the ending refuse them.

use super::mend::mend;
use super::source::Files;
use super::splice::{Splice, start_tag, with_attribute};
use crate::package::namespaces::Ns;
use crate::package::xml::Document;
use crate::pptx::write::package::CONTENT_TYPES;
use crate::pptx::write::presentation::KIND;

/// Where the namespaces and relationship types of Strict files begin (ISO/IEC 29500-1, annex A).
const STRICT: &str = "http://purl.oclc.org/ooxml/";
/// Where those of Transitional files begin.
const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/";
/// Last words that the two spell differently.
const RESPELLED: &[(&str, &str)] = &[
    ("extendedProperties", "extended-properties"),
    ("customProperties", "custom-properties"),
];

/// Changes the package whose main part is `main`. `None` where that cannot be done.
pub(super) fn make_ordinary(files: &mut Files, main: &str) -> Option<()> {
    make_transitional(files);
    drop_macros(files, main);
    let types = files.xml(CONTENT_TYPES)?;
    if let Some(types) = retyped(&types, main) {
        files.set(CONTENT_TYPES, types.into_bytes());
    }
    mend(files, main);
    Some(())
}

/// Takes away what only a file for macros may hold.
fn drop_macros(files: &mut Files, main: &str) {
    let rels = files.relationships(main);
    let Some(part) = rels.part_of_kind("vbaProject").map(str::to_owned) else {
        return;
    };
    let beside = files.relationships(&part);
    for (_, found) in beside
        .iter()
        .filter(|(_, found)| found.kind == "wordVbaData")
    {
        if let crate::package::relationships::Target::Part(data) = &found.target {
            files.remove(data);
        }
    }
    files.remove(&part);
    files.unrelate(main, None);
}

/// The content types with that of the main part changed; `None` where it is right already.
fn retyped(types: &Document, main: &str) -> Option<String> {
    let source = types.source();
    let mut splice = Splice::default();
    for node in types
        .root()
        .children()
        .filter(|node| node.ns() == Ns::ContentTypes)
    {
        let part = node.attribute("PartName").unwrap_or_default();
        let is_main = part.trim_start_matches('/').eq_ignore_ascii_case(main);
        if is_main && node.attribute("ContentType").as_deref() != Some(KIND) {
            let range = start_tag(source, node);
            let tag = with_attribute(source.get(range.clone())?, "ContentType", Some(KIND));
            splice.replace(range, tag);
        }
    }
    (!splice.is_empty()).then(|| splice.apply(source))
}

/// Gives every part the namespaces and relationship types of Transitional files. Values keep their units, which
/// Transitional allows as well (ISO/IEC 29500-4, `ST_Percentage`, `ST_Coordinate`).
fn make_transitional(files: &mut Files) {
    let strict: Vec<(String, String)> = files
        .texts()
        .filter(|(_, text)| text.contains(STRICT))
        .map(|(name, text)| (name.to_owned(), transitional(text)))
        .collect();
    for (name, text) in strict {
        files.set(&name, text.into_bytes());
    }
}

fn transitional(text: &str) -> String {
    let mut pieces = text.split(STRICT);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['"', '\'', '<']).unwrap_or(piece.len());
        let (address, rest) = piece.split_at(end);
        out.push_str(TRANSITIONAL);
        match address.split_once('/') {
            Some((family, words)) => {
                out.push_str(family);
                out.push_str("/2006/");
                out.push_str(&respelled(words));
            }
            None => out.push_str(address),
        }
        out.push_str(rest);
    }
    out.replace(" conformance=\"strict\"", "")
}

fn respelled(words: &str) -> String {
    let (before, last) = words
        .rsplit_once('/')
        .map_or(("", words), |(before, last)| (before, last));
    let known = RESPELLED.iter().find(|(strict, _)| *strict == last);
    let last = known.map_or(last, |(_, word)| word);
    if before.is_empty() {
        last.to_owned()
    } else {
        format!("{before}/{last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_names_become_transitional_ones() {
        let text = concat!(
            r#"<p:presentation xmlns:p="http://purl.oclc.org/ooxml/presentationml/main" "#,
            r#"xmlns:r='http://purl.oclc.org/ooxml/officeDocument/relationships' conformance="strict"/>"#
        );
        let expected = concat!(
            r#"<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" "#,
            "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'/>"
        );
        assert_eq!(transitional(text), expected);
        let kind = "\"http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties\"";
        let expected = "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\"";
        assert_eq!(transitional(kind), expected);
    }
}
