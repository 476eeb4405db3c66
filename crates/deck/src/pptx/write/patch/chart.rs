//! Charts that changed: values, names, titles and colours are changed where they stand, so that everything else a chart
//! looks like stays, and the workbook behind it follows.

use std::collections::BTreeMap;

use super::cells::{self, Moved};
use super::chart_series::{self, Pair};
use super::children::Children;
use super::source::Files;
use super::splice::{Splice, start_tag};
use super::{chart_axis, chart_kind, chart_look, chart_plot, chart_words};
use crate::error::WriteError;
use crate::model::chart::{Chart, Plot, PlotKind};
use crate::model::element::{Content, Element};
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};
use crate::pptx::write::book::Book;
use crate::pptx::write::chart::grid::{Columns, columns, is_dated};
use crate::pptx::write::chart::workbook::{self, workbook};
use crate::pptx::write::chart::write_chart::{self, LEGENDS, data, whole};
use crate::pptx::write::color::Colors;
use crate::pptx::write::relationships::Rels;
use crate::pptx::write::vocabulary::known;
use crate::pptx::write::xml::Xml;

/// What must be declared for generated XML to mean what it says.
const DECLARED: [&str; 2] = [
    "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"",
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"",
];

/// A chart while it is changed.
pub(super) struct Edit<'a> {
    /// The part as it was.
    pub(super) source: &'a str,
    /// What is to be changed.
    pub(super) splice: Splice,
    /// What its colours are named by.
    pub(super) colors: &'a Colors<'a>,
    /// The columns of all series in a workbook written anew; none where the one there is holds.
    pub(super) fresh: Option<Vec<Columns>>,
    /// Whether names stand on an axis of days.
    pub(super) dated: bool,
}

/// The parts of the charts among the elements of a tree, by element; without those that several elements show.
pub(super) fn parts(
    container: Node<'_>,
    elements: &[Element],
    rels: &Relationships,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    find((container, elements, rels), &mut found, &mut owners);
    found.retain(|_, part: &mut String| owners.get(part) == Some(&1));
    found
}

fn find(
    (container, elements, rels): (Node<'_>, &[Element], &Relationships),
    found: &mut BTreeMap<String, String>,
    owners: &mut BTreeMap<String, usize>,
) {
    let nodes = super::element::nodes(container);
    if nodes.len() != elements.len() {
        return;
    }
    for (node, element) in nodes.into_iter().zip(elements) {
        if let Content::Group { elements } = &element.content {
            find((node, elements, rels), found, owners);
        }
        if !matches!(element.content, Content::Chart { .. }) {
            continue;
        }
        let shown = node.descendants(Ns::Chart, "chart");
        let id = shown.first().and_then(|own| own.attribute_of(Ns::R, "id"));
        if let Some(part) = id.and_then(|id| rels.part(&id)) {
            found.insert(element.id.clone(), part.to_owned());
            *owners.entry(part.to_owned()).or_default() += 1;
        }
    }
}

/// The charts among elements, by the element's id.
pub(super) fn gather<'a>(elements: &'a [Element], found: &mut BTreeMap<&'a str, &'a Chart>) {
    for element in elements {
        if let Content::Chart { chart } = &element.content {
            found.insert(&element.id, chart);
        } else if let Content::Group { elements } = &element.content {
            gather(elements, found);
        }
    }
}

