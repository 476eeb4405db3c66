//! The legend of a chart: which colour is what.

use super::GAP;
use super::canvas::Canvas;
use crate::layout::page::Ink;
use crate::model::chart::PlotKind;
use crate::model::text::Align;

/// Entries beyond this are left out.
const MOST: usize = 40;

/// Draws the legend at a side (`r`, `l`, `t`, `b`, `tr`) and takes its room from the plot's.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, side: &str, inner: &mut [f64; 4]) {
    let entries = entries(canvas);
    if entries.is_empty() {
        return;
    }
    let key = canvas.size * 0.6;
    let widths: Vec<f64> = entries
        .iter()
        .map(|(name, _)| canvas.width(name) + key + 2.0 * GAP)
        .collect();
    let line = canvas.line_height();
    let [x, y, w, h] = *inner;
    let places = if matches!(side, "r" | "l" | "tr") {
        let wide = widths.iter().copied().fold(0.0, f64::max).min(w / 2.0);
        let left = if side == "l" { x } else { x + w - wide };
        inner[0] = if side == "l" { x + wide } else { x };
        inner[2] = (w - wide - GAP).max(10.0);
        let pitch = line * 1.25;
        let count = f64::from(u32::try_from(entries.len()).unwrap_or(1));
        let top = if side == "tr" {
            y
        } else {
            y + (h - pitch * count).max(0.0) / 2.0
        };
        column(entries.len(), (left, top), pitch)
    } else {
        let rows = rows(&widths, w);
        let tall = line * f64::from(u32::try_from(rows.len()).unwrap_or(1)) + GAP;
        let top = if side == "t" { y } else { y + h - tall + GAP };
        inner[1] = if side == "t" { y + tall } else { y };
        inner[3] = (h - tall).max(10.0);
        lines(&rows, &widths, (x, w), (top, line))
    };
    for ((name, ink), (left, top)) in entries.iter().zip(places) {
        let middle = top + line / 2.0;
        canvas.bar(
            (left, middle - key / 2.0),
            (left + key, middle + key / 2.0),
            *ink,
        );
        canvas.label([left + key + GAP / 2.0, top, 1.0, line], name, Align::Left);
    }
}

fn column(count: usize, (left, top): (f64, f64), pitch: f64) -> Vec<(f64, f64)> {
    let at = |row: usize| {
        (
            left,
            top + pitch * f64::from(u32::try_from(row).unwrap_or(0)),
        )
    };
    (0..count).map(at).collect()
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

/// What is told apart by colour: the points of a round plot, else the series.
fn entries(canvas: &Canvas<'_, '_>) -> Vec<(String, Ink)> {
    let mut out = Vec::new();
    let mut index = 0;
    for plot in &canvas.chart.plots {
        let by_point = matches!(plot.kind, PlotKind::Pie | PlotKind::Doughnut);
        for series in &plot.series {
            if by_point && index == 0 {
                for (at, name) in series.categories.iter().enumerate().take(MOST) {
                    out.push((name.clone(), canvas.ink(&without_own(series), at, Some(at))));
                }
            } else if !by_point {
                let number = index + 1;
                let name = series.name.clone();
                let name = name.unwrap_or_else(|| format!("Series {number}"));
                out.push((name, canvas.ink(series, index, None)));
            }
            index += 1;
        }
    }
    out.truncate(MOST);
    out
}

/// A round plot's series: its points have colours of their own or the accents in turn, never the series' one.
pub(super) fn without_own(series: &crate::model::chart::Series) -> crate::model::chart::Series {
    crate::model::chart::Series {
        color: None,
        points: series.points.clone(),
        ..crate::model::chart::Series::default()
    }
}
