//! Where the sheet behind a chart holds what: a column of names, then one of values for each series.

use crate::model::chart::{AxisKind, CategoryGroup, Chart, PlotKind, Series};

/// The format of days in cells, which readers take for days.
pub(super) const DAYS: &str = "yyyy\\-mm\\-dd";

/// The columns of a series, from 0. Its name stands above its values, the rows below the first hold the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Columns {
    /// Names or places along x.
    pub(in super::super) names: usize,
    /// Columns of names above those, before them: the outermost first.
    pub(in super::super) levels: usize,
    /// Values.
    pub(in super::super) values: usize,
    /// Sizes of bubbles.
    pub(in super::super) sizes: Option<usize>,
}

/// What stands beside the values.
pub(super) enum Names<'a> {
    /// Nothing.
    None,
    /// Words.
    Words(&'a [String]),
    /// Days as spreadsheets count them.
    Days(Vec<i64>),
    /// Places along x.
    Numbers(&'a [Option<f64>]),
}

/// The columns of all series of a chart, in order. Series with the same names share the first column; where names
/// differ, each series has a column of its own before its values.
pub(in super::super) fn columns(chart: &Chart) -> Vec<Columns> {
    let series = || {
        chart
            .plots
            .iter()
            .flat_map(|plot| plot.series.iter().map(|own| (own, plot.kind)))
    };
    let beside = |(own, kind): (&'_ Series, PlotKind)| {
        let groups = own
            .category_groups
            .get(..levels(own, kind))
            .map(<[_]>::to_vec);
        (own.categories.clone(), groups, own.x_values.clone())
    };
    let shared = series().next().is_none_or(|first| {
        let first = beside(first);
        series().all(|own| beside(own) == first)
    });
    let above = |(own, kind): (&Series, PlotKind)| levels(own, kind);
    let first = series().next().map_or(0, above);
    let mut next = if shared { first + 1 } else { 0 };
    let columns = series().map(|(own, kind)| {
        let levels = levels(own, kind);
        let names = if shared { levels } else { next + levels };
        let values = if shared { next } else { names + 1 };
        let sizes = (kind == PlotKind::Bubble).then_some(values + 1);
        next = sizes.unwrap_or(values) + 1;
        Columns {
            names,
            levels,
            values,
            sizes,
        }
    });
    columns.collect()
}

/// The names of a level that stand over one of so many labels.
pub(super) fn placed(level: &[CategoryGroup], count: usize) -> impl Iterator<Item = (usize, &str)> {
    let placed = level.iter().filter_map(|group| {
        let at = usize::try_from(group.index).ok()?;
        Some((at, group.name.as_str()))
    });
    placed.filter(move |(at, _)| *at < count)
}

/// How many levels of names a series has above those at the marks.
fn levels(series: &Series, kind: PlotKind) -> usize {
    let named = !series.categories.is_empty() && !kind.is_of_pairs();
    if named {
        series.category_groups.len()
    } else {
        0
    }
}

/// What stands beside the values of a series.
pub(super) fn names(series: &Series, kind: PlotKind, dated: bool) -> Names<'_> {
    let pairs = kind.is_of_pairs();
    if pairs && !series.x_values.is_empty() {
        return Names::Numbers(&series.x_values);
    }
    if series.categories.is_empty() {
        return Names::None;
    }
    let days: Option<Vec<i64>> = series.categories.iter().map(|name| serial(name)).collect();
    match days.filter(|_| dated) {
        Some(days) => Names::Days(days),
        None => Names::Words(&series.categories),
    }
}

/// Whether the names of a chart stand on an axis of days.
pub(in super::super) fn is_dated(chart: &Chart) -> bool {
    chart.axes.iter().any(|axis| axis.kind == AxisKind::Date)
}

/// The sizes of bubbles; of one size where the deck tells none.
pub(super) fn sizes(series: &Series) -> Vec<Option<f64>> {
    if series.sizes.is_empty() {
        vec![Some(1.0); series.values.len()]
    } else {
        series.sizes.clone()
    }
}

/// The reference to the rows of a column that hold so many points.
pub(in super::super) fn rows(column: usize, count: usize) -> String {
    let column = letters(column);
    format!("Sheet1!${column}$2:${column}${}", count.max(1) + 1)
}

/// The reference to the rows of the columns that names of all levels stand in.
pub(in super::super) fn level_rows(columns: Columns, count: usize) -> String {
    let Columns { names, levels, .. } = columns;
    let (first, last) = (letters(names - levels.min(names)), letters(names));
    format!("Sheet1!${first}$2:${last}${}", count.max(1) + 1)
}

/// The reference to the head of a column.
pub(in super::super) fn head(column: usize) -> String {
    format!("Sheet1!${}$1", letters(column))
}

/// The letters of a column, from 0.
pub(in super::super) fn letters(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(number % 26).unwrap_or(0)));
        if number < 26 {
            break;
        }
        number = number / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// The number that spreadsheets give a day `2026-11-27`: days since 30 December 1899.
pub(in super::super) fn serial(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| digits)
    });
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that the day that comes and goes is the last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some(days - 693_899)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        assert_eq!(serial("1970-01-01"), Some(25_569));
        assert_eq!(serial("2000-02-29"), Some(36_585));
        assert_eq!(serial("2026-11-27"), Some(46_353));
        assert_eq!(serial("2026-13-27"), None);
        assert_eq!(serial("Q1-2-3"), None);
        assert_eq!(
            (letters(0), letters(25), letters(26), letters(701)),
            ("A".into(), "Z".into(), "AA".into(), "ZZ".into())
        );
    }
}
