//! Charts: what is plotted and the values of the table that the chart brought along (ODF 1.3 part 3, 11).

use crate::model::chart::{Axis, AxisKind, Chart, Plot, PlotKind, Point, Series};
use crate::model::color::Color;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};

use super::book::{Book, value};
use super::chart_look;
use super::length::{color, points};

/// Cells of a chart's own table.
const MOST_CELLS: usize = 200_000;

/// A chart, and sentences about what it lost.
pub(super) struct Found {
    pub(super) chart: Chart,
    pub(super) lost: Vec<&'static str>,
}

/// Reads a chart. `None` where it brought no values along: then its picture is all there is.
pub(super) fn read(document: &Document, body: Element<'_>) -> Option<Found> {
    let chart = body.child(Ns::OdfChart, "chart")?;
    let styles = Book::read(None, Some(document));
    let grid = Grid::read(chart.child(Ns::Table, "table")?);
    let plot = chart.child(Ns::OdfChart, "plot-area")?;
    let class = value(chart, Ns::OdfChart, "class").unwrap_or_default();
    let look = Look {
        styles: &styles,
        plot,
    };
    let axes: Vec<Element<'_>> = of_name(plot, "axis").collect();
    let names = axes
        .iter()
        .find_map(|axis| axis.child(Ns::OdfChart, "categories"));
    let names = names.and_then(|names| value(names, Ns::Table, "cell-range-address"));
    let categories = grid.texts(names.unwrap_or_default());
    let mut plots: Vec<Plot> = Vec::new();
    let mut lost = Vec::new();
    for element in of_name(plot, "series") {
        let own = value(element, Ns::OdfChart, "class").unwrap_or(class);
        let kind = look.kind(own);
        let series = series(&look, &grid, element, kind, &categories);
        match plots.iter_mut().find(|plot| plot.kind == kind) {
            Some(plot) => plot.series.push(series),
            None => plots.push(look.plot(kind, series)),
        }
        if element.children().any(|child| {
            matches!(
                child.name(),
                "error-indicator" | "regression-curve" | "mean-value"
            )
        }) {
            lost.push("trend lines and error bars of a chart are left out");
        }
    }
    let any = plots.iter().flat_map(|plot| &plot.series);
    if !any.into_iter().any(|series| !series.values.is_empty()) {
        return None;
    }
    if look.is("three-dimensional") {
        lost.push("the depth of a chart is left out");
    }
    let title = chart.child(Ns::OdfChart, "title");
    let legend = chart.child(Ns::OdfChart, "legend");
    let mut found = Chart {
        title: title.map(words).filter(|title| !title.is_empty()),
        title_size: title.and_then(|title| look.size(title)),
        axes: axes.iter().filter_map(|axis| look.axis(*axis)).collect(),
        legend: legend.map(|legend| side(legend).to_owned()),
        plots,
        ..Chart::default()
    };
    chart_look::whole(&look, chart, &mut found);
    Some(Found { chart: found, lost })
}

pub(super) fn of_name<'a>(
    inside: Element<'a>,
    name: &'static str,
) -> impl Iterator<Item = Element<'a>> {
    inside
        .children()
        .filter(move |child| child.is(Ns::OdfChart, name))
}

