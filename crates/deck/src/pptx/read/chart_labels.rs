//! The labels of points: what they hold, where they stand, and those that differ from the others of their series.

use super::chart::{numbered, on, value};
use super::chart_look::lettering;
use super::fill::Brush;
use super::lexical::filled;
use crate::model::chart::{LabelLook, Lettering, PointLabel};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Labels of single points that are read of one series.
const MOST: usize = 5_000;

/// Whether values, shares or names are written beside the marks.
pub(super) fn shown(labels: Node<'_>) -> bool {
    let shown = ["showVal", "showPercent", "showCatName", "showSerName"];
    !on(labels, "delete") && shown.iter().any(|name| on(labels, name))
}

/// What labels hold and where they stand; nothing of labels that are not shown.
pub(super) fn look(brush: Brush<'_>, labels: Node<'_>) -> LabelLook {
    if !shown(labels) {
        return LabelLook::default();
    }
    let child = |name| labels.child(Ns::Chart, name);
    let format = child("numFmt").filter(|format| {
        let linked = format.attribute("sourceLinked");
        linked.is_none_or(|linked| !matches!(&*linked, "1" | "true"))
    });
    let format = format.and_then(|format| format.attribute("formatCode"));
    LabelLook {
        without_value: !on(labels, "showVal"),
        category: on(labels, "showCatName"),
        series: on(labels, "showSerName"),
        percent: on(labels, "showPercent"),
        separator: child("separator").map(Node::text),
        position: value(labels, "dLblPos"),
        format: format.and_then(|format| filled(&format)),
        text: child("txPr")
            .map(|text| lettering(brush, text))
            .unwrap_or_default(),
    }
}

/// The labels of single points that differ from the others of their series, and those that alone are shown.
pub(super) fn of_points(brush: Brush<'_>, labels: Node<'_>) -> Vec<PointLabel> {
    let all = shown(labels);
    let side = value(labels, "dLblPos");
    let usual = labels.child(Ns::Chart, "txPr");
    let usual = usual.map(|text| lettering(brush, text)).unwrap_or_default();
    let own = labels.children().filter(|own| own.is(Ns::Chart, "dLbl"));
    let own = own.filter_map(|own| {
        let hidden = on(own, "delete");
        let index = value(own, "idx")?.trim().parse().ok()?;
        let text = own.child(Ns::Chart, "txPr").or(own.child(Ns::Chart, "tx"));
        let text = text.map(|text| lettering(brush, text)).unwrap_or_default();
        let label = PointLabel {
            index,
            words: worded(own),
            hidden,
            position: value(own, "dLblPos").filter(|own| Some(own) != side.as_ref()),
            offset: offset(own),
            text: if text == usual {
                Lettering::default()
            } else {
                text
            },
        };
        if hidden || (label.words.is_none() && !shown(own)) {
            let hidden = PointLabel {
                index,
                hidden: true,
                ..PointLabel::default()
            };
            return all.then_some(hidden);
        }
        let like = PointLabel {
            index,
            ..PointLabel::default()
        };
        (label != like || !all).then_some(label)
    });
    own.take(MOST).collect()
}

/// How far a label was moved from where it would stand.
fn offset(label: Node<'_>) -> Option<(f64, f64)> {
    let layout = label.child(Ns::Chart, "layout")?;
    let manual = layout.child(Ns::Chart, "manualLayout")?;
    let told = |mode| value(manual, mode).is_some_and(|mode| mode == "edge");
    let part = |name| numbered(manual, name).map_or(0.0, |part| part.clamp(-1.0, 1.0));
    let far = (part("x"), part("y"));
    let moved = far != (0.0, 0.0) && !told("xMode") && !told("yMode");
    moved.then_some(far)
}

/// The words of a label, with what stands for its point's value, names and share.
fn worded(label: Node<'_>) -> Option<String> {
    let rich = label.child(Ns::Chart, "tx")?.child(Ns::Chart, "rich")?;
    let piece = |run: Node<'_>| match (run.name(), run.attribute("type").as_deref()) {
        ("br", _) => "\n".to_owned(),
        ("fld", Some("VALUE" | "YVALUE")) => "[VALUE]".to_owned(),
        ("fld", Some("CATEGORYNAME" | "XVALUE")) => "[CATEGORY NAME]".to_owned(),
        ("fld", Some("SERIESNAME")) => "[SERIES NAME]".to_owned(),
        ("fld", Some("PERCENTAGE")) => "[PERCENTAGE]".to_owned(),
        _ => run.child(Ns::A, "t").map(Node::text).unwrap_or_default(),
    };
    let line = |paragraph: Node<'_>| paragraph.children().map(piece).collect::<String>();
    let paragraphs = rich.children().filter(|own| own.is(Ns::A, "p"));
    let lines: Vec<String> = paragraphs.map(line).collect();
    filled(&lines.join("\n"))
}
