//! Transitions and animations: the file's own XML again, where it is whole and stands by itself.

use super::timing::pruned;
use super::xml::Xml;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};

/// Prefixes that the slide's root declares.
const DECLARED: &[&str] = &["a", "r", "p"];

/// Writes a transition. What is no transition, or names parts (a sound) that are not written, is left out.
pub(super) fn write(xml: &mut Xml, raw: &str) {
    if let Some(raw) = clean(raw) {
        offer(xml, &raw, "<p:transition/>");
    }
}

/// Writes an animation without what moves shapes that are gone. What names parts (a sound) is left out.
pub(super) fn write_timing(xml: &mut Xml, raw: &str, gone: &dyn Fn(&str) -> bool) {
    let Some(raw) = pruned(raw, gone) else { return };
    let known = parsed(&raw, "timing");
    if known.is_some_and(|(document, _)| !names_parts(document.root())) {
        offer(xml, &raw, "");
    }
}

/// Writes an animation into the slide it was read from, without what moves shapes that are gone: parts that it names are
/// there still.
pub(super) fn rewrite_timing(xml: &mut Xml, raw: &str, gone: &dyn Fn(&str) -> bool) {
    if let Some(raw) = pruned(raw, gone) {
        offer(xml, &raw, "");
    }
}

/// Whether an animation moves nothing that is gone.
pub(super) fn is_whole(raw: &str, gone: &dyn Fn(&str) -> bool) -> bool {
    pruned(raw, gone).as_deref() == Some(raw.trim())
}

/// Writes XML that stands by itself. What came after the standard is offered to those that know it (ECMA-376 part 3).
fn offer(xml: &mut Xml, raw: &str, otherwise: &str) {
    let head = raw.find('>').map_or(raw, |end| &raw[..end]);
    let newer: Vec<(&str, &str)> = declarations(head)
        .into_iter()
        .filter(|(prefix, _)| *prefix != "mc" && !DECLARED.contains(prefix))
        .collect();
    if newer.is_empty() {
        xml.raw(raw);
        return;
    }
    let names: Vec<&str> = newer.iter().map(|(prefix, _)| *prefix).collect();
    let mut tag = xml.tag("mc:AlternateContent").at(
        "xmlns:mc",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
    );
    for (prefix, address) in &newer {
        tag = tag.at(&format!("xmlns:{prefix}"), address);
    }
    tag.open();
    xml.tag("mc:Choice").at("Requires", names.join(" ")).open();
    xml.raw(raw);
    xml.close("mc:Choice");
    xml.open("mc:Fallback");
    xml.raw(otherwise);
    xml.close("mc:Fallback");
    xml.close("mc:AlternateContent");
}

/// The transition without its sound; `None` where it is not well formed or still names a part.
fn clean(raw: &str) -> Option<String> {
    let (document, shift) = parsed(raw, "transition")?;
    let node = document.root().child(Ns::P, "transition")?;
    let mut clean = raw.to_owned();
    if let Some(sound) = node.child(Ns::P, "sndAc") {
        let span = sound.span();
        clean.replace_range(span.start - shift..span.end - shift, "");
    }
    let (document, _) = parsed(&clean, "transition")?;
    let node = document.root().child(Ns::P, "transition")?;
    (!names_parts(node)).then_some(clean)
}

/// Raw XML of a slide's child inside a slide of its own, and how far that moves it. `None` where it is not that child,
/// or not well formed.
pub(super) fn parsed(raw: &str, name: &str) -> Option<(Document, usize)> {
    let raw = raw.trim();
    let begins = raw.strip_prefix("<p:")?.strip_prefix(name)?;
    if !begins.starts_with(['>', ' ', '/', '\n', '\r', '\t'])
        || raw.contains("<!")
        || raw.contains("<?")
    {
        return None;
    }
    let head = concat!(
        "<p:sld xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"",
        " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"",
        " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">",
    );
    let whole = format!("{head}{raw}</p:sld>");
    let document = Document::parse("the XML of a slide", whole.as_bytes(), 128).ok()?;
    (document.root().children().count() == 1).then_some((document, head.len()))
}

fn names_parts(node: Node<'_>) -> bool {
    let names = ["id", "embed", "link", "pict"];
    names
        .iter()
        .any(|name| node.attribute_of(Ns::R, name).is_some())
        || node.children().any(names_parts)
}

/// The namespaces that a start tag declares, with their prefixes.
fn declarations(head: &str) -> Vec<(&str, &str)> {
    let found = head.match_indices("xmlns:").filter_map(|(at, mark)| {
        let (prefix, rest) = head[at + mark.len()..].split_once('=')?;
        let quote = rest
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))?;
        let (address, _) = rest[1..].split_once(quote)?;
        Some((prefix.trim(), address))
    });
    found.collect()
}
