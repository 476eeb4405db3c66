//! The legend of a chart: which colour, line or mark is what.

use super::canvas::{Canvas, Letters};
use super::joined::symbol_of;
use super::look::{HAIRLINE, float};
use super::{GAP, marks, scale, symbol, trends};
use crate::layout::page::{Ink, Stroke, rectangle};
use crate::model::chart::{Plot, PlotKind, Series};
use crate::model::text::Align;

/// Entries beyond this are left out.
const MOST: usize = 60;
/// How long the lines in a legend are, in sizes of its letters.
const DASH: f64 = 2.0;

/// What is told apart.
struct Entry<'c> {
    name: String,
    key: Key<'c>,
}

/// How an entry is shown.
enum Key<'c> {
    /// By what fills its marks.
    Fill(&'c Series, Ink),
    /// By a line, with the mark of its points: name, width and ink.
    Line(Option<Stroke>, Option<(&'c Series, &'c str, f64, Ink)>),
}

/// Draws the legend at the side that the chart says (`r`, `l`, `t`, `b`, `tr`), or where it says, and takes its room from
/// the plot's.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, side: &str, inner: &mut [f64; 4]) {
    let entries = entries(canvas, side);
    if entries.is_empty() {
        return;
    }
    let letters = canvas.letters(&canvas.chart.legend_text, false);
    let lined = entries
        .iter()
        .any(|entry| matches!(entry.key, Key::Line(..)));
    let key = letters.size * if lined { DASH } else { 0.6 };
    let widths = entries
        .iter()
        .map(|entry| canvas.width(&entry.name, &letters) + key + 2.0 * GAP);
    let widths: Vec<f64> = widths.collect();
    let line = letters.height();
    let mut area = *inner;
    let stands = matches!(side, "r" | "l" | "tr");
    let told = told(canvas);
    let places = match told {
        Some(place) => arranged(&widths, place, line),
        None if stands => beside(&widths, side, &mut area, line),
        None => across(&widths, side, &mut area, line),
    };
    if !canvas.chart.legend_over {
        *inner = area;
    }
    for (entry, (left, top)) in entries.iter().zip(places) {
        let middle = top + line / 2.0;
        self::key(canvas, &entry.key, ((left, middle), key), &letters);
        let place = [left + key + GAP / 2.0, top, 1.0, line];
        canvas.write(place, &entry.name, (&letters, Align::Left));
    }
}

/// The box that the chart tells for its legend, in points.
fn told(canvas: &Canvas<'_, '_>) -> Option<[f64; 4]> {
    let place = canvas.chart.legend_place?;
    let [x, y, w, h] = canvas.space;
    let box_of = [
        x + place.x * w,
        y + place.y * h,
        place.width? * w,
        place.height? * h,
    ];
    box_of.iter().all(|side| side.is_finite()).then_some(box_of)
}

/// Entries in a box of their own: on rows where it is wide, else one below the other.
fn arranged(widths: &[f64], [x, y, w, h]: [f64; 4], line: f64) -> Vec<(f64, f64)> {
    let rows = rows(widths, w * 1.02);
    if rows.iter().any(|row| row.len() > 1) {
        let pitch = (h / float(rows.len())).clamp(line * 0.9, line * 3.0);
        let top = y + (h - pitch * float(rows.len())).max(0.0) / 2.0 + (pitch - line) / 2.0;
        return lines(&rows, widths, (x, w), (top, pitch));
    }
    let pitch = (h / float(widths.len())).clamp(line * 0.8, line * 4.0);
    let top = y + (pitch - line).max(0.0) / 2.0;
    column(widths.len(), (x + GAP / 2.0, top), pitch)
}

/// Entries one below the other at a side.
fn beside(widths: &[f64], side: &str, inner: &mut [f64; 4], line: f64) -> Vec<(f64, f64)> {
    let [x, y, w, h] = *inner;
    let wide = widths.iter().copied().fold(0.0, f64::max).min(w / 2.0);
    let left = if side == "l" { x } else { x + w - wide };
    inner[0] = if side == "l" { x + wide } else { x };
    inner[2] = (w - wide - GAP).max(10.0);
    let pitch = line * 1.25;
    let top = if side == "tr" {
        y
    } else {
        y + (h - pitch * float(widths.len())).max(0.0) / 2.0
    };
    column(widths.len(), (left, top), pitch)
}

/// Entries in rows above or below.
fn across(widths: &[f64], side: &str, inner: &mut [f64; 4], line: f64) -> Vec<(f64, f64)> {
    let [x, y, w, h] = *inner;
    let rows = rows(widths, w);
    let tall = line * float(rows.len()) + GAP;
    let top = if side == "t" { y } else { y + h - tall + GAP };
    inner[1] = if side == "t" { y + tall } else { y };
    inner[3] = (h - tall).max(10.0);
    lines(&rows, widths, (x, w), (top, line))
}

