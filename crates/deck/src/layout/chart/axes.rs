//! Plots with axes: which axis measures what, and the order in which all is drawn.

use super::canvas::Canvas;
use super::dates::Days;
use super::look::float;
use super::plane::Plane;
use super::room::{self, Along, Parts};
use super::scale::{self, Range};
use super::{axis, grid, marks, numbers};
use crate::model::chart::{Axis, AxisKind, Chart, Plot, PlotKind};

/// What the axes of a chart are.
#[derive(Clone, Copy)]
pub(super) struct Axes<'c> {
    pub(super) value: Option<&'c Axis>,
    pub(super) second: Option<&'c Axis>,
    pub(super) along: Option<&'c Axis>,
    pub(super) pairs: bool,
}

impl<'c> Axes<'c> {
    fn of(chart: &'c Chart) -> Self {
        let axes = &chart.axes;
        let pairs = chart
            .plots
            .first()
            .is_some_and(|plot| plot.kind.is_of_pairs());
        let lies = |axis: &&Axis| matches!(axis.position.as_deref(), Some("b" | "t"));
        let values = || axes.iter().filter(|axis| axis.kind == AxisKind::Value);
        let names = || {
            axes.iter()
                .find(|axis| matches!(axis.kind, AxisKind::Category | AxisKind::Date))
        };
        if pairs {
            return Self {
                value: values().find(|axis| !lies(axis)),
                second: None,
                along: values().find(lies),
                pairs,
            };
        }
        let second = (0..chart.plots.len()).any(|at| chart.is_second(at));
        Self {
            value: values().next(),
            second: values().nth(1).filter(|_| second),
            along: names(),
            pairs,
        }
    }
}

/// A value with how it is written.
pub(super) type Tick = (f64, String);

/// Draws axes and what they measure into a box, which is the area between the axes alone where it is `inner`.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, place: [f64; 4], inner: bool) {
    let chart = canvas.chart;
    let axes = Axes::of(chart);
    let second = |at: usize| axes.second.is_some() && chart.is_second(at);
    let of = |wanted: bool| -> Vec<(usize, &Plot)> {
        let plots = chart.plots.iter().enumerate();
        plots.filter(|(at, _)| second(*at) == wanted).collect()
    };
    let (first, later) = (of(false), of(true));
    let days = days(chart, &axes);
    let sideways = first.iter().any(|(_, plot)| plot.kind == PlotKind::Bar);
    let most = steps(canvas, place, (sideways, &axes));
    let range = measured(&first, axes.value, most.0);
    let other = axes
        .pairs
        .then(|| Range::of(marks::x_reach(&first), axes.along, most.1));
    let mut plane = Plane {
        place,
        range,
        other,
        sideways,
        slots: days
            .as_ref()
            .map_or(scale::length(&chart.plots), |days| days.slots)
            .max(1),
        spots: days.as_ref().map(|days| days.spots.as_slice()),
        edges: edges(chart, axes.value),
        reversed: axes.value.is_some_and(|axis| axis.reversed),
        backwards: axes.along.is_some_and(|axis| axis.reversed),
        base: crossed(axes.along, range),
    };
    let ticks = ticks(range, axes.value, &first);
    let far = axes.second.map(|axis| {
        let range = measured(&later, Some(axis), most.0);
        (range, self::ticks(range, Some(axis), &later))
    });
    let parts = Parts {
        axes,
        ticks: &ticks,
        far: far.as_ref().map(|(_, ticks)| ticks.as_slice()),
        days: days.as_ref(),
        outer: place,
    };
    let along = room::settle(canvas, &mut plane, &parts, inner);
    canvas.area(
        plane.place,
        chart.plot_fill.as_ref(),
        chart.plot_line.as_ref(),
    );
    grid::draw(canvas, &plane, &axes);
    let other_plane = far.as_ref().map(|(range, _)| Plane {
        range: *range,
        reversed: axes.second.is_some_and(|axis| axis.reversed),
        base: 0.0_f64.clamp(range.low, range.high),
        ..plane
    });
    plotted(canvas, (&plane, &first));
    if let Some(plane) = &other_plane {
        plotted(canvas, (plane, &later));
    }
    drawn(canvas, (&plane, other_plane.as_ref()), &parts, &along);
}

