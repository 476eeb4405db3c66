//! Charts, drawn from their cached values: title and legend, and the plot in the room they leave.

mod axes;
mod canvas;
mod legend;
mod levels;
mod marks;
mod numbers;
mod round;
mod scale;

#[cfg(test)]
mod tests;

use super::page::Matrix;
use super::picture::marked_box;
use super::slide::Scene;
use crate::model::chart::{Chart, PlotKind};
use crate::model::text::Align;
use canvas::Canvas;

/// Charts with more points than this are shown as a marked box.
const MAX_POINTS: usize = 100_000;
/// Letters of a chart that says nothing of their size, in points.
const TEXT_SIZE: f64 = 10.0;
/// How much larger titles are that say nothing of their size.
const TITLE_SCALE: f64 = 1.2;
/// Room between the parts of a chart, in points.
const GAP: f64 = 6.0;

/// Draws a chart into a box of left, top, width and height; one of a kind that is not known becomes a marked box.
pub fn draw(scene: &mut Scene<'_>, chart: &Chart, (matrix, place): (Matrix, [f64; 4])) {
    let series = chart.plots.iter().flat_map(|plot| &plot.series);
    let points: usize = series.map(|series| series.values.len()).sum();
    let [x, y, w, h] = place;
    if chart.plots.is_empty() || points > MAX_POINTS || w < 20.0 || h < 20.0 {
        return marked_box(scene, matrix, place);
    }
    let sane =
        |size: Option<f64>| size.filter(|size| size.is_finite() && (1.0..=400.0).contains(size));
    let size = sane(chart.text_size).unwrap_or(TEXT_SIZE);
    let mut canvas = Canvas {
        scene,
        matrix,
        chart,
        size,
    };
    let mut inner = [x + GAP, y + GAP, w - 2.0 * GAP, h - 2.0 * GAP];
    if let Some(title) = &chart.title {
        let size = sane(chart.title_size).unwrap_or(size * TITLE_SCALE);
        let rows = f64::from(u32::try_from(title.lines().count().clamp(1, 8)).unwrap_or(1));
        let tall = (size * TITLE_SCALE * rows + GAP).min(inner[3] / 2.0);
        canvas.write([x, inner[1], w, tall - GAP], title, (size, Align::Center));
        inner[1] += tall;
        inner[3] -= tall;
    }
    if let Some(side) = &chart.legend {
        legend::draw(&mut canvas, side, &mut inner);
    }
    let first = chart.plots.first().map(|plot| plot.kind);
    match first {
        Some(PlotKind::Pie | PlotKind::Doughnut) => round::pie(&mut canvas, inner),
        Some(PlotKind::Radar) => round::radar(&mut canvas, inner),
        _ => axes::draw(&mut canvas, inner),
    }
}
