//! Charts: plots, axes, title and legend, from the values the file last cached.

use super::chart_series;
use super::color::Palette;
use super::lexical::{filled, get, is_on, number};
use super::noticed;
use super::scene::Scene;
use super::theme;
use crate::error::ReadError;
use crate::model::chart::{Axis, AxisKind, Chart, Plot, PlotKind};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Reads the chart that a `c:chart` in a graphic frame refers to.
pub(super) fn read(scene: &mut Scene<'_, '_>, reference: Node<'_>) -> Result<Chart, ReadError> {
    let id = reference.attribute_of(Ns::R, "id");
    let Some(part) = id.as_deref().and_then(|id| scene.sheet.rels.part(id)) else {
        scene
            .reading
            .warn("broken_reference", "a chart names no part");
        return Ok(Chart::default());
    };
    let Some(document) = scene.reading.optional(part)? else {
        return Ok(Chart::default());
    };
    let rels = scene.reading.relationships(part)?;
    let own = theme::overridden(scene.reading, &rels, scene.sheet.palette)?;
    let palette = own.as_ref().unwrap_or(scene.sheet.palette);
    let Some(chart) = document.root().child(Ns::Chart, "chart") else {
        scene
            .reading
            .warn("broken_part", format!("`{part}` holds no chart"));
        return Ok(Chart::default());
    };
    noticed::chart(scene.reading, document.root());
    let mut found = Chart::default();
    for node in chart
        .child(Ns::Chart, "plotArea")
        .into_iter()
        .flat_map(Node::children)
    {
        if let Some(axis) = axis(node) {
            found.axes.push(axis);
        } else if let Some(kind) = kind(node) {
            let plot = plot(scene, palette, node, kind)?;
            found.plots.push(plot);
        }
    }
    found.title = title(chart, &found.plots);
    if found.title.is_some() {
        found.title_size = chart.child(Ns::Chart, "title").and_then(letters);
    }
    found.text_size = text_size(document.root(), chart);
    found.legend = chart.child(Ns::Chart, "legend").map(|legend| {
        let place = value(legend, "legendPos");
        place.unwrap_or_else(|| "r".to_owned())
    });
    Ok(found)
}

/// The `val` of a child.
pub(super) fn value(node: Node<'_>, name: &str) -> Option<String> {
    let value = node.child(Ns::Chart, name)?.attribute("val")?;
    Some(value.into_owned())
}

/// A flag child: true where it is there without a value.
pub(super) fn on(node: Node<'_>, name: &str) -> bool {
    node.child(Ns::Chart, name)
        .is_some_and(|flag| flag.attribute("val").is_none() || is_on(flag, "val"))
}

fn kind(node: Node<'_>) -> Option<PlotKind> {
    if node.ns() != Ns::Chart {
        return None;
    }
    Some(match node.name() {
        "barChart" | "bar3DChart" if value(node, "barDir").as_deref() == Some("bar") => {
            PlotKind::Bar
        }
        "barChart" | "bar3DChart" => PlotKind::Column,
        "lineChart" | "line3DChart" => PlotKind::Line,
        "areaChart" | "area3DChart" => PlotKind::Area,
        "pieChart" | "pie3DChart" | "ofPieChart" => PlotKind::Pie,
        "doughnutChart" => PlotKind::Doughnut,
        "scatterChart" => PlotKind::Scatter,
        "bubbleChart" => PlotKind::Bubble,
        "radarChart" => PlotKind::Radar,
        "stockChart" => PlotKind::Stock,
        "surfaceChart" | "surface3DChart" => PlotKind::Surface,
        _ => return None,
    })
}

