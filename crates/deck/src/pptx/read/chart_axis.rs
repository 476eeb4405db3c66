//! The axes of charts.

use super::chart::{line_of, numbered, on, value, written};
use super::chart_look::{lettering, line};
use super::fill::Brush;
use super::lexical::{filled, number};
use crate::model::chart::{Axis, AxisKind, Lettering, LineLook};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Reads an axis; `None` where a node is none.
pub(super) fn axis(brush: Brush<'_>, node: Node<'_>) -> Option<Axis> {
    let kind = match (node.ns(), node.name()) {
        (Ns::Chart, "catAx") => AxisKind::Category,
        (Ns::Chart, "valAx") => AxisKind::Value,
        (Ns::Chart, "dateAx") => AxisKind::Date,
        (Ns::Chart, "serAx") => AxisKind::Series,
        _ => return None,
    };
    let child = |name| node.child(Ns::Chart, name);
    let scaling = child("scaling");
    let bound = |name| number(&value(scaling?, name)?);
    let format = child("numFmt").and_then(|format| format.attribute("formatCode"));
    let letters = |name| child(name).map(|own| lettering(brush, own));
    let labels = value(node, "tickLblPos");
    let labels = labels.as_deref();
    let named = child("title").and_then(written);
    Some(Axis {
        kind,
        min: bound("min"),
        max: bound("max"),
        position: value(node, "axPos"),
        hidden: on(node, "delete"),
        unlabelled: labels == Some("none"),
        gridlines: child("majorGridlines").is_some(),
        format: format.and_then(|format| filled(&format)),
        text: letters("txPr").unwrap_or_default(),
        title_text: match named {
            Some(_) => letters("title").unwrap_or_default(),
            None => Lettering::default(),
        },
        title: named,
        line: child("spPr").and_then(|own| line(brush, own)),
        grid_line: child("majorGridlines")
            .map(|own| line_of(brush, own))
            .filter(|line| *line != LineLook::default()),
        minor_gridlines: child("minorGridlines").map(|own| line_of(brush, own)),
        labels_at: labels
            .filter(|at| matches!(*at, "low" | "high"))
            .map(str::to_owned),
        ticks: ticks(node),
        reversed: bound_word(scaling, "orientation").as_deref() == Some("maxMin"),
        log: bound("logBase").filter(|base| (2.0..=1_000.0).contains(base)),
        step: numbered(node, "majorUnit").filter(|step| *step > 0.0),
        crosses: value(node, "crosses").filter(|at| matches!(at.as_str(), "min" | "max")),
        crosses_at: numbered(node, "crossesAt"),
        at_edges: value(node, "crossBetween").as_deref() == Some("midCat"),
        every: value(node, "tickLblSkip")
            .and_then(|every| every.trim().parse().ok())
            .filter(|every| (1..=65_535).contains(every)),
    })
}

fn bound_word(scaling: Option<Node<'_>>, name: &str) -> Option<String> {
    value(scaling?, name)
}

/// The marks of an axis where they are not outside; an axis that says nothing of them has them on both sides.
fn ticks(node: Node<'_>) -> Option<String> {
    let said = value(node, "majorTickMark").unwrap_or_else(|| "cross".to_owned());
    matches!(said.as_str(), "in" | "cross" | "none").then_some(said)
}
