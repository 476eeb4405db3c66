//! Plots with axes: bars, lines, areas and points by their values.

use super::chart::{Area, color, fill, label, line};
use super::outline::arc;
use super::page::{Ink, Matrix, Segment, polyline, rectangle};
use super::slide::Scene;
use crate::model::chart::{AxisKind, Chart, Plot, PlotKind, Series};
use crate::model::color::Rgb;
use crate::model::text::Align;

const PALE: Rgb = Rgb {
    r: 0xD9,
    g: 0xD9,
    b: 0xD9,
};

/// The values a plot's axis must reach, stacked ones summed.
fn reach(chart: &Chart) -> (f64, f64) {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for plot in &chart.plots {
        let longest = plot
            .series
            .iter()
            .map(|s| s.values.len())
            .max()
            .unwrap_or(0);
        for i in 0..longest {
            let at = plot.series.iter().filter_map(|s| value(s, i));
            if plot.grouping.as_deref() == Some("percentStacked") {
                high = high.max(1.0);
            } else if plot.grouping.as_deref() == Some("stacked") {
                let (up, down) = at.fold(
                    (0.0, 0.0),
                    |(u, d), v| if v > 0.0 { (u + v, d) } else { (u, d + v) },
                );
                (low, high) = (low.min(down), high.max(up));
            } else {
                (low, high) = at.fold((low, high), |(l, h), v| (l.min(v), h.max(v)));
            }
        }
    }
    let axis = chart.axes.iter().find(|a| a.kind == AxisKind::Value);
    let fixed = |v: Option<f64>| v.filter(|v| v.is_finite());
    (
        axis.and_then(|a| fixed(a.min)).unwrap_or(low),
        axis.and_then(|a| fixed(a.max)).unwrap_or(high),
    )
}

fn value(series: &Series, index: usize) -> Option<f64> {
    series
        .values
        .get(index)
        .copied()
        .flatten()
        .filter(|v| v.is_finite() && v.abs() < 1.0e15)
}

/// A round step that cuts a range into five or so.
fn tick(range: f64) -> f64 {
    let raw = (range / 5.0).max(1.0e-9);
    let base = 10.0_f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * base)
        .find(|step| *step >= raw)
        .unwrap_or(raw)
}

/// From values to places in the plot.
#[derive(Clone, Copy)]
struct Scale {
    matrix: Matrix,
    place: [f64; 4],
    low: f64,
    high: f64,
    sideways: bool,
    slots: usize,
}

impl Scale {
    fn along(&self, value: f64) -> f64 {
        let [x, y, w, h] = self.place;
        let part = ((value - self.low) / (self.high - self.low)).clamp(-0.1, 1.1);
        if self.sideways {
            x + part * w
        } else {
            y + h - part * h
        }
    }

    fn slot(&self) -> f64 {
        let side = if self.sideways {
            self.place[3]
        } else {
            self.place[2]
        };
        side / f64::from(u32::try_from(self.slots.max(1)).unwrap_or(1))
    }

    fn across(&self, index: usize, part: f64) -> f64 {
        let at = (f64::from(u32::try_from(index).unwrap_or(0)) + part) * self.slot();
        if self.sideways {
            self.place[1] + self.place[3] - at
        } else {
            self.place[0] + at
        }
    }
}

