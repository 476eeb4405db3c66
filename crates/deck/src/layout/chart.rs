//! Charts, drawn from their cached values.

use super::outline::arc;
use super::page::{Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, polyline, rectangle};
use super::paint::ink;
use super::picture::marked_box;
use super::plot;
use super::slide::Scene;
use super::typeset::{TextBox, typeset};
use crate::model::chart::{Chart, Plot, PlotKind, Series};
use crate::model::color::{Color, Rgb};
use crate::model::paint::{LineCap, LineJoin};
use crate::model::text::{Align, Anchor, BodyStyle, Paragraph, Run, RunStyle, TextBody};
use crate::model::units::{Emu, Insets};

const GREY: Rgb = Rgb {
    r: 0x59,
    g: 0x59,
    b: 0x59,
};
/// Charts with more points than this are shown as a marked box.
const MAX_POINTS: usize = 100_000;

/// Where a chart is drawn.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) matrix: Matrix,
    pub(super) place: [f64; 4],
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
        None => plot::axes(scene, chart, area),
    }
}

pub(super) fn color(scene: &Scene<'_>, series: &Series, index: usize, point: Option<usize>) -> Ink {
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

pub(super) fn label(scene: &mut Scene<'_>, area: Area, text: &str, (size, align): (f64, Align)) {
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

pub(super) fn fill(scene: &mut Scene<'_>, matrix: Matrix, segments: Vec<Segment>, ink: Ink) {
    let fill = Some(Paint::Solid(ink));
    scene.items.push(Item::Path(PathItem {
        matrix,
        segments,
        fill,
        stroke: None,
    }));
}

pub(super) fn line(
    scene: &mut Scene<'_>,
    matrix: Matrix,
    points: &[(f64, f64)],
    (ink, width): (Ink, f64),
) {
    let segments = polyline(points);
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