/// Changes the chart in a part from what it was to what it is.
pub(super) fn patch(
    book: &mut Book<'_>,
    files: &mut Files,
    (part, colors): (&str, &Colors<'_>),
    (before, after): (&Chart, &Chart),
) -> Result<(), WriteError> {
    let document = files.xml(part).filter(declares);
    let pairs = document
        .as_ref()
        .and_then(|document| chart_series::pairs(document.root(), before, after));
    let (Some(document), Some(pairs)) = (&document, pairs) else {
        if let Some(document) = &document
            && become_another(book, files, (part, colors, document), (before, after))?
        {
            return Ok(());
        }
        let id = new_workbook(book, files, part, after)?;
        let xml = whole(colors, after, &id);
        files.set(part, xml.into_bytes());
        return Ok(());
    };
    let moved = chart_series::moved(&pairs);
    let old = behind(files, part, document);
    let follows = match (&moved, &old) {
        (Some(moved), _) if moved.is_empty() => true,
        (Some(moved), Some(old)) => follow(files, old, moved),
        _ => false,
    };
    let mut edit = Edit {
        source: document.source(),
        splice: Splice::default(),
        colors,
        fresh: (!follows).then(|| columns(after)),
        dated: is_dated(after),
    };
    if !follows {
        renew(book, files, (part, document), (after, old), &mut edit)?;
    }
    edit.all(document, &pairs, (before, after));
    let text = edit.splice.apply(document.source());
    files.set(part, text.into_bytes());
    Ok(())
}

/// Changes a chart into one of another kind that looks as it did where it can. `false` where the part is not made so.
fn become_another(
    book: &mut Book<'_>,
    files: &mut Files,
    (part, colors, document): (&str, &Colors<'_>, &Document),
    (before, after): (&Chart, &Chart),
) -> Result<bool, WriteError> {
    let old = behind(files, part, document);
    let holds = old.is_some() && chart_kind::holds(before, after);
    let mut edit = Edit {
        source: document.source(),
        splice: Splice::default(),
        colors,
        fresh: (!holds).then(|| columns(after)),
        dated: is_dated(after),
    };
    if chart_kind::change(&mut edit, document.root(), (before, after)).is_none() {
        return Ok(false);
    }
    if !holds {
        renew(book, files, (part, document), (after, old), &mut edit)?;
    }
    let text = edit.splice.apply(document.source());
    files.set(part, text.into_bytes());
    Ok(true)
}

/// Whether the prefixes of generated XML mean in a part what they mean here.
fn declares(document: &Document) -> bool {
    let source = document.source();
    let tag = source.get(start_tag(source, document.root()));
    let tag = tag.unwrap_or_default().replace('\'', "\"");
    DECLARED.iter().all(|declared| tag.contains(declared))
}

/// The workbook inside of the package, in a format that can be changed.
fn behind(files: &Files, part: &str, document: &Document) -> Option<String> {
    let data = document.root().child(Ns::Chart, "externalData")?;
    let id = data.attribute_of(Ns::R, "id")?;
    let rels = files.relationships(part);
    let name = files.name(rels.part(&id)?)?;
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    (ending == "xlsx").then(|| name.to_owned())
}

/// Changes cells of a workbook. `false` where that is not simple.
fn follow(files: &mut Files, workbook: &str, moved: &[Moved]) -> bool {
    let bytes = files.bytes(workbook);
    let new = bytes.and_then(|bytes| cells::changed(&bytes, moved));
    let done = new.is_some();
    if let Some(new) = new {
        files.set(workbook, new);
    }
    done
}

/// Writes the workbook of a chart anew, in the place of the one that was there.
fn renew(
    book: &mut Book<'_>,
    files: &mut Files,
    (part, document): (&str, &Document),
    (chart, old): (&Chart, Option<String>),
    edit: &mut Edit<'_>,
) -> Result<(), WriteError> {
    if let Some(old) = old {
        files.set(&old, workbook(chart)?);
        return Ok(());
    }
    let id = new_workbook(book, files, part, chart)?;
    let mut xml = Xml::default();
    data(&mut xml, &id);
    let mut children = Children::of(document.root());
    children.set("externalData", xml.finish());
    // The order of a chart's children is known.
    let _ = children.make(&mut edit.splice);
    Ok(())
}

/// Adds a workbook to the package and gives the relationship to it.
fn new_workbook(
    book: &mut Book<'_>,
    files: &mut Files,
    part: &str,
    chart: &Chart,
) -> Result<String, WriteError> {
    let mut name = format!("ppt/embeddings/workbook{}.xlsx", book.next_chart());
    while files.name(&name).is_some() {
        name = format!("ppt/embeddings/workbook{}.xlsx", book.next_chart());
    }
    let bytes = workbook(chart)?;
    book.add_file(&name, ("xlsx", workbook::KIND), bytes);
    let mut rels = Rels::after(files.next_relationship(part));
    let id = rels.part("package", &name);
    files
        .relate(part, &rels)
        .ok_or_else(|| WriteError::Invalid {
            detail: format!("the relationships of `{part}` cannot be added to"),
        })?;
    Ok(id)
}

impl Edit<'_> {
    fn all(&mut self, document: &Document, pairs: &[Pair<'_>], (before, after): (&Chart, &Chart)) {
        let root = document.root();
        let Some(chart) = root.child(Ns::Chart, "chart") else {
            return;
        };
        self.around(root, chart, (before, after));
        let nodes = plots(chart);
        for (at, node) in nodes.iter().enumerate() {
            self.plot(*node, (&before.plots[at], &after.plots[at]), (at, pairs));
        }
        for (node, (old, new)) in axes(chart).iter().zip(before.axes.iter().zip(&after.axes)) {
            if old != new {
                chart_axis::change(self, *node, (old, new));
            }
        }
    }

    /// Changes what stands around plots and axes.
    pub(super) fn around(
        &mut self,
        root: Node<'_>,
        chart: Node<'_>,
        (before, after): (&Chart, &Chart),
    ) {
        let mut children = Children::of(chart);
        chart_words::title_of(self, (chart, &mut children), (before, after));
        self.legend(chart, &mut children, (before, after));
        if before.blanks != after.blanks {
            children.value("dispBlanksAs", write_chart::blanks(after));
        }
        let _ = children.make(&mut self.splice);
        self.looks(root, (before, after));
    }

    pub(super) fn legend(
        &mut self,
        chart: Node<'_>,
        children: &mut Children<'_>,
        (before, after): (&Chart, &Chart),
    ) {
        let Some(side) = &after.legend else {
            children.set("legend", "");
            return;
        };
        let Some(old) = chart.child(Ns::Chart, "legend") else {
            let mut xml = Xml::default();
            write_chart::legend(&mut xml, self.colors, after);
            children.set("legend", xml.finish());
            return;
        };
        let mut own = Children::of(old);
        if before.legend != after.legend {
            own.value("legendPos", known(LEGENDS, side).unwrap_or("r"));
        }
        if before.legend_place != after.legend_place {
            chart_look::place(&mut own, after.legend_place.as_ref());
        }
        if before.legend_over != after.legend_over {
            own.value("overlay", i32::from(after.legend_over));
        }
        if before.legend_without != after.legend_without {
            let mut xml = Xml::default();
            write_chart::without(&mut xml, &after.legend_without);
            own.set("legendEntry", xml.finish());
        }
        let texts = (&before.legend_text, &after.legend_text);
        chart_look::letters(self, (old, &mut own), texts);
        let _ = own.make(&mut self.splice);
    }

    /// Changes what the whole of a chart looks like, and the area of its plots.
    pub(super) fn looks(&mut self, root: Node<'_>, (before, after): (&Chart, &Chart)) {
        let mut space = Children::of(root);
        if before.style != after.style {
            let style = after.style.filter(|style| (1..=48).contains(style));
            space.value("style", style.unwrap_or(2));
        }
        chart_look::shape(
            self,
            (root, &mut space),
            (before.fill.as_ref(), before.line.as_ref()),
            (after.fill.as_ref(), after.line.as_ref()),
        );
        let texts = (write_chart::text(before), write_chart::text(after));
        chart_look::letters(self, (root, &mut space), (&texts.0, &texts.1));
        let _ = space.make(&mut self.splice);
        let chart = root.child(Ns::Chart, "chart");
        let Some(area) = chart.and_then(|chart| chart.child(Ns::Chart, "plotArea")) else {
            return;
        };
        let mut children = Children::of(area);
        if before.plot_place != after.plot_place {
            chart_look::place(&mut children, after.plot_place.as_ref());
        }
        chart_look::shape(
            self,
            (area, &mut children),
            (before.plot_fill.as_ref(), before.plot_line.as_ref()),
            (after.plot_fill.as_ref(), after.plot_line.as_ref()),
        );
        let _ = children.make(&mut self.splice);
    }

    fn plot(
        &mut self,
        node: Node<'_>,
        (before, after): (&Plot, &Plot),
        (at, pairs): (usize, &[Pair<'_>]),
    ) {
        let mut children = Children::of(node);
        let bars = matches!(after.kind, PlotKind::Bar | PlotKind::Column);
        if before.grouping != after.grouping {
            match &after.grouping {
                Some(grouping) => children.value("grouping", grouping),
                None => children.set("grouping", ""),
            }
            if bars && node.name() == "barChart" && before.overlap == after.overlap {
                match after.grouping.as_deref() {
                    Some("stacked" | "percentStacked") => children.value("overlap", 100),
                    _ => children.set("overlap", ""),
                }
            }
        }
        chart_plot::change(self, &mut children, (before, after));
        for pair in pairs.iter().filter(|own| own.plot == at) {
            let grouping = after.grouping.as_deref();
            chart_series::change(self, &mut children, (pair, grouping));
        }
        let _ = children.make(&mut self.splice);
    }
}

/// The plots of a chart.
pub(super) fn plots(chart: Node<'_>) -> Vec<Node<'_>> {
    let area = chart.child(Ns::Chart, "plotArea");
    let own = area.into_iter().flat_map(Node::children);
    own.filter(|own| own.ns() == Ns::Chart && own.name().ends_with("Chart"))
        .collect()
}

/// The axes of a chart.
pub(super) fn axes(chart: Node<'_>) -> Vec<Node<'_>> {
    let area = chart.child(Ns::Chart, "plotArea");
    let own = area.into_iter().flat_map(Node::children);
    own.filter(|own| own.ns() == Ns::Chart && own.name().ends_with("Ax"))
        .collect()
}
