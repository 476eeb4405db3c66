//! A chart of every kind.

use serde_json::{Value, json};

use super::boxes::{frame, grid, label};

fn series(name: &str, values: &[f64]) -> Value {
    json!({ "name": name, "categories": ["North", "East", "South", "West"], "values": values })
}

fn axes(upright: bool) -> Value {
    let (names, values) = if upright { ("b", "l") } else { ("l", "b") };
    json!([
        { "kind": "category", "position": names },
        { "kind": "value", "position": values, "gridlines": true, "format": "General" }
    ])
}

fn chart(kind: &str, grouping: Option<&str>) -> Value {
    let all = [
        series("2024", &[4.3, 2.5, 3.5, 4.5]),
        series("2025", &[2.4, 4.4, 1.8, 2.8]),
        series("2026", &[2.0, 2.0, 3.0, 5.0]),
    ];
    json!({ "plots": [{ "kind": kind, "grouping": grouping, "series": all }], "axes": axes(kind != "bar"), "legend": "b" })
}

fn round(kind: &str) -> Value {
    let mut own = series("Share", &[8.2, 3.2, 1.4, 1.2]);
    own["labels"] = json!(true);
    json!({ "title": "Share", "plots": [{ "kind": kind, "series": [own] }], "legend": "r" })
}

fn pairs(kind: &str) -> Value {
    let mut own = series("Points", &[2.7, 3.2, 0.8, 2.0]);
    own["categories"] = json!([]);
    own["x_values"] = json!([0.7, 1.8, 2.6, 3.1]);
    if kind == "bubble" {
        own["sizes"] = json!([10.0, 4.0, 8.0, 2.0]);
    }
    json!({
        "plots": [{ "kind": kind, "series": [own] }], "legend": "b",
        "axes": [{ "kind": "value", "position": "b" }, { "kind": "value", "position": "l", "gridlines": true }]
    })
}

