//! The series of charts: names, categories, values and colours.

use super::chart::{on, value};
use super::color::{ColorSpec, Palette};
use super::lexical::{filled, number};
use super::scene::Scene;
use crate::error::ReadError;
use crate::model::chart::{CategoryGroup, PlotKind, Point, Series};
use crate::model::color::Color;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Points of one series; what is beyond is left out.
const MOST_POINTS: usize = 50_000;
/// Levels of names above the innermost that are read.
const MOST_LEVELS: usize = 8;

/// Reads a `ser`.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    palette: &Palette,
    node: Node<'_>,
    kind: PlotKind,
) -> Result<Series, ReadError> {
    let child = |name| node.child(Ns::Chart, name);
    let pairs = matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let (values, format) = numbers(child(if pairs { "yVal" } else { "val" }));
    let x = child("xVal").filter(|_| pairs);
    let names = x.filter(|x| cache(*x).is_some_and(|cache| cache.name().starts_with("str")));
    let series = Series {
        name: child("tx")
            .and_then(first_cached)
            .and_then(|name| filled(&name)),
        categories: child("cat").or(names).map(words).unwrap_or_default(),
        category_groups: child("cat").map(groups).unwrap_or_default(),
        values,
        x_values: numbers(x.filter(|_| names.is_none())).0,
        sizes: numbers(child("bubbleSize").filter(|_| kind == PlotKind::Bubble)).0,
        format,
        color: child("spPr").and_then(|own| color(palette, own)),
        points: points(palette, node),
        labels: shows_labels(node),
    };
    let things = [
        series.values.len(),
        series.categories.len(),
        series.x_values.len(),
        series.sizes.len(),
        series.category_groups.iter().map(Vec::len).sum(),
    ];
    scene.reading.spend(things.iter().sum())?;
    Ok(series)
}

/// Whether values, shares or names are written beside the marks.
pub(super) fn shows_labels(node: Node<'_>) -> bool {
    node.child(Ns::Chart, "dLbls").is_some_and(|labels| {
        let shown = ["showVal", "showPercent", "showCatName"];
        !on(labels, "delete") && shown.iter().any(|name| on(labels, name))
    })
}

/// The colour that stands for a series or a point: its inside, else its line.
fn color(palette: &Palette, own: Node<'_>) -> Option<Color> {
    let inside = |node: Node<'_>| Some(ColorSpec::inside(node)?.resolve(palette, None));
    let solid = |node: Node<'_>| node.child(Ns::A, "solidFill").and_then(inside);
    let gradient = || {
        let stops = own.child(Ns::A, "gradFill")?.child(Ns::A, "gsLst")?;
        stops.children().find_map(inside)
    };
    solid(own)
        .or_else(gradient)
        .or_else(|| own.child(Ns::A, "ln").and_then(solid))
}

fn points(palette: &Palette, node: Node<'_>) -> Vec<Point> {
    let own = node.children().filter(|point| point.is(Ns::Chart, "dPt"));
    let points = own.filter_map(|point| {
        let index = value(point, "idx")?.trim().parse().ok()?;
        Some(Point {
            index,
            color: color(palette, point.child(Ns::Chart, "spPr")?)?,
        })
    });
    points.take(MOST_POINTS).collect()
}

/// The cache below a reference, or the values written out.
fn cache(node: Node<'_>) -> Option<Node<'_>> {
    node.children()
        .filter(|child| child.ns() == Ns::Chart)
        .find_map(|child| match child.name() {
            "strRef" | "numRef" | "multiLvlStrRef" => child
                .children()
                .find(|inner| matches!(inner.name(), "strCache" | "numCache" | "multiLvlStrCache")),
            "strLit" | "numLit" => Some(child),
            _ => None,
        })
}

/// The first cached text, or the text written out.
pub(super) fn first_cached(node: Node<'_>) -> Option<String> {
    let own = node.child(Ns::Chart, "v").map(Node::text);
    own.or_else(|| {
        cache(node)?
            .child(Ns::Chart, "pt")?
            .child(Ns::Chart, "v")
            .map(Node::text)
    })
}

/// The cached texts, each at its number.
fn listed(cache: Node<'_>, points: Node<'_>) -> Vec<Option<String>> {
    let told = value(cache, "ptCount").and_then(|count| count.trim().parse::<usize>().ok());
    let mut found = Vec::new();
    for point in points
        .children()
        .filter(|point| point.is(Ns::Chart, "pt"))
        .take(MOST_POINTS)
    {
        let at = point
            .attribute("idx")
            .and_then(|at| at.trim().parse::<usize>().ok());
        let at = at.unwrap_or(found.len());
        if at < MOST_POINTS {
            if found.len() <= at {
                found.resize(at + 1, None);
            }
            found[at] = point.child(Ns::Chart, "v").map(Node::text);
        }
    }
    // What a file claims of its count is believed as far as it wrote points.
    let most = found.len().saturating_mul(4).max(64);
    found.resize(told.unwrap_or(0).min(most).max(found.len()), None);
    found
}

fn numbers(node: Option<Node<'_>>) -> (Vec<Option<f64>>, Option<String>) {
    let Some(cache) = node.and_then(cache) else {
        return (Vec::new(), None);
    };
    let format = cache.child(Ns::Chart, "formatCode").map(Node::text);
    let values = listed(cache, cache)
        .into_iter()
        .map(|text| number(&text?))
        .collect();
    (values, format.and_then(|format| filled(&format)))
}

fn words(node: Node<'_>) -> Vec<String> {
    let Some(cache) = cache(node) else {
        return Vec::new();
    };
    // Of several levels the first is the innermost, which stands beside the marks.
    let points = cache.child(Ns::Chart, "lvl").unwrap_or(cache);
    let format = cache
        .child(Ns::Chart, "formatCode")
        .map(Node::text)
        .unwrap_or_default();
    let texts = listed(cache, points)
        .into_iter()
        .map(Option::unwrap_or_default);
    if is_date(&format) {
        return texts.map(|text| date(&text).unwrap_or(text)).collect();
    }
    texts.collect()
}

/// The levels of names above the innermost.
fn groups(node: Node<'_>) -> Vec<Vec<CategoryGroup>> {
    let levels = cache(node).into_iter().flat_map(Node::children);
    let levels = levels.filter(|level| level.is(Ns::Chart, "lvl"));
    levels.skip(1).take(MOST_LEVELS).map(level).collect()
}

fn level(node: Node<'_>) -> Vec<CategoryGroup> {
    let points = node.children().filter(|point| point.is(Ns::Chart, "pt"));
    let groups = points.take(MOST_POINTS).filter_map(|point| {
        let index = point.attribute("idx")?.trim().parse().ok()?;
        let name = point.child(Ns::Chart, "v").map(Node::text)?;
        Some(CategoryGroup { index, name })
    });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|group| group.index);
    groups
}

/// Whether a number format shows a day of the calendar.
pub(in crate::pptx) fn is_date(format: &str) -> bool {
    let plain = format.to_lowercase();
    plain != "general" && !plain.contains(['#', '0']) && plain.contains(['y', 'd'])
}

/// A day from the number that spreadsheets give it: days since 30 December 1899.
fn date(text: &str) -> Option<String> {
    let days = number(text).filter(|days| (1.0..2_958_466.0).contains(days))?;
    #[expect(clippy::cast_possible_truncation, reason = "a few million at most")]
    let days = days.floor() as i64 - 25_569;
    let (year, month, day) = civil(days);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day from days since 1970, by the rule of 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
