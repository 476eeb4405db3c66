//! How charts look: letters, lines, insides, places and marks (ODF 1.3 part 3, 20.6 and 20.18).

use super::book::value;
use super::chart::{Look, of_name};
use super::length::{color, percent, points};
use crate::model::chart::{
    Axis, Chart, Lettering, LineLook, Marker, Place, Plot, PlotKind, Series,
};
use crate::model::color::Color;
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

/// What is properties of the chart, of lines and insides, and of letters.
const CHART: &str = "chart-properties";
const GRAPHIC: &str = "graphic-properties";
const TEXT: &str = "text-properties";

/// The names that marks of points have here, and in the deck.
const SYMBOLS: &[(&str, &str)] = &[
    ("square", "square"),
    ("diamond", "diamond"),
    ("arrow-down", "triangle"),
    ("arrow-up", "triangle"),
    ("arrow-right", "triangle"),
    ("arrow-left", "triangle"),
    ("bow-tie", "x"),
    ("hourglass", "x"),
    ("circle", "circle"),
    ("star", "star"),
    ("x", "x"),
    ("plus", "plus"),
    ("asterisk", "star"),
    ("horizontal-bar", "dash"),
    ("vertical-bar", "plus"),
];

/// Tells of a chart what its parts look like.
pub(super) fn whole(look: &Look<'_, '_>, chart: Element<'_>, found: &mut Chart) {
    found.fill = inside(look, chart);
    found.line = line(look, chart);
    if let Some(wall) = of_name(look.plot, "wall").next() {
        found.plot_fill = inside(look, wall);
        found.plot_line = line(look, wall);
    }
    if let Some(title) = chart.child(Ns::OdfChart, "title") {
        let text = letters(look, title);
        found.title_color = text.color;
        found.title_bold = Some(text.bold.unwrap_or(false));
        found.title_place = place(chart, title);
    }
    if let Some(legend) = chart.child(Ns::OdfChart, "legend") {
        found.legend_text = letters(look, legend);
    }
    let region = look
        .plot
        .children()
        .find(|child| child.name() == "coordinate-region");
    let region = region.and_then(|region| place(chart, region));
    let region = region.filter(|place| place.width.is_some() && place.height.is_some());
    let round = found.plots.first().is_some_and(|plot| plot.kind.is_round());
    found.plot_place = region.filter(|_| !round).map(|place| Place {
        inner: true,
        ..place
    });
}

/// Tells of an axis what it looks like.
pub(super) fn axis(look: &Look<'_, '_>, element: Element<'_>, found: &mut Axis) {
    let of = |name| look.get(element, CHART, Ns::OdfChart, name);
    let step = of("interval-major").and_then(|text| text.parse().ok());
    found.text = letters(look, element);
    found.line = line(look, element);
    let grid = |minor: bool| {
        let mut grids = of_name(element, "grid");
        let fine = move |grid: &Element<'_>| value(*grid, Ns::OdfChart, "class") == Some("minor");
        grids.find(|grid| fine(grid) == minor)
    };
    found.grid_line = grid(false).and_then(|grid| line(look, grid));
    found.minor_gridlines = grid(true).map(|grid| line(look, grid).unwrap_or_default());
    found.reversed = of("reverse-direction") == Some("true");
    found.log = (of("logarithmic") == Some("true")).then_some(10.0);
    found.step = step.filter(|step: &f64| step.is_finite() && *step > 0.0);
    let within = of("tick-marks-major-inner") == Some("true");
    found.ticks = match (of("tick-marks-major-outer"), within) {
        (Some("false"), false) => Some("none".to_owned()),
        (Some("false"), true) => Some("in".to_owned()),
        (_, true) => Some("cross".to_owned()),
        (_, false) => None,
    };
    if let Some(title) = element.child(Ns::OdfChart, "title") {
        let text = letters(look, title);
        found.title_text = Lettering {
            bold: Some(text.bold.unwrap_or(false)),
            ..text
        };
    }
}

