//! How a part of a chart looks, where it changed: what the model does not tell of it stays as it is written.

use super::chart::Edit;
use super::children::Children;
use super::splice::{start_tag, with_attribute};
use crate::model::chart::{Lettering, LineLook, Place};
use crate::model::color::Color;
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::looks;
use crate::pptx::write::color;
use crate::pptx::write::fill;
use crate::pptx::write::number::{angle, type_size};
use crate::pptx::write::xml::Xml;

/// What fills a shape or letters.
pub(super) const FILLS: [&str; 6] = [
    "noFill",
    "solidFill",
    "gradFill",
    "pattFill",
    "blipFill",
    "grpFill",
];

/// Inside and line.
pub(super) type Shape<'a> = (Option<&'a Fill>, Option<&'a LineLook>);

/// Changes inside and line of the part whose `spPr` stands among `children`.
pub(super) fn shape(
    edit: &Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    before: Shape<'_>,
    after: Shape<'_>,
) {
    if before == after {
        return;
    }
    let line = after.1.map(|after| {
        let mut xml = Xml::default();
        looks::line(&mut xml, edit.colors, after);
        xml.finish()
    });
    let inside = after.0.map(|after| {
        let mut xml = Xml::default();
        fill::plain(&mut xml, edit.colors, after);
        xml.finish()
    });
    let inside = (before.0 != after.0).then(|| inside.unwrap_or_default());
    let line = (before.1 != after.1).then(|| line.unwrap_or_default());
    composed(edit, (node, children), (inside, line));
}

/// Puts a new inside, a new line or both into `spPr`; what else it holds stays.
pub(super) fn composed(
    edit: &Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (inside, line): (Option<String>, Option<String>),
) {
    let raw = |own: Node<'_>| edit.source.get(own.span()).unwrap_or_default().to_owned();
    let old: Vec<Node<'_>> = node
        .child(Ns::Chart, "spPr")
        .into_iter()
        .flat_map(Node::children)
        .collect();
    let named = |names: &[&str]| -> String {
        let own = old.iter().filter(|own| names.contains(&own.name()));
        own.map(|own| raw(*own)).collect()
    };
    let mut text = named(&["xfrm", "custGeom", "prstGeom"]);
    text.push_str(&inside.unwrap_or_else(|| named(&FILLS)));
    text.push_str(&line.unwrap_or_else(|| named(&["ln"])));
    text.push_str(&named(&[
        "effectLst",
        "effectDag",
        "scene3d",
        "sp3d",
        "extLst",
    ]));
    let whole = match text.as_str() {
        "" => String::new(),
        text => format!("<c:spPr>{text}</c:spPr>"),
    };
    children.set("spPr", whole);
}

/// Changes where a part stands.
pub(super) fn place(children: &mut Children<'_>, place: Option<&Place>) {
    let mut xml = Xml::default();
    looks::place(&mut xml, place);
    children.set("layout", xml.finish());
}

/// Changes the letters of the part whose `txPr` stands among `children`.
pub(super) fn letters(
    edit: &mut Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Lettering, &Lettering),
) {
    if before == after {
        return;
    }
    let own = node.child(Ns::Chart, "txPr");
    if own.is_some_and(|own| restyle(edit, own, (before, after))) {
        return;
    }
    let mut xml = Xml::default();
    looks::letters(&mut xml, edit.colors, after);
    children.set("txPr", xml.finish());
}

/// Changes all properties of letters below a node. `false` where there are none.
pub(super) fn restyle(
    edit: &mut Edit<'_>,
    node: Node<'_>,
    (before, after): (&Lettering, &Lettering),
) -> bool {
    let names = ["defRPr", "rPr", "endParaRPr"];
    let all = names.iter().flat_map(|name| node.descendants(Ns::A, name));
    let all: Vec<Node<'_>> = all.collect();
    if all.iter().all(|own| own.name() == "endParaRPr") {
        return false;
    }
    for own in all {
        let text = properties(edit, own, (before, after));
        edit.splice.replace(own.span(), text);
    }
    if before.angle != after.angle {
        let turned = after.angle.filter(|turned| turned.is_finite());
        let turned = turned.map(|turned| angle(turned.clamp(-360.0, 360.0)).to_string());
        for body in node.descendants(Ns::A, "bodyPr") {
            let range = start_tag(edit.source, body);
            let tag = edit.source.get(range.clone()).unwrap_or_default();
            let tag = with_attribute(tag, "rot", turned.as_deref());
            edit.splice.replace(range, tag);
        }
    }
    true
}

/// The properties of letters as they are written, with what changed.
fn properties(
    edit: &Edit<'_>,
    node: Node<'_>,
    (before, after): (&Lettering, &Lettering),
) -> String {
    let range = start_tag(edit.source, node);
    let mut tag = edit
        .source
        .get(range.clone())
        .unwrap_or_default()
        .to_owned();
    let mut set = |name: &str, changed: bool, value: Option<String>| {
        if changed {
            tag = with_attribute(&tag, name, value.as_deref());
        }
    };
    let flag = |flag: Option<bool>| flag.map(|flag| i32::from(flag).to_string());
    let size = after.size.map(|size| type_size(size).to_string());
    set("sz", before.size != after.size, size);
    set("b", before.bold != after.bold, flag(after.bold));
    set("i", before.italic != after.italic, flag(after.italic));
    let span = node.span();
    let inner = edit.source.get(range.end..span.end).unwrap_or_default();
    if before.color == after.color {
        return tag + inner;
    }
    let name = tag.trim_start_matches('<');
    let name = name
        .split([' ', '/', '>', '\n', '\r', '\t'])
        .next()
        .unwrap_or_default();
    let name = name.to_owned();
    let open = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    format!(
        "{open}>{}</{name}>",
        inside(edit, node, after.color.as_ref())
    )
}

/// What properties of letters hold, in another colour.
fn inside(edit: &Edit<'_>, node: Node<'_>, color: Option<&Color>) -> String {
    let mut xml = Xml::default();
    if let Some(color) = color {
        color::solid(&mut xml, edit.colors, color);
    }
    let color = xml.finish();
    let (mut line, mut rest) = (String::new(), String::new());
    for own in node.children().filter(|own| !FILLS.contains(&own.name())) {
        let side = if own.name() == "ln" {
            &mut line
        } else {
            &mut rest
        };
        side.push_str(edit.source.get(own.span()).unwrap_or_default());
    }
    line + &color + &rest
}
