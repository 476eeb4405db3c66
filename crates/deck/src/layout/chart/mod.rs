//! Charts, drawn from their cached values: title and legend, and the plot in the room they leave.

mod axes;
mod axis;
mod canvas;
mod dates;
mod errors;
mod grid;
mod joined;
mod labels;
mod legend;
mod levels;
mod look;
mod marks;
mod numbers;
mod plane;
mod radar;
mod room;
mod round;
mod scale;
mod stock;
mod symbol;
mod trends;

#[cfg(test)]
mod tests;

use super::page::Matrix;
use super::picture::marked_box;
use super::slide::Scene;
use crate::model::chart::{Chart, Lettering, PlotKind};
use crate::model::text::Align;
use canvas::{Canvas, sane};
use look::Look;

/// Charts with more points or series than this are shown as a marked box.
const MAX_POINTS: usize = 100_000;
const MAX_SERIES: usize = 1_000;
/// Letters of a chart that says nothing of their size, in points, and its title.
const TEXT_SIZE: f64 = 10.0;
const TITLE_SIZE: f64 = 18.0;
/// How much larger than its other letters a title is that says nothing of its size.
const TITLE_SCALE: f64 = 1.2;
/// Room around all parts of a chart, as a part of its size, and in points at least.
const MARGIN: f64 = 0.02;
const LEAST: f64 = 3.0;
/// Room between the parts of a chart, in points.
const GAP: f64 = 6.0;

/// Draws a chart into a box of left, top, width and height; one of a kind that is not known becomes a marked box.
pub fn draw(scene: &mut Scene<'_>, chart: &Chart, (matrix, place): (Matrix, [f64; 4])) {
    let series = chart.plots.iter().flat_map(|plot| &plot.series);
    let points: usize = series.clone().map(|series| series.values.len()).sum();
    let most = points > MAX_POINTS || series.count() > MAX_SERIES;
    let [x, y, w, h] = place;
    if chart.plots.is_empty() || most || w < 20.0 || h < 20.0 {
        return marked_box(scene, matrix, place);
    }
    let look = Look::of(chart, scene.accents());
    let mut canvas = Canvas {
        scene,
        matrix,
        chart,
        space: place,
        look,
        size: sane(chart.text_size).unwrap_or(TEXT_SIZE),
    };
    canvas.area(place, chart.fill.as_ref(), chart.line.as_ref());
    let (side, above) = ((w * MARGIN).max(LEAST), (h * MARGIN).max(LEAST));
    let mut inner = [x + side, y + above, w - 2.0 * side, h - 2.0 * above];
    title(&mut canvas, &mut inner);
    if let Some(side) = &chart.legend {
        legend::draw(&mut canvas, side, &mut inner);
    }
    let told = told(&canvas);
    let area = told.map_or(inner, |(area, _)| area);
    match chart.plots.first().map(|plot| plot.kind) {
        Some(PlotKind::Pie | PlotKind::Doughnut) => round::pie(&mut canvas, area, told.is_some()),
        Some(PlotKind::Radar) => radar::draw(&mut canvas, area),
        _ => axes::draw(&mut canvas, area, told.is_some_and(|(_, inner)| inner)),
    }
}

/// The box that the chart tells for its plots, in points, and whether it is the area between the axes alone.
fn told(canvas: &Canvas<'_, '_>) -> Option<([f64; 4], bool)> {
    let place = canvas.chart.plot_place?;
    let [x, y, w, h] = canvas.space;
    let (wide, tall) = (place.width? * w, place.height? * h);
    let area = [x + place.x * w, y + place.y * h, wide, tall];
    let fits = area.iter().all(|side| side.is_finite()) && wide > 5.0 && tall > 5.0;
    fits.then_some((area, place.inner))
}

/// Writes the title, and takes its room from the plot's unless it lies over it.
fn title(canvas: &mut Canvas<'_, '_>, inner: &mut [f64; 4]) {
    let chart = canvas.chart;
    let Some(title) = &chart.title else {
        return;
    };
    let usual = match sane(chart.text_size) {
        Some(size) => size * TITLE_SCALE,
        None => TITLE_SIZE,
    };
    let text = Lettering {
        size: Some(sane(chart.title_size).unwrap_or(usual)),
        color: chart.title_color.clone(),
        bold: chart.title_bold,
        ..Lettering::default()
    };
    let letters = canvas.letters(&text, true);
    let [x, y, w, h] = canvas.space;
    let words = canvas.wrapped(title, &letters, w * 0.9);
    let rows = look::float(words.lines().count().clamp(1, 8));
    let tall = (letters.height() * rows + GAP).min(inner[3] / 2.0);
    let place = chart
        .title_place
        .filter(|place| place.x.is_finite() && place.y.is_finite());
    match place {
        Some(place) => {
            let at = [x + place.x * w, y + place.y * h, 0.0, tall - GAP];
            canvas.write(at, &words, (&letters, Align::Left));
        }
        None => canvas.write(
            [x, inner[1], w, tall - GAP],
            &words,
            (&letters, Align::Center),
        ),
    }
    if !chart.title_over {
        inner[1] += tall;
        inner[3] -= tall;
    }
}
