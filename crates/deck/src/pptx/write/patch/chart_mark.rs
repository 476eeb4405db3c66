//! What a series is drawn with, where it changed: inside, line, marks, and the lines and bars that belong to it.

use super::chart::Edit;
use super::chart_look;
use super::children::Children;
use crate::model::chart::{Marker, PlotKind, Series};
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::{looks, series as written, trends};
use crate::pptx::write::fill;
use crate::pptx::write::number::scaled;
use crate::pptx::write::xml::Xml;

/// Changes inside and line of a series.
pub(super) fn shape(
    edit: &Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Series, &Series),
    kind: PlotKind,
) {
    let mut line = Xml::default();
    if kind.is_of_lines() {
        let told = (after.color.as_ref(), after.line.as_ref());
        if told.0.is_some() || told.1.is_some() {
            written::stroke(&mut line, edit.colors, told);
        }
        chart_look::composed(edit, (node, children), (None, Some(line.finish())));
        return;
    }
    if let Some(own) = &after.line {
        looks::line(&mut line, edit.colors, own);
    }
    let filled = before.fill != after.fill || before.color != after.color;
    let inside = filled.then(|| {
        let solid = after.color.clone().map(|color| Fill::Solid { color });
        let mut xml = Xml::default();
        if let Some(own) = after.fill.as_ref().or(solid.as_ref()) {
            fill::plain(&mut xml, edit.colors, own);
        }
        xml.finish()
    });
    let line = (before.line != after.line).then(|| line.finish());
    chart_look::composed(edit, (node, children), (inside, line));
}

/// Changes all of a series that has an element of its own.
pub(super) fn rest(
    edit: &mut Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (before, after): (&Series, &Series),
    kind: PlotKind,
) {
    if before.marker != after.marker && kind.is_of_lines() {
        marker(
            edit,
            (node, children),
            (before.marker.as_ref(), after.marker.as_ref()),
        );
    }
    let smooths = matches!(kind, PlotKind::Line | PlotKind::Scatter | PlotKind::Stock);
    if before.smooth != after.smooth && smooths {
        children.value("smooth", i32::from(after.smooth));
    }
    if before.explosion != after.explosion && kind.is_round() {
        explosion(children, after.explosion);
    }
    if !trends::fit(kind) {
        return;
    }
    if before.trends != after.trends {
        let mut xml = Xml::default();
        trends::trends(&mut xml, edit.colors, &after.trends);
        children.set("trendline", xml.finish());
    }
    if before.errors != after.errors {
        let mut xml = Xml::default();
        trends::errors(&mut xml, edit.colors, &after.errors, kind);
        children.set("errBars", xml.finish());
    }
}

/// Changes how far slices stand from the middle.
pub(super) fn explosion(children: &mut Children<'_>, far: Option<f64>) {
    match far {
        Some(far) => children.value("explosion", scaled(far, 100.0).clamp(0, 400)),
        None => children.set("explosion", ""),
    }
}

fn marker(
    edit: &mut Edit<'_>,
    (node, children): (Node<'_>, &mut Children<'_>),
    (before, after): (Option<&Marker>, Option<&Marker>),
) {
    let old = node.child(Ns::Chart, "marker");
    let (Some(old), Some(before), Some(after)) = (old, before, after) else {
        let mut xml = Xml::default();
        if let Some(after) = after {
            written::marker(&mut xml, edit.colors, after);
        }
        children.set("marker", xml.finish());
        return;
    };
    // The look of marks is written anew as a whole, but what the model does not tell of it stays.
    let mut inside = Children::of(old);
    if before.symbol != after.symbol {
        match &after.symbol {
            Some(symbol) => inside.value("symbol", symbol),
            None => inside.set("symbol", ""),
        }
    }
    if before.size != after.size {
        match after.size {
            Some(size) => inside.value("size", scaled(size, 1.0).clamp(2, 72)),
            None => inside.set("size", ""),
        }
    }
    chart_look::shape(
        edit,
        (old, &mut inside),
        (before.fill.as_ref(), before.line.as_ref()),
        (after.fill.as_ref(), after.line.as_ref()),
    );
    let _ = inside.make(&mut edit.splice);
}
