//! A page as text, one item a line, for golden tests and for looking at.

use std::fmt::Write as _;

use super::page::{Item, Matrix, Page, bounds};

impl Page {
    /// What is seen of the page, one item a line; what it means to a screen reader is left out.
    pub fn describe(&self) -> String {
        let mut out = format!(
            "page {} {:.1}x{:.1}\n",
            self.number, self.width, self.height
        );
        for item in &self.items {
            describe_item(&mut out, item);
        }
        out
    }
}

fn describe_item(out: &mut String, item: &Item) {
    // Writing to a String cannot fail.
    let _ = match item {
        Item::Path(path) => {
            let [left, top, right, bottom] = bounds(&path.segments, path.matrix);
            let fill = if path.fill.is_some() { " fill" } else { "" };
            let stroke = path
                .stroke
                .as_ref()
                .map_or(String::new(), |s| format!(" stroke {:.2}", s.width));
            writeln!(
                out,
                "path {left:.1},{top:.1} {right:.1},{bottom:.1}{fill}{stroke}"
            )
        }
        Item::Glyphs(run) => {
            let (x, y) = run.matrix.apply(run.x, run.y);
            writeln!(out, "text {x:.1},{y:.1} {:.1}pt {:?}", run.size, run.text)
        }
        Item::Image(image) => {
            let [x, y, w, h] = image.place;
            writeln!(out, "image {x:.1},{y:.1} {w:.1}x{h:.1}")
        }
        Item::Link(area) => {
            let [l, t, r, b] = area.bounds;
            writeln!(out, "link {l:.1},{t:.1} {r:.1},{b:.1} {:?}", area.link)
        }
        Item::Open(layer) => {
            let [l, t, r, b] = bounds(&layer.clip, Matrix::IDENTITY);
            let opacity = layer.opacity;
            writeln!(out, "layer {l:.1},{t:.1} {r:.1},{b:.1} at {opacity:.2}")
        }
        Item::Close => writeln!(out, "close"),
        Item::Begin(_) | Item::End => Ok(()),
    };
}