/// The paragraphs of a title on one line.
fn words(element: Element<'_>) -> String {
    let texts: Vec<String> = element
        .descendants(Ns::Text, "p")
        .into_iter()
        .map(all_text)
        .collect();
    texts
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn all_text(element: Element<'_>) -> String {
    let pieces = element.mixed().map(|node| match node {
        Ok(child) => all_text(child),
        Err(text) => text.to_owned(),
    });
    pieces.collect()
}

fn side(legend: Element<'_>) -> &'static str {
    match value(legend, Ns::OdfChart, "legend-position") {
        Some("start") => "l",
        Some("top") => "t",
        Some("bottom") => "b",
        Some("top-end") => "tr",
        _ => "r",
    }
}

/// The styles of a chart and what it plots.
pub(super) struct Look<'l, 'a> {
    styles: &'l Book<'a>,
    pub(super) plot: Element<'a>,
}

impl<'a> Look<'_, 'a> {
    /// A property of the kind `chart-properties`, `graphic-properties` or `text-properties`.
    pub(super) fn get(
        &self,
        element: Element<'_>,
        block: &str,
        ns: Ns,
        name: &str,
    ) -> Option<&'a str> {
        let style = value(element, Ns::OdfChart, "style-name");
        let chain = self.styles.chain("chart", style);
        chain.into_iter().find_map(|style| {
            let mut blocks = style.children().filter(|child| child.name() == block);
            blocks.find_map(|block| value(block, ns, name))
        })
    }

    fn is(&self, name: &str) -> bool {
        self.get(self.plot, "chart-properties", Ns::OdfChart, name) == Some("true")
    }

    pub(super) fn size(&self, element: Element<'_>) -> Option<f64> {
        let size = self.get(element, "text-properties", Ns::Fo, "font-size");
        size.and_then(points)
    }

    fn kind(&self, class: &str) -> PlotKind {
        match class.rsplit(':').next().unwrap_or_default() {
            "line" => PlotKind::Line,
            "area" => PlotKind::Area,
            "circle" => PlotKind::Pie,
            "ring" => PlotKind::Doughnut,
            "scatter" => PlotKind::Scatter,
            "bubble" => PlotKind::Bubble,
            "radar" | "filled-radar" => PlotKind::Radar,
            "stock" => PlotKind::Stock,
            "surface" => PlotKind::Surface,
            _ if self.is("vertical") => PlotKind::Bar,
            _ => PlotKind::Column,
        }
    }

    fn plot(&self, kind: PlotKind, first: Series) -> Plot {
        let grouping = if self.is("percentage") {
            "percentStacked"
        } else if self.is("stacked") {
            "stacked"
        } else if matches!(kind, PlotKind::Bar | PlotKind::Column) {
            "clustered"
        } else {
            "standard"
        };
        let axes = of_name(self.plot, "axis");
        let mut gaps = axes.filter_map(|axis| {
            let gap = self.get(axis, "chart-properties", Ns::OdfChart, "gap-width")?;
            gap.trim_end_matches('%').parse::<f64>().ok()
        });
        let mut plot = Plot {
            kind,
            grouping: Some(grouping.to_owned()),
            gap: gaps
                .next()
                .filter(|gap| gap.is_finite())
                .map(|gap| gap.clamp(0.0, 500.0) / 100.0),
            series: vec![first],
            markers: kind == PlotKind::Line,
            ..Plot::default()
        };
        chart_look::plot(self, &mut plot);
        plot
    }

    fn axis(&self, axis: Element<'_>) -> Option<Axis> {
        let dimension = value(axis, Ns::OdfChart, "dimension")?;
        let kind = match dimension {
            "x" if axis.child(Ns::OdfChart, "categories").is_some() => AxisKind::Category,
            "x" | "y" => AxisKind::Value,
            _ => AxisKind::Series,
        };
        let of = |name| self.get(axis, "chart-properties", Ns::OdfChart, name);
        let number = |name| of(name).and_then(|text| text.parse().ok());
        let title = axis.child(Ns::OdfChart, "title").map(words);
        let upright = self.is("vertical") == (dimension == "x");
        let mut found = Axis {
            kind,
            title: title.filter(|title| !title.is_empty()),
            min: number("minimum").filter(|number: &f64| number.is_finite()),
            max: number("maximum").filter(|number: &f64| number.is_finite()),
            position: Some(if upright { "l" } else { "b" }.to_owned()),
            hidden: of("visible") == Some("false"),
            unlabelled: of("display-label") == Some("false"),
            gridlines: of_name(axis, "grid")
                .any(|grid| value(grid, Ns::OdfChart, "class") != Some("minor")),
            ..Axis::default()
        };
        chart_look::axis(self, axis, &mut found);
        Some(found)
    }

    fn color(&self, element: Element<'_>, kind: PlotKind) -> Option<Color> {
        let of = |ns, name| self.get(element, "graphic-properties", ns, name);
        let lines = matches!(kind, PlotKind::Line | PlotKind::Scatter | PlotKind::Radar);
        let line = || of(Ns::SvgLike, "stroke-color");
        let text = if lines {
            line().or_else(|| of(Ns::Draw, "fill-color"))
        } else {
            of(Ns::Draw, "fill-color")
        };
        text.and_then(|text| color(text, 1.0))
    }
}

