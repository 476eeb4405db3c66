//! The series of charts: names, categories, values and colours.

use super::chart::{numbered, on, share, value};
use super::chart_look::{area, line};
use super::color::{ColorSpec, Palette};
use super::fill::Brush;
use super::lexical::{filled, number};
use super::scene::Scene;
use super::{chart_labels, chart_trends};
use crate::error::ReadError;
use crate::model::chart::{CategoryGroup, LineLook, Marker, PlotKind, Point, Series};
use crate::model::color::Color;
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Points of one series; what is beyond is left out.
const MOST_POINTS: usize = 50_000;
/// Points of one series that may differ from it.
const MOST_SINGLE: usize = 5_000;
/// Levels of names above the innermost that are read.
const MOST_LEVELS: usize = 8;

/// Reads a `ser`; `labels` are what its plot says of them.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    brush: Brush<'_>,
    (node, labels): (Node<'_>, Option<Node<'_>>),
    kind: PlotKind,
) -> Result<Series, ReadError> {
    let child = |name| node.child(Ns::Chart, name);
    let pairs = kind.is_of_pairs();
    let (values, format) = numbers(child(if pairs { "yVal" } else { "val" }));
    let x = child("xVal").filter(|_| pairs);
    let names = x.filter(|x| cache(*x).is_some_and(|cache| cache.name().starts_with("str")));
    let own = child("spPr");
    let labels = child("dLbls").or(labels);
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
        color: own.and_then(|own| color(brush.palette, own, kind)),
        points: points(brush.palette, node, kind),
        labels: labels.is_some_and(chart_labels::shown),
        label_look: labels
            .map(|labels| chart_labels::look(brush, labels))
            .unwrap_or_default(),
        point_labels: labels
            .map(|labels| chart_labels::of_points(brush, labels))
            .unwrap_or_default(),
        fill: match own.filter(|_| !kind.is_of_lines()) {
            Some(own) => {
                area(scene.reading, own, brush)?.filter(|fill| !matches!(fill, Fill::Solid { .. }))
            }
            None => None,
        },
        line: own
            .and_then(|own| line(brush, own))
            .and_then(|line| bare(line, kind)),
        marker: match child("marker") {
            Some(node) => Some(marker(scene, brush, node)?),
            None => None,
        },
        smooth: kind.is_of_lines() && on(node, "smooth"),
        explosion: share(node, "explosion").filter(|part| *part > 0.0),
        trends: chart_trends::trends(brush, node),
        errors: chart_trends::errors(brush, node),
    };
    let things = [
        series.values.len(),
        series.categories.len(),
        series.x_values.len(),
        series.sizes.len(),
        series.category_groups.iter().map(Vec::len).sum(),
        series
            .errors
            .iter()
            .map(|bars| bars.plus.len() + bars.minus.len())
            .sum(),
    ];
    scene.reading.spend(things.iter().sum())?;
    Ok(series)
}

/// The line of a series beside its colour, which of series that are lines is told already.
fn bare(line: LineLook, kind: PlotKind) -> Option<LineLook> {
    let line = LineLook {
        color: line.color.filter(|_| !kind.is_of_lines()),
        ..line
    };
    (line != LineLook::default()).then_some(line)
}

fn marker(
    scene: &mut Scene<'_, '_>,
    brush: Brush<'_>,
    node: Node<'_>,
) -> Result<Marker, ReadError> {
    let own = node.child(Ns::Chart, "spPr");
    Ok(Marker {
        symbol: value(node, "symbol")
            .filter(|symbol| !matches!(symbol.as_str(), "auto" | "picture")),
        size: numbered(node, "size").filter(|size| (2.0..=72.0).contains(size)),
        fill: match own {
            Some(own) => area(scene.reading, own, brush)?,
            None => None,
        },
        line: own.and_then(|own| line(brush, own)),
    })
}

/// The colour that stands for a series or a point: of lines that of the line first, of all else that of the inside alone.
fn color(palette: &Palette, own: Node<'_>, kind: PlotKind) -> Option<Color> {
    let inside = |node: Node<'_>| Some(ColorSpec::inside(node)?.resolve(palette, None));
    let solid = |node: Node<'_>| node.child(Ns::A, "solidFill").and_then(inside);
    let gradient = || {
        let stops = own.child(Ns::A, "gradFill")?.child(Ns::A, "gsLst")?;
        stops.children().find_map(inside)
    };
    let line = own.child(Ns::A, "ln").filter(|_| kind.is_of_lines());
    let line = line.and_then(solid);
    line.or_else(|| solid(own)).or_else(gradient)
}

fn points(palette: &Palette, node: Node<'_>, kind: PlotKind) -> Vec<Point> {
    let own = node.children().filter(|point| point.is(Ns::Chart, "dPt"));
    let points = own.filter_map(|point| {
        let index = value(point, "idx")?.trim().parse().ok()?;
        let own = point.child(Ns::Chart, "spPr");
        let point = Point {
            index,
            color: own.and_then(|own| color(palette, own, kind)),
            explosion: share(point, "explosion").filter(|part| *part > 0.0),
        };
        (point.color.is_some() || point.explosion.is_some()).then_some(point)
    });
    points.take(MOST_SINGLE).collect()
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

pub(super) fn numbers(node: Option<Node<'_>>) -> (Vec<Option<f64>>, Option<String>) {
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
    // What stands in brackets is a language or a colour.
    let outside = format.split('[').enumerate().map(|(at, part)| match at {
        0 => part,
        _ => part.split_once(']').map_or("", |(_, rest)| rest),
    });
    let plain = outside.collect::<String>().to_lowercase();
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
