//! Text: paragraphs, letters, and the boxes they stand in.

use serde_json::{Value, json};

use super::boxes::{frame, grid, label, line};

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