/// Tells of a series what it looks like.
pub(super) fn series(
    look: &Look<'_, '_>,
    element: Element<'_>,
    kind: PlotKind,
    found: &mut Series,
) {
    let of = |name| {
        let own = look.get(element, CHART, Ns::OdfChart, name);
        own.or_else(|| look.get(look.plot, CHART, Ns::OdfChart, name))
    };
    let own = line(look, element).map(|line| LineLook {
        color: line.color.filter(|_| !kind.is_of_lines()),
        ..line
    });
    found.line = own.filter(|line| *line != LineLook::default());
    if look.get(element, GRAPHIC, Ns::Draw, "fill") == Some("none") && !kind.is_of_lines() {
        found.fill = Some(Fill::None);
    }
    if matches!(kind, PlotKind::Line | PlotKind::Scatter) {
        found.smooth = of("interpolation").is_some_and(|way| way != "none");
        let own = marker(of("symbol-type"), of("symbol-name"), of("symbol-width"));
        found.marker = Some(own);
    }
    let shown = of("data-label-number");
    found.label_look.without_value = shown == Some("percentage");
    found.label_look.percent = matches!(shown, Some("percentage" | "value-and-percentage"));
    found.label_look.category = of("data-label-text") == Some("true");
    found.labels |= found.label_look.category;
    if found.labels {
        found.label_look.text = letters(look, element);
    }
    if found.label_look.category && matches!(shown, None | Some("none")) {
        found.label_look.without_value = true;
    }
}

/// The marks of points.
fn marker(kind: Option<&str>, name: Option<&str>, width: Option<&str>) -> Marker {
    let symbol = match (kind, name) {
        (Some("named-symbol"), Some(name)) => {
            let known = SYMBOLS.iter().find(|(own, _)| *own == name);
            Some(known.map_or("square", |(_, symbol)| symbol))
        }
        (Some("automatic" | "image"), _) => None,
        _ => Some("none"),
    };
    let size = width.and_then(points).filter(|_| symbol != Some("none"));
    Marker {
        symbol: symbol.map(str::to_owned),
        size: size.map(|size| size.clamp(2.0, 72.0)),
        ..Marker::default()
    }
}

/// Tells of a plot how its marks are laid.
pub(super) fn plot(look: &Look<'_, '_>, found: &mut Plot) {
    let of = |element, name| look.get(element, CHART, Ns::OdfChart, name);
    let mut overlaps = of_name(look.plot, "axis").filter_map(|axis| of(axis, "overlap"));
    let bars = matches!(found.kind, PlotKind::Bar | PlotKind::Column);
    let overlap = overlaps.find_map(|text| text.trim_end_matches('%').parse::<f64>().ok());
    let overlap = overlap.filter(|part| bars && part.is_finite() && *part != 0.0);
    found.overlap = overlap.map(|part| (part / 100.0).clamp(-1.0, 1.0));
    found.hole = None;
    if let Some(offset) = of(look.plot, "angle-offset").and_then(|text| text.parse::<f64>().ok()) {
        let turned = (90.0 - offset).rem_euclid(360.0);
        found.first_angle = Some(turned).filter(|_| found.kind.is_round() && turned != 0.0);
    }
}

fn letters(look: &Look<'_, '_>, element: Element<'_>) -> Lettering {
    let of = |name| look.get(element, TEXT, Ns::Fo, name);
    let weight = of("font-weight");
    Lettering {
        size: look.size(element),
        color: of("color").and_then(|text| color(text, 1.0)),
        bold: weight.map(|weight| weight == "bold"),
        italic: of("font-style").map(|style| style == "italic"),
        angle: None,
    }
}

/// The line of an element, where it says anything of it.
fn line(look: &Look<'_, '_>, element: Element<'_>) -> Option<LineLook> {
    let of = |ns, name| look.get(element, GRAPHIC, ns, name);
    let stroke = of(Ns::Draw, "stroke");
    let found = LineLook {
        none: stroke == Some("none"),
        color: of(Ns::SvgLike, "stroke-color").and_then(|text| color(text, 1.0)),
        width: of(Ns::SvgLike, "stroke-width")
            .and_then(points)
            .filter(|width| *width > 0.0),
        dash: (stroke == Some("dash")).then(|| "dash".to_owned()),
    };
    (found != LineLook::default()).then_some(found)
}

/// What an area is filled with, where that is nothing or one colour.
fn inside(look: &Look<'_, '_>, element: Element<'_>) -> Option<Fill> {
    let of = |name| look.get(element, GRAPHIC, Ns::Draw, name);
    match of("fill") {
        Some("none") => Some(Fill::None),
        Some("solid") => {
            let alpha = of("opacity").and_then(percent).unwrap_or(1.0);
            let solid = |color: Color| Fill::Solid { color };
            of("fill-color")
                .and_then(|text| color(text, alpha))
                .map(solid)
        }
        _ => None,
    }
}

