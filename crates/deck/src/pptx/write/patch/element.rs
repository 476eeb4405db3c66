//! Elements that changed: what can be changed in place is, what cannot is written anew in the element's place.

use std::ops::Range;

use super::splice::{start_tag, with_attribute};
use super::text::{self, Page};
use crate::error::WriteError;
use crate::model::element::{Content, Element};
use crate::model::paint::Fill;
use crate::model::table::Table;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::sheet::Sheet;
use crate::pptx::write::space::{self, Space};
use crate::pptx::write::xml::Xml;
use crate::pptx::write::{effects, fill, geometry, line, tree};

/// What may fill a shape.
const FILLS: &[&str] = &[
    "noFill",
    "solidFill",
    "gradFill",
    "blipFill",
    "pattFill",
    "grpFill",
];

/// The elements of a tree or a group.
pub(super) fn nodes(container: Node<'_>) -> Vec<Node<'_>> {
    let known = |node: &Node<'_>| {
        let names = ["sp", "cxnSp", "pic", "grpSp", "graphicFrame"];
        node.ns() == Ns::P && names.contains(&node.name())
    };
    container.children().filter(known).collect()
}

/// Changes the elements of a tree or a group. `false` where they cannot be told apart or have changed places.
pub(super) fn list(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    (container, top): (Node<'_>, bool),
    (before, after): (&[Element], &[Element]),
) -> Result<bool, WriteError> {
    let nodes = nodes(container);
    let Some(head) = container.child(Ns::P, "grpSpPr") else {
        return Ok(false);
    };
    if nodes.len() != before.len() {
        return Ok(false);
    }
    let (mut next, mut at) = (0, head.span().end);
    for own in after {
        let Some(old) = before.iter().position(|old| old.id == own.id) else {
            let mut xml = Xml::default();
            tree::element(sheet, &mut xml, own, &Space::default())?;
            if !top {
                return Ok(false);
            }
            page.splice.insert(at, xml.finish());
            continue;
        };
        if old < next {
            return Ok(false);
        }
        remove(page, &nodes[next..old]);
        if !element(sheet, page, (nodes[old], top), (&before[old], own))? {
            return Ok(false);
        }
        at = outer(page.source, nodes[old].span()).end;
        next = old + 1;
    }
    remove(page, &nodes[next..]);
    Ok(true)
}

fn remove(page: &mut Page<'_>, nodes: &[Node<'_>]) {
    for node in nodes {
        page.splice.replace(outer(page.source, node.span()), "");
    }
}

/// The place of an element with the alternatives it is one of.
pub(super) fn outer(source: &str, span: Range<usize>) -> Range<usize> {
    let mark = "<mc:AlternateContent";
    let around = source
        .get(..span.start)
        .and_then(|before| before.rfind(mark));
    let end = around.and_then(|start| {
        let close = "</mc:AlternateContent>";
        Some((
            start,
            start + source.get(start..)?.find(close)? + close.len(),
        ))
    });
    match end {
        Some((start, end)) if end > span.end => start..end,
        _ => span,
    }
}