/// Draws the marks of plots.
fn plotted(canvas: &mut Canvas<'_, '_>, (plane, plots): (&Plane<'_>, &[(usize, &Plot)])) {
    let all = &canvas.chart.plots;
    let total = all.iter().map(|plot| plot.series.len()).sum();
    for (at, plot) in plots {
        let before = all.iter().take(*at).map(|plot| plot.series.len()).sum();
        marks::draw(canvas, plot, plane, (before, total));
    }
}

/// Draws the axes themselves, above what they measure.
fn drawn(
    canvas: &mut Canvas<'_, '_>,
    (plane, far): (&Plane<'_>, Option<&Plane<'_>>),
    parts: &Parts<'_>,
    along: &Along,
) {
    axis::values(canvas, plane, (parts.axes.value, parts.ticks), false);
    axis::along(canvas, plane, parts.axes.along, along);
    if let (Some(far), Some(ticks)) = (far, parts.far) {
        axis::values(canvas, far, (parts.axes.second, ticks), true);
    }
    axis::titles(canvas, plane, parts);
}

/// How many steps axes have at most, of values and along.
fn steps(
    canvas: &Canvas<'_, '_>,
    [_, _, w, h]: [f64; 4],
    (sideways, axes): (bool, &Axes<'_>),
) -> (f64, f64) {
    let size = |axis: Option<&Axis>| {
        let text = axis.map(|axis| axis.text.clone()).unwrap_or_default();
        canvas.letters(&text, false).size
    };
    let (value, along) = (size(axes.value), size(axes.along));
    let upright = |size: f64| (h / (size * 1.5)).clamp(2.0, 10.0);
    let lying = |size: f64| (w / (size * 2.5)).clamp(2.0, 10.0);
    if sideways {
        (lying(value), upright(along))
    } else {
        (upright(value), lying(along))
    }
}

/// The days along, where that axis is one of days.
fn days(chart: &Chart, axes: &Axes<'_>) -> Option<Days> {
    axes.along.filter(|axis| axis.kind == AxisKind::Date)?;
    let mut series = chart.plots.iter().flat_map(|plot| &plot.series);
    Days::of(series.find(|series| !series.categories.is_empty())?)
}

/// Whether the first and the last category stand at the edges.
fn edges(chart: &Chart, value: Option<&Axis>) -> bool {
    let kinds = || chart.plots.iter().map(|plot| plot.kind);
    let bars = kinds().any(|kind| matches!(kind, PlotKind::Bar | PlotKind::Column));
    let areas = kinds().all(|kind| matches!(kind, PlotKind::Area | PlotKind::Surface));
    (value.is_some_and(|axis| axis.at_edges) && !bars) || areas
}

/// The value at which the axis along stands.
fn crossed(along: Option<&Axis>, range: Range) -> f64 {
    let told = along.and_then(|axis| match axis.crosses.as_deref() {
        _ if axis.crosses_at.is_some_and(f64::is_finite) => axis.crosses_at,
        Some("min") => Some(range.low),
        Some("max") => Some(range.high),
        _ => None,
    });
    let least = if range.log.is_some() { range.low } else { 0.0 };
    told.unwrap_or(least).clamp(range.low, range.high)
}

/// The range of the values of plots; shares reach exactly to the whole.
fn measured(plots: &[(usize, &Plot)], axis: Option<&Axis>, most: f64) -> Range {
    let range = Range::of(scale::reach(plots), axis, most);
    let bounded = axis.is_some_and(|axis| axis.max.is_some());
    if shares(plots) && !bounded {
        return Range {
            high: range.high.min(1.0),
            low: range.low.max(-1.0),
            ..range
        };
    }
    range
}

fn shares(plots: &[(usize, &Plot)]) -> bool {
    !plots.is_empty() && plots.iter().all(|(_, plot)| scale::stacking(plot).1)
}

/// The values at the steps of an axis, as they are written: by its own format, else by that of the values.
fn ticks(range: Range, axis: Option<&Axis>, plots: &[(usize, &Plot)]) -> Vec<Tick> {
    let special = |code: &&str| !code.eq_ignore_ascii_case("general");
    let own = axis.and_then(|axis| axis.format.as_deref()).filter(special);
    let mut series = plots.iter().flat_map(|(_, plot)| &plot.series);
    let usual = || {
        if shares(plots) {
            return Some("0%");
        }
        series
            .find_map(|series| series.format.as_deref())
            .filter(special)
    };
    let code = own.or_else(usual);
    let values = range.ticks().into_iter();
    values
        .map(|value| (value, numbers::shown(value, code)))
        .collect()
}

/// What is written along an axis of values: each value at its step.
pub(super) fn along_ticks(range: Range, axis: Option<&Axis>) -> Vec<Tick> {
    ticks(range, axis, &[])
}

/// Where an axis of values stands along the other axis, 0 at its left or bottom and 1 at its right or top.
pub(super) fn stands(plane: &Plane<'_>, axis: Option<&Axis>, second: bool) -> f64 {
    let told = axis.and_then(|axis| match axis.crosses.as_deref() {
        _ if axis.crosses_at.is_some_and(f64::is_finite) => axis.crosses_at.map(Ok),
        Some("max") => Some(Err(1.0)),
        Some("min") => Some(Err(0.0)),
        _ => None,
    });
    let slots = float(plane.slots.saturating_sub(usize::from(plane.edges)).max(1));
    let part = match (told, plane.other) {
        (Some(Ok(at)), Some(range)) => range.part(at).clamp(0.0, 1.0),
        (Some(Ok(at)), None) => ((at - 1.0) / slots).clamp(0.0, 1.0),
        (Some(Err(end)), _) => end,
        (None, _) if second => 1.0,
        (None, Some(range)) => range.part(0.0_f64.clamp(range.low, range.high)),
        (None, None) => 0.0,
    };
    if plane.backwards { 1.0 - part } else { part }
}
