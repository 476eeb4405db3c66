//! Text: paragraphs, letters, and the boxes they stand in.

use serde_json::{Value, json};

use super::boxes::{body, color, frame, grid, label, line};

/// What is on the sheets: text bodies with their names.
const TEXTS: &str = include_str!("texts.json");

/// A sheet of bodies in rows and columns, each in a thin frame.
pub(crate) fn sheet(name: &str, rows_and_columns: (usize, usize)) -> Vec<Value> {
    let texts: Value = serde_json::from_str(TEXTS).expect("the texts are JSON");
    let all = texts[name].as_array().expect("a list of texts").clone();
    let places = grid(rows_and_columns, all.len());
    let drawn = all.into_iter().zip(places).flat_map(|(own, (place, below))| {
        let name = own["name"].as_str().unwrap_or_default();
        let drawn = json!({
            "name": name, "type": "shape", "frame": frame(place), "line": line("#BFBFBF", 0.5), "text": own["text"]
        });
        [drawn, label(name, below)]
    });
    drawn.collect()
}

/// The lines below text and through it, by their names in the file.
const LINES: [&str; 17] = [
    "sng",
    "words",
    "dbl",
    "heavy",
    "dotted",
    "dottedHeavy",
    "dash",
    "dashHeavy",
    "dashLong",
    "dashLongHeavy",
    "dotDash",
    "dotDashHeavy",
    "dotDotDash",
    "dotDotDashHeavy",
    "wavy",
    "wavyHeavy",
    "wavyDbl",
];

/// A sheet of every line below text, one in a colour of its own, and lines through text.
pub(crate) fn underlines() -> Vec<Value> {
    let mut all: Vec<(String, Value)> = LINES
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "underline": name })))
        .collect();
    let red = json!({ "underline": "wavy", "underline_color": color("#C00000") });
    all.push(("of another colour".to_owned(), red));
    for strike in ["single", "double"] {
        all.push((format!("strike {strike}"), json!({ "strike": strike })));
    }
    let places = grid((5, 4), all.len());
    let drawn = all.into_iter().zip(places);
    let drawn = drawn.flat_map(|((name, mut style), (place, below))| {
        style["font"] = json!("Calibri");
        style["size"] = json!(28.0);
        style["color"] = color("#1F3864");
        let paragraph =
            json!({ "align": "center", "runs": [{ "text": "jumping foxes", "style": style }] });
        let text = body(json!({ "anchor": "middle" }), json!([paragraph]));
        let drawn = json!({ "name": name, "type": "shape", "frame": frame(place), "text": text });
        [drawn, label(&name, below)]
    });
    drawn.collect()
}
