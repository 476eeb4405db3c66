//! Fills, patterns, lines, arrow heads and effects.

use serde_json::{Value, json};
use slidecraft_deck::layout::pattern::names;

use super::boxes::{color, grid, label, line, shape, solid};
use super::things::PICTURE;

fn gradient(shape: &Value, rgbs: &[&str]) -> Value {
    let last = rgbs.len().saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "few stops")]
    let stop = |(at, rgb): (usize, &&str)| json!({ "position": at as f64 / last as f64, "color": color(rgb) });
    let stops: Vec<Value> = rgbs.iter().enumerate().map(stop).collect();
    json!({ "type": "gradient", "stops": stops, "shape": shape })
}

fn linear(angle: f64, scaled: bool) -> Value {
    json!({ "linear": { "angle": angle, "scaled": scaled } })
}

fn labelled(grids: (usize, usize), all: Vec<(String, Value)>) -> Vec<Value> {
    let places = grid(grids, all.len());
    let drawn = all
        .into_iter()
        .zip(places)
        .flat_map(|((name, mut own), (place, below))| {
            own["frame"] = super::boxes::frame(place);
            [own, label(&name, below)]
        });
    drawn.collect()
}

/// Gradients with the preset that they fill.
fn gradients() -> Vec<(&'static str, &'static str, Value)> {
    let blues = ["#FFFFFF", "#4472C4"];
    let three = ["#C00000", "#FFC000", "#70AD47"];
    let way = |angle: f64, scaled: bool| gradient(&linear(angle, scaled), &blues);
    let about = |name: &str, at: f64, rgbs: &[&str]| {
        gradient(&json!({ name: { "focus": [at, at] } }), rgbs)
    };
    vec![
        ("linear 0°", "rect", way(0.0, false)),
        ("linear 45°", "rect", way(45.0, false)),
        ("linear 45°, scaled", "rect", way(45.0, true)),
        ("linear 90°", "rect", way(90.0, false)),
        (
            "linear 270°, three",
            "ellipse",
            gradient(&linear(270.0, false), &three),
        ),
        ("circle, middle", "rect", about("circle", 0.5, &blues)),
        ("circle, corner", "rect", about("circle", 0.0, &blues)),
        ("circle, three", "ellipse", about("circle", 0.5, &three)),
        ("rectangle, middle", "rect", about("rectangle", 0.5, &blues)),
        ("rectangle, corner", "rect", about("rectangle", 1.0, &blues)),
        (
            "rectangle, three",
            "roundRect",
            about("rectangle", 0.5, &three),
        ),
        ("shape: ellipse", "ellipse", about("shape", 0.5, &blues)),
        ("shape: star", "star5", about("shape", 0.5, &blues)),
        ("shape: hexagon", "hexagon", about("shape", 0.5, &three)),
        ("shaded parts", "can", gradient(&linear(0.0, false), &three)),
    ]
}

/// Fills of all kinds.
pub(crate) fn fills() -> Vec<Value> {
    let see = json!({ "type": "solid", "color": { "rgb": "#C00000", "alpha": 0.3 } });
    let picture = |tile: bool, opacity: f64| json!({ "type": "picture", "asset": PICTURE, "tile": tile, "opacity": opacity });
    let mut cropped = picture(false, 1.0);
    cropped["crop"] = json!({ "left": 0.25, "top": 0.25, "right": 0.25, "bottom": 0.25 });
    let hatched = json!({ "type": "pattern", "preset": "dkUpDiag", "foreground": color("#C00000"), "background": color("#FFFFFF") });
    let mut all = vec![
        ("none", "rect", json!({ "type": "none" })),
        ("solid", "rect", solid("#4472C4")),
        ("solid, 30 %", "rect", see),
        ("shaded parts", "cube", solid("#70AD47")),
        ("pattern", "heart", hatched),
        ("picture", "rect", picture(false, 1.0)),
        ("picture, cropped", "ellipse", cropped),
        ("picture, tiles", "rect", picture(true, 1.0)),
        ("picture, 40 %", "rect", picture(false, 0.4)),
    ];
    all.extend(gradients());
    let all = all.into_iter().map(|(name, preset, fill)| {
        let mut own = shape(preset, [0.0; 4]);
        own["fill"] = fill;
        own["line"] = line("#7F7F7F", 0.75);
        (name.to_owned(), own)
    });
    labelled((4, 6), all.collect())
}

