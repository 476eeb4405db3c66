//! Charts: plots, axes, title and legend, from the values the file last cached.

use super::chart_axis::axis;
use super::chart_look::{area, lettering, line, place};
use super::chart_series;
use super::color::ColorSpec;
use super::fill::Brush;
use super::lexical::{filled, get, is_on, number};
use super::noticed;
use super::scene::Scene;
use super::theme;
use crate::error::ReadError;
use crate::model::chart::{Chart, LineLook, Plot, PlotKind};
use crate::model::color::{Color, Rgb};
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
    let brush = Brush {
        rels: &rels,
        palette: own.as_ref().unwrap_or(scene.sheet.palette),
        placeholder: None,
        group: None,
    };
    let Some(chart) = document.root().child(Ns::Chart, "chart") else {
        scene
            .reading
            .warn("broken_part", format!("`{part}` holds no chart"));
        return Ok(Chart::default());
    };
    noticed::chart(scene.reading, document.root());
    let mut found = Chart::default();
    plotted(scene, brush, chart, &mut found)?;
    titled(brush, chart, &mut found);
    looks(scene, brush, document.root(), &mut found)?;
    if let Some(legend) = chart.child(Ns::Chart, "legend") {
        legend_of(brush, legend, &mut found);
    }
    found.blanks =
        value(chart, "dispBlanksAs").filter(|blanks| matches!(blanks.as_str(), "zero" | "span"));
    Ok(found)
}

/// What is plotted, and the axes.
fn plotted(
    scene: &mut Scene<'_, '_>,
    brush: Brush<'_>,
    chart: Node<'_>,
    found: &mut Chart,
) -> Result<(), ReadError> {
    let area = chart.child(Ns::Chart, "plotArea");
    let mut ids: Vec<String> = Vec::new();
    for node in area.into_iter().flat_map(Node::children) {
        if let Some(axis) = axis(brush, node) {
            found.axes.push(axis);
            ids.extend(value(node, "axId"));
        }
    }
    let mut second = Vec::new();
    for node in area.into_iter().flat_map(Node::children) {
        if let Some(kind) = kind(node) {
            found.plots.push(plot(scene, brush, node, kind)?);
            // The axes of the second pair stand behind those of the first.
            let own = node.children().filter(|own| own.is(Ns::Chart, "axId"));
            let mut own = own.filter_map(|own| own.attribute("val"));
            let at = own.find_map(|id| ids.iter().position(|known| *known == id));
            second.push(at.is_some_and(|at| at > 1) && ids.len() > 3);
        }
    }
    tell_second(found, &second);
    Ok(())
}

/// Tells which plots the second pair of axes measures, where those are not the usual ones.
fn tell_second(found: &mut Chart, second: &[bool]) {
    let usual = |(at, second): (usize, &bool)| found.is_second(at) == *second;
    if second.iter().enumerate().all(usual) {
        return;
    }
    for (plot, second) in found.plots.iter_mut().zip(second) {
        plot.second = second.then_some(true);
    }
    if let Some(last) = found.plots.last_mut().filter(|_| !second.contains(&true)) {
        last.second = Some(false);
    }
}

fn titled(brush: Brush<'_>, chart: Node<'_>, found: &mut Chart) {
    found.title = title(chart, &found.plots);
    let node = chart.child(Ns::Chart, "title");
    let Some(node) = node.filter(|_| found.title.is_some()) else {
        return;
    };
    let letters = lettering(brush, node);
    found.title_size = letters.size;
    found.title_color = letters.color;
    found.title_bold = letters.bold;
    found.title_place = place(node);
    found.title_over = on(node, "overlay");
}

/// What the whole of a chart looks like, and the area of its plots.
fn looks(
    scene: &mut Scene<'_, '_>,
    brush: Brush<'_>,
    space: Node<'_>,
    found: &mut Chart,
) -> Result<(), ReadError> {
    found.style = style(space);
    if let Some(text) = space.child(Ns::Chart, "txPr") {
        let letters = lettering(brush, text);
        found.text_size = letters.size;
        found.text_color = letters.color;
    }
    if found.text_color.is_none() {
        found.text_color = usual(brush);
    }
    if let Some(own) = space.child(Ns::Chart, "spPr") {
        found.fill = area(scene.reading, own, brush)?;
        found.line = line(brush, own);
    }
    let chart = space.child(Ns::Chart, "chart");
    let Some(plots) = chart.and_then(|chart| chart.child(Ns::Chart, "plotArea")) else {
        return Ok(());
    };
    found.plot_place = place(plots);
    if let Some(own) = plots.child(Ns::Chart, "spPr") {
        found.plot_fill = area(scene.reading, own, brush)?;
        found.plot_line = line(brush, own);
    }
    Ok(())
}

/// The colour of letters that nothing is said of, where the slide's text is not black.
fn usual(brush: Brush<'_>) -> Option<Color> {
    let color = ColorSpec::slot("tx1").resolve(brush.palette, None);
    (color.rgb != Rgb::BLACK).then_some(color)
}

/// The style, where it is not the usual one.
fn style(space: Node<'_>) -> Option<u8> {
    let style = value(space, "style")?.trim().parse().ok()?;
    (1..=48)
        .contains(&style)
        .then_some(style)
        .filter(|style| *style != 2)
}

