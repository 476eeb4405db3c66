//! Charts that became another kind: plots and axes are written anew, in the look that the old ones had as far as it means
//! something there; all else stays.

use super::chart::{Edit, axes, plots};
use super::chart_series::matched;
use super::children::Children;
use super::splice::{Splice, start_tag};
use crate::model::chart::{Axis, AxisKind, Chart, PlotKind, Series};
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};
use crate::pptx::write::chart::axes::Axes;
use crate::pptx::write::chart::grid::{columns, is_dated};
use crate::pptx::write::chart::{plot, trends};
use crate::pptx::write::xml::Xml;

/// How deep the XML of plots may lie.
const DEPTH: usize = 64;
/// What only charts with depth have.
const DEEP: [&str; 4] = ["view3D", "floor", "sideWall", "backWall"];
/// What holds the points of a series.
const POINTS: [&str; 6] = ["tx", "cat", "xVal", "val", "yVal", "bubbleSize"];
/// Where labels stand differs from kind to kind, and so do the lines to them.
const OF_ONE_KIND: [&str; 4] = ["dLblPos", "showLeaderLines", "leaderLines", "extLst"];

/// Whether the cells behind a chart hold what they held, for series that take them alike.
pub(super) fn holds(before: &Chart, after: &Chart) -> bool {
    let data = |chart: &Chart| -> Vec<(bool, Series)> {
        let series = chart
            .plots
            .iter()
            .flat_map(|plot| plot.series.iter().map(|own| (plot.kind.is_of_pairs(), own)));
        series.map(|(pairs, own)| (pairs, own.bare())).collect()
    };
    data(before) == data(after)
}

/// Changes a chart in its part. `None` where the part is not made as charts are.
pub(super) fn change(
    edit: &mut Edit<'_>,
    root: Node<'_>,
    (before, after): (&Chart, &Chart),
) -> Option<()> {
    let chart = root.child(Ns::Chart, "chart")?;
    let (plots, axes) = (plots(chart), axes(chart));
    if plots.len() != before.plots.len() || axes.len() != before.axes.len() {
        return None;
    }
    let start = plots.first()?.span().start;
    let ends = plots.iter().chain(&axes).map(|node| node.span().end);
    let end = ends.max()?;
    let written = Fragment::of(edit, after)?;
    let text = written.dressed((&plots, &axes), (before, after))?;
    edit.splice.replace(start..end, text);
    edit.around(root, chart, (before, after));
    let mut children = Children::of(chart);
    if plots.iter().any(|plot| plot.name().contains("3D")) {
        for name in DEEP {
            children.set(name, "");
        }
    }
    let _ = children.make(&mut edit.splice);
    Some(())
}

/// The plots and axes of a chart as they are written anew.
struct Fragment {
    document: Document,
    /// Whether its points stay in the cells that they are in.
    holds: bool,
}

impl Fragment {
    fn of(edit: &Edit<'_>, chart: &Chart) -> Option<Self> {
        let mut xml = Xml::default();
        xml.tag("x")
            .at(
                "xmlns:c",
                "http://schemas.openxmlformats.org/drawingml/2006/chart",
            )
            .at(
                "xmlns:a",
                "http://schemas.openxmlformats.org/drawingml/2006/main",
            )
            .open();
        let axes = Axes::of(chart);
        let (columns, dated) = (columns(chart), is_dated(chart));
        let mut order = 0;
        for (at, own) in chart.plots.iter().enumerate() {
            let ids = axes.ids(chart, at);
            let places = (columns.as_slice(), dated);
            plot::write(&mut xml, edit.colors, (own, ids), places, &mut order);
        }
        axes.write(&mut xml, edit.colors);
        xml.close("x");
        Some(Self {
            document: Document::parse("a chart", xml.finish().as_bytes(), DEPTH).ok()?,
            holds: edit.fresh.is_none(),
        })
    }

    /// Its text, with what can be kept of the old nodes put in.
    fn dressed(
        &self,
        (plots, axes): (&[Node<'_>], &[Node<'_>]),
        (before, after): (&Chart, &Chart),
    ) -> Option<String> {
        let mut splice = Splice::default();
        let root = self.document.root();
        let is_series = |node: &Node<'_>| node.is(Ns::Chart, "ser");
        let old: Vec<Node<'_>> = plots.iter().flat_map(|plot| plot.children()).collect();
        let old: Vec<Node<'_>> = old.into_iter().filter(is_series).collect();
        let new: Vec<Node<'_>> = root.children().flat_map(Node::children).collect();
        let new: Vec<Node<'_>> = new.into_iter().filter(is_series).collect();
        let (were, are) = (flat(before), flat(after));
        if old.len() != were.len() || new.len() != are.len() {
            return None;
        }
        let plain = |all: &[(Series, PlotKind)]| -> Vec<Series> {
            all.iter().map(|(own, _)| own.clone()).collect()
        };
        let (names, now) = (plain(&were), plain(&are));
        let known = matched(&names, &now).into_iter();
        let known = known.filter_map(|(from, series)| series.map(|_| from));
        for (to, from) in known.enumerate() {
            if let Some(from) = from {
                let kept = self.series(old[from], (&were[from], &are[to]));
                put(new[to], kept, &mut splice)?;
            }
        }
        for (at, node) in axes.iter().enumerate() {
            let own = &before.axes[at];
            let turn = before.axes[..at]
                .iter()
                .filter(|axis| axis.kind == own.kind);
            let turn = turn.count();
            let mut models = after.axes.iter().filter(|axis| axis.kind == own.kind);
            let mut written = root
                .children()
                .filter(|axis| axis.name() == named(own.kind));
            if let (Some(model), Some(place)) = (models.nth(turn), written.nth(turn)) {
                put(place, axis(*node, own, model), &mut splice)?;
            }
        }
        let source = self.document.source();
        let inner = start_tag(source, root).end;
        let text = splice.apply(source);
        let text = text.get(inner..)?.trim_end();
        Some(text.strip_suffix("</x>")?.to_owned())
    }

