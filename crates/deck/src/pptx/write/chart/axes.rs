//! The axes of a chart: pairs that cross, the second pair for what is plotted on the other side.

use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::write_chart::title;
use crate::model::chart::{Axis, AxisKind, Chart, PlotKind};

/// Sides an axis may stand at (`ST_AxPos`).
const SIDES: &[&str] = &["b", "l", "r", "t"];
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
        let crossed = |kind: PlotKind| !matches!(kind, PlotKind::Pie | PlotKind::Doughnut);
        let of_kind = |wanted: fn(AxisKind) -> bool| {
            let own = chart.axes.iter().filter(move |axis| wanted(axis.kind));
            own.cloned().collect::<Vec<Axis>>()
        };
        let first = chart
            .plots
            .iter()
            .map(|plot| plot.kind)
            .find(|kind| crossed(*kind));
        let Some(first) = first else {
            return Self {
                pairs: Vec::new(),
                series: None,
            };
        };
        let mut values = of_kind(|kind| kind == AxisKind::Value).into_iter();
        let mut names =
            of_kind(|kind| matches!(kind, AxisKind::Category | AxisKind::Date)).into_iter();
        let numeric = matches!(first, PlotKind::Scatter | PlotKind::Bubble);
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

    /// The numbers of the axes of a plot: the last of several plots is on the second pair, where there is one.
    pub(in super::super) fn ids(&self, plot: usize, plots: usize) -> Vec<usize> {
        let pair = usize::from(self.pairs.len() > 1 && plots > 1 && plot + 1 == plots);
        let mut ids = vec![FIRST + 2 * pair, FIRST + 2 * pair + 1];
        if self.series.is_some() {
            ids.push(FIRST + 9);
        }
        ids
    }

    /// Writes them.
    pub(in super::super) fn write(&self, xml: &mut Xml) {
        for (at, pair) in self.pairs.iter().enumerate() {
            let id = FIRST + 2 * at;
            let crosses = if at > 0 { "max" } else { "autoZero" };
            axis(xml, &pair.along, (id, id + 1), "autoZero");
            axis(xml, &pair.up, (id + 1, id), crosses);
        }
        if let Some(series) = &self.series {
            axis(xml, series, (FIRST + 9, FIRST), "autoZero");
        }
    }
}

/// An axis that the deck does not tell: it is there, since the format wants it, and not seen.
fn missing(kind: AxisKind, side: &str) -> Axis {
    Axis {
        kind,
        title: None,
        min: None,
        max: None,
        position: Some(side.to_owned()),
        hidden: true,
        unlabelled: false,
        gridlines: false,
        format: None,
    }
}

fn is_upright(axis: &Axis) -> bool {
    matches!(axis.position.as_deref(), Some("l" | "r"))
}

fn axis(xml: &mut Xml, axis: &Axis, (id, other): (usize, usize), crosses: &str) {
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
    xml.value("c:orientation", "minMax");
    for (name, bound) in [("c:max", axis.max), ("c:min", axis.min)] {
        if let Some(bound) = bound.filter(|bound| bound.is_finite()) {
            xml.value(name, bound);
        }
    }
    xml.close("c:scaling");
    xml.value("c:delete", i32::from(axis.hidden));
    xml.value("c:axPos", side.unwrap_or(usual));
    if axis.gridlines {
        xml.empty("c:majorGridlines");
    }
    if let Some(words) = &axis.title {
        title(xml, words, None);
    }
    if let Some(format) = &axis.format {
        // The general format is what says least; so the values' own may come through.
        xml.tag("c:numFmt")
            .at("formatCode", format)
            .at("sourceLinked", i32::from(format == "General"))
            .empty();
    }
    xml.value("c:majorTickMark", "out");
    xml.value("c:minorTickMark", "none");
    xml.value(
        "c:tickLblPos",
        if axis.unlabelled { "none" } else { "nextTo" },
    );
    xml.value("c:crossAx", other);
    xml.value("c:crosses", crosses);
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
            xml.value("c:noMultiLvlLbl", 0);
        }
        AxisKind::Value => xml.value("c:crossBetween", "between"),
        AxisKind::Series => {}
    }
    xml.close(name);
}