/// Changes one element. `false` where that cannot be done from here.
fn element(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    (node, top): (Node<'_>, bool),
    (before, after): (&Element, &Element),
) -> Result<bool, WriteError> {
    if before == after {
        return Ok(true);
    }
    if !in_place(sheet, before, after, top) {
        // Children of a group are written in the space of their group, which only the whole group knows.
        if top {
            let mut xml = Xml::default();
            tree::element(sheet, &mut xml, after, &Space::default())?;
            page.splice.replace(node.span(), xml.finish());
        }
        return Ok(top);
    }
    identity(page, node, (before, after));
    if before.frame != after.frame {
        place(page, node, after);
    }
    look(sheet, page, node, (before, after))?;
    if let (Some(old), Some(new)) = (&before.text, &after.text)
        && let Some(body) = node.child(Ns::P, "txBody")
    {
        text::body(sheet, page, (body, true), (old, new))?;
    }
    if let (Content::Group { elements: old }, Content::Group { elements: new }) =
        (&before.content, &after.content)
        && !list(sheet, page, (node, false), (old, new))?
    {
        let mut xml = Xml::default();
        tree::element(sheet, &mut xml, after, &Space::default())?;
        page.splice.replace(node.span(), xml.finish());
        return Ok(top);
    }
    if let (Content::Table(old), Content::Table(new)) = (&before.content, &after.content) {
        cells(sheet, page, node, (old, new))?;
    }
    Ok(true)
}

/// Whether all that changed can be changed where it stands.
fn in_place(sheet: &Sheet<'_, '_>, before: &Element, after: &Element, top: bool) -> bool {
    let content = match (&before.content, &after.content) {
        (Content::Table(old), Content::Table(new)) => same_but_words(old, new),
        // What changed in a chart is changed in its part.
        (Content::Chart { .. }, Content::Chart { .. }) => {
            before.content == after.content || sheet.book.known_charts.contains_key(&after.id)
        }
        (Content::Group { .. }, Content::Group { .. }) => before.frame == after.frame,
        (Content::Diagram { .. }, Content::Diagram { .. }) => {
            before.frame != after.frame || before.content == after.content
        }
        (old, new) => old == new,
    };
    let framed = !matches!(
        after.content,
        Content::Table(_) | Content::Chart { .. } | Content::Group { .. }
    );
    let painted = (
        &before.fill,
        &before.line,
        &before.effects,
        &before.geometry,
    ) == (&after.fill, &after.line, &after.effects, &after.geometry);
    content
        && (painted || framed)
        && (top || before.frame == after.frame)
        && before.link == after.link
        // Decoration is told by an extension, which only writing anew adds or takes away.
        && (before.alt == after.alt || ![&before.alt, &after.alt].contains(&&Some(String::new())))
        && before.placeholder == after.placeholder
        && (before.fill == Some(Fill::Background)) == (after.fill == Some(Fill::Background))
        && before.text.is_some() == after.text.is_some()
}

/// Changes name, alternative text and whether the element is drawn.
fn identity(page: &mut Page<'_>, node: Node<'_>, (before, after): (&Element, &Element)) {
    let around = node.children().find(|child| child.name().starts_with("nv"));
    let Some(own) = around.and_then(|around| around.child(Ns::P, "cNvPr")) else {
        return;
    };
    let range = start_tag(page.source, own);
    let mut tag = page
        .source
        .get(range.clone())
        .unwrap_or_default()
        .to_owned();
    if before.name != after.name {
        tag = with_attribute(&tag, "name", Some(&after.name));
    }
    if before.alt != after.alt {
        tag = with_attribute(&tag, "descr", after.alt.as_deref());
    }
    if before.hidden != after.hidden {
        tag = with_attribute(&tag, "hidden", after.hidden.then_some("1"));
    }
    if Some(tag.as_str()) != page.source.get(range.clone()) {
        page.splice.replace(range, tag);
    }
}

/// Moves an element that is in no group.
fn place(page: &mut Page<'_>, node: Node<'_>, after: &Element) {
    let mut xml = Xml::default();
    if node.name() == "graphicFrame" {
        space::write(&mut xml, "p:xfrm", &after.frame, false);
        if let Some(old) = node.child(Ns::P, "xfrm") {
            page.splice.replace(old.span(), xml.finish());
        }
        return;
    }
    space::write(&mut xml, "a:xfrm", &after.frame, false);
    if let Some(own) = node.child(Ns::P, "spPr") {
        put(page, own, &["xfrm"], (&[], xml));
    }
}

/// Changes how an element is painted.
fn look(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    node: Node<'_>,
    (before, after): (&Element, &Element),
) -> Result<(), WriteError> {
    let Some(own) = node.child(Ns::P, "spPr") else {
        return Ok(());
    };
    if before.geometry != after.geometry {
        let mut xml = Xml::default();
        geometry::write(&mut xml, after.geometry.as_ref());
        put(page, own, &["prstGeom", "custGeom"], (&["xfrm"], xml));
    }
    if before.fill != after.fill {
        let mut xml = Xml::default();
        match &after.fill {
            Some(new) => fill::write(sheet, &mut xml, new)?,
            None => xml.empty("a:noFill"),
        }
        put(page, own, FILLS, (&["xfrm", "prstGeom", "custGeom"], xml));
    }
    if before.line != after.line {
        let mut xml = Xml::default();
        match &after.line {
            Some(new) => line::write(sheet, &mut xml, "a:ln", new)?,
            None => line::none(&mut xml, "a:ln"),
        }
        let before: Vec<&str> = ["xfrm", "prstGeom", "custGeom"]
            .iter()
            .chain(FILLS)
            .copied()
            .collect();
        put(page, own, &["ln"], (&before, xml));
    }
    if before.effects != after.effects {
        let mut xml = Xml::default();
        effects::write(
            &mut xml,
            &sheet.colors(),
            &after.effects.clone().unwrap_or_default(),
        );
        let before: Vec<&str> = ["xfrm", "prstGeom", "custGeom", "ln"]
            .iter()
            .chain(FILLS)
            .copied()
            .collect();
        put(page, own, &["effectLst", "effectDag"], (&before, xml));
    }
    Ok(())
}

/// Puts a child in the place of one of these names, else after those that stand before it in the schema.
fn put(page: &mut Page<'_>, node: Node<'_>, names: &[&str], (before, xml): (&[&str], Xml)) {
    let named = |names: &[&str]| {
        let own = node
            .children()
            .filter(|child| child.ns() == Ns::A && names.contains(&child.name()));
        own.last().map(Node::span)
    };
    if let Some(old) = named(names) {
        page.splice.replace(old, xml.finish());
        return;
    }
    let tag = start_tag(page.source, node);
    if tag == node.span() {
        let head = page
            .source
            .get(tag.clone())
            .unwrap_or_default()
            .trim_end_matches("/>")
            .trim_end();
        page.splice
            .replace(tag, format!("{head}>{}</p:spPr>", xml.finish()));
        return;
    }
    let at = named(before).map_or(tag.end, |span| span.end);
    page.splice.insert(at, xml.finish());
}

/// Whether two tables differ in the words of their cells only.
fn same_but_words(before: &Table, after: &Table) -> bool {
    let mut wordless = after.clone();
    if before.rows.len() != after.rows.len() {
        return false;
    }
    for (new, old) in wordless.rows.iter_mut().zip(&before.rows) {
        if new.cells.len() != old.cells.len() {
            return false;
        }
        for (new, old) in new.cells.iter_mut().zip(&old.cells) {
            match (&mut new.text, &old.text) {
                (Some(new), Some(old)) => new.paragraphs.clone_from(&old.paragraphs),
                (None, None) => {}
                (None, Some(_)) | (Some(_), None) => return false,
            }
        }
    }
    wordless == *before
}

fn cells(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    node: Node<'_>,
    (before, after): (&Table, &Table),
) -> Result<(), WriteError> {
    let rows = node.descendants(Ns::A, "tr");
    for ((row, old), new) in rows.into_iter().zip(&before.rows).zip(&after.rows) {
        let nodes = row.children().filter(|cell| cell.is(Ns::A, "tc"));
        for ((cell, old), new) in nodes.zip(&old.cells).zip(&new.cells) {
            if let (Some(old), Some(new), Some(body)) =
                (&old.text, &new.text, cell.child(Ns::A, "txBody"))
                && old != new
            {
                text::body(sheet, page, (body, false), (old, new))?;
            }
        }
    }
    Ok(())
}
