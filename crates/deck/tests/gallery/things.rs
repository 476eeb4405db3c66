//! An element of every kind, and tables.

use std::collections::BTreeMap;
use std::io::Cursor;

use serde_json::{Value, json};
use slidecraft_deck::model::asset::AssetId;

use super::Assets;
use super::boxes::{body, color, frame, grid, label, line, shape, solid, words};

/// The picture that the sheets show.
pub(crate) const PICTURE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A small picture of a sky, a sun and a hill.
pub(crate) fn assets() -> Assets {
    let pixel = |x: u32, y: u32| {
        let (x, y) = (f64::from(x), f64::from(y));
        let hill = 60.0 + 12.0 * (x / 18.0).sin();
        if f64::hypot(x - 92.0, y - 24.0) < 13.0 {
            image::Rgba([255, 200, 40, 255])
        } else if y > hill {
            image::Rgba([84, 140, 60, 255])
        } else {
            image::Rgba([150, 200, 240, 255])
        }
    };
    let picture = image::RgbaImage::from_fn(128, 90, pixel);
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture can be written");
    BTreeMap::from([(AssetId(PICTURE.to_owned()), bytes.into_inner().into())])
}

/// The kinds of elements, as the sheet calls them.
const KINDS: [&str; 15] = [
    "shape",
    "text box",
    "picture",
    "table",
    "chart",
    "connector",
    "group",
    "diagram",
    "video",
    "sound without a poster",
    "embedded object",
    "turned and mirrored",
    "path of its own",
    "picture, cropped to an ellipse",
    "picture that is missing",
];

/// One element of every kind.
pub(crate) fn elements() -> Vec<Value> {
    let places = grid((3, 5), KINDS.len());
    let made = KINDS.iter().zip(&places).enumerate();
    made.flat_map(|(at, (name, (place, below)))| [element(at, *place), label(name, *below)])
        .collect()
}

/// Pictures and picture fills in other colours.
pub(crate) fn recolored() -> Vec<Value> {
    let lum = |brightness: f64, contrast: f64| json!([{ "type": "luminance", "brightness": brightness, "contrast": contrast }]);
    let duotone = |dark: &str, light: &str| json!([{ "type": "duotone", "dark": color(dark), "light": color(light) }]);
    let clear = json!([{ "type": "color_change", "from": color("#96C8F0"), "to": { "rgb": "#96C8F0", "alpha": 0.0 } }]);
    let red = json!([{ "type": "color_change", "from": color("#FFC828"), "to": color("#C00000") }]);
    let both = json!([{ "type": "grayscale" }, { "type": "luminance", "brightness": 0.3, "contrast": 0.0 }]);
    let all = [
        ("as it is", json!([])),
        ("grayscale", json!([{ "type": "grayscale" }])),
        (
            "two levels at 50 %",
            json!([{ "type": "bi_level", "threshold": 0.5 }]),
        ),
        (
            "two levels at 75 %",
            json!([{ "type": "bi_level", "threshold": 0.75 }]),
        ),
        ("washed out", lum(0.7, -0.7)),
        ("40 % lighter", lum(0.4, 0.0)),
        ("40 % darker", lum(-0.4, 0.0)),
        ("contrast +40 %", lum(0.0, 0.4)),
        ("contrast -40 %", lum(0.0, -0.4)),
        ("duotone, black to blue", duotone("#000000", "#4472C4")),
        ("duotone, brown to cream", duotone("#5B3A1A", "#FFF2CC")),
        ("the sky is transparent", clear),
        ("the sun is red", red),
        ("grey, then lighter", both),
    ];
    let places = grid((3, 5), all.len() + 1);
    let mut drawn = Vec::new();
    for ((name, recolor), (place, below)) in all.iter().zip(&places) {
        drawn.extend([
            json!({ "type": "picture", "asset": PICTURE, "frame": frame(*place), "recolor": recolor }),
            label(name, *below),
        ]);
    }
    let (place, below) = places[all.len()];
    let mut filled = shape("ellipse", place);
    filled["fill"] =
        json!({ "type": "picture", "asset": PICTURE, "recolor": [{ "type": "grayscale" }] });
    drawn.extend([filled, label("fill, grayscale", below)]);
    drawn
}

