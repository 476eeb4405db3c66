//! The axes of a chart: pairs that cross, the second pair for what is plotted on the other side.

use super::super::color::Colors;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::looks;
use super::write_chart::title;
use crate::model::chart::{Axis, AxisKind, Chart, PlotKind};

/// Sides an axis may stand at (`ST_AxPos`).
const SIDES: &[&str] = &["b", "l", "r", "t"];
/// Marks of an axis (`ST_TickMark`).
const TICKS: &[&str] = &["cross", "in", "none", "out"];
/// Axes are told by numbers; any that differ do.
const FIRST: usize = 111_111_111;

/// Two axes that cross: along, and up.
struct Pair {
    along: Axis,
    up: Axis,
}

/// All axes of a chart.
pub(in super::super) struct Axes {
    pairs: Vec<Pair>,
    series: Option<Axis>,
}

impl Axes {
    /// The axes of a chart in pairs; none for charts that have none.
    pub(in super::super) fn of(chart: &Chart) -> Self {
        let of_kind = |wanted: fn(AxisKind) -> bool| {
            let own = chart.axes.iter().filter(move |axis| wanted(axis.kind));
            own.cloned().collect::<Vec<Axis>>()
        };
        let first = chart
            .plots
            .iter()
            .map(|plot| plot.kind)
            .find(|kind| !kind.is_round());
        let Some(first) = first else {
            return Self {
                pairs: Vec::new(),
                series: None,
            };
        };
        let mut values = of_kind(|kind| kind == AxisKind::Value).into_iter();
        let mut names =
            of_kind(|kind| matches!(kind, AxisKind::Category | AxisKind::Date)).into_iter();
        let numeric = first.is_of_pairs();
        let (below, beside) = if first == PlotKind::Bar {
            ("l", "b")
        } else {
            ("b", "l")
        };
        let mut pairs = Vec::new();
        while pairs.len() < 2 {
            let along = if numeric { values.next() } else { names.next() };
            let up = values.next();
            if along.is_none() && up.is_none() && !pairs.is_empty() {
                break;
            }
            let kind = if numeric {
                AxisKind::Value
            } else {
                AxisKind::Category
            };
            pairs.push(Pair {
                along: along.unwrap_or_else(|| missing(kind, below)),
                up: up.unwrap_or_else(|| missing(AxisKind::Value, beside)),
            });
        }
        if let Some(pair) = pairs
            .first_mut()
            .filter(|pair| numeric && is_upright(&pair.along))
        {
            std::mem::swap(&mut pair.along, &mut pair.up);
        }
        let surface = chart
            .plots
            .iter()
            .any(|plot| plot.kind == PlotKind::Surface);
        let series = of_kind(|kind| kind == AxisKind::Series).into_iter().next();
        Self {
            pairs,
            series: surface.then(|| series.unwrap_or_else(|| missing(AxisKind::Series, "b"))),
        }
    }

    /// The numbers of the axes of a plot.
    pub(in super::super) fn ids(&self, chart: &Chart, plot: usize) -> Vec<usize> {
        let pair = usize::from(self.pairs.len() > 1 && chart.is_second(plot));
        let mut ids = vec![FIRST + 2 * pair, FIRST + 2 * pair + 1];
        if self.series.is_some() {
            ids.push(FIRST + 9);
        }
        ids
    }

    /// Writes them.
    pub(in super::super) fn write(&self, xml: &mut Xml, colors: &Colors<'_>) {
        for (at, pair) in self.pairs.iter().enumerate() {
            let id = FIRST + 2 * at;
            // A second axis stands at the far side, unless it says otherwise.
            let mut up = pair.up.clone();
            if at > 0 && up.crosses.is_none() && up.crosses_at.is_none() {
                up.crosses = Some("max".to_owned());
            }
            axis(xml, colors, &pair.along, (id, id + 1));
            axis(xml, colors, &up, (id + 1, id));
        }
        if let Some(series) = &self.series {
            axis(xml, colors, series, (FIRST + 9, FIRST));
        }
    }
}

/// An axis that the deck does not tell: it is there, since the format wants it, and not seen.
fn missing(kind: AxisKind, side: &str) -> Axis {
    Axis {
        kind,
        position: Some(side.to_owned()),
        hidden: true,
        ..Axis::default()
    }
}

fn is_upright(axis: &Axis) -> bool {
    matches!(axis.position.as_deref(), Some("l" | "r"))
}

