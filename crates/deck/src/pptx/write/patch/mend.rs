//! Faults that a source file has itself and that PowerPoint might offer to repair: mended on the way out.

use std::collections::BTreeSet;

use super::source::Files;
use super::splice::{Splice, start_tag, with_attribute};
use crate::package::namespaces::Ns;
use crate::package::xml::Document;
use crate::pptx::write::lint_order::in_order;
use crate::pptx::write::package::CONTENT_TYPES;

/// Mends a package whose main part is `main`.
pub(super) fn mend(files: &mut Files, main: &str) {
    let mended = files.xml(main).and_then(|xml| ordered(&xml));
    if let Some(text) = mended {
        files.set(main, text.into_bytes());
    }
    let parts: Vec<String> = files
        .texts()
        .filter(|(_, text)| repeats(text))
        .map(|(name, _)| name.to_owned())
        .collect();
    for part in parts {
        let mended = files.xml(&part).and_then(|xml| numbered(&xml));
        if let Some(text) = mended {
            files.set(&part, text.into_bytes());
        }
    }
    let types = files.xml(CONTENT_TYPES).and_then(|xml| typed(files, &xml));
    if let Some(text) = types {
        files.set(CONTENT_TYPES, text.into_bytes());
    }
}

/// The children of the root in the order of the schema; `None` where they stand so.
fn ordered(xml: &Document) -> Option<String> {
    let source = xml.source();
    let children: Vec<_> = xml.root().children().collect();
    let wanted = in_order(xml.root())?;
    // A child inside alternatives cannot be moved by itself.
    if source.contains("AlternateContent") {
        return None;
    }
    let mut splice = Splice::default();
    for (old, new) in children.iter().zip(&wanted) {
        splice.replace(old.span(), source.get(new.span())?);
    }
    Some(splice.apply(source))
}

/// Whether a number of a shape seems to be there twice: cheaper than a tree, which then tells for sure.
fn repeats(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut ids = text.split(":cNvPr ").skip(1).map(|tag| {
        let inside = tag.split_once('>').map_or(tag, |(inside, _)| inside);
        let value = inside
            .split("id=")
            .find_map(|rest| rest.strip_prefix(['"', '\'']));
        value.and_then(|value| value.split(['"', '\'']).next())
    });
    ids.any(|id| !seen.insert(id))
}

/// Shapes of a part with numbers of their own; `None` where they have them.
fn numbered(xml: &Document) -> Option<String> {
    let source = xml.source();
    let shapes = xml.root().descendants(Ns::P, "cNvPr");
    let number = |id: &str| id.parse::<u32>().ok();
    let all = shapes
        .iter()
        .filter_map(|shape| number(&shape.attribute("id")?));
    let mut next = all.max().map_or(2, |last| last.saturating_add(1));
    let (mut seen, mut splice) = (BTreeSet::new(), Splice::default());
    for shape in shapes {
        let own = shape.attribute("id").and_then(|id| number(&id));
        if own.is_some_and(|own| seen.insert(own)) {
            continue;
        }
        let range = start_tag(source, shape);
        let tag = source.get(range.clone())?;
        splice.replace(range, with_attribute(tag, "id", Some(&next.to_string())));
        next = next.saturating_add(1);
    }
    (!splice.is_empty()).then(|| splice.apply(source))
}

/// The content types without those of parts that are not there; `None` where all are.
fn typed(files: &Files, xml: &Document) -> Option<String> {
    let mut splice = Splice::default();
    for node in xml.root().children() {
        let part = node.attribute("PartName");
        let missing = part.is_some_and(|part| files.name(part.trim_start_matches('/')).is_none());
        if missing {
            splice.replace(node.span(), "");
        }
    }
    (!splice.is_empty()).then(|| splice.apply(xml.source()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        let space = "xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'";
        let text = text.replacen('>', &format!(" {space}>"), 1);
        Document::parse("a part", text.as_bytes(), 16).unwrap()
    }

    #[test]
    fn children_are_put_in_order_and_numbers_made_unique() {
        let text = document("<p:presentation><p:sldSz/> <p:sldIdLst/></p:presentation>");
        let text = ordered(&text).unwrap();
        assert!(
            text.ends_with("<p:sldIdLst/> <p:sldSz/></p:presentation>"),
            "{text}"
        );
        assert_eq!(
            ordered(&document("<p:presentation><p:sldSz/></p:presentation>")),
            None
        );
        let twice =
            document("<p:sld><p:cNvPr id='4'/><p:cNvPr id='4' name='x'/><p:cNvPr id='7'/></p:sld>");
        let text = numbered(&twice).unwrap();
        assert!(
            text.contains("<p:cNvPr id='4'/><p:cNvPr name='x' id=\"8\"/><p:cNvPr id='7'/>"),
            "{text}"
        );
    }
}