/// Draws the key of an entry from a place on, about its height.
fn key(
    canvas: &mut Canvas<'_, '_>,
    key: &Key<'_>,
    ((left, middle), wide): ((f64, f64), f64),
    letters: &Letters,
) {
    match key {
        Key::Fill(series, ink) => {
            let side = (letters.size * 0.6).min(wide);
            let at = left + (wide - side) / 2.0;
            let path = rectangle(at, middle - side / 2.0, side, side);
            marks::filled(canvas, series, path, *ink);
        }
        Key::Line(pen, mark) => {
            canvas.line(&[(left, middle), (left + wide, middle)], pen.as_ref());
            if let Some((series, name, size, ink)) = mark {
                let paints = symbol::paints(canvas, series.marker.as_ref(), *ink);
                let radius = (size / 2.0).min(letters.size / 2.0);
                symbol::draw(canvas, ((left + wide / 2.0, middle), radius), name, paints);
            }
        }
    }
}

fn column(count: usize, (left, top): (f64, f64), pitch: f64) -> Vec<(f64, f64)> {
    (0..count)
        .map(|row| (left, top + pitch * float(row)))
        .collect()
}

/// The entries of each row, as many as fit.
fn rows(widths: &[f64], room: f64) -> Vec<std::ops::Range<usize>> {
    let mut rows = Vec::new();
    let (mut from, mut used) = (0, 0.0);
    for (at, width) in widths.iter().enumerate() {
        if at > from && used + width > room {
            rows.push(from..at);
            (from, used) = (at, 0.0);
        }
        used += width;
    }
    rows.push(from..widths.len());
    rows
}

fn lines(
    rows: &[std::ops::Range<usize>],
    widths: &[f64],
    (x, room): (f64, f64),
    (top, line): (f64, f64),
) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut y = top;
    for row in rows {
        let own = widths.get(row.clone()).unwrap_or_default();
        let mut left = x + ((room - own.iter().sum::<f64>()) / 2.0).max(0.0);
        for width in own {
            out.push((left, y));
            left += width;
        }
        y += line;
    }
    out
}

/// What is told apart: the points of a round plot, else the series and their trends. Those that stand on each other are
/// named from the top where the legend is beside them.
fn entries<'c>(canvas: &Canvas<'c, '_>, side: &str) -> Vec<Entry<'c>> {
    let chart = canvas.chart;
    let total = chart.plots.iter().map(|plot| plot.series.len()).sum();
    let mut out: Vec<Entry<'c>> = Vec::new();
    let mut tails = Vec::new();
    let mut index = 0;
    for plot in &chart.plots {
        let (stacked, _) = scale::stacking(plot);
        let mut own = Vec::new();
        let varied = plot.varied.unwrap_or(plot.kind.is_round());
        let by_point = plot.kind.is_round() || (varied && plot.series.len() == 1);
        for series in &plot.series {
            if by_point {
                if index == 0 {
                    own.extend(points(canvas, plot, series));
                }
            } else {
                let (entry, trends) = entry(canvas, (plot, series), (index, total));
                own.push(entry);
                tails.extend(trends);
            }
            index += 1;
        }
        let upright = matches!(plot.kind, PlotKind::Column | PlotKind::Area);
        if stacked && upright && matches!(side, "r" | "l" | "tr") {
            own.reverse();
        }
        out.extend(own);
    }
    out.extend(tails);
    let without = |at: usize| {
        chart
            .legend_without
            .iter()
            .any(|gone| usize::try_from(*gone) == Ok(at))
    };
    let kept = out.into_iter().enumerate().filter(|(at, _)| !without(*at));
    kept.map(|(_, entry)| entry).take(MOST).collect()
}

/// An entry for each point of a series.
fn points<'c>(canvas: &Canvas<'c, '_>, plot: &'c Plot, series: &'c Series) -> Vec<Entry<'c>> {
    let name = |at: usize| {
        let name = series.categories.get(at).cloned();
        name.unwrap_or_else(|| (at + 1).to_string())
    };
    let count = series.values.len().min(MOST);
    let entry = |at: usize| Entry {
        name: name(at),
        key: Key::Fill(series, marks::ink(canvas, plot, (series, at), (0, 1))),
    };
    (0..count).map(entry).collect()
}

/// The entry of a series, and those of its trends.
fn entry<'c>(
    canvas: &Canvas<'c, '_>,
    (plot, series): (&'c Plot, &'c Series),
    (index, total): (usize, usize),
) -> (Entry<'c>, Vec<Entry<'c>>) {
    let ink = marks::ink(canvas, plot, (series, usize::MAX), (index, total));
    let name = series.name.clone();
    let name = name.unwrap_or_else(|| format!("Series{}", index + 1));
    let trend = |trend| Entry {
        name: trends::name(trend, &name),
        key: Key::Line(
            canvas.pen(trend.line.as_ref(), (canvas.look.line, HAIRLINE)),
            None,
        ),
    };
    let tails = series.trends.iter().map(trend).collect();
    let filled = plot.kind == PlotKind::Radar && plot.style.as_deref() == Some("filled");
    let key = if plot.kind.is_of_lines() && !filled {
        let apart = plot.kind == PlotKind::Scatter
            && matches!(plot.style.as_deref(), Some("marker" | "none"));
        let pen = canvas
            .pen(series.line.as_ref(), (ink, canvas.look.width()))
            .filter(|_| !apart);
        let mark = symbol_of(plot, series, index);
        Key::Line(pen, mark.map(|(name, size)| (series, name, size, ink)))
    } else {
        Key::Fill(series, ink)
    };
    (Entry { name, key }, tails)
}
