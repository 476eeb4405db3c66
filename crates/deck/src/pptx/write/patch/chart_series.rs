//! The series of a chart that changed: which was which, the cells that follow, and what is changed in the part.

use super::cells::{Line, Moved};
use super::chart::{self, Edit};
use super::chart_cache::{self, Kind, Points};
use super::children::Children;
use super::{chart_labels, chart_mark};
use crate::model::chart::{Chart, PlotKind, Point, Series};
use crate::model::color::Color;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::grid::{Columns, head, rows};
use crate::pptx::write::chart::series as written;
use crate::pptx::write::chart::workbook::Cell;
use crate::pptx::write::color;
use crate::pptx::write::xml::{Xml, escape};

/// What fills a shape besides one colour.
const OTHER_FILLS: [&str; 5] = ["noFill", "gradFill", "pattFill", "blipFill", "grpFill"];

/// A series as it was and as it is.
pub(super) struct Pair<'a> {
    /// Where it stands; nowhere yet for a new one.
    node: Option<(Node<'a>, &'a Series)>,
    /// What it is; nothing for one that is gone.
    after: Option<&'a Series>,
    /// The number of its plot.
    pub(super) plot: usize,
    kind: PlotKind,
    /// Which of the series it is, counted through the whole chart; of one that is gone, which would follow it.
    number: usize,
    /// The greatest number that a series of the part has.
    last: usize,
}

/// Which series of a part is which. `None` where the chart became another: of other plots or axes.
pub(super) fn pairs<'a>(
    root: Node<'a>,
    before: &'a Chart,
    after: &'a Chart,
) -> Option<Vec<Pair<'a>>> {
    let chart = root.child(Ns::Chart, "chart")?;
    let nodes = chart::plots(chart);
    let kinds = |chart: &Chart| {
        let plots: Vec<PlotKind> = chart.plots.iter().map(|plot| plot.kind).collect();
        let axes: Vec<_> = chart.axes.iter().map(|axis| axis.kind).collect();
        (plots, axes)
    };
    if kinds(before) != kinds(after)
        || nodes.len() != before.plots.len()
        || chart::axes(chart).len() != before.axes.len()
    {
        return None;
    }
    let numbers = root.descendants(Ns::Chart, "order");
    let numbers = numbers
        .iter()
        .filter_map(|own| own.attribute("val")?.trim().parse().ok());
    let last = numbers.max().unwrap_or(0);
    let mut all = Vec::new();
    for (plot, node) in nodes.into_iter().enumerate() {
        let own: Vec<Node<'_>> = node
            .children()
            .filter(|own| own.is(Ns::Chart, "ser"))
            .collect();
        let (old, new) = (&before.plots[plot].series, &after.plots[plot].series);
        if own.len() != old.len() {
            return None;
        }
        let kind = before.plots[plot].kind;
        let pair = |node, after| Pair {
            node,
            after,
            plot,
            kind,
            number: 0,
            last,
        };
        for (gone, new_one) in matched(old, new) {
            let known = gone.map(|at| (own[at], &old[at]));
            all.push(pair(known, new_one));
        }
    }
    let mut number = 0;
    for pair in &mut all {
        pair.number = number;
        number += usize::from(pair.after.is_some());
    }
    Some(all)
}

/// Which old series is which new one: the same in number where as many are there, else those of the same names, in order.
pub(super) fn matched<'a>(
    old: &[Series],
    new: &'a [Series],
) -> Vec<(Option<usize>, Option<&'a Series>)> {
    if old.len() == new.len() {
        return new
            .iter()
            .enumerate()
            .map(|(at, own)| (Some(at), Some(own)))
            .collect();
    }
    let (mut all, mut next) = (Vec::new(), 0);
    for series in new {
        let mut rest = old.iter().enumerate().skip(next);
        let Some((same, _)) = rest.find(|(_, old)| old.name == series.name) else {
            all.push((None, Some(series)));
            continue;
        };
        all.extend((next..same).map(|gone| (Some(gone), None)));
        all.push((Some(same), Some(series)));
        next = same + 1;
    }
    all.extend((next..old.len()).map(|gone| (Some(gone), None)));
    all
}

/// Points of a series that lie in cells: the elements that may hold them, as they were and as they are.
fn sets<'a>(
    kind: PlotKind,
    before: &'a Series,
    after: &'a Series,
) -> [(&'static [&'static str], Points<'a>, Points<'a>); 5] {
    let (beside, values): (&[&str], &[&str]) = if kind.is_of_pairs() {
        (&["cat", "xVal"], &["yVal"])
    } else {
        (&["cat"], &["val"])
    };
    let words = |own: &'a Series| Points::Words(own.name.as_slice());
    [
        (&["tx"], words(before), words(after)),
        (
            beside,
            Points::Words(&before.categories),
            Points::Words(&after.categories),
        ),
        (
            &["xVal"],
            Points::Numbers(&before.x_values),
            Points::Numbers(&after.x_values),
        ),
        (
            values,
            Points::Numbers(&before.values),
            Points::Numbers(&after.values),
        ),
        (
            &["bubbleSize"],
            Points::Numbers(&before.sizes),
            Points::Numbers(&after.sizes),
        ),
    ]
}

