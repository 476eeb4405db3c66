//! Edits of charts: values, words, series, axes, kinds and looks.

use slidecraft_deck::model::chart::{
    AxisKind, CategoryGroup, Chart, Lettering, LineLook, Marker, Plot, PlotKind, Series,
};
use slidecraft_deck::model::color::{Color, Rgb};
use slidecraft_deck::model::deck::Deck;
use slidecraft_deck::model::element::{Content, Element};
use slidecraft_deck::model::paint::Fill;

fn charts(element: &mut Element) -> Option<&mut Chart> {
    let Content::Chart { chart } = &mut element.content else {
        return None;
    };
    Some(chart)
}

pub(super) fn chart(deck: &mut Deck) -> bool {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let series = elements
        .filter_map(charts)
        .flat_map(|chart| &mut chart.plots)
        .flat_map(|plot| &mut plot.series);
    let value = series
        .flat_map(|series| &mut series.values)
        .flatten()
        .next();
    let Some(value) = value else { return false };
    *value += 7.5;
    true
}

/// The first chart that has a value.
fn plotted(deck: &mut Deck) -> Option<&mut Chart> {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    elements.filter_map(charts).find(|chart| {
        let mut series = chart.plots.iter().flat_map(|plot| &plot.series);
        series.any(|series| !series.values.is_empty())
    })
}

pub(super) fn chart_words(deck: &mut Deck) -> bool {
    let Some(chart) = plotted(deck) else {
        return false;
    };
    chart.title = Some("A chart's <new> title".to_owned());
    chart.legend = Some("t".to_owned());
    for series in chart.plots.iter_mut().flat_map(|plot| &mut plot.series) {
        if let Some(name) = series.categories.first_mut() {
            "Another name".clone_into(name);
        }
        if let Some(name) = &mut series.name {
            name.push_str(" & more");
        }
    }
    true
}

/// One point and one series more.
pub(super) fn chart_series(deck: &mut Deck) -> bool {
    let Some(chart) = plotted(deck) else {
        return false;
    };
    for series in chart.plots.iter_mut().flat_map(|plot| &mut plot.series) {
        series.values.push(Some(12.25));
        if !series.categories.is_empty() {
            series.categories.push("An added name".to_owned());
        }
        if !series.x_values.is_empty() {
            series.x_values.push(Some(3.5));
        }
        if !series.sizes.is_empty() {
            series.sizes.push(Some(2.0));
        }
    }
    let Some(plot) = chart.plots.first_mut() else {
        return false;
    };
    if plot.kind != PlotKind::Stock
        && let Some(mut more) = plot.series.last().cloned()
    {
        more.name = Some("An added series".to_owned());
        more.points.clear();
        plot.series.push(more);
    }
    true
}

pub(super) fn chart_axes(deck: &mut Deck) -> bool {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let Some(chart) = elements
        .filter_map(charts)
        .find(|chart| !chart.axes.is_empty())
    else {
        return false;
    };
    for axis in &mut chart.axes {
        axis.title = Some("An axis".to_owned());
        axis.gridlines = !axis.gridlines;
        axis.grid_line = None;
        axis.format = Some("0.00".to_owned());
        axis.unlabelled = !axis.unlabelled;
        if axis.kind == AxisKind::Value {
            axis.max = Some(250.0);
        }
    }
    true
}

/// A chart of one plot becomes one of another kind.
pub(super) fn chart_kind(deck: &mut Deck) -> bool {
    let elements = deck.slides.iter_mut().flat_map(|slide| &mut slide.elements);
    let mut charts = elements.filter_map(charts);
    let Some(plot) = charts.find_map(|chart| match chart.plots.as_mut_slice() {
        [only] => Some(only),
        _ => None,
    }) else {
        return false;
    };
    (plot.kind, plot.grouping) = match plot.kind {
        PlotKind::Column | PlotKind::Bar => (PlotKind::Line, Some("standard".to_owned())),
        PlotKind::Line => (PlotKind::Area, Some("stacked".to_owned())),
        PlotKind::Area => (PlotKind::Bar, Some("clustered".to_owned())),
        PlotKind::Pie => (PlotKind::Doughnut, None),
        PlotKind::Doughnut => (PlotKind::Pie, None),
        PlotKind::Scatter
        | PlotKind::Bubble
        | PlotKind::Radar
        | PlotKind::Stock
        | PlotKind::Surface => return false,
    };
    *plot = Plot {
        kind: plot.kind,
        grouping: plot.grouping.take(),
        series: plot.series.iter().map(bare).collect(),
        ..Plot::default()
    };
    true
}

/// A series that looks as it may in plots of all kinds.
fn bare(series: &Series) -> Series {
    Series {
        color: series.color.clone(),
        points: series.points.clone(),
        labels: series.labels,
        ..series.bare()
    }
}

/// All parts of a chart look otherwise.
pub(super) fn chart_looks(deck: &mut Deck) -> bool {
    let Some(chart) = plotted(deck) else {
        return false;
    };
    let color = Color::opaque(Rgb { r: 1, g: 99, b: 7 });
    let line = LineLook {
        color: Some(color.clone()),
        width: Some(1.25),
        dash: Some("dash".to_owned()),
        ..LineLook::default()
    };
    let text = Lettering {
        size: Some(9.0),
        color: Some(color.clone()),
        bold: Some(true),
        ..Lettering::default()
    };
    chart.text_size = Some(11.0);
    chart.text_color = Some(color.clone());
    chart.style = Some(5);
    chart.fill = Some(Fill::Solid {
        color: color.clone(),
    });
    chart.line = Some(line.clone());
    chart.plot_line = Some(line.clone());
    if chart.legend.is_some() {
        chart.legend_text = text.clone();
        chart.legend_over = !chart.legend_over;
    }
    for axis in &mut chart.axes {
        axis.text = text.clone();
        axis.line = Some(line.clone());
        axis.reversed = !axis.reversed;
        axis.ticks = Some("in".to_owned());
    }
    for plot in &mut chart.plots {
        let kind = plot.kind;
        for series in &mut plot.series {
            let color = line.color.clone().filter(|_| !kind.is_of_lines());
            series.line = Some(LineLook {
                color,
                ..line.clone()
            });
            if kind != PlotKind::Surface {
                series.labels = true;
                series.label_look.without_value = false;
                series.label_look.category = true;
                series.label_look.text = text.clone();
                series.point_labels.clear();
            }
            if matches!(kind, PlotKind::Line | PlotKind::Scatter) {
                series.smooth = !series.smooth;
                series.marker = Some(Marker {
                    symbol: Some("star".to_owned()),
                    line: Some(line.clone()),
                    ..Marker::default()
                });
            }
        }
    }
    true
}

/// Names get a level above them.
pub(super) fn chart_levels(deck: &mut Deck) -> bool {
    let Some(chart) = plotted(deck) else {
        return false;
    };
    let paired = |kind| matches!(kind, PlotKind::Scatter | PlotKind::Bubble);
    let dated = chart.axes.iter().any(|axis| axis.kind == AxisKind::Date);
    let series = chart.plots.iter_mut().filter(|plot| !paired(plot.kind));
    let series = series.flat_map(|plot| &mut plot.series);
    let mut named = series.filter(|own| !own.categories.is_empty()).peekable();
    if dated || named.peek().is_none() {
        return false;
    }
    for own in named {
        own.category_groups = vec![vec![CategoryGroup {
            index: 0,
            name: "over <all>".to_owned(),
        }]];
    }
    true
}
