//! From clusters to lines: breaking at the edge, tabs, and the visual order within a line.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level};

use super::shaping::{Cluster, Role, Shaped};
use crate::model::text::{TabAlign, TabStop};

/// PowerPoint's own tab stops, one inch apart, in points.
const DEFAULT_TAB: f64 = 72.0;

/// A line of clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its clusters, hanging white space left out.
    pub clusters: Range<usize>,
    /// Where its first cluster starts, from the left inset.
    pub start: f64,
    /// Its width without hanging white space.
    pub width: f64,
    /// Whether the paragraph or the author ended it, not the edge.
    pub ended: bool,
}

/// What bounds the lines of a paragraph, in points from the left inset.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure<'a> {
    /// Where the first line starts.
    pub first: f64,
    /// Where the others start.
    pub rest: f64,
    /// Where all must end; infinite where lines do not wrap.
    pub right: f64,
    /// The paragraph's own tab stops.
    pub tabs: &'a [TabStop],
}

/// Breaks clusters into lines. Tabs get their widths here. There is always at least one line.
pub fn break_lines(shaped: &mut Shaped, measure: &Measure<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut from = 0;
    loop {
        let start = if lines.is_empty() {
            measure.first
        } else {
            measure.rest
        };
        let (end, ended) = line_end(shaped, from, start, measure);
        let line = trimmed(&shaped.clusters, from..end, start, ended);
        lines.push(line);
        let last_was_newline = end > from
            && shaped
                .clusters
                .get(end - 1)
                .is_some_and(|c| c.role == Role::Newline);
        from = end;
        if from >= shaped.clusters.len() && !last_was_newline {
            return lines;
        }
        if from >= shaped.clusters.len() {
            let at = shaped.clusters.len();
            lines.push(Line {
                clusters: at..at,
                start: measure.rest,
                width: 0.0,
                ended: true,
            });
            return lines;
        }
    }
}

/// Where the line that starts at cluster `from` ends, and whether by more than the edge.
fn line_end(shaped: &mut Shaped, from: usize, start: f64, measure: &Measure<'_>) -> (usize, bool) {
    let mut x = start;
    let mut last_break = None;
    let mut index = from;
    while index < shaped.clusters.len() {
        if shaped
            .clusters
            .get(index)
            .is_some_and(|c| c.role == Role::Tab)
        {
            let advance = tab_advance(&shaped.clusters, index, x, measure);
            if let Some(tab) = shaped.clusters.get_mut(index) {
                tab.advance = advance;
            }
        }
        let Some(cluster) = shaped.clusters.get(index) else {
            break;
        };
        if cluster.role == Role::Newline {
            return (index + 1, true);
        }
        x += cluster.advance;
        // A hundredth of a point of grace keeps sums of advances from breaking what fits.
        if x > measure.right + 0.01 && cluster.role != Role::Space && index > from {
            return (last_break.unwrap_or(index), false);
        }
        if cluster.may_break {
            last_break = Some(index + 1);
        }
        index += 1;
    }
    (shaped.clusters.len(), true)
}

fn trimmed(clusters: &[Cluster], range: Range<usize>, start: f64, ended: bool) -> Line {
    let mut end = range.end;
    while end > range.start
        && clusters
            .get(end - 1)
            .is_some_and(|c| matches!(c.role, Role::Space | Role::Newline))
    {
        end -= 1;
    }
    let kept = range.start..end;
    let width = clusters
        .get(kept.clone())
        .unwrap_or_default()
        .iter()
        .map(|c| c.advance)
        .sum();
    Line {
        clusters: kept,
        start,
        width,
        ended,
    }
}

/// How wide a tab at `x` is: up to the next stop, less what the stop aligns before itself.
fn tab_advance(clusters: &[Cluster], index: usize, x: f64, measure: &Measure<'_>) -> f64 {
    let stop = measure
        .tabs
        .iter()
        .filter(|stop| stop.position.points() > x + 0.01)
        .min_by_key(|stop| stop.position);
    let Some(stop) = stop else {
        let hanging = measure.rest > x + 0.01 && measure.rest < x + DEFAULT_TAB;
        let next = ((x + 0.01) / DEFAULT_TAB).floor() * DEFAULT_TAB + DEFAULT_TAB;
        return if hanging {
            measure.rest.min(next) - x
        } else {
            next - x
        };
    };
    let following: f64 = clusters
        .get(index + 1..)
        .unwrap_or_default()
        .iter()
        .take_while(|c| !matches!(c.role, Role::Tab | Role::Newline))
        .map(|c| c.advance)
        .sum();
    let before = match stop.align {
        TabAlign::Left => 0.0,
        TabAlign::Center => following / 2.0,
        TabAlign::Right | TabAlign::Decimal => following,
    };
    (stop.position.points() - x - before).max(0.0)
}

/// The clusters of a line from left to right.
pub fn visual_order(clusters: &[Cluster], line: &Range<usize>) -> Vec<usize> {
    let slice = clusters.get(line.clone()).unwrap_or_default();
    if slice.iter().all(|c| c.level == 0) {
        return line.clone().collect();
    }
    let levels: Vec<Level> = slice
        .iter()
        .map(|c| Level::new(c.level).unwrap_or_else(|_| Level::ltr()))
        .collect();
    BidiInfo::reorder_visual(&levels)
        .into_iter()
        .map(|i| i + line.start)
        .collect()
}