/// The cells that have to follow. `None` where series came or went, or a reference is none that can be followed.
pub(super) fn moved(pairs: &[Pair<'_>]) -> Option<Vec<Moved>> {
    let mut all = Vec::new();
    for pair in pairs {
        let ((node, before), after) = (pair.node?, pair.after?);
        if before.category_groups != after.category_groups {
            return None;
        }
        for (names, old, new) in sets(pair.kind, before, after) {
            let held = chart_cache::held(node, names);
            if old == new || held.is_none_or(|held| chart_cache::formula(held).is_none()) {
                continue;
            }
            let held = held?;
            let line = Line::parse(&chart_cache::formula(held)?.text())?;
            let levels = held.name().starts_with("multi") && old.len() != new.len();
            if line.count() != old.len().max(1) || levels {
                return None;
            }
            let kind = Kind::of(held);
            let mut cells: Vec<Cell> = (0..new.len()).map(|at| new.cell(at, kind)).collect();
            if cells.is_empty() && names == ["tx"] {
                cells.push(Cell::Empty);
            }
            all.push(Moved { line, cells });
        }
    }
    Some(all)
}

/// Changes one series of a plot whose children are `plot`.
pub(super) fn change(
    edit: &mut Edit<'_>,
    plot: &mut Children<'_>,
    (pair, grouping): (&Pair<'_>, Option<&str>),
) {
    match (pair.node, pair.after) {
        (Some((node, _)), None) => edit.splice.replace(node.span(), ""),
        (None, Some(new)) => {
            let place = edit.place(pair.number);
            let mut xml = Xml::default();
            let number = pair.last + 1 + pair.number;
            let own = (new, pair.kind, edit.dated);
            written::write(&mut xml, edit.colors, own, (number, place, grouping));
            plot.add("ser", xml.finish());
        }
        (Some((node, old)), Some(new)) => {
            let mut children = Children::of(node);
            if old != new {
                edit.look(node, &mut children, (old, new), (pair.kind, grouping));
            }
            edit.points(node, &mut children, pair, (old, new));
            let _ = children.make(&mut edit.splice);
        }
        (None, None) => {}
    }
}

impl Edit<'_> {
    /// The columns of a series in the workbook that is written anew.
    fn place(&self, number: usize) -> Columns {
        let known = self.fresh.as_ref().and_then(|all| all.get(number));
        known.copied().unwrap_or(Columns {
            names: 0,
            levels: 0,
            values: number + 1,
            sizes: None,
        })
    }

    fn points(
        &mut self,
        node: Node<'_>,
        children: &mut Children<'_>,
        pair: &Pair<'_>,
        (before, after): (&Series, &Series),
    ) {
        for (names, old, new) in sets(pair.kind, before, after) {
            if names == ["tx"] && new.len() == 0 {
                children.set("tx", "");
                continue;
            }
            let place = self.place(pair.number);
            if names == ["cat"] && self.fresh.is_some() && levelled(before, after) {
                let mut xml = Xml::default();
                written::beside(&mut xml, (after, pair.kind, self.dated), place);
                children.set("cat", xml.finish());
                continue;
            }
            let Some(held) = chart_cache::held(node, names) else {
                missing(children, (names, pair.kind), (old, new));
                continue;
            };
            let count = new.len();
            let formula = match &self.fresh {
                Some(_) => Some(match names {
                    ["tx"] => head(place.values),
                    ["cat" | "xVal", ..] => rows(place.names, count),
                    ["bubbleSize"] => rows(place.sizes.unwrap_or(place.values), count),
                    _ => rows(place.values, count),
                }),
                None if old.len() != count && names != ["tx"] => chart_cache::formula(held)
                    .and_then(|own| Some(Line::parse(&own.text())?.formula(count))),
                None => None,
            };
            let none = old.len() + new.len() == 0;
            if old != new || (formula.is_some() && !none) {
                chart_cache::change(self, held, (old, new), formula);
            }
            if matches!(names, ["val" | "yVal"]) && before.format != after.format {
                chart_cache::format(self, held, after.format.as_deref());
            }
        }
    }

    fn look(
        &mut self,
        node: Node<'_>,
        children: &mut Children<'_>,
        (before, after): (&Series, &Series),
        (kind, grouping): (PlotKind, Option<&str>),
    ) {
        let lines = kind.is_of_lines();
        if before.line != after.line || before.fill != after.fill {
            chart_mark::shape(self, (node, children), (before, after), kind);
        } else if before.color != after.color {
            self.paint(node, children, (after.color.as_ref(), lines));
        }
        if before.points != after.points {
            self.dots(node, children, (&before.points, &after.points), kind);
        }
        chart_mark::rest(self, (node, children), (before, after), kind);
        let labels = |own: &Series| (own.labels, own.label_look.clone(), own.point_labels.clone());
        if labels(before) != labels(after) && kind != PlotKind::Surface {
            chart_labels::change(self, (node, children), (before, after), (kind, grouping));
        }
    }

    fn dots(
        &mut self,
        node: Node<'_>,
        children: &mut Children<'_>,
        (before, after): (&[Point], &[Point]),
        kind: PlotKind,
    ) {
        let number = |own: Node<'_>| {
            let value = own.child(Ns::Chart, "idx")?.attribute("val")?;
            value.trim().parse::<u32>().ok()
        };
        let nodes: Vec<Node<'_>> = node
            .children()
            .filter(|own| own.is(Ns::Chart, "dPt"))
            .collect();
        for old in before
            .iter()
            .filter(|old| !after.iter().any(|new| new.index == old.index))
        {
            let gone = nodes.iter().filter(|own| number(**own) == Some(old.index));
            gone.for_each(|own| self.splice.replace(own.span(), ""));
        }
        for new in after.iter().filter(|new| !before.contains(new)) {
            if let Some(own) = nodes.iter().find(|own| number(**own) == Some(new.index)) {
                let old = before.iter().find(|old| old.index == new.index);
                let mut inside = Children::of(*own);
                if old.is_none_or(|old| old.color != new.color) {
                    self.paint(*own, &mut inside, (new.color.as_ref(), kind.is_of_lines()));
                }
                chart_mark::explosion(&mut inside, new.explosion.filter(|_| kind.is_round()));
                let _ = inside.make(&mut self.splice);
                continue;
            }
            let mut xml = Xml::default();
            written::point_of(&mut xml, self.colors, new, kind);
            children.add("dPt", xml.finish());
        }
    }

    /// Gives a series or a point another colour, where it has its colour from.
    fn paint(
        &mut self,
        node: Node<'_>,
        children: &mut Children<'_>,
        (color, lines): (Option<&Color>, bool),
    ) {
        let Some(own) = node.child(Ns::Chart, "spPr") else {
            if let Some(color) = color {
                let mut xml = Xml::default();
                written::paint(&mut xml, self.colors, color, lines);
                children.set("spPr", xml.finish());
            }
            return;
        };
        let line = own.child(Ns::A, "ln");
        let solid = |node: Node<'_>| node.child(Ns::A, "solidFill").map(Node::span);
        // Where a colour is read from first is where it is changed.
        let places = [
            line.filter(|_| lines).and_then(solid),
            solid(own),
            own.child(Ns::A, "gradFill").map(Node::span),
        ];
        let Some(color) = color else {
            places
                .into_iter()
                .flatten()
                .for_each(|place| self.splice.replace(place, ""));
            return;
        };
        let mut xml = Xml::default();
        color::solid(&mut xml, self.colors, color);
        let fill = xml.finish();
        if let Some(place) = places.into_iter().flatten().next() {
            // Marks of the same colour follow.
            let old = self
                .source
                .get(place.clone())
                .unwrap_or_default()
                .to_owned();
            let marks = node.child(Ns::Chart, "marker");
            let marks = marks.map(|marks| marks.descendants(Ns::A, "solidFill"));
            for mark in marks.into_iter().flatten() {
                if self.source.get(mark.span()) == Some(old.as_str()) {
                    self.splice.replace(mark.span(), fill.clone());
                }
            }
            self.splice.replace(place, fill);
            return;
        }
        let mut inside = Children::of(line.filter(|_| lines).unwrap_or(own));
        if lines && line.is_none() {
            inside.set("ln", format!("<a:ln>{fill}</a:ln>"));
        } else {
            for name in OTHER_FILLS {
                inside.set(name, "");
            }
            inside.set("solidFill", fill);
        }
        let _ = inside.make(&mut self.splice);
    }
}

/// Whether a series has or had names of several levels, which are written as a whole.
fn levelled(before: &Series, after: &Series) -> bool {
    !before.category_groups.is_empty() || !after.category_groups.is_empty()
}

/// Points that the part has no place for yet.
fn missing(
    children: &mut Children<'_>,
    (names, kind): (&[&'static str], PlotKind),
    (old, new): (Points<'_>, Points<'_>),
) {
    let Some(name) = names.last().filter(|_| old != new && new.len() > 0) else {
        return;
    };
    if kind == PlotKind::Bubble || *name != "bubbleSize" {
        children.set(name, new.literal(name));
    }
}

impl Points<'_> {
    /// Points written out, without a cell they come from.
    fn literal(&self, name: &str) -> String {
        let mut out = String::new();
        let Points::Words([only]) = self else {
            return chart_cache::literal(name, self);
        };
        if name != "tx" {
            return chart_cache::literal(name, self);
        }
        escape(&mut out, only, false);
        format!("<c:tx><c:v>{out}</c:v></c:tx>")
    }
}
