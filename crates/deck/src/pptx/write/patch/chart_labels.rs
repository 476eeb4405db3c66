//! Labels of a series that changed: they are written anew, with the look and the single labels that stay.

use super::chart::Edit;
use super::children::Children;
use super::splice::Splice;
use crate::model::chart::{PlotKind, PointLabel, Series};
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};
use crate::pptx::write::chart::labels;
use crate::pptx::write::xml::Xml;

/// How deep the XML of labels may lie.
const DEPTH: usize = 64;

/// Writes the labels of a series anew.
pub(super) fn change(
    edit: &Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Series, &Series),
    plot: (PlotKind, Option<&str>),
) {
    if !after.labels && after.point_labels.is_empty() {
        children.set("dLbls", "<c:dLbls><c:delete val=\"1\"/></c:dLbls>");
        return;
    }
    let mut xml = Xml::default();
    labels::write(&mut xml, edit.colors, after, plot);
    let text = xml.finish();
    let old = node.child(Ns::Chart, "dLbls");
    let dressed = old.and_then(|old| dressed(edit, (old, &text), (before, after)));
    children.set("dLbls", dressed.unwrap_or(text));
}

/// The labels as written anew, with what can be kept of the old ones put in.
fn dressed(
    edit: &Edit<'_>,
    (old, text): (Node<'_>, &str),
    (before, after): (&Series, &Series),
) -> Option<String> {
    let space = "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"";
    let wrapped = format!("<x {space}>{text}</x>");
    let document = Document::parse("labels", wrapped.as_bytes(), DEPTH).ok()?;
    let new = document.root().child(Ns::Chart, "dLbls")?;
    let raw = |own: Node<'_>| edit.source.get(own.span()).unwrap_or_default().to_owned();
    let mut children = Children::of(new);
    let same = before.label_look.text == after.label_look.text;
    for (name, keeps) in [("spPr", true), ("txPr", same)] {
        if let Some(own) = old.child(Ns::Chart, name).filter(|_| keeps) {
            children.set(name, raw(own));
        }
    }
    let single = |series: &Series, number: u32| -> Option<PointLabel> {
        let mut own = series.point_labels.iter();
        own.find(|label| label.index == number).cloned()
    };
    let number = |own: Node<'_>| -> Option<u32> {
        let value = own.child(Ns::Chart, "idx")?.attribute("val")?;
        value.trim().parse().ok()
    };
    let mut labels: Vec<(u32, String)> = Vec::new();
    for own in named(new) {
        labels.push((number(own)?, document.source().get(own.span())?.to_owned()));
    }
    for own in named(old) {
        let Some(at) = number(own) else { continue };
        let (was, is) = (single(before, at), single(after, at));
        if was == is {
            labels.retain(|(known, _)| *known != at);
            labels.push((at, raw(own)));
        }
    }
    labels.sort_by_key(|(at, _)| *at);
    let all: String = labels.into_iter().map(|(_, label)| label).collect();
    children.set("dLbl", all);
    let mut splice = Splice::default();
    children.make(&mut splice)?;
    let whole = splice.apply(document.source());
    let start = whole.find("<c:dLbls")?;
    Some(whole.get(start..)?.strip_suffix("</x>")?.to_owned())
}

fn named(labels: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    labels.children().filter(|own| own.is(Ns::Chart, "dLbl"))
}