fn element(at: usize, place: [f64; 4]) -> Value {
    let mut own = match at {
        0 => with_text(shape("roundRect", place), "words on a shape"),
        1 => {
            json!({ "type": "shape", "text": body(json!({}), json!([words("A text box has words and nothing else.", 14.0)])) })
        }
        2 => json!({ "type": "picture", "asset": PICTURE, "alt": "A sun above hills" }),
        3 => table(place, &[&["a", "b"], &["1", "2"], &["3", "4"]]),
        4 => chart(),
        5 => shape("bentConnector3", place),
        6 => json!({ "type": "group", "elements": pair(at, place, ["rect", "ellipse"]) }),
        7 => json!({ "type": "diagram", "elements": pair(at, place, ["homePlate", "chevron"]) }),
        8 => json!({ "type": "media", "media": "video", "poster": PICTURE }),
        9 => json!({ "type": "media", "media": "audio" }),
        10 => json!({ "type": "ole", "program": "Excel.Sheet.12", "poster": PICTURE }),
        11 => with_text(shape("rightArrow", place), "turned"),
        12 => json!({ "type": "shape", "geometry": { "custom": { "paths": [path()] } } }),
        13 => {
            json!({ "type": "picture", "asset": PICTURE, "geometry": { "preset": { "name": "ellipse" } }, "crop": { "left": 0.1, "right": 0.1 } })
        }
        _ => json!({ "type": "picture" }),
    };
    own["frame"] = frame(place);
    match at {
        0 | 11 | 12 => own["fill"] = solid(if at == 11 { "#FFC000" } else { "#4472C4" }),
        5 => {
            own["type"] = json!("connector");
            own["line"] = line("#C00000", 2.0);
            own["line"]["tail"] = json!({ "kind": "triangle", "width": "med", "length": "med" });
        }
        13 => own["line"] = line("#1F3864", 3.0),
        _ => {}
    }
    if at == 11 {
        own["frame"]["rotation"] = json!(30.0);
        own["frame"]["flip_h"] = json!(true);
    }
    own
}

fn with_text(mut own: Value, text: &str) -> Value {
    let mut paragraph = words(text, 14.0);
    paragraph["align"] = json!("center");
    own["text"] = body(json!({ "anchor": "middle" }), json!([paragraph]));
    own["line"] = line("#1F3864", 1.5);
    own
}

fn path() -> Value {
    json!({ "width": 100.0, "height": 100.0, "d": "M0 100 L25 20 C40 -20 60 120 75 40 Q90 10 100 100 Z" })
}

fn chart() -> Value {
    let series = json!({ "name": "one", "categories": ["a", "b", "c"], "values": [1.0, 3.0, 2.0] });
    let axes =
        json!([{ "kind": "category", "position": "b" }, { "kind": "value", "position": "l" }]);
    json!({ "type": "chart", "chart": { "plots": [{ "kind": "column", "series": [series] }], "axes": axes } })
}

/// Two shapes over each other.
fn pair(at: usize, [x, y, w, h]: [f64; 4], presets: [&str; 2]) -> Vec<Value> {
    let halves = [
        [x, y, w * 0.55, h * 0.6],
        [x + w * 0.4, y + h * 0.4, w * 0.6, h * 0.6],
    ];
    let pairs = presets.into_iter().zip(halves).zip(["#ED7D31", "#70AD47"]);
    let children = pairs.enumerate().map(|(number, ((preset, place), rgb))| {
        let mut own = shape(preset, place);
        own["id"] = json!(format!("{}", 100 + at * 10 + number));
        own["fill"] = solid(rgb);
        own
    });
    children.collect()
}

fn cell(text: &str) -> Value {
    json!({ "text": body(json!({}), json!([words(text, 10.0)])), "insets": { "left": 63_500, "top": 38_100, "right": 63_500, "bottom": 38_100 } })
}

