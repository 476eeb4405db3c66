//! The words of a chart that changed: titles keep the look of their first letters, sizes change where they are said.

use super::chart::{Edit, axes};
use super::children::Children;
use super::splice::{start_tag, with_attribute};
use crate::model::chart::{Chart, Plot};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::write_chart;
use crate::pptx::write::number::type_size;
use crate::pptx::write::xml::{Xml, escape};

/// Changes the title of a chart, its size too.
pub(super) fn title_of(
    edit: &mut Edit<'_>,
    (chart, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Chart, &Chart),
) {
    let old = chart.child(Ns::Chart, "title");
    let words = after.title.as_deref();
    let sized = before.title_size != after.title_size && after.title.is_some();
    // A title without words of its own shows the name of the only series.
    let own = old.is_some_and(|old| old.child(Ns::Chart, "tx").is_some());
    let shown = match after.plots.as_slice() {
        [Plot { series, .. }] if !own && before.title.is_some() => match series.as_slice() {
            [only] => only.name.clone().or_else(|| before.title.clone()),
            _ => before.title.clone(),
        },
        _ => before.title.clone(),
    };
    if sized
        && shown == after.title
        && let Some(old) = old
    {
        let (from, to) = (before.title_size, after.title_size);
        if !sizes(edit, old, &|_| true, to) && from != to {
            title(edit, (None, children), (words, to));
        }
        return;
    }
    if shown == after.title && !sized {
        return;
    }
    title(
        edit,
        (old.filter(|_| !sized), children),
        (words, after.title_size),
    );
    children.value("autoTitleDeleted", i32::from(words.is_none()));
}

/// Changes a title that stands among `children`, or writes one.
pub(super) fn title(
    edit: &mut Edit<'_>,
    (old, children): (Option<Node<'_>>, &mut Children<'_>),
    (words, size): (Option<&str>, Option<f64>),
) {
    let Some(words) = words else {
        children.set("title", "");
        return;
    };
    let Some(old) = old else {
        let mut xml = Xml::default();
        write_chart::title(&mut xml, words, size);
        children.set("title", xml.finish());
        return;
    };
    let source = edit.source;
    let raw = |node: Option<Node<'_>>| {
        node.and_then(|own| source.get(own.span()))
            .unwrap_or_default()
    };
    let rich = old
        .child(Ns::Chart, "tx")
        .and_then(|own| own.child(Ns::Chart, "rich"));
    let styled = rich.or_else(|| old.child(Ns::Chart, "txPr"));
    let first = styled.and_then(|own| own.child(Ns::A, "p"));
    let paragraph = raw(first.and_then(|own| own.child(Ns::A, "pPr")));
    let run = first.and_then(|own| own.child(Ns::A, "r"));
    let run = raw(run.and_then(|own| own.child(Ns::A, "rPr")));
    let mut lines = String::new();
    for line in words.split('\n') {
        let mut text = String::new();
        escape(&mut text, line, false);
        lines.push_str("<a:p>");
        lines.push_str(paragraph);
        lines.push_str("<a:r>");
        lines.push_str(run);
        lines.push_str("<a:t>");
        lines.push_str(&text);
        lines.push_str("</a:t></a:r></a:p>");
    }
    if let Some(rich) = rich {
        let own: Vec<Node<'_>> = rich.children().filter(|own| own.is(Ns::A, "p")).collect();
        if let (Some(first), Some(last)) = (own.first(), own.last()) {
            edit.splice
                .replace(first.span().start..last.span().end, lines);
            return;
        }
    }
    let body = styled.and_then(|own| own.child(Ns::A, "bodyPr"));
    let body = body.map_or("<a:bodyPr/>", |own| raw(Some(own)));
    let mut inside = Children::of(old);
    inside.set(
        "tx",
        format!("<c:tx><c:rich>{body}<a:lstStyle/>{lines}</c:rich></c:tx>"),
    );
    inside.set("txPr", "");
    // The order of a title's children is known.
    let _ = inside.make(&mut edit.splice);
}

/// Changes the size of all letters but the title's.
pub(super) fn text_size(
    edit: &mut Edit<'_>,
    root: Node<'_>,
    (from, to): (Option<f64>, Option<f64>),
) {
    let chart = root.child(Ns::Chart, "chart");
    let legend = chart.and_then(|own| own.child(Ns::Chart, "legend"));
    let parts = chart.map(axes).into_iter().flatten().chain(legend);
    let texts = parts.filter_map(|own| own.child(Ns::Chart, "txPr"));
    let texts: Vec<Node<'_>> = texts.chain(root.child(Ns::Chart, "txPr")).collect();
    let old = |size: f64| from.is_none_or(|from| (from - size).abs() < 1e-6);
    let mut said = false;
    for text in texts {
        said |= from.is_some() && sizes(edit, text, &old, to);
    }
    if said || to.is_none() {
        return;
    }
    let mut xml = Xml::default();
    write_chart::words(&mut xml, to);
    let mut children = Children::of(root);
    children.set("txPr", xml.finish());
    let _ = children.make(&mut edit.splice);
}

/// Changes sizes that are said below a node, in points. Tells whether there were any.
fn sizes(edit: &mut Edit<'_>, node: Node<'_>, fits: &dyn Fn(f64) -> bool, to: Option<f64>) -> bool {
    let names = ["defRPr", "rPr", "endParaRPr"];
    let mut said = false;
    for own in names.iter().flat_map(|name| node.descendants(Ns::A, name)) {
        let size = own
            .attribute("sz")
            .and_then(|size| size.trim().parse::<f64>().ok());
        if size.is_some_and(|size| fits(size / 100.0)) {
            let range = start_tag(edit.source, own);
            let tag = edit.source.get(range.clone()).unwrap_or_default();
            let to = to.map(|to| type_size(to).to_string());
            edit.splice
                .replace(range, with_attribute(tag, "sz", to.as_deref()));
            said = true;
        }
    }
    said
}
