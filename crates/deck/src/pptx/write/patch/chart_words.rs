//! The words of a chart that changed: titles keep the look of their first letters.

use super::chart::Edit;
use super::chart_look;
use super::children::Children;
use crate::model::chart::{Chart, Lettering, Plot};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::read::chart::written as read_title;
use crate::pptx::write::chart::write_chart;
use crate::pptx::write::xml::{Xml, escape};

/// Changes the title of a chart, its letters and its place too.
pub(super) fn title_of(
    edit: &mut Edit<'_>,
    (chart, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Chart, &Chart),
) {
    let old = chart.child(Ns::Chart, "title");
    let words = after.title.as_deref();
    let texts = (
        write_chart::title_text(before),
        write_chart::title_text(after),
    );
    let placed = |chart: &Chart| (chart.title_place, chart.title_over);
    // A title without words of its own shows the name of the only series.
    let own = old.is_some_and(|old| old.child(Ns::Chart, "tx").is_some());
    let shown = match after.plots.as_slice() {
        [Plot { series, .. }] if !own && before.title.is_some() => match series.as_slice() {
            [only] => only.name.clone().or_else(|| before.title.clone()),
            _ => before.title.clone(),
        },
        _ => before.title.clone(),
    };
    let same = shown == after.title;
    let alike = texts.0 == texts.1 && placed(before) == placed(after);
    if same && (alike || words.is_none()) {
        return;
    }
    let (Some(old), Some(words)) = (old, words) else {
        let mut xml = Xml::default();
        write_chart::title_of(&mut xml, edit.colors, after);
        children.set("title", xml.finish());
        children.value("autoTitleDeleted", i32::from(words.is_none()));
        return;
    };
    let mut inside = Children::of(old);
    if placed(before) != placed(after) {
        chart_look::place(&mut inside, after.title_place.as_ref());
        inside.value("overlay", i32::from(after.title_over));
    }
    if !same || texts.0 != texts.1 {
        let words = (words, same);
        reworded(edit, (old, &mut inside), words, (&texts.0, &texts.1));
    }
    let _ = inside.make(&mut edit.splice);
    if !same {
        children.value("autoTitleDeleted", 0);
    }
}

/// Changes the title of an axis that stands among `children`, or writes one.
pub(super) fn title(
    edit: &mut Edit<'_>,
    (old, children): (Option<Node<'_>>, &mut Children<'_>),
    (words, texts): (Option<&str>, (&Lettering, &Lettering)),
) {
    let (Some(words), Some(old)) = (words, old) else {
        let mut xml = Xml::default();
        if let Some(words) = words {
            write_chart::title(&mut xml, edit.colors, words, texts.1);
        }
        children.set("title", xml.finish());
        return;
    };
    let mut inside = Children::of(old);
    let same = read_title(old).as_deref() == Some(words);
    reworded(edit, (old, &mut inside), (words, same), texts);
    // The order of a title's children is known.
    let _ = inside.make(&mut edit.splice);
}

/// Gives a title other words, other letters or both. Words alone keep the look of the first letters.
fn reworded(
    edit: &mut Edit<'_>,
    (old, inside): (Node<'_>, &mut Children<'_>),
    (words, same): (&str, bool),
    (before, after): (&Lettering, &Lettering),
) {
    if same && chart_look::restyle(edit, old, (before, after)) {
        return;
    }
    if before != after {
        let mut xml = Xml::default();
        xml.open("c:tx");
        write_chart::rich(&mut xml, edit.colors, words, after);
        xml.close("c:tx");
        inside.set("tx", xml.finish());
        inside.set("txPr", "");
        return;
    }
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
    inside.set(
        "tx",
        format!("<c:tx><c:rich>{body}<a:lstStyle/>{lines}</c:rich></c:tx>"),
    );
    inside.set("txPr", "");
}
