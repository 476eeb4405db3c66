//! The labels of points: what they say, and where beside their mark they stand.

use super::canvas::{Canvas, Letters};
use super::plane::Plane;
use super::{numbers, scale};
use crate::model::chart::{Lettering, Plot, PlotKind, PointLabel, Series};
use crate::model::text::Align;

/// How far labels stand from their mark, in points.
const AWAY: f64 = 3.0;

/// Where a bar lies: its middle across, and its ends along.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    pub(super) across: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether it grows to the right or upwards.
    pub(super) up: bool,
}

/// What the label of a point says; `None` where it has none. `share` is its part of the whole.
pub(super) fn text(
    plot: &Plot,
    series: &Series,
    index: usize,
    share: Option<f64>,
) -> Option<String> {
    let single = single(series, index);
    match single {
        Some(label) if label.hidden => return None,
        Some(label) if label.words.is_some() => {
            let words = label.words.as_deref().unwrap_or_default();
            return Some(filled(words, (plot, series, index), share));
        }
        None if !series.labels => return None,
        Some(_) | None => {}
    }
    let look = &series.label_look;
    let code = look.format.as_deref().or(series.format.as_deref());
    let value = scale::value(series, index);
    let number = value.map(|value| numbers::shown(value, code));
    let mut parts: Vec<String> = Vec::new();
    if look.series {
        parts.extend(series.name.clone());
    }
    if look.category {
        parts.extend(category(plot, series, index));
    }
    let nothing = look.without_value && !look.category && !look.series && !look.percent;
    if !look.without_value || nothing {
        parts.extend(number);
    }
    if look.percent {
        let own = look.format.as_deref().filter(|code| code.contains('%'));
        parts.extend(share.map(|share| numbers::shown(share, own.or(Some("0%")))));
    }
    let new_line = look.percent && look.category && look.without_value;
    let usual = if new_line { "\n" } else { "; " };
    let separator = look.separator.as_deref().unwrap_or(usual);
    let whole = parts.join(separator);
    (!whole.is_empty()).then_some(whole)
}

/// The label of a point that differs from the others of its series.
fn single(series: &Series, index: usize) -> Option<&PointLabel> {
    let mut single = series.point_labels.iter();
    single.find(|label| usize::try_from(label.index) == Ok(index))
}

/// Words with what stands in them for the point's value, names and share.
fn filled(
    words: &str,
    (plot, series, index): (&Plot, &Series, usize),
    share: Option<f64>,
) -> String {
    let code = series.label_look.format.as_deref();
    let value = scale::value(series, index);
    let value = value.map(|value| numbers::shown(value, code.or(series.format.as_deref())));
    let own = code.filter(|code| code.contains('%'));
    let share = share.map(|share| numbers::shown(share, own.or(Some("0%"))));
    let known = [
        ("[VALUE]", value),
        ("[CATEGORY NAME]", category(plot, series, index)),
        ("[SERIES NAME]", series.name.clone()),
        ("[PERCENTAGE]", share),
    ];
    let words = words.to_owned();
    let known = known.into_iter();
    known.fold(words, |words, (name, text)| {
        words.replace(name, &text.unwrap_or_default())
    })
}

/// Where the label of a point stands.
pub(super) fn side<'s>(series: &'s Series, index: usize, usual: &'s str) -> &'s str {
    let own = single(series, index).and_then(|label| label.position.as_deref());
    own.or(series.label_look.position.as_deref())
        .unwrap_or(usual)
}

/// Where a label comes to lie that may have been moved by hand.
pub(super) fn moved(
    canvas: &Canvas<'_, '_>,
    series: &Series,
    index: usize,
    (x, y): (f64, f64),
) -> (f64, f64) {
    let far = single(series, index).and_then(|label| label.offset);
    let far = far.filter(|(x, y)| x.is_finite() && y.is_finite());
    let (right, down) = far.unwrap_or((0.0, 0.0));
    let [_, _, w, h] = canvas.space;
    (
        x + right.clamp(-1.0, 1.0) * w,
        y + down.clamp(-1.0, 1.0) * h,
    )
}

fn category(plot: &Plot, series: &Series, index: usize) -> Option<String> {
    if plot.kind.is_of_pairs() {
        let x = scale::sane(&series.x_values, index);
        return x.map(|x| numbers::shown(x, None));
    }
    let all = plot.series.iter().map(|series| &series.categories);
    let named = [&series.categories]
        .into_iter()
        .chain(all)
        .find(|names| !names.is_empty());
    named?.get(index).cloned()
}

/// The letters of a point's label.
pub(super) fn letters(canvas: &Canvas<'_, '_>, series: &Series, index: usize) -> Letters {
    let usual = &series.label_look.text;
    let Some(own) = single(series, index).map(|label| &label.text) else {
        return canvas.letters(usual, false);
    };
    let text = Lettering {
        size: own.size.or(usual.size),
        color: own.color.clone().or_else(|| usual.color.clone()),
        bold: own.bold.or(usual.bold),
        italic: own.italic.or(usual.italic),
        angle: None,
    };
    canvas.letters(&text, false)
}

