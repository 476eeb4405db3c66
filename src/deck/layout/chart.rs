//! Charts, drawn from their cached values.

use super::outline::arc;
use super::page::{Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, rectangle};
use super::paint::ink;
use super::picture::marked_box;
use super::slide::Scene;
use super::typeset::{TextBox, typeset};
use crate::deck::model::chart::{AxisKind, Chart, Plot, PlotKind, Series};
use crate::deck::model::color::{Color, Rgb};
use crate::deck::model::paint::{LineCap, LineJoin};
use crate::deck::model::text::{Align, Anchor, BodyStyle, Paragraph, Run, RunStyle, TextBody};
use crate::deck::model::units::{Emu, Insets};

const GREY: Rgb = Rgb {
    r: 0x59,
    g: 0x59,
    b: 0x59,
};
const PALE: Rgb = Rgb {
    r: 0xD9,
    g: 0xD9,
    b: 0xD9,
};
/// Charts with more points than this are shown as a marked box.
const MAX_POINTS: usize = 100_000;

/// Where a chart is drawn.
#[derive(Clone, Copy)]
struct Area {
    matrix: Matrix,
    place: [f64; 4],
}

/// Draws a chart into a box; kinds that cannot be drawn become a marked box.
pub fn draw(scene: &mut Scene<'_>, chart: &Chart, (matrix, place): (Matrix, [f64; 4])) {
    let points: usize = chart
        .plots
        .iter()
        .flat_map(|p| &p.series)
        .map(|s| s.values.len())
        .sum();
    let drawable = chart.plots.iter().all(|p| {
        !matches!(
            p.kind,
            PlotKind::Radar | PlotKind::Stock | PlotKind::Surface
        )
    });
    let [x, y, w, h] = place;
    if points == 0 || points > MAX_POINTS || !drawable || w < 20.0 || h < 20.0 {
        return marked_box(scene, matrix, place);
    }
    let mut inner = [x + 8.0, y + 8.0, w - 16.0, h - 16.0];
    if let Some(title) = &chart.title {
        label(
            scene,
            Area {
                matrix,
                place: [x, inner[1], w, 22.0],
            },
            title,
            (18.0, Align::Center),
        );
        inner[1] += 30.0;
        inner[3] -= 30.0;
    }
    if chart.legend.is_some() {
        legend(scene, chart, matrix, &mut inner);
    }
    let area = Area {
        matrix,
        place: inner,
    };
    let round = chart
        .plots
        .iter()
        .find(|p| matches!(p.kind, PlotKind::Pie | PlotKind::Doughnut));
    match round {
        Some(plot) => pie(scene, plot, area),
        None => axes(scene, chart, area),
    }
}

fn color(scene: &Scene<'_>, series: &Series, index: usize, point: Option<usize>) -> Ink {
    let own = point.and_then(|at| {
        let found = series
            .points
            .iter()
            .find(|p| usize::try_from(p.index) == Ok(at));
        found.map(|p| ink(&p.color))
    });
    let accents = scene.accents();
    let slot = accents.get(index % accents.len()).copied().unwrap_or(GREY);
    own.or_else(|| series.color.as_ref().map(ink))
        .unwrap_or(Ink {
            rgb: slot,
            alpha: 1.0,
        })
}

fn label(scene: &mut Scene<'_>, area: Area, text: &str, (size, align): (f64, Align)) {
    let style = RunStyle {
        size,
        color: Color::opaque(GREY),
        font: scene.deck.theme.fonts.minor.clone(),
        ..RunStyle::default()
    };
    let run = Run {
        text: text.to_owned(),
        style,
        link: None,
        field: None,
    };
    let zero = Insets {
        left: Emu(0),
        top: Emu(0),
        right: Emu(0),
        bottom: Emu(0),
    };
    let body = BodyStyle {
        insets: zero,
        anchor: Anchor::Middle,
        wrap: false,
        ..BodyStyle::default()
    };
    let paragraph = Paragraph {
        align,
        runs: vec![run],
        ..Paragraph::default()
    };
    typeset(
        scene,
        &TextBody {
            body,
            paragraphs: vec![paragraph],
        },
        TextBox {
            matrix: area.matrix,
            place: area.place,
        },
    );
}

fn fill(scene: &mut Scene<'_>, matrix: Matrix, segments: Vec<Segment>, ink: Ink) {
    let fill = Some(Paint::Solid(ink));
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill,
        stroke: None,
    }));
}