/// Draws axes and what they measure into an area.
pub(super) fn axes(scene: &mut Scene<'_>, chart: &Chart, area: Area) {
    let [x, y, w, h] = area.place;
    let (low, high) = reach(chart);
    let step = tick(high - low);
    let fixed = chart
        .axes
        .iter()
        .any(|a| a.kind == AxisKind::Value && a.max.is_some());
    let top = if fixed {
        high
    } else {
        ((high + (high - low) * 0.05) / step).ceil() * step
    };
    let low = (low / step).floor() * step;
    let high = if top > low { top } else { low + 1.0 };
    let sideways = chart.plots.iter().any(|p| p.kind == PlotKind::Bar);
    let slots = chart
        .plots
        .iter()
        .flat_map(|p| &p.series)
        .map(|s| s.values.len())
        .max()
        .unwrap_or(1);
    let room = if sideways {
        70.0_f64.min(w / 3.0)
    } else {
        36.0_f64.min(w / 4.0)
    };
    let place = [
        x + room,
        y + 4.0,
        (w - room - 6.0).max(5.0),
        (h - 26.0).max(5.0),
    ];
    let scale = Scale {
        matrix: area.matrix,
        place,
        low,
        high,
        sideways,
        slots,
    };
    value_axis(scene, &scale, step, chart);
    category_axis(scene, &scale, chart);
    let mut index = 0;
    for plot in &chart.plots {
        match plot.kind {
            PlotKind::Bar | PlotKind::Column => bars(scene, plot, &scale, index),
            PlotKind::Scatter | PlotKind::Bubble => scatter(scene, plot, &scale, index),
            PlotKind::Line
            | PlotKind::Area
            | PlotKind::Pie
            | PlotKind::Doughnut
            | PlotKind::Radar
            | PlotKind::Stock
            | PlotKind::Surface => lines(scene, plot, &scale, index),
        }
        index += plot.series.len();
    }
}

fn value_axis(scene: &mut Scene<'_>, scale: &Scale, step: f64, chart: &Chart) {
    let [x, y, w, h] = scale.place;
    let percent = chart
        .plots
        .iter()
        .any(|p| p.grouping.as_deref() == Some("percentStacked"));
    let hidden = chart
        .axes
        .iter()
        .any(|a| a.kind == AxisKind::Value && a.hidden);
    let mut at = scale.low;
    let mut count = 0;
    while at <= scale.high + step * 0.01 && count < 30 {
        let p = scale.along(at);
        let pale = (
            Ink {
                rgb: PALE,
                alpha: 1.0,
            },
            0.75,
        );
        let text = if percent {
            format!("{:.0}%", at * 100.0)
        } else {
            format!("{}", (at * 1.0e6).round() / 1.0e6)
        };
        let place = if scale.sideways {
            line(scene, scale.matrix, &[(p, y), (p, y + h)], pale);
            [p - 20.0, y + h + 4.0, 40.0, 14.0]
        } else {
            line(scene, scale.matrix, &[(x, p), (x + w, p)], pale);
            [x - 44.0, p - 7.0, 40.0, 14.0]
        };
        if !hidden {
            let align = if scale.sideways {
                Align::Center
            } else {
                Align::Right
            };
            label(
                scene,
                Area {
                    matrix: scale.matrix,
                    place,
                },
                &text,
                (12.0, align),
            );
        }
        at += step;
        count += 1;
    }
}

fn category_axis(scene: &mut Scene<'_>, scale: &Scale, chart: &Chart) {
    let [x, y, _, h] = scale.place;
    if chart
        .axes
        .iter()
        .any(|a| a.kind == AxisKind::Category && a.hidden)
    {
        return;
    }
    let Some(series) = chart
        .plots
        .iter()
        .flat_map(|p| &p.series)
        .find(|s| !s.categories.is_empty())
    else {
        return;
    };
    let least = if scale.sideways { 14.0 } else { 30.0 };
    let every = (least / scale.slot().max(0.1)).ceil().max(1.0);
    for (i, name) in series.categories.iter().enumerate() {
        if f64::from(u32::try_from(i).unwrap_or(0)) % every != 0.0 {
            continue;
        }
        let at = scale.across(i, 0.5);
        let (place, align) = if scale.sideways {
            ([x - 72.0, at - 7.0, 68.0, 14.0], Align::Right)
        } else {
            ([at - 30.0, y + h + 4.0, 60.0, 14.0], Align::Center)
        };
        label(
            scene,
            Area {
                matrix: scale.matrix,
                place,
            },
            name,
            (12.0, align),
        );
    }
}

