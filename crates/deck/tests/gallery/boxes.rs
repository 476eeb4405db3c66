//! Places on a sheet, labels, and the preset shapes.

use serde_json::{Value, json};

/// The table of presets, for its names.
const TABLE: &str = include_str!("../../../../assets/geometry/presets.txt");
/// Preset shapes on one sheet, in rows and columns.
const GRID: (usize, usize) = (6, 8);
/// The sides of a sheet in points.
pub(crate) const SHEET: (f64, f64) = (960.0, 540.0);

/// A frame from points.
pub(crate) fn frame([x, y, width, height]: [f64; 4]) -> Value {
    let emu = |points: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a sheet is small")]
        let emu = (points * 12_700.0).round() as i64;
        emu
    };
    json!({ "x": emu(x), "y": emu(y), "width": emu(width), "height": emu(height) })
}

/// A colour.
pub(crate) fn color(rgb: &str) -> Value {
    json!({ "rgb": rgb })
}

/// A fill of one colour.
pub(crate) fn solid(rgb: &str) -> Value {
    json!({ "type": "solid", "color": color(rgb) })
}

/// A line of a width in points.
pub(crate) fn line(rgb: &str, width: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "a line is thin")]
    let width = (width * 12_700.0).round() as i64;
    json!({ "fill": solid(rgb), "width": width })
}

/// A text body of these paragraphs.
pub(crate) fn body(body: Value, paragraphs: Value) -> Value {
    let members = [("body", body), ("paragraphs", paragraphs)];
    members.into_iter().collect()
}

/// A paragraph of words in a size.
pub(crate) fn words(text: &str, size: f64) -> Value {
    json!({ "runs": [{ "text": text, "style": { "font": "Calibri", "size": size } }] })
}

/// A small label in the middle of a place.
pub(crate) fn label(text: &str, place: [f64; 4]) -> Value {
    let insets = json!({ "left": 0, "top": 0, "right": 0, "bottom": 0 });
    let mut paragraph = words(text, 8.0);
    paragraph["align"] = json!("center");
    json!({
        "name": text, "type": "shape", "frame": frame(place),
        "text": body(json!({ "insets": insets, "anchor": "top" }), json!([paragraph]))
    })
}

/// A shape of a preset.
pub(crate) fn shape(preset: &str, place: [f64; 4]) -> Value {
    json!({ "name": preset, "type": "shape", "frame": frame(place), "geometry": { "preset": { "name": preset } } })
}

/// Places for so many things in rows below a margin: the thing itself and its label.
pub(crate) fn grid((rows, columns): (usize, usize), count: usize) -> Vec<([f64; 4], [f64; 4])> {
    #[expect(clippy::cast_precision_loss, reason = "a sheet has few rows")]
    let cell = |at: usize| {
        let (wide, high) = (
            (SHEET.0 - 20.0) / columns as f64,
            (SHEET.1 - 20.0) / rows as f64,
        );
        let (row, column) = (at / columns, at % columns);
        let (x, y) = (10.0 + column as f64 * wide, 10.0 + row as f64 * high);
        (
            [x + 8.0, y + 4.0, wide - 16.0, high - 26.0],
            [x, y + high - 16.0, wide, 12.0],
        )
    };
    (0..count).map(cell).collect()
}

/// Sheets of every preset.
pub(crate) fn presets() -> Vec<Vec<Value>> {
    let lines = TABLE.lines().filter_map(|line| line.strip_prefix("= "));
    let mut names: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    names.sort_unstable();
    assert_eq!(names.len(), 187, "the standard has 187 presets");
    let pages = names.chunks(GRID.0 * GRID.1);
    let page = |names: &[&str]| {
        let places = grid(GRID, names.len());
        let pairs = names.iter().zip(places);
        let drawn = pairs.flat_map(|(name, (place, below))| {
            // Wider than high, as far as it fits.
            let mut own = shape(name, [place[0] + 12.0, place[1], place[2] - 24.0, place[3]]);
            own["fill"] = solid("#DAE3F3");
            own["line"] = line("#2F5597", 1.0);
            [own, label(name, below)]
        });
        drawn.collect()
    };
    pages.map(page).collect()
}