/// Every pattern.
pub(crate) fn patterns() -> Vec<Value> {
    let all = names().map(|preset| {
        let mut own = shape("rect", [0.0; 4]);
        own["fill"] = json!({ "type": "pattern", "preset": preset, "foreground": color("#1F3864"), "background": color("#FFF2CC") });
        own["line"] = line("#7F7F7F", 0.75);
        (preset.to_owned(), own)
    });
    labelled((6, 9), all.collect())
}

const DASHES: &[&str] = &[
    "solid",
    "dot",
    "dash",
    "lgDash",
    "dashDot",
    "lgDashDot",
    "lgDashDotDot",
    "sysDash",
    "sysDot",
    "sysDashDot",
    "sysDashDotDot",
];

/// Dashes, ends, corners, compounds and widths.
pub(crate) fn lines() -> Vec<Value> {
    let mut all = Vec::new();
    let mut add = |name: &str, preset: &str, change: &dyn Fn(&mut Value), width: f64| {
        let mut own = shape(preset, [0.0; 4]);
        own["line"] = line("#1F3864", width);
        change(&mut own["line"]);
        all.push((name.to_owned(), own));
    };
    for dash in DASHES {
        add(dash, "line", &|line| line["dash"] = json!(dash), 3.0);
    }
    add("hairline", "line", &|_| {}, 0.0);
    for cap in ["flat", "round", "square"] {
        let dashed = |line: &mut Value| {
            line["cap"] = json!(cap);
            line["dash"] = json!("dash");
        };
        add(&format!("cap {cap}"), "line", &dashed, 8.0);
    }
    for join in ["round", "bevel", "miter"] {
        add(
            &format!("join {join}"),
            "triangle",
            &|line| line["join"] = json!(join),
            12.0,
        );
    }
    for compound in ["dbl", "thickThin", "thinThick", "tri"] {
        let own = |line: &mut Value| {
            line["compound"] = json!(compound);
            line["join"] = json!("miter");
        };
        add(compound, "rect", &own, 9.0);
    }
    add(
        "dbl",
        "ellipse",
        &|line| line["compound"] = json!("dbl"),
        9.0,
    );
    add(
        "tri",
        "curvedConnector3",
        &|line| line["compound"] = json!("tri"),
        9.0,
    );
    let painted = |line: &mut Value| {
        line["fill"] = gradient(&linear(0.0, false), &["#C00000", "#FFC000", "#70AD47"]);
    };
    add("gradient", "roundRect", &painted, 9.0);
    let hatched = |line: &mut Value| line["fill"] = json!({ "type": "pattern", "preset": "wdUpDiag", "foreground": color("#C00000"), "background": color("#FFFFFF") });
    add("pattern", "roundRect", &hatched, 9.0);
    labelled((5, 6), all)
}

/// Arrow heads of all kinds and sizes.
pub(crate) fn arrows() -> Vec<Value> {
    let mut all = Vec::new();
    for kind in ["triangle", "stealth", "arrow", "diamond", "oval"] {
        for length in ["sm", "med", "lg"] {
            for width in ["sm", "med", "lg"] {
                let mut own = shape("line", [0.0; 4]);
                own["line"] = line("#1F3864", 3.0);
                let arrow = json!({ "kind": kind, "width": width, "length": length });
                own["line"]["head"] = arrow.clone();
                own["line"]["tail"] = arrow;
                all.push((format!("{kind}, w {width}, l {length}"), own));
            }
        }
    }
    for (preset, width) in [
        ("straightConnector1", 1.0),
        ("straightConnector1", 8.0),
        ("bentConnector3", 3.0),
        ("curvedConnector3", 3.0),
        ("curvedConnector2", 6.0),
        ("arc", 3.0),
    ] {
        let mut own = shape(preset, [0.0; 4]);
        own["line"] = line("#C00000", width);
        own["line"]["tail"] = json!({ "kind": "triangle", "width": "med", "length": "med" });
        own["line"]["head"] = json!({ "kind": "oval", "width": "med", "length": "med" });
        all.push((format!("{preset}, {width} pt"), own));
    }
    labelled((7, 8), all)
}

