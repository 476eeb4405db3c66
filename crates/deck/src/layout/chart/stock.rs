//! What stands between the series of a plot: lines from the highest to the lowest, bars from the first to the last, lines
//! down to the axis; and stock charts that say nothing of those.

use super::canvas::Canvas;
use super::look::HAIRLINE;
use super::plane::Plane;
use super::scale;
use crate::layout::page::{Ink, Paint, rectangle};
use crate::model::chart::{LineLook, Plot, PlotKind};
use crate::model::color::Rgb;

/// Bars from the first to the last series are so wide, as a part of a slot.
const BAR: f64 = 0.4;
/// Bars of what rose and of what fell.
const ROSE: Rgb = Rgb {
    r: 255,
    g: 255,
    b: 255,
};
const FELL: Rgb = Rgb {
    r: 0x40,
    g: 0x40,
    b: 0x40,
};

/// Whether a stock chart says how its series are drawn.
pub(super) fn told(plot: &Plot) -> bool {
    let mut series = plot.series.iter();
    let own = series.any(|series| series.line.is_some() || series.marker.is_some());
    own || plot.high_low_lines.is_some() || plot.up_down_bars
}

/// Draws what a plot has between its series.
pub(super) fn between(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane<'_>) {
    let usual = (canvas.look.line, HAIRLINE);
    let own = plot.high_low_lines.clone();
    let high_low = own.or_else(|| (plot.kind == PlotKind::Stock).then(LineLook::default));
    let pen = |canvas: &Canvas<'_, '_>, line: &LineLook| canvas.pen(Some(line), usual);
    for index in 0..scale::longest(plot) {
        let spans = scale::spans(plot, index);
        let ends = || spans.iter().flatten().map(|(_, to)| *to);
        let high = ends().fold(f64::NEG_INFINITY, f64::max);
        let low = ends().fold(f64::INFINITY, f64::min);
        if low > high {
            continue;
        }
        let across = plane.across(index, 0.5);
        let mut upright = |line: Option<&LineLook>, from: f64, to: f64| {
            if let Some(pen) = line.and_then(|line| pen(canvas, line)) {
                canvas.line(
                    &[plane.point(across, from), plane.point(across, to)],
                    Some(&pen),
                );
            }
        };
        upright(plot.drop_lines.as_ref(), plane.ground(), plane.along(high));
        upright(high_low.as_ref(), plane.along(low), plane.along(high));
        if plot.up_down_bars {
            let (first, last) = (
                spans.first().copied().flatten(),
                spans.last().copied().flatten(),
            );
            if let (Some((_, first)), Some((_, last))) = (first, last) {
                body(canvas, plane, (index, first, last));
            }
        }
    }
}

/// A bar from the first to the last value of a category.
fn body(canvas: &mut Canvas<'_, '_>, plane: &Plane<'_>, (index, first, last): (usize, f64, f64)) {
    let middle = plane.across(index, 0.5);
    let half = plane.slot() * BAR / 2.0;
    let (a, b) = plane.point(middle - half, plane.along(first));
    let (c, d) = plane.point(middle + half, plane.along(last));
    let path = rectangle(a.min(c), b.min(d), (a - c).abs(), (b - d).abs());
    let rgb = if last < first { FELL } else { ROSE };
    let fill = Paint::Solid(Ink { rgb, alpha: 1.0 });
    let pen = canvas.pen(None, (canvas.look.line, HAIRLINE));
    canvas.shape(path, (Some(fill), pen));
}

/// High and low as a line, the last series (the close) as a tick to the right, the first of four (the open) to the left.
pub(super) fn plain(canvas: &mut Canvas<'_, '_>, plot: &Plot, plane: &Plane<'_>) {
    let pen = canvas.pen(None, (canvas.look.line, HAIRLINE * 1.5));
    for index in 0..scale::longest(plot) {
        let values = plot.series.iter().filter_map(|s| scale::value(s, index));
        let values: Vec<f64> = values.collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            continue;
        }
        let x = plane.across(index, 0.5);
        let tick = plane.slot() * 0.2;
        canvas.line(
            &[(x, plane.along(low)), (x, plane.along(high))],
            pen.as_ref(),
        );
        if let Some(close) = values.last() {
            let y = plane.along(*close);
            canvas.line(&[(x, y), (x + tick, y)], pen.as_ref());
        }
        if let [open, _, _, _] = values.as_slice() {
            let y = plane.along(*open);
            canvas.line(&[(x - tick, y), (x, y)], pen.as_ref());
        }
    }
}