fn stock() -> Value {
    let days = json!(["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]);
    let one = |name: &str, values: [f64; 4]| json!({ "name": name, "categories": days, "values": values });
    json!({
        "plots": [{ "kind": "stock", "series": [one("Open", [44.0, 25.0, 38.0, 50.0]), one("High", [55.0, 57.0, 57.0, 58.0]), one("Low", [11.0, 12.0, 13.0, 11.0]), one("Close", [32.0, 35.0, 34.0, 35.0])] }],
        "axes": axes(true), "legend": "b"
    })
}

fn combined() -> Value {
    let mut line = series("Rate", &[0.2, 0.35, 0.3, 0.5]);
    line["format"] = json!("0%");
    json!({
        "title": "Columns and a line",
        "plots": [
            { "kind": "column", "grouping": "clustered", "gap": 0.8, "series": [series("Orders", &[40.0, 55.0, 52.0, 70.0])] },
            { "kind": "line", "grouping": "standard", "series": [line] }
        ],
        "axes": [
            { "kind": "category", "position": "b" }, { "kind": "value", "position": "l", "gridlines": true, "title": "orders" },
            { "kind": "category", "position": "b", "hidden": true }, { "kind": "value", "position": "r", "format": "0%" }
        ],
        "legend": "b"
    })
}

fn painted() -> Value {
    let mut own = series("Points of their own", &[-2.0, 3.0, 5.0, -1.0]);
    own["color"] = json!({ "rgb": "#70AD47" });
    own["points"] = json!([{ "index": 2, "color": { "rgb": "#C00000" } }]);
    own["labels"] = json!(true);
    json!({ "title": "Colours, labels, below zero", "plots": [{ "kind": "column", "gap": 0.5, "series": [own] }], "axes": axes(true) })
}

fn grouped() -> Value {
    let mut own = series("Sales", &[4.0, 2.5, 3.0, 1.5]);
    own["category_groups"] =
        json!([[{ "index": 0, "name": "Spring" }, { "index": 2, "name": "Autumn" }]]);
    json!({ "plots": [{ "kind": "column", "gap": 0.5, "series": [own] }], "axes": axes(true) })
}

/// A chart of this kind whose whole, plot, series and axes are told more.
fn told(kind: &str, values: &[f64], more: [Value; 3]) -> Value {
    let [whole, plot, own] = more;
    let mut told = json!({ "plots": [{ "kind": kind, "series": [series("Sales", values)] }], "axes": axes(kind != "bar") });
    let put = |into: &mut Value, all: &Value| {
        let into = into.as_object_mut().expect("an object");
        into.extend(all.as_object().expect("an object").clone());
    };
    put(&mut told["plots"][0]["series"][0], &own);
    put(&mut told["plots"][0], &plot);
    put(&mut told, &whole);
    told
}

/// Axes that look as they say.
fn axes_told() -> Vec<(&'static str, Value)> {
    let none = || json!({});
    let values = [4.0, 2.5, 3.0, 5.5];
    let dated = json!({ "categories": ["2026-01-01", "2026-02-01", "2026-03-01", "2026-08-01"], "marker": { "symbol": "circle" } });
    let days = json!({ "axes": [
        { "kind": "date", "position": "b", "format": "mmm yy", "text": { "angle": -45.0 } },
        { "kind": "value", "position": "l", "gridlines": true, "grid_line": { "color": { "rgb": "#D9D9D9" }, "dash": "dash" } }
    ] });
    let powers = json!({ "axes": [
        { "kind": "category", "position": "b" },
        { "kind": "value", "position": "l", "log": 10.0, "gridlines": true, "minor_gridlines": { "color": { "rgb": "#E5E5E5" } } }
    ] });
    let turned = json!({ "axes": [
        { "kind": "category", "position": "l", "reversed": true, "labels_at": "low" },
        { "kind": "value", "position": "b", "ticks": "cross", "crosses": "max" }
    ] });
    let bars = [-2.0, 3.0, -1.0, 4.0];
    let high = [3.0, 40.0, 900.0, 12.0];
    vec![
        (
            "days in proportion",
            told("line", &values, [days, none(), dated]),
        ),
        (
            "logarithms",
            told("column", &high, [powers, none(), none()]),
        ),
        (
            "bars from the top",
            told("bar", &bars, [turned, none(), none()]),
        ),
    ]
}

/// Round plots, and lines that are bent or dropped.
fn marks_told() -> Vec<(&'static str, Value)> {
    let values = [4.0, 2.5, 3.0, 5.5];
    let no_axes = || json!({ "axes": [], "legend": "b" });
    let shares = json!({ "labels": true, "label_look": { "without_value": true, "category": true, "percent": true }, "explosion": 0.1 });
    let outside = json!({ "labels": true, "label_look": { "position": "outEnd" }, "line": { "color": { "rgb": "#FFFFFF" }, "width": 2.0 } });
    let bent = json!({ "x_values": [1.0, 2.0, 3.5, 5.0], "categories": [], "smooth": true, "marker": { "symbol": "square", "fill": { "type": "none" } } });
    let lying = json!({ "axes": [{ "kind": "value", "position": "b" }, { "kind": "value", "position": "l", "gridlines": true }] });
    let lined = json!({ "markers": true, "drop_lines": {} });
    let hole = json!({ "hole": 0.7 });
    vec![
        (
            "shares, apart",
            told(
                "pie",
                &values,
                [
                    json!({ "axes": [] }),
                    json!({ "first_angle": 45.0 }),
                    shares,
                ],
            ),
        ),
        (
            "ring with lines",
            told("doughnut", &values, [no_axes(), hole, outside]),
        ),
        (
            "a bent line",
            told("scatter", &values, [lying, json!({}), bent]),
        ),
        (
            "drop lines",
            told("line", &values, [json!({}), lined, json!({})]),
        ),
    ]
}

/// Charts whose parts look as they say.
fn looks() -> Vec<(&'static str, Value)> {
    let values = [4.0, 2.5, 3.0, 5.5];
    let errors = json!({
        "trends": [{ "kind": "linear", "forward": 0.5 }, { "kind": "poly", "line": { "dash": "sysDash" } }],
        "errors": [{ "direction": "both", "kind": "percentage", "value": 20.0 }]
    });
    let placed = json!({
        "title": "Put by hand", "title_place": { "x": 0.05, "y": 0.03 }, "title_bold": false, "style": 4,
        "fill": { "type": "solid", "color": { "rgb": "#F2F2F2" } }, "line": { "color": { "rgb": "#7F7F7F" } },
        "plot_fill": { "type": "solid", "color": { "rgb": "#FFFFFF" } },
        "plot_place": { "x": 0.12, "y": 0.25, "width": 0.5, "height": 0.55, "inner": true },
        "legend": "r", "legend_place": { "x": 0.68, "y": 0.4, "width": 0.28, "height": 0.2 }
    });
    let mut all = axes_told();
    let apart = json!({ "gap": 1.0 });
    all.push((
        "trends and errors",
        told("column", &values, [json!({}), apart, errors]),
    ));
    all.extend(marks_told());
    let varied = json!({ "varied": true });
    all.push((
        "places told",
        told("column", &values, [placed, varied, json!({})]),
    ));
    all
}

/// The charts, nine on a sheet.
pub(crate) fn pages() -> Vec<Vec<Value>> {
    let all = vec![
        ("column, clustered", chart("column", Some("clustered"))),
        ("column, stacked", chart("column", Some("stacked"))),
        (
            "column, of a hundred percent",
            chart("column", Some("percentStacked")),
        ),
        ("bar, clustered", chart("bar", Some("clustered"))),
        ("bar, stacked", chart("bar", Some("stacked"))),
        ("line", chart("line", Some("standard"))),
        ("area", chart("area", Some("standard"))),
        ("area, stacked", chart("area", Some("stacked"))),
        ("pie", round("pie")),
        ("doughnut", round("doughnut")),
        ("scatter", pairs("scatter")),
        ("bubble", pairs("bubble")),
        ("radar", chart("radar", None)),
        ("stock", stock()),
        ("surface, as areas", chart("surface", None)),
        ("combined, second axis", combined()),
        ("points", painted()),
        ("names of two levels", grouped()),
    ];
    let all: Vec<(&str, Value)> = all.into_iter().chain(looks()).collect();
    let page = |all: &[(&str, Value)]| {
        let places = grid((3, 3), all.len());
        let drawn = all
            .iter()
            .zip(places)
            .flat_map(|((name, chart), (place, below))| {
                [
                    json!({ "name": name, "type": "chart", "frame": frame(place), "chart": chart }),
                    label(name, below),
                ]
            });
        drawn.collect()
    };
    all.chunks(9).map(page).collect()
}