fn series(
    look: &Look<'_, '_>,
    grid: &Grid,
    element: Element<'_>,
    kind: PlotKind,
    categories: &[String],
) -> Series {
    let values = value(element, Ns::OdfChart, "values-cell-range-address").unwrap_or_default();
    let name = value(element, Ns::OdfChart, "label-cell-address").unwrap_or_default();
    let domains: Vec<&str> = of_name(element, "domain")
        .filter_map(|domain| value(domain, Ns::Table, "cell-range-address"))
        .collect();
    let by_number = matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let own = grid.numbers(values);
    // Of a bubble the values are its sizes, and its places are the domains: y first, then x.
    let (values, sizes, x_values) = match (kind, domains.as_slice()) {
        (PlotKind::Bubble, [y, x, ..]) => (grid.numbers(y), own, grid.numbers(x)),
        (PlotKind::Bubble, [y]) => (grid.numbers(y), own, Vec::new()),
        (PlotKind::Scatter, [x, ..]) => (own, Vec::new(), grid.numbers(x)),
        _ => (own, Vec::new(), Vec::new()),
    };
    let shown = look.get(
        element,
        "chart-properties",
        Ns::OdfChart,
        "data-label-number",
    );
    let mut found = Series {
        name: grid
            .texts(name)
            .into_iter()
            .next()
            .filter(|name| !name.is_empty()),
        categories: if by_number {
            Vec::new()
        } else {
            categories.to_vec()
        },
        values,
        x_values,
        sizes,
        format: None,
        color: look.color(element, kind),
        points: coloured(look, element, kind),
        labels: matches!(shown, Some("value" | "percentage" | "value-and-percentage")),
        ..Series::default()
    };
    chart_look::series(look, element, kind, &mut found);
    found
}

fn coloured(look: &Look<'_, '_>, element: Element<'_>, kind: PlotKind) -> Vec<Point> {
    let mut points = Vec::new();
    let mut index: u32 = 0;
    for point in of_name(element, "data-point") {
        let repeated = value(point, Ns::OdfChart, "repeated").and_then(|text| text.parse().ok());
        if let Some(color) = look.color(point, kind) {
            points.push(Point {
                index,
                color: Some(color),
                explosion: None,
            });
        }
        index = index.saturating_add(repeated.unwrap_or(1));
    }
    points
}

/// The table of a chart, row by row.
struct Grid {
    rows: Vec<Vec<(String, Option<f64>)>>,
}

impl Grid {
    fn read(table: Element<'_>) -> Self {
        let mut rows = Vec::new();
        let mut cells = 0;
        for row in table.descendants(Ns::Table, "table-row") {
            let mut read = Vec::new();
            for cell in row
                .children()
                .filter(|cell| cell.is(Ns::Table, "table-cell"))
            {
                let repeated = value(cell, Ns::Table, "number-columns-repeated");
                let repeated: usize = repeated.and_then(|text| text.parse().ok()).unwrap_or(1);
                let number = value(cell, Ns::Office, "value").and_then(|text| text.parse().ok());
                let number = number.filter(|number: &f64| number.is_finite());
                for _ in 0..repeated.min(MOST_CELLS.saturating_sub(cells)) {
                    cells += 1;
                    read.push((words(cell), number));
                }
            }
            rows.push(read);
            if cells >= MOST_CELLS {
                break;
            }
        }
        Self { rows }
    }

    fn texts(&self, range: &str) -> Vec<String> {
        self.cells(range)
            .into_iter()
            .map(|(text, _)| text)
            .collect()
    }

    fn numbers(&self, range: &str) -> Vec<Option<f64>> {
        self.cells(range)
            .into_iter()
            .map(|(_, number)| number)
            .collect()
    }

    /// The cells of `local-table.$B$2:.$B$5`, or of several such ranges.
    fn cells(&self, ranges: &str) -> Vec<(String, Option<f64>)> {
        let mut found = Vec::new();
        for range in ranges.split_ascii_whitespace() {
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let (Some(from), Some(to)) = (address(from), address(to)) else {
                continue;
            };
            let last = to.0.min(self.rows.len().saturating_sub(1));
            for row in from.0..=last {
                let cells = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
                let count = to.1.saturating_add(1).saturating_sub(from.1);
                found.extend(cells.iter().skip(from.1).take(count).cloned());
                if found.len() > MOST_CELLS {
                    return found;
                }
            }
        }
        found
    }
}

/// Row and column, from 0, of `local-table.$B$2`.
fn address(text: &str) -> Option<(usize, usize)> {
    let cell = text.rsplit('.').next()?.replace('$', "");
    let digits = cell.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = cell.split_at(digits);
    let mut column: usize = 0;
    for letter in letters.bytes() {
        let place = usize::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(place)?;
    }
    let row: usize = row.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_rows_and_columns_from_nothing() {
        assert_eq!(address("local-table.$B$2"), Some((1, 1)));
        assert_eq!(address("$AA10"), Some((9, 26)));
        for wrong in ["", "local-table", "$B$0", ".B", "B99999999999999999999"] {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }
}