fn line(scene: &mut Scene<'_>, matrix: Matrix, points: &[(f64, f64)], (ink, width): (Ink, f64)) {
    let segments = points
        .iter()
        .enumerate()
        .map(|(i, (x, y))| {
            if i == 0 {
                Segment::Move(*x, *y)
            } else {
                Segment::Line(*x, *y)
            }
        })
        .collect();
    let stroke = Stroke {
        paint: Paint::Solid(ink),
        width,
        dashes: Vec::new(),
        cap: LineCap::Flat,
        join: LineJoin::Round,
    };
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill: None,
        stroke: Some(stroke),
    }));
}

fn legend(scene: &mut Scene<'_>, chart: &Chart, matrix: Matrix, inner: &mut [f64; 4]) {
    let mut entries = Vec::new();
    let mut index = 0;
    for plot in &chart.plots {
        let by_point = matches!(plot.kind, PlotKind::Pie | PlotKind::Doughnut);
        for series in &plot.series {
            if by_point {
                for (i, name) in series.categories.iter().enumerate().take(24) {
                    entries.push((name.clone(), color(scene, series, i, Some(i))));
                }
            } else {
                entries.push((
                    series.name.clone().unwrap_or_default(),
                    color(scene, series, index, None),
                ));
            }
            index += 1;
        }
    }
    entries.truncate(24);
    let [x, y, w, h] = *inner;
    let count = f64::from(u32::try_from(entries.len()).unwrap_or(1));
    let below = chart.legend.as_deref() != Some("r")
        && chart.legend.as_deref() != Some("l")
        && chart.legend.as_deref() != Some("tr");
    let wide = entries
        .iter()
        .map(|(n, _)| n.chars().count())
        .max()
        .unwrap_or(0);
    let cell = f64::from(u32::try_from(wide.min(30)).unwrap_or(30)) * 6.0 + 22.0;
    let mut at = if below {
        inner[3] = (h - 24.0).max(10.0);
        (x + ((w - cell * count) / 2.0).max(0.0), y + h - 16.0)
    } else {
        inner[2] = (w - cell - 8.0).max(10.0);
        (x + w - cell, y + (h - 18.0 * count).max(0.0) / 2.0)
    };
    for (name, ink) in entries {
        fill(scene, matrix, rectangle(at.0, at.1 + 4.0, 8.0, 8.0), ink);
        let place = [at.0 + 12.0, at.1, cell - 12.0, 16.0];
        label(scene, Area { matrix, place }, &name, (12.0, Align::Left));
        if below { at.0 += cell } else { at.1 += 18.0 }
    }
}

fn pie(scene: &mut Scene<'_>, plot: &Plot, area: Area) {
    let [x, y, w, h] = area.place;
    let radius = (w.min(h) / 2.0).max(1.0);
    let (cx, cy) = (x + w / 2.0, y + h / 2.0);
    let Some(series) = plot.series.first() else {
        return;
    };
    let values: Vec<f64> = series
        .values
        .iter()
        .map(|v| v.filter(|v| v.is_finite()).unwrap_or(0.0).abs())
        .collect();
    let total: f64 = values.iter().sum();
    if !total.is_normal() {
        return;
    }
    let mut angle = -5_400_000.0;
    for (i, value) in values.iter().enumerate() {
        let swing = value / total * 21_600_000.0;
        let start = (angle / 60_000.0_f64).to_radians();
        let from = (cx + radius * start.cos(), cy + radius * start.sin());
        let mut path = vec![Segment::Move(from.0, from.1)];
        let end = arc(&mut path, from, (radius, radius), (angle, swing));
        if plot.kind == PlotKind::Doughnut {
            let inner = (cx + (end.0 - cx) * 0.5, cy + (end.1 - cy) * 0.5);
            path.push(Segment::Line(inner.0, inner.1));
            arc(
                &mut path,
                inner,
                (radius / 2.0, radius / 2.0),
                (angle + swing, -swing),
            );
        } else {
            path.push(Segment::Line(cx, cy));
        }
        path.push(Segment::Close);
        let ink = color(scene, series, i, Some(i));
        fill(scene, area.matrix, path, ink);
        angle += swing;
    }
}

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

fn axes(scene: &mut Scene<'_>, chart: &Chart, area: Area) {
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
            _ => lines(scene, plot, &scale, index),
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
                up = base + v
            } else {
                down = base + v
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
            let path = points.iter().enumerate().map(|(i, (x, y))| {
                if i == 0 {
                    Segment::Move(*x, *y)
                } else {
                    Segment::Line(*x, *y)
                }
            });
            let path = path.chain([Segment::Close]).collect();
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