/// Writes the label of a bar: beyond its end where bars stand side by side, else in its middle.
pub(super) fn of_bar(
    canvas: &mut Canvas<'_, '_>,
    (plot, series, index): (&Plot, &Series, usize),
    plane: &Plane<'_>,
    bar: Bar,
) {
    let Some(text) = text(plot, series, index, share(plot, series, index)) else {
        return;
    };
    let letters = letters(canvas, series, index);
    let (stacked, _) = scale::stacking(plot);
    let usual = if stacked { "ctr" } else { "outEnd" };
    let side = side(series, index, usual);
    let rows = super::look::float(text.lines().count().max(1));
    let half = if plane.sideways {
        canvas.width(&text, &letters) / 2.0
    } else {
        letters.height() * rows / 2.0
    };
    // Upwards is towards the top of the page, which is the smaller number.
    let way = if bar.up == plane.sideways { 1.0 } else { -1.0 };
    let along = match side {
        "inEnd" => bar.high - way * (half + AWAY),
        "inBase" => bar.low + way * (half + AWAY),
        "ctr" => bar.low.midpoint(bar.high),
        _ => bar.high + way * (half + AWAY * 0.6),
    };
    let place = moved(canvas, series, index, plane.point(bar.across, along));
    canvas.write_turned((place, turn(series)), &text, (&letters, Align::Center));
}

/// The part of a value in its category, where values are shown as such.
fn share(plot: &Plot, series: &Series, index: usize) -> Option<f64> {
    let all = plot
        .series
        .iter()
        .filter_map(|series| scale::value(series, index));
    let sum: f64 = all.map(f64::abs).sum();
    scale::value(series, index)
        .filter(|_| sum > 0.0)
        .map(|value| value / sum)
}

/// How labels are turned, in degrees clockwise.
fn turn(series: &Series) -> f64 {
    series.label_look.text.angle.unwrap_or(0.0)
}

/// Writes the label of a point of a radius, at the side that its series says, else at a usual one.
pub(super) fn of_point(
    canvas: &mut Canvas<'_, '_>,
    (plot, series, index): (&Plot, &Series, usize),
    ((x, y), radius): ((f64, f64), f64),
    usual: &str,
) {
    let Some(text) = text(plot, series, index, share(plot, series, index)) else {
        return;
    };
    let letters = letters(canvas, series, index);
    let side = side(series, index, usual);
    let rows = super::look::float(text.lines().count().max(1));
    let mark = if plot.kind == PlotKind::Area {
        0.0
    } else {
        radius + AWAY
    };
    let (far, tall) = (mark, letters.height() * rows / 2.0);
    let (place, align) = match side {
        "t" => ((x, y - far - tall), Align::Center),
        "b" => ((x, y + far + tall), Align::Center),
        "l" => ((x - far, y), Align::Right),
        "ctr" => ((x, y), Align::Center),
        _ => ((x + far, y), Align::Left),
    };
    let place = moved(canvas, series, index, place);
    canvas.write_turned((place, turn(series)), &text, (&letters, align));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shown(series: &Value, share: f64) -> Option<String> {
        let series: Series = serde_json::from_value(series.clone()).expect("a series");
        let plot = Plot {
            series: vec![series.clone()],
            ..Plot::default()
        };
        text(&plot, &series, 1, Some(share))
    }

    #[test]
    fn labels_hold_what_they_are_told_to() {
        let with = |labels: bool, look: Value, single: Value| {
            json!({
                "name": "Sales", "categories": ["a", "b"], "values": [1.0, 2.5], "labels": labels, "label_look": look,
                "point_labels": single
            })
        };
        let both = json!({ "category": true, "percent": true, "without_value": true });
        let named = json!({ "series": true, "separator": " / ", "format": "0.00" });
        let words = json!([{ "index": 1, "words": "[SERIES NAME]: [VALUE] of [CATEGORY NAME]" }]);
        for (series, text) in [
            (with(true, json!({}), json!([])), Some("2.5")),
            (with(false, json!({}), json!([])), None),
            (with(true, both, json!([])), Some("b\n25%")),
            (with(true, named, json!([])), Some("Sales / 2.50")),
            (with(false, json!({}), words), Some("Sales: 2.5 of b")),
            (
                with(true, json!({}), json!([{ "index": 1, "hidden": true }])),
                None,
            ),
            (with(false, json!({}), json!([{ "index": 0 }])), None),
            (with(false, json!({}), json!([{ "index": 1 }])), Some("2.5")),
        ] {
            assert_eq!(shown(&series, 0.25).as_deref(), text, "{series}");
        }
    }
}
