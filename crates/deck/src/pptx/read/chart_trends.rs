//! Trend lines and error bars of series.

use super::chart::{line_of, numbered, on, value};
use super::chart_series::numbers;
use super::fill::Brush;
use super::lexical::filled;
use crate::model::chart::{ErrorBars, LineLook, Trend};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Trend lines, and sets of error bars, of one series.
const MOST: usize = 16;

/// The trend lines of a series.
pub(super) fn trends(brush: Brush<'_>, series: Node<'_>) -> Vec<Trend> {
    let own = series
        .children()
        .filter(|own| own.is(Ns::Chart, "trendline"));
    let trend = |own: Node<'_>| {
        let count = |name| value(own, name)?.trim().parse::<u32>().ok();
        Trend {
            kind: value(own, "trendlineType").unwrap_or_else(|| "linear".to_owned()),
            name: own
                .child(Ns::Chart, "name")
                .and_then(|name| filled(&name.text())),
            order: count("order").filter(|order| (2..=6).contains(order)),
            period: count("period").filter(|period| (2..=255).contains(period)),
            forward: numbered(own, "forward").filter(|far| *far > 0.0),
            backward: numbered(own, "backward").filter(|far| *far > 0.0),
            intercept: numbered(own, "intercept"),
            line: told(brush, own),
        }
    };
    own.map(trend).take(MOST).collect()
}

/// The error bars of a series.
pub(super) fn errors(brush: Brush<'_>, series: Node<'_>) -> Vec<ErrorBars> {
    let own = series.children().filter(|own| own.is(Ns::Chart, "errBars"));
    let bars = |own: Node<'_>| {
        let list = |name| numbers(own.child(Ns::Chart, name)).0;
        ErrorBars {
            sideways: value(own, "errDir").as_deref() == Some("x"),
            direction: value(own, "errBarType").unwrap_or_else(|| "both".to_owned()),
            kind: value(own, "errValType").unwrap_or_else(|| "fixedVal".to_owned()),
            value: numbered(own, "val").filter(|value| *value >= 0.0),
            plus: list("plus"),
            minus: list("minus"),
            plain: on(own, "noEndCap"),
            line: told(brush, own),
        }
    };
    own.map(bars).take(MOST).collect()
}

fn told(brush: Brush<'_>, node: Node<'_>) -> Option<LineLook> {
    Some(line_of(brush, node)).filter(|line| *line != LineLook::default())
}
