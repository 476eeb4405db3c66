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

/// The charts, nine on a sheet.
pub(crate) fn pages() -> Vec<Vec<Value>> {
    let all = [
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