fn plot(
    scene: &mut Scene<'_, '_>,
    palette: &Palette,
    node: Node<'_>,
    kind: PlotKind,
) -> Result<Plot, ReadError> {
    let labels = chart_series::shows_labels(node);
    let mut series = Vec::new();
    for own in node.children().filter(|own| own.is(Ns::Chart, "ser")) {
        let mut one = chart_series::read(scene, palette, own, kind)?;
        one.labels = one.labels || (labels && own.child(Ns::Chart, "dLbls").is_none());
        series.push(one);
    }
    let gap = node.child(Ns::Chart, "gapWidth");
    let percent = |text: &str| number(text.trim_end_matches('%'));
    Ok(Plot {
        kind,
        grouping: value(node, "grouping"),
        gap: gap
            .and_then(|gap| get(gap, "val", percent))
            .map(|gap| (gap / 100.0).clamp(0.0, 5.0)),
        series,
    })
}

fn axis(node: Node<'_>) -> Option<Axis> {
    let kind = match (node.ns(), node.name()) {
        (Ns::Chart, "catAx") => AxisKind::Category,
        (Ns::Chart, "valAx") => AxisKind::Value,
        (Ns::Chart, "dateAx") => AxisKind::Date,
        (Ns::Chart, "serAx") => AxisKind::Series,
        _ => return None,
    };
    let scaling = node.child(Ns::Chart, "scaling");
    let bound = |name| {
        scaling
            .and_then(|scaling| value(scaling, name))
            .and_then(|text| number(&text))
    };
    let format = node
        .child(Ns::Chart, "numFmt")
        .and_then(|format| format.attribute("formatCode"));
    Some(Axis {
        kind,
        title: node.child(Ns::Chart, "title").and_then(written),
        min: bound("min"),
        max: bound("max"),
        position: value(node, "axPos"),
        hidden: on(node, "delete"),
        unlabelled: value(node, "tickLblPos").as_deref() == Some("none"),
        gridlines: node.child(Ns::Chart, "majorGridlines").is_some(),
        format: format.map(std::borrow::Cow::into_owned),
    })
}

/// The title as written; of a chart with one series and a title without text, the name of the series.
fn title(chart: Node<'_>, plots: &[Plot]) -> Option<String> {
    let node = chart.child(Ns::Chart, "title");
    if let Some(text) = node.and_then(written) {
        return Some(text);
    }
    if on(chart, "autoTitleDeleted") {
        return None;
    }
    // What PowerPoint shows in a title that nobody has written yet.
    let unwritten = || node.map(|_| "Chart Title".to_owned());
    match plots {
        [Plot { series, .. }] => match series.as_slice() {
            [only] => only.name.clone().or_else(unwritten),
            _ => unwritten(),
        },
        _ => unwritten(),
    }
}

/// The size of most letters: what the whole chart says, else what its axes or its legend say.
fn text_size(space: Node<'_>, chart: Node<'_>) -> Option<f64> {
    let own = |node: Node<'_>| node.child(Ns::Chart, "txPr").and_then(letters);
    let area = chart.child(Ns::Chart, "plotArea");
    let parts = area.into_iter().flat_map(Node::children);
    let mut parts = parts.filter(|part| part.name().ends_with("Ax"));
    own(space)
        .or_else(|| parts.find_map(own))
        .or_else(|| chart.child(Ns::Chart, "legend").and_then(own))
}

/// The first size that is said below a node, in points.
fn letters(node: Node<'_>) -> Option<f64> {
    let said = matches!(node.name(), "defRPr" | "rPr").then(|| get(node, "sz", number));
    let size = said.flatten().map(|size| (size / 100.0).clamp(1.0, 4000.0));
    size.or_else(|| node.children().find_map(letters))
}

/// The text of a title: rich text, or what a cell last held.
fn written(title: Node<'_>) -> Option<String> {
    let text = title.child(Ns::Chart, "tx")?;
    if let Some(rich) = text.child(Ns::Chart, "rich") {
        let paragraphs = rich.children().filter(|paragraph| paragraph.is(Ns::A, "p"));
        let lines: Vec<String> = paragraphs.map(line).collect();
        return filled(&lines.join("\n"));
    }
    filled(&chart_series::first_cached(text)?)
}

fn line(paragraph: Node<'_>) -> String {
    let runs = paragraph.children().map(|run| match run.name() {
        "br" => "\n".to_owned(),
        _ => run.child(Ns::A, "t").map(Node::text).unwrap_or_default(),
    });
    runs.collect()
}
