//! Webs: a spoke for each category, a ring for each step, a closed line for each series.

use super::canvas::Canvas;
use super::joined;
use super::look::{HAIRLINE, float};
use super::round::{TOP, TURN, at_angle};
use super::scale::{self, Range};
use super::{labels, marks, numbers, room};
use crate::layout::page::{Segment, polyline};
use crate::model::chart::{Axis, AxisKind, Lettering, Plot};
use crate::model::text::Align;

/// Spokes at most.
const MOST: usize = 360;

/// A web: its middle, its radius, how many spokes it has, and what its rings measure.
#[derive(Clone, Copy)]
struct Web {
    centre: (f64, f64),
    radius: f64,
    spokes: usize,
    range: Range,
}

impl Web {
    /// The point on a spoke at a part of the radius.
    fn at(&self, spoke: usize, part: f64) -> (f64, f64) {
        let turned = float(spoke) / float(self.spokes) * TURN;
        at_angle(self.centre, part * self.radius, TOP + turned)
    }

    /// The point on a spoke where a value lies.
    fn value(&self, spoke: usize, value: f64) -> (f64, f64) {
        self.at(spoke, self.range.part(value).clamp(0.0, 1.0))
    }
}

/// Draws a web into a box.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, [x, y, w, h]: [f64; 4]) {
    let chart = canvas.chart;
    let spokes = scale::length(&chart.plots).min(MOST);
    if spokes < 3 {
        return;
    }
    let named = |kind| matches!(kind, AxisKind::Category | AxisKind::Date);
    let names = chart.axes.iter().find(|axis| named(axis.kind));
    let around = names.map(|axis| axis.text.clone()).unwrap_or_default();
    let code = names.and_then(|axis| axis.format.as_deref());
    let line = canvas.letters(&around, false).height();
    let radius = (w.min(h) / 2.0 - line * 1.5).max(5.0);
    let axis = chart.axes.iter().find(|axis| axis.kind == AxisKind::Value);
    let plots: Vec<(usize, &Plot)> = chart.plots.iter().enumerate().collect();
    let most = (radius / line).clamp(2.0, 8.0);
    let web = Web {
        centre: (x + w / 2.0, y + h / 2.0),
        radius,
        spokes,
        range: Range::of(scale::reach(&plots), axis, most),
    };
    rings(canvas, web, axis);
    let total = chart.plots.iter().map(|plot| plot.series.len()).sum();
    let mut index = 0;
    for plot in &chart.plots {
        for at in 0..plot.series.len() {
            series(canvas, web, (plot, at), (index, total));
            index += 1;
        }
    }
    spoke_names(canvas, web, (&around, code));
}

/// Rings with their values, and spokes.
fn rings(canvas: &mut Canvas<'_, '_>, web: Web, axis: Option<&Axis>) {
    let usual = (canvas.look.line, HAIRLINE);
    let pen = canvas.pen(axis.and_then(|axis| axis.grid_line.as_ref()), usual);
    let spoke = canvas.pen(axis.and_then(|axis| axis.line.as_ref()), usual);
    for at in 0..web.spokes {
        canvas.line(&[web.centre, web.at(at, 1.0)], spoke.as_ref());
    }
    let text = axis.map_or(Lettering::default(), |axis| axis.text.clone());
    let letters = canvas.letters(&text, false);
    for value in web.range.ticks() {
        let mut ring: Vec<_> = (0..web.spokes).map(|at| web.value(at, value)).collect();
        ring.extend(ring.first().copied());
        canvas.line(&ring, pen.as_ref());
        if axis.is_some_and(|axis| !axis.hidden && !axis.unlabelled) {
            let text = numbers::shown(value, axis.and_then(|axis| axis.format.as_deref()));
            let (x, y) = web.value(0, value);
            canvas.write([x - 3.0, y, 0.0, 0.0], &text, (&letters, Align::Right));
        }
    }
}

fn spoke_names(canvas: &mut Canvas<'_, '_>, web: Web, (around, code): (&Lettering, Option<&str>)) {
    let letters = canvas.letters(around, false);
    let names = room::texts(canvas, code);
    let away = 1.0 + letters.height() * 0.7 / web.radius;
    for (at, name) in names.iter().enumerate().take(web.spokes) {
        let (x, y) = web.at(at, away);
        let align = match x - web.centre.0 {
            off if off > 1.0 => Align::Left,
            off if off < -1.0 => Align::Right,
            _ => Align::Center,
        };
        canvas.write([x, y, 0.0, 0.0], name, (&letters, align));
    }
}

fn series(
    canvas: &mut Canvas<'_, '_>,
    web: Web,
    (plot, at): (&Plot, usize),
    (index, total): (usize, usize),
) {
    let Some(series) = plot.series.get(at) else {
        return;
    };
    let ink = marks::ink(canvas, plot, (series, usize::MAX), (index, total));
    let point = |spoke: usize| {
        let value = scale::value(series, spoke).unwrap_or(web.range.low);
        web.value(spoke, value)
    };
    let points: Vec<_> = (0..web.spokes).map(point).collect();
    let mut path = polyline(&points);
    path.push(Segment::Close);
    if plot.style.as_deref() == Some("filled") {
        marks::filled(canvas, series, path, ink);
        return;
    }
    let pen = canvas.pen(series.line.as_ref(), (ink, canvas.look.width()));
    canvas.shape(path, (None, pen));
    let known = points.iter().copied().enumerate();
    let known = known.filter(|(spoke, _)| scale::value(series, *spoke).is_some());
    let known: Vec<_> = known.collect();
    joined::marked(canvas, (plot, series), &known, (index, total));
    for (spoke, place) in known {
        labels::of_point(canvas, (plot, series, spoke), (place, 0.0), "r");
    }
}
