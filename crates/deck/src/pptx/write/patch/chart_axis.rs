//! Axes of charts that changed, each property where the part says it.

use super::chart::Edit;
use super::chart_look;
use super::chart_words;
use super::children::Children;
use crate::model::chart::{Axis, AxisKind};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::{axes, looks};
use crate::pptx::write::vocabulary::known;
use crate::pptx::write::xml::Xml;

/// Changes an axis in its part.
pub(super) fn change(edit: &mut Edit<'_>, node: Node<'_>, (before, after): (&Axis, &Axis)) {
    scaling(edit, node, (before, after));
    let mut children = Children::of(node);
    if before.hidden != after.hidden {
        children.value("delete", i32::from(after.hidden));
    }
    let side = after.position.as_deref();
    let side = side.and_then(|side| known(&["b", "l", "r", "t"], side));
    if let Some(side) = side.filter(|_| before.position != after.position) {
        children.value("axPos", side);
    }
    if before.title != after.title || before.title_text != after.title_text {
        let old = node.child(Ns::Chart, "title");
        let texts = (&before.title_text, &after.title_text);
        chart_words::title(edit, (old, &mut children), (after.title.as_deref(), texts));
    }
    if before.format != after.format {
        let mut xml = Xml::default();
        if let Some(format) = &after.format {
            xml.tag("c:numFmt")
                .at("formatCode", format)
                .at("sourceLinked", 0)
                .empty();
        }
        children.set("numFmt", xml.finish());
    }
    lines(edit, &mut children, (before, after));
    let labels = |axis: &Axis| (axis.unlabelled, axis.labels_at.clone());
    if labels(before) != labels(after) {
        children.value("tickLblPos", axes::labels_at(after));
    }
    if before.ticks != after.ticks {
        let ticks = after.ticks.as_deref();
        let ticks = ticks.and_then(|at| known(&["cross", "in", "none"], at));
        children.value("majorTickMark", ticks.unwrap_or("out"));
    }
    chart_look::shape(
        edit,
        (node, &mut children),
        (None, before.line.as_ref()),
        (None, after.line.as_ref()),
    );
    chart_look::letters(edit, (node, &mut children), (&before.text, &after.text));
    placed(&mut children, (before, after));
    // The order of an axis' children is known.
    let _ = children.make(&mut edit.splice);
}

/// Bounds, direction and logarithms.
fn scaling(edit: &mut Edit<'_>, node: Node<'_>, (before, after): (&Axis, &Axis)) {
    let Some(scaling) = node.child(Ns::Chart, "scaling") else {
        return;
    };
    let mut own = Children::of(scaling);
    let bounds = [
        ("max", before.max, after.max),
        ("min", before.min, after.min),
        ("logBase", before.log, after.log),
    ];
    for (name, old, new) in bounds {
        if old != new {
            match new.filter(|new| new.is_finite()) {
                Some(new) => own.value(name, new),
                None => own.set(name, ""),
            }
        }
    }
    if before.reversed != after.reversed {
        let way = if after.reversed { "maxMin" } else { "minMax" };
        own.value("orientation", way);
    }
    let _ = own.make(&mut edit.splice);
}

/// Lines across the plot.
fn lines(edit: &Edit<'_>, children: &mut Children<'_>, (before, after): (&Axis, &Axis)) {
    if (before.gridlines, &before.grid_line) != (after.gridlines, &after.grid_line) {
        let mut xml = Xml::default();
        if after.gridlines {
            let line = after.grid_line.clone().unwrap_or_default();
            looks::lined(&mut xml, edit.colors, ("c:majorGridlines", &line));
        }
        children.set("majorGridlines", xml.finish());
    }
    if before.minor_gridlines != after.minor_gridlines {
        let mut xml = Xml::default();
        if let Some(line) = &after.minor_gridlines {
            looks::lined(&mut xml, edit.colors, ("c:minorGridlines", line));
        }
        children.set("minorGridlines", xml.finish());
    }
}

/// Where the axis stands on the other one, and the steps of its labels.
fn placed(children: &mut Children<'_>, (before, after): (&Axis, &Axis)) {
    let crossing = |axis: &Axis| (axis.crosses.clone(), axis.crosses_at);
    if crossing(before) != crossing(after) {
        let mut xml = Xml::default();
        axes::crossing(&mut xml, after);
        let (new, old) = match after.crosses_at {
            Some(_) => ("crossesAt", "crosses"),
            None => ("crosses", "crossesAt"),
        };
        children.set(old, "");
        children.set(new, xml.finish());
    }
    if before.at_edges != after.at_edges && after.kind == AxisKind::Value {
        let between = if after.at_edges { "midCat" } else { "between" };
        children.value("crossBetween", between);
    }
    if before.step != after.step && matches!(after.kind, AxisKind::Value | AxisKind::Date) {
        match after.step.filter(|step| *step > 0.0 && step.is_finite()) {
            Some(step) => children.value("majorUnit", step),
            None => children.set("majorUnit", ""),
        }
    }
    if before.every != after.every && after.kind == AxisKind::Category {
        match after.every.filter(|every| *every > 0) {
            Some(every) => children.value("tickLblSkip", every),
            None => children.set("tickLblSkip", ""),
        }
    }
}