fn table(place: [f64; 4], words: &[&[&str]]) -> Value {
    let columns = words.first().map_or(1, |row| row.len());
    #[expect(clippy::cast_precision_loss, reason = "few rows and columns")]
    let (wide, high) = (
        place[2] / columns as f64,
        place[3] / words.len().max(1) as f64,
    );
    let emu = |points: f64| frame([points, 0.0, 0.0, 0.0])["x"].clone();
    let edge = || line("#7F7F7F", 0.75);
    let row = |row: &&[&str]| {
        let cells = row.iter().map(|text| {
            let mut own = cell(text);
            own["borders"] =
                json!({ "left": edge(), "right": edge(), "top": edge(), "bottom": edge() });
            own
        });
        json!({ "height": emu(high), "cells": cells.collect::<Vec<Value>>() })
    };
    let rows: Vec<Value> = words.iter().map(row).collect();
    json!({ "name": "table", "type": "table", "frame": frame(place), "columns": vec![emu(wide); columns], "rows": rows })
}

/// What is done to the rows of a table.
type Change = fn(&mut Value);

/// Tables: heads and bands, spans, borders, anchors, rows that grow.
pub(crate) fn tables() -> Vec<Value> {
    let changes: [(&str, Change); 6] = [
        ("head and bands", banded),
        ("spans", spanned),
        ("borders of their own", bordered),
        ("anchors", anchored),
        ("a row that grows", grown),
        ("fills", filled),
    ];
    let words: &[&[&str]] = &[
        &["Region", "2025", "2026"],
        &["North", "12", "14"],
        &["South", "9", "11"],
        &["West", "7", "5"],
    ];
    let places = grid((2, 3), changes.len());
    let made = changes.into_iter().zip(places);
    made.flat_map(|((name, change), (place, below))| {
        let mut own = table(place, words);
        change(&mut own["rows"]);
        [own, label(name, below)]
    })
    .collect()
}

fn banded(rows: &mut Value) {
    for column in 0..3 {
        for (row, rgb) in ["#4472C4", "#CFD5EA", "#E9EBF5", "#CFD5EA"]
            .into_iter()
            .enumerate()
        {
            rows[row]["cells"][column]["fill"] = solid(rgb);
        }
        let head = &mut rows[0]["cells"][column]["text"]["paragraphs"][0]["runs"][0]["style"];
        head["color"] = json!({ "rgb": "#FFFFFF" });
        head["bold"] = json!(true);
    }
}

fn spanned(rows: &mut Value) {
    rows[0]["cells"][0]["column_span"] = json!(2);
    rows[0]["cells"][1]["covered"] = json!(true);
    rows[1]["cells"][2]["row_span"] = json!(2);
    rows[2]["cells"][2]["covered"] = json!(true);
}

fn bordered(rows: &mut Value) {
    for side in ["left", "right", "top", "bottom"] {
        rows[1]["cells"][1]["borders"][side] = line("#C00000", 3.0);
    }
    rows[3]["cells"][0]["borders"] = json!({});
    rows[2]["cells"][2]["borders"]["bottom"]["dash"] = json!("sysDash");
}

fn anchored(rows: &mut Value) {
    for (column, anchor) in ["top", "middle", "bottom"].into_iter().enumerate() {
        for row in 0..4 {
            rows[row]["cells"][column]["anchor"] = json!(anchor);
        }
    }
}

fn grown(rows: &mut Value) {
    rows[0]["cells"][0] = cell(
        "words that need more room than the row has, so that it grows and pushes what is below",
    );
    for row in 0..4 {
        rows[row]["height"] = json!(254_000);
    }
}

fn filled(rows: &mut Value) {
    let stops = json!([{ "position": 0.0, "color": { "rgb": "#FFFFFF" } }, { "position": 1.0, "color": { "rgb": "#ED7D31" } }]);
    let way = json!({ "linear": { "angle": 0.0, "scaled": false } });
    rows[1]["cells"][0]["fill"] = json!({ "type": "gradient", "stops": stops, "shape": way });
    rows[1]["cells"][1]["fill"] = json!({ "type": "pattern", "preset": "ltUpDiag", "foreground": { "rgb": "#4472C4" }, "background": { "rgb": "#FFFFFF" } });
    rows[2]["cells"][1]["fill"] = json!({ "type": "picture", "asset": PICTURE });
    rows[2]["cells"][2]["fill"] = solid("#FFF2CC");
}