/// The place of a part, as fractions of the chart.
fn place(chart: Element<'_>, part: Element<'_>) -> Option<Place> {
    let of = |element, name| value(element, Ns::SvgLike, name).and_then(points);
    let (wide, tall) = (of(chart, "width")?, of(chart, "height")?);
    if wide <= 0.0 || tall <= 0.0 {
        return None;
    }
    Some(Place {
        x: of(part, "x")? / wide,
        y: of(part, "y")? / tall,
        width: of(part, "width").map(|width| width / wide),
        height: of(part, "height").map(|height| height / tall),
        inner: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::xml::Document;

    /// A chart of a line and its names, in automatic styles; the spaces are those that LibreOffice declares.
    const XML: &str = "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
        xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
        xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' \
        xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' \
        xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' xmlns:chart='urn:oasis:names:tc:opendocument:xmlns:chart:1.0'>\
        <office:automatic-styles>\
        <style:style style:name='t' style:family='chart'><style:text-properties fo:font-size='13pt' fo:color='#102030'/></style:style>\
        <style:style style:name='a' style:family='chart'>\
        <style:chart-properties chart:logarithmic='true' chart:reverse-direction='true' chart:interval-major='5' chart:tick-marks-major-outer='false'/>\
        <style:graphic-properties svg:stroke-color='#b3b3b3' svg:stroke-width='0.02in'/><style:text-properties fo:font-weight='bold'/></style:style>\
        <style:style style:name='s' style:family='chart'>\
        <style:chart-properties chart:symbol-type='named-symbol' chart:symbol-name='arrow-up' chart:symbol-width='8pt' chart:interpolation='cubic-spline' \
        chart:data-label-number='percentage' chart:data-label-text='true'/>\
        <style:graphic-properties draw:stroke='dash' svg:stroke-color='#ff0000'/></style:style>\
        </office:automatic-styles><office:body><office:chart>\
        <chart:chart chart:class='chart:line' svg:width='100pt' svg:height='50pt'><chart:title svg:x='10pt' svg:y='10pt' chart:style-name='t'><text:p>Sold</text:p></chart:title>\
        <chart:plot-area><chart:coordinate-region svg:x='20pt' svg:y='10pt' svg:width='50pt' svg:height='25pt'/>\
        <chart:axis chart:dimension='y' chart:style-name='a'><chart:grid chart:class='major'/></chart:axis>\
        <chart:series chart:style-name='s' chart:values-cell-range-address='local-table.$A$1:.$A$2'/></chart:plot-area>\
        <table:table><table:table-row><table:table-cell office:value-type='float' office:value='1'><text:p>1</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type='float' office:value='2'><text:p>2</text:p></table:table-cell></table:table-row></table:table>\
        </chart:chart></office:chart></office:body></office:document-content>";

    #[test]
    fn charts_look_as_their_styles_say() {
        let document = Document::parse("a chart", XML.as_bytes(), 64).expect("XML");
        let body = document.root().child(Ns::Office, "body").expect("a body");
        let body = body.child(Ns::Office, "chart").expect("a chart");
        let found = crate::odp::chart::read(&document, body).expect("values");
        let chart = serde_json::to_value(&found.chart).expect("JSON");
        let expected = serde_json::json!({
            "title": "Sold", "title_size": 13.0, "title_color": { "rgb": "#102030" }, "title_bold": false,
            "title_place": { "x": 0.1, "y": 0.2 },
            "plot_place": { "x": 0.2, "y": 0.2, "width": 0.5, "height": 0.5, "inner": true },
            "plots": [{
                "kind": "line", "grouping": "standard", "markers": true,
                "series": [{
                    "values": [1.0, 2.0], "color": { "rgb": "#FF0000" }, "labels": true,
                    "label_look": { "without_value": true, "category": true, "percent": true },
                    "line": { "dash": "dash" }, "marker": { "symbol": "triangle", "size": 8.0 }, "smooth": true
                }]
            }],
            "axes": [{
                "kind": "value", "position": "l", "gridlines": true, "text": { "bold": true },
                "line": { "color": { "rgb": "#B3B3B3" }, "width": 1.44 }, "ticks": "none", "reversed": true, "log": 10.0, "step": 5.0
            }]
        });
        assert_eq!(chart, expected);
    }
}