    /// What a series keeps.
    fn series(
        &self,
        old: Node<'_>,
        ((before, from), (after, to)): (&(Series, PlotKind), &(Series, PlotKind)),
    ) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        let mut keep = |name: &'static str, when: bool| {
            if let Some(own) = old.child(Ns::Chart, name).filter(|_| when) {
                kept.push((name, raw(own)));
            }
        };
        for name in POINTS {
            keep(name, self.holds);
        }
        let alike = from.is_of_lines() == to.is_of_lines();
        let look = |own: &Series| (own.color.clone(), own.fill.clone(), own.line.clone());
        let colored = before.color == after.color;
        keep("spPr", alike && look(before) == look(after));
        let marked = to.is_of_lines() && colored && before.marker == after.marker;
        keep("marker", alike && marked);
        let fit = trends::fit(*from) && trends::fit(*to);
        keep("trendline", fit && before.trends == after.trends);
        let way = from.is_of_pairs() == to.is_of_pairs();
        keep("errBars", fit && way && before.errors == after.errors);
        if before.labels == after.labels
            && before.label_look == after.label_look
            && before.point_labels == after.point_labels
            && *to != PlotKind::Surface
            && let Some(labels) = old.child(Ns::Chart, "dLbls")
        {
            kept.push(("dLbls", anywhere(labels)));
        }
        kept
    }
}

/// All series of a chart with the kind of their plot.
fn flat(chart: &Chart) -> Vec<(Series, PlotKind)> {
    let plots = chart.plots.iter();
    let series = plots.flat_map(|plot| plot.series.iter().map(|own| (own.clone(), plot.kind)));
    series.collect()
}

fn named(kind: AxisKind) -> &'static str {
    match kind {
        AxisKind::Category => "catAx",
        AxisKind::Date => "dateAx",
        AxisKind::Value => "valAx",
        AxisKind::Series => "serAx",
    }
}

/// What an axis keeps: all that its model does not tell otherwise.
fn axis(old: Node<'_>, before: &Axis, after: &Axis) -> Vec<(&'static str, String)> {
    let scaling = |axis: &Axis| (axis.min, axis.max, axis.log, axis.reversed);
    let lines = |axis: &Axis| (axis.gridlines, axis.grid_line.clone());
    let labels = |axis: &Axis| (axis.unlabelled, axis.labels_at.clone());
    let values = before.kind == AxisKind::Value;
    let titled = before.title == after.title && before.title_text == after.title_text;
    let named = [
        ("scaling", scaling(before) == scaling(after)),
        ("majorGridlines", lines(before) == lines(after)),
        (
            "minorGridlines",
            before.minor_gridlines == after.minor_gridlines,
        ),
        ("title", titled),
        ("numFmt", before.format == after.format),
        ("majorTickMark", before.ticks == after.ticks),
        ("minorTickMark", true),
        ("tickLblPos", labels(before) == labels(after)),
        ("spPr", before.line == after.line),
        ("txPr", before.text == after.text),
        ("majorUnit", values && before.step == after.step),
        ("minorUnit", values),
        ("dispUnits", values),
    ];
    let kept = named.into_iter().filter(|(_, keeps)| *keeps);
    kept.filter_map(|(name, _)| Some((name, raw(old.child(Ns::Chart, name)?))))
        .collect()
}

/// Puts what is kept in the place of what was written anew.
fn put(node: Node<'_>, kept: Vec<(&'static str, String)>, splice: &mut Splice) -> Option<()> {
    let mut children = Children::of(node);
    for (name, xml) in kept {
        children.set(name, xml);
    }
    children.make(splice)
}

fn raw(node: Node<'_>) -> String {
    node.source()
        .get(node.span())
        .unwrap_or_default()
        .to_owned()
}

/// Labels without what only some kinds of plots allow.
fn anywhere(labels: Node<'_>) -> String {
    let start = labels.span().start;
    let mut splice = Splice::default();
    for name in OF_ONE_KIND {
        for own in labels.descendants(Ns::Chart, name) {
            let span = own.span();
            splice.replace(span.start - start..span.end - start, "");
        }
    }
    splice.apply(&raw(labels))
}