fn axis(xml: &mut Xml, colors: &Colors<'_>, axis: &Axis, (id, other): (usize, usize)) {
    let (name, usual) = match axis.kind {
        AxisKind::Category => ("c:catAx", "b"),
        AxisKind::Date => ("c:dateAx", "b"),
        AxisKind::Value => ("c:valAx", "l"),
        AxisKind::Series => ("c:serAx", "b"),
    };
    let side = axis.position.as_deref().and_then(|side| known(SIDES, side));
    xml.open(name);
    xml.value("c:axId", id);
    xml.open("c:scaling");
    if let Some(base) = axis.log.filter(|base| (2.0..=1_000.0).contains(base)) {
        xml.value("c:logBase", base);
    }
    xml.value(
        "c:orientation",
        if axis.reversed { "maxMin" } else { "minMax" },
    );
    for (name, bound) in [("c:max", axis.max), ("c:min", axis.min)] {
        if let Some(bound) = bound.filter(|bound| bound.is_finite()) {
            xml.value(name, bound);
        }
    }
    xml.close("c:scaling");
    xml.value("c:delete", i32::from(axis.hidden));
    xml.value("c:axPos", side.unwrap_or(usual));
    if axis.gridlines {
        let line = axis.grid_line.clone().unwrap_or_default();
        looks::lined(xml, colors, ("c:majorGridlines", &line));
    }
    if let Some(line) = &axis.minor_gridlines {
        looks::lined(xml, colors, ("c:minorGridlines", line));
    }
    if let Some(words) = &axis.title {
        title(xml, colors, words, &axis.title_text);
    }
    if let Some(format) = &axis.format {
        // The general format is what says least; so the values' own may come through.
        xml.tag("c:numFmt")
            .at("formatCode", format)
            .at("sourceLinked", i32::from(format == "General"))
            .empty();
    }
    marks(xml, axis);
    looks::shape(xml, colors, (None, axis.line.as_ref()));
    looks::letters(xml, colors, &axis.text);
    xml.value("c:crossAx", other);
    crossing(xml, axis);
    after(xml, axis);
    xml.close(name);
}

/// Writes the marks of an axis and where its labels stand.
fn marks(xml: &mut Xml, axis: &Axis) {
    let ticks = axis.ticks.as_deref();
    xml.value(
        "c:majorTickMark",
        ticks.and_then(|at| known(TICKS, at)).unwrap_or("out"),
    );
    xml.value("c:minorTickMark", "none");
    xml.value("c:tickLblPos", labels_at(axis));
}

/// Where the labels of an axis stand, as the format says it.
pub(in super::super) fn labels_at(axis: &Axis) -> &str {
    let at = axis.labels_at.as_deref();
    if axis.unlabelled {
        return "none";
    }
    at.and_then(|at| known(&["high", "low"], at))
        .unwrap_or("nextTo")
}

/// Where an axis stands on the other one, as an element of its own.
pub(in super::super) fn crossing(xml: &mut Xml, axis: &Axis) {
    if let Some(at) = axis.crosses_at.filter(|at| at.is_finite()) {
        xml.value("c:crossesAt", at);
        return;
    }
    let at = axis.crosses.as_deref();
    let at = at.and_then(|at| known(&["max", "min"], at));
    xml.value("c:crosses", at.unwrap_or("autoZero"));
}

/// Writes what only axes of one kind have.
fn after(xml: &mut Xml, axis: &Axis) {
    let every = axis.every.filter(|every| *every > 0);
    match axis.kind {
        AxisKind::Date => {
            xml.value("c:auto", 1);
            xml.value("c:lblOffset", 100);
            xml.value("c:baseTimeUnit", "days");
        }
        AxisKind::Category => {
            xml.value("c:auto", 1);
            xml.value("c:lblAlgn", "ctr");
            xml.value("c:lblOffset", 100);
            if let Some(every) = every {
                xml.value("c:tickLblSkip", every);
            }
            xml.value("c:noMultiLvlLbl", 0);
        }
        AxisKind::Value => xml.value(
            "c:crossBetween",
            if axis.at_edges { "midCat" } else { "between" },
        ),
        AxisKind::Series => {}
    }
    if let Some(step) = axis.step.filter(|step| *step > 0.0 && step.is_finite())
        && matches!(axis.kind, AxisKind::Value | AxisKind::Date)
    {
        xml.value("c:majorUnit", step);
    }
}