fn bars(scene: &mut Scene<'_>, plot: &Plot, scale: &Scale, first: usize) {
    let stacked = matches!(plot.grouping.as_deref(), Some("stacked" | "percentStacked"));
    let count = if stacked { 1 } else { plot.series.len().max(1) };
    let count = f64::from(u32::try_from(count).unwrap_or(1));
    let gap = plot
        .gap
        .filter(|g| g.is_finite())
        .unwrap_or(1.5)
        .clamp(0.0, 5.0);
    let bar = 1.0 / (count + gap);
    for i in 0..scale.slots {
        let (mut up, mut down) = (0.0, 0.0);
        let sum: f64 = plot
            .series
            .iter()
            .filter_map(|s| value(s, i))
            .map(f64::abs)
            .sum();
        for (s, series) in plot.series.iter().enumerate() {
            let Some(mut v) = value(series, i) else {
                continue;
            };
            if plot.grouping.as_deref() == Some("percentStacked") && sum > 0.0 {
                v /= sum;
            }
            let lane = if stacked {
                0.0
            } else {
                f64::from(u32::try_from(s).unwrap_or(0))
            };
            let base = match (stacked, v >= 0.0) {
                (false, _) => 0.0,
                (true, true) => up,
                (true, false) => down,
            };
            if v >= 0.0 {
                up = base + v;
            } else {
                down = base + v;
            }
            let (a, b) = (scale.along(base), scale.along(base + v));
            let (c, d) = (
                scale.across(i, bar * (gap / 2.0 + lane)),
                scale.across(i, bar * (gap / 2.0 + lane + 1.0)),
            );
            let rect = if scale.sideways {
                rectangle(a.min(b), c.min(d), (a - b).abs(), (c - d).abs())
            } else {
                rectangle(c.min(d), a.min(b), (c - d).abs(), (a - b).abs())
            };
            let ink = color(scene, series, first + s, Some(i));
            fill(scene, scale.matrix, rect, ink);
        }
    }
}

fn lines(scene: &mut Scene<'_>, plot: &Plot, scale: &Scale, first: usize) {
    let stacked = matches!(plot.grouping.as_deref(), Some("stacked" | "percentStacked"));
    let mut base = vec![0.0; scale.slots];
    for (s, series) in plot.series.iter().enumerate() {
        let ink = color(scene, series, first + s, None);
        let mut points = Vec::new();
        let mut floor = Vec::new();
        for (i, below) in base.iter_mut().enumerate() {
            let Some(v) = value(series, i) else {
                continue;
            };
            let x = scale.across(i, 0.5);
            floor.push((x, scale.along(*below)));
            let v = if stacked { *below + v } else { v };
            if stacked {
                *below = v;
            }
            points.push((x, scale.along(v)));
        }
        if plot.kind == PlotKind::Area {
            points.extend(floor.into_iter().rev());
            let mut path = polyline(&points);
            path.push(Segment::Close);
            fill(scene, scale.matrix, path, ink);
        } else {
            line(scene, scale.matrix, &points, (ink, 2.25));
        }
    }
}

fn scatter(scene: &mut Scene<'_>, plot: &Plot, scale: &Scale, first: usize) {
    let xs = plot
        .series
        .iter()
        .flat_map(|s| &s.x_values)
        .copied()
        .flatten()
        .filter(|v| v.is_finite());
    let (low, high) = xs.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let range = if high > low { high - low } else { 1.0 };
    for (s, series) in plot.series.iter().enumerate() {
        let ink = color(scene, series, first + s, None);
        for (i, x) in series.x_values.iter().enumerate() {
            let (Some(x), Some(v)) = (x.filter(|x| x.is_finite()), value(series, i)) else {
                continue;
            };
            let at = (
                scale.place[0] + (x - low) / range * scale.place[2],
                scale.along(v),
            );
            let mut path = vec![Segment::Move(at.0 - 3.5, at.1)];
            arc(
                &mut path,
                (at.0 - 3.5, at.1),
                (3.5, 3.5),
                (10_800_000.0, 21_600_000.0),
            );
            path.push(Segment::Close);
            fill(scene, scale.matrix, path, ink);
        }
    }
}
