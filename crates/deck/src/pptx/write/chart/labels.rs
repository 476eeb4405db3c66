//! The labels of points, in the order that the schema wants, and only where a plot of their kind may have them: PowerPoint
//! repairs files that put them elsewhere.

use super::super::color::Colors;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::looks;
use crate::model::chart::{Lettering, PlotKind, PointLabel, Series};

/// Where labels may stand in a plot of a kind (`ST_DLblPos`, as PowerPoint allows them).
fn sides(kind: PlotKind, grouping: Option<&str>) -> &'static [&'static str] {
    let stacked = matches!(grouping, Some("stacked" | "percentStacked"));
    match kind {
        PlotKind::Bar | PlotKind::Column if stacked => &["ctr", "inEnd", "inBase"],
        PlotKind::Bar | PlotKind::Column => &["ctr", "inEnd", "inBase", "outEnd"],
        PlotKind::Line | PlotKind::Scatter | PlotKind::Bubble | PlotKind::Stock => {
            &["b", "ctr", "l", "r", "t"]
        }
        PlotKind::Pie => &["bestFit", "ctr", "inEnd", "outEnd"],
        PlotKind::Radar => &["outEnd"],
        PlotKind::Area | PlotKind::Doughnut | PlotKind::Surface => &[],
    }
}

/// Writes the labels of a series, where it has any.
pub(in super::super) fn write(
    xml: &mut Xml,
    colors: &Colors<'_>,
    series: &Series,
    plot: (PlotKind, Option<&str>),
) {
    if !series.labels && series.point_labels.is_empty() {
        return;
    }
    xml.open("c:dLbls");
    for label in &series.point_labels {
        self::point(xml, colors, (label, series), plot);
    }
    let look = &series.label_look;
    if let Some(format) = look.format.as_ref().filter(|_| series.labels) {
        number(xml, format);
    }
    looks::letters(xml, colors, &look.text);
    rest(xml, series, (plot, None), series.labels);
    xml.close("c:dLbls");
}

/// Writes the label of a point.
pub(in super::super) fn point(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (label, series): (&PointLabel, &Series),
    plot: (PlotKind, Option<&str>),
) {
    xml.open("c:dLbl");
    xml.value("c:idx", label.index);
    if label.hidden {
        xml.value("c:delete", 1);
        xml.close("c:dLbl");
        return;
    }
    if let Some((x, y)) = label.offset {
        xml.open("c:layout");
        xml.open("c:manualLayout");
        xml.value("c:x", sane(x));
        xml.value("c:y", sane(y));
        xml.close("c:manualLayout");
        xml.close("c:layout");
    }
    let own = label.words.as_deref();
    if let Some(words) = own {
        xml.open("c:tx");
        self::words(xml, colors, (words, &label.text));
        xml.close("c:tx");
    } else {
        looks::letters(xml, colors, &label.text);
    }
    let side = label.position.as_ref();
    rest(xml, series, (plot, side), true);
    if own.is_some_and(|own| FIELDS.iter().any(|(known, _)| own.contains(known))) {
        xml.raw(FIELD_TABLE);
    }
    xml.close("c:dLbl");
}

/// What stands in words for something of the point, and how the format calls it.
const FIELDS: [(&str, &str); 4] = [
    ("[VALUE]", "VALUE"),
    ("[CATEGORY NAME]", "CATEGORYNAME"),
    ("[SERIES NAME]", "SERIESNAME"),
    ("[PERCENTAGE]", "PERCENTAGE"),
];
/// What PowerPoint wants beside words with fields ([MS-ODRAWXML] 2.24.3).
const FIELD_TABLE: &str = concat!(
    "<c:extLst><c:ext uri=\"{CE6537A1-D6FC-4f65-9D91-7224C49458BB}\" ",
    "xmlns:c15=\"http://schemas.microsoft.com/office/drawing/2012/chart\"><c15:dlblFieldTable/>",
    "<c15:showDataLabelsRange val=\"0\"/></c:ext></c:extLst>"
);

fn sane(part: f64) -> f64 {
    if part.is_finite() {
        part.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// Writes the words of a label, a paragraph for each of their lines.
fn words(xml: &mut Xml, colors: &Colors<'_>, (words, text): (&str, &Lettering)) {
    xml.open("c:rich");
    looks::body(xml, text);
    xml.empty("a:lstStyle");
    let mut number = 0;
    for line in words.lines() {
        xml.open("a:p");
        looks::paragraph(xml, colors, text);
        let mut rest = line;
        while !rest.is_empty() {
            let found = FIELDS
                .iter()
                .filter_map(|field| Some((rest.find(field.0)?, field)));
            let next = found.min_by_key(|(at, _)| *at);
            let plain = next.map_or(rest.len(), |(at, _)| at);
            let (before, after) = rest.split_at(plain);
            if !before.is_empty() {
                xml.open("a:r");
                xml.element("a:t", before);
                xml.close("a:r");
            }
            rest = after;
            if let Some((_, (known, kind))) = next {
                number += 1;
                let id = format!("{{00000000-0000-4000-8000-{number:012}}}");
                xml.tag("a:fld").at("id", id).at("type", kind).open();
                xml.element("a:t", known);
                xml.close("a:fld");
                rest = after.split_at(known.len()).1;
            }
        }
        xml.close("a:p");
    }
    xml.close("c:rich");
}

/// Writes where labels stand and what they hold.
fn rest(
    xml: &mut Xml,
    series: &Series,
    ((kind, grouping), own): ((PlotKind, Option<&str>), Option<&String>),
    shown: bool,
) {
    let look = &series.label_look;
    let side = own.or(look.position.as_ref()).map(String::as_str);
    if let Some(side) = side
        .and_then(|side| known(sides(kind, grouping), side))
        .filter(|_| shown)
    {
        xml.value("c:dLblPos", side);
    }
    let nothing = look.without_value && !look.category && !look.series && !look.percent;
    let value = shown && (!look.without_value || nothing);
    xml.value("c:showLegendKey", 0);
    xml.value("c:showVal", i32::from(value));
    xml.value("c:showCatName", i32::from(shown && look.category));
    xml.value("c:showSerName", i32::from(shown && look.series));
    xml.value("c:showPercent", i32::from(shown && look.percent));
    xml.value("c:showBubbleSize", 0);
    if let Some(separator) = look.separator.as_ref().filter(|_| shown) {
        xml.element("c:separator", separator);
    }
}

fn number(xml: &mut Xml, format: &str) {
    xml.tag("c:numFmt")
        .at("formatCode", format)
        .at("sourceLinked", 0)
        .empty();
}
