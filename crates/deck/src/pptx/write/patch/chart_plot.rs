//! What a plot as a whole says of its look, where it changed.

use super::chart::Edit;
use super::children::Children;
use crate::model::chart::{LineLook, Plot, PlotKind};
use crate::pptx::write::chart::{looks, plot};
use crate::pptx::write::number::scaled;
use crate::pptx::write::xml::Xml;

/// Changes a plot of the same kind, but for its series and their grouping.
pub(super) fn change(
    edit: &mut Edit<'_>,
    children: &mut Children<'_>,
    (before, after): (&Plot, &Plot),
) {
    let kind = after.kind;
    let mut share = |name, (old, new): (Option<f64>, Option<f64>), fits: bool, most: (i64, i64)| {
        if old != new && fits {
            match new {
                Some(new) => children.value(name, scaled(new, 100.0).clamp(most.0, most.1)),
                None => children.set(name, ""),
            }
        }
    };
    let bars = matches!(kind, PlotKind::Bar | PlotKind::Column);
    share("gapWidth", (before.gap, after.gap), true, (0, 500));
    share(
        "overlap",
        (before.overlap, after.overlap),
        bars,
        (-100, 100),
    );
    let holed = kind == PlotKind::Doughnut;
    share("holeSize", (before.hole, after.hole), holed, (1, 90));
    let bubbles = kind == PlotKind::Bubble;
    let scales = (before.bubble_scale, after.bubble_scale);
    share("bubbleScale", scales, bubbles, (0, 300));
    if before.first_angle != after.first_angle && kind.is_round() {
        let angle = after.first_angle.unwrap_or(0.0);
        children.value("firstSliceAng", scaled(angle, 1.0).rem_euclid(360));
    }
    if before.varied != after.varied && kind != PlotKind::Stock && kind != PlotKind::Surface {
        let varied = after.varied.unwrap_or(kind.is_round());
        children.value("varyColors", i32::from(varied));
    }
    if before.markers != after.markers && kind == PlotKind::Line {
        children.value("marker", i32::from(after.markers));
    }
    let style = after.style.as_deref();
    if before.style != after.style && kind == PlotKind::Scatter {
        children.value("scatterStyle", plot::scatter(style));
    }
    if before.style != after.style && kind == PlotKind::Radar {
        children.value("radarStyle", plot::radar(style));
    }
    lines(edit, children, (before, after));
}

/// Lines and bars between the points of several series.
fn lines(edit: &Edit<'_>, children: &mut Children<'_>, (before, after): (&Plot, &Plot)) {
    let mut line = |name: &'static str, old: &Option<LineLook>, new: &Option<LineLook>| {
        if old != new {
            let mut xml = Xml::default();
            if let Some(new) = new {
                looks::lined(&mut xml, edit.colors, (&format!("c:{name}"), new));
            }
            children.set(name, xml.finish());
        }
    };
    let kind = after.kind;
    if matches!(kind, PlotKind::Line | PlotKind::Area | PlotKind::Stock) {
        line("dropLines", &before.drop_lines, &after.drop_lines);
    }
    if matches!(kind, PlotKind::Line | PlotKind::Stock) {
        line(
            "hiLowLines",
            &plot::high_low(before),
            &plot::high_low(after),
        );
        if before.up_down_bars != after.up_down_bars {
            let bars =
                "<c:upDownBars><c:gapWidth val=\"150\"/><c:upBars/><c:downBars/></c:upDownBars>";
            children.set("upDownBars", if after.up_down_bars { bars } else { "" });
        }
    }
}