/// Leaves room for what is around an element.
fn smaller(element: &mut Value) {
    if element["effects"].is_null() {
        return;
    }
    let frame = &mut element["frame"];
    let part = |value: &Value, part: i64| json!(value.as_i64().unwrap_or(0) * part / 100);
    frame["x"] =
        json!(frame["x"].as_i64().unwrap_or(0) + frame["width"].as_i64().unwrap_or(0) * 15 / 100);
    frame["y"] = json!(frame["y"].as_i64().unwrap_or(0) + 190_500);
    frame["width"] = part(&frame["width"], 70);
    frame["height"] = part(&frame["height"], 50);
}

/// Shadows, glow, soft edges and reflections.
pub(crate) fn effects() -> Vec<Value> {
    let glow = |radius: i64| json!({ "glow": { "color": { "rgb": "#ED7D31", "alpha": 0.6 }, "radius": radius * 12_700 } });
    let full = json!({ "reflection": { "distance": 50_800, "start_opacity": 0.5, "end_opacity": 0.1, "end": 1.0 } });
    let shadow = |blur: i64, distance: i64, angle: f64| {
        json!({ "shadow": {
        "color": { "rgb": "#000000", "alpha": 0.45 }, "blur": blur * 12_700, "distance": distance * 12_700, "angle": angle
    } })
    };
    let mut slanted = shadow(4, 0, 0.0);
    slanted["shadow"]["scale"] = json!({ "height": 0.5, "skew_x": -30.0, "align": "b" });
    let all = [
        ("none", "rect", json!({})),
        ("blur 4, down 3", "rect", shadow(4, 3, 90.0)),
        ("blur 12, down right 8", "roundRect", shadow(12, 8, 45.0)),
        ("blur 0, right 6", "ellipse", shadow(0, 6, 0.0)),
        ("blur 20, all around", "rect", shadow(20, 0, 0.0)),
        ("on a star", "star5", shadow(6, 5, 45.0)),
        ("on an arrow", "rightArrow", shadow(6, 5, 90.0)),
        ("half as high, slanted", "rect", slanted),
        ("glow 10", "rect", glow(10)),
        ("glow 18", "star5", glow(18)),
        ("soft edge 5", "rect", json!({ "soft_edge": 63_500 })),
        ("soft edge 15", "ellipse", json!({ "soft_edge": 190_500 })),
        (
            "reflection, half",
            "triangle",
            json!({ "reflection": true }),
        ),
        ("reflection, full", "roundRect", full),
    ];
    let all = all.map(|(name, preset, effects)| {
        let mut own = shape(preset, [0.0; 4]);
        own["fill"] = solid("#5B9BD5");
        own["line"] = line("#1F3864", 1.0);
        own["effects"] = effects;
        (name.to_owned(), own)
    });
    let mut all = Vec::from(all);
    all.push((
        "picture".to_owned(),
        json!({ "type": "picture", "asset": PICTURE, "effects": shadow(8, 5, 45.0) }),
    ));
    let mut half = shape("rect", [0.0; 4]);
    half["fill"] = json!({ "type": "solid", "color": { "rgb": "#5B9BD5", "alpha": 0.5 } });
    half["effects"] = shadow(6, 8, 45.0);
    all.push(("half seen through".to_owned(), half));
    let mut bare = shape("ellipse", [0.0; 4]);
    bare["line"] = line("#1F3864", 2.0);
    bare["effects"] = glow(10);
    all.push(("glow around a line".to_owned(), bare));
    let everything = json!({ "glow": glow(8)["glow"], "soft_edge": 63_500, "reflection": true });
    all.push((
        "picture, soft, glow, mirrored".to_owned(),
        json!({ "type": "picture", "asset": PICTURE, "effects": everything }),
    ));
    let mut drawn = labelled((3, 6), all);
    drawn.iter_mut().for_each(smaller);
    drawn
}