fn legend_of(brush: Brush<'_>, legend: Node<'_>, found: &mut Chart) {
    let side = value(legend, "legendPos");
    found.legend = Some(side.unwrap_or_else(|| "r".to_owned()));
    found.legend_place = place(legend);
    found.legend_over = on(legend, "overlay");
    if let Some(text) = legend.child(Ns::Chart, "txPr") {
        found.legend_text = lettering(brush, text);
    }
    let entries = legend
        .children()
        .filter(|own| own.is(Ns::Chart, "legendEntry"));
    let gone = entries.filter(|own| on(*own, "delete"));
    let gone = gone.filter_map(|own| value(own, "idx")?.trim().parse().ok());
    found.legend_without = gone.take(1_000).collect();
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
    brush: Brush<'_>,
    node: Node<'_>,
    kind: PlotKind,
) -> Result<Plot, ReadError> {
    let labels = node.child(Ns::Chart, "dLbls");
    let mut series = Vec::new();
    for own in node.children().filter(|own| own.is(Ns::Chart, "ser")) {
        let mut one = chart_series::read(scene, brush, (own, labels), kind)?;
        // The lines of a plot with depth are bands, which say how they are filled.
        if node.name() == "line3DChart" {
            one.line = None;
        }
        series.push(one);
    }
    let child = |name| node.child(Ns::Chart, name);
    let lines = |name| child(name).map(|own| line_of(brush, own));
    let shown = value(node, "scatterStyle").or_else(|| value(node, "radarStyle"));
    let usual = if kind == PlotKind::Scatter {
        "lineMarker"
    } else {
        "standard"
    };
    let grouping = value(node, "grouping");
    let varied = child("varyColors").map(|_| on(node, "varyColors"));
    let angle = numbered(node, "firstSliceAng").filter(|angle| (0.0..360.0).contains(angle));
    Ok(Plot {
        kind,
        overlap: overlap(node, grouping.as_deref()),
        grouping,
        gap: share(node, "gapWidth").map(|gap| gap.clamp(0.0, 5.0)),
        style: shown.filter(|style| style != usual),
        markers: kind == PlotKind::Line && on(node, "marker"),
        varied: varied.filter(|varied| *varied != kind.is_round()),
        second: None,
        first_angle: angle.filter(|angle| *angle != 0.0),
        hole: unusual(share(node, "holeSize"), (0.01, 0.9), 0.5),
        bubble_scale: unusual(share(node, "bubbleScale"), (0.0, 3.0), 1.0),
        drop_lines: lines("dropLines"),
        high_low_lines: high_low(lines("hiLowLines"), kind),
        up_down_bars: child("upDownBars").is_some(),
        series,
    })
}

/// How far bars stand over each other, where that is not usual: bars on each other do so wholly.
fn overlap(node: Node<'_>, grouping: Option<&str>) -> Option<f64> {
    let stacked = matches!(grouping, Some("stacked" | "percentStacked"));
    let usual = if stacked { 1.0 } else { 0.0 };
    unusual(share(node, "overlap"), (-1.0, 1.0), usual)
}

/// A part within bounds, where it is not the usual one.
fn unusual(part: Option<f64>, (least, most): (f64, f64), usual: f64) -> Option<f64> {
    let part = part.map(|part| part.clamp(least, most));
    part.filter(|part| (part - usual).abs() > 1.0e-9)
}

/// Lines from the highest to the lowest point, which stock charts usually have.
fn high_low(lines: Option<LineLook>, kind: PlotKind) -> Option<LineLook> {
    if kind != PlotKind::Stock {
        return lines;
    }
    let none = LineLook {
        none: true,
        ..LineLook::default()
    };
    Some(lines.unwrap_or(none)).filter(|lines| *lines != LineLook::default())
}

/// The line of an element that is one, such as `dropLines`.
pub(super) fn line_of(brush: Brush<'_>, node: Node<'_>) -> LineLook {
    let own = node.child(Ns::Chart, "spPr");
    own.and_then(|own| line(brush, own)).unwrap_or_default()
}

/// The `val` of a child as a number.
pub(super) fn numbered(node: Node<'_>, name: &str) -> Option<f64> {
    number(&value(node, name)?).filter(|number| number.is_finite())
}

/// The `val` of a child that counts in hundredths, with or without a percent sign.
pub(super) fn share(node: Node<'_>, name: &str) -> Option<f64> {
    let percent = |text: &str| number(text.trim_end_matches('%'));
    Some(get(node.child(Ns::Chart, name)?, "val", percent)? / 100.0)
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

/// The text of a title: rich text, or what a cell last held.
pub(in crate::pptx) fn written(title: Node<'_>) -> Option<String> {
    let text = title.child(Ns::Chart, "tx")?;
    if let Some(rich) = text.child(Ns::Chart, "rich") {
        let paragraphs = rich.children().filter(|paragraph| paragraph.is(Ns::A, "p"));
        let lines: Vec<String> = paragraphs.map(words).collect();
        return filled(&lines.join("\n"));
    }
    filled(&chart_series::first_cached(text)?)
}

fn words(paragraph: Node<'_>) -> String {
    let runs = paragraph.children().map(|run| match run.name() {
        "br" => "\n".to_owned(),
        _ => run.child(Ns::A, "t").map(Node::text).unwrap_or_default(),
    });
    runs.collect()
}
