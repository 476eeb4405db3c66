//! Trend lines and error bars, in the order that the schema wants.

use super::super::color::Colors;
use super::super::vocabulary::known;
use super::super::xml::Xml;
use super::looks;
use crate::model::chart::{ErrorBars, LineLook, PlotKind, Trend};
use crate::model::paint::Fill;

/// Kinds of trend lines (`ST_TrendlineType`), of error bars (`ST_ErrValType`) and their directions (`ST_ErrBarType`).
const TRENDS: &[&str] = &["exp", "linear", "log", "movingAvg", "poly", "power"];
const ERRORS: &[&str] = &["cust", "fixedVal", "percentage", "stdDev", "stdErr"];
const DIRECTIONS: &[&str] = &["both", "minus", "plus"];

/// Whether series of a kind may have them.
pub(in super::super) fn fit(kind: PlotKind) -> bool {
    matches!(
        kind,
        PlotKind::Bar
            | PlotKind::Column
            | PlotKind::Line
            | PlotKind::Area
            | PlotKind::Scatter
            | PlotKind::Bubble
    )
}

/// Writes trend lines.
pub(in super::super) fn trends(xml: &mut Xml, colors: &Colors<'_>, trends: &[Trend]) {
    for trend in trends {
        xml.open("c:trendline");
        if let Some(name) = &trend.name {
            xml.element("c:name", name);
        }
        drawn(xml, colors, trend.line.as_ref());
        let kind = known(TRENDS, &trend.kind).unwrap_or("linear");
        xml.value("c:trendlineType", kind);
        if kind == "poly" {
            xml.value("c:order", trend.order.unwrap_or(2).clamp(2, 6));
        }
        if kind == "movingAvg" {
            xml.value("c:period", trend.period.unwrap_or(2).clamp(2, 255));
        }
        let far = [
            ("c:forward", trend.forward),
            ("c:backward", trend.backward),
            ("c:intercept", trend.intercept),
        ];
        for (name, far) in far {
            if let Some(far) = far.filter(|far| far.is_finite()) {
                xml.value(name, far);
            }
        }
        xml.value("c:dispRSqr", 0);
        xml.value("c:dispEq", 0);
        xml.close("c:trendline");
    }
}

/// Writes error bars.
pub(in super::super) fn errors(
    xml: &mut Xml,
    colors: &Colors<'_>,
    errors: &[ErrorBars],
    kind: PlotKind,
) {
    for bars in errors {
        xml.open("c:errBars");
        if kind.is_of_pairs() {
            xml.value("c:errDir", if bars.sideways { "x" } else { "y" });
        }
        xml.value(
            "c:errBarType",
            known(DIRECTIONS, &bars.direction).unwrap_or("both"),
        );
        let how = known(ERRORS, &bars.kind).unwrap_or("fixedVal");
        xml.value("c:errValType", how);
        xml.value("c:noEndCap", i32::from(bars.plain));
        if how == "cust" {
            for (name, values) in [("c:plus", &bars.plus), ("c:minus", &bars.minus)] {
                literal(xml, name, values);
            }
        }
        if let Some(value) = bars.value.filter(|value| value.is_finite()) {
            xml.value("c:val", value);
        }
        drawn(xml, colors, bars.line.as_ref());
        xml.close("c:errBars");
    }
}

fn drawn(xml: &mut Xml, colors: &Colors<'_>, line: Option<&LineLook>) {
    looks::shape(xml, colors, (None::<&Fill>, line));
}

/// Writes numbers that no cell holds.
fn literal(xml: &mut Xml, name: &str, values: &[Option<f64>]) {
    if values.is_empty() {
        return;
    }
    xml.open(name);
    xml.open("c:numLit");
    xml.value("c:ptCount", values.len());
    for (at, value) in values.iter().enumerate() {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            xml.tag("c:pt").at("idx", at).open();
            xml.element("c:v", &value.to_string());
            xml.close("c:pt");
        }
    }
    xml.close("c:numLit");
    xml.close(name);
}
