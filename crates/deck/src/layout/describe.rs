//! A page as text, one item a line, for golden tests and for looking at.

use std::fmt::Write as _;

use super::page::{Ink, Item, Matrix, Page, Paint, bounds};

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
            let fill = path.fill.as_ref();
            let fill = fill.map_or(String::new(), |fill| format!(" fill {}", paint(fill)));
            let stroke = path.stroke.as_ref().map_or(String::new(), |stroke| {
                format!(" stroke {:.2} {}", stroke.width, paint(&stroke.paint))
            });
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
            let _ = write!(out, "image {x:.1},{y:.1} {w:.1}x{h:.1}");
            for change in &image.recolor {
                let _ = write!(out, " {change:?}");
            }
            writeln!(out)
        }
        Item::Link(area) => {
            let [l, t, r, b] = area.bounds;
            writeln!(out, "link {l:.1},{t:.1} {r:.1},{b:.1} {:?}", area.link)
        }
        Item::Open(layer) => {
            let [l, t, r, b] = bounds(&layer.clip, Matrix::IDENTITY);
            let opacity = layer.opacity;
            let _ = writeln!(out, "layer {l:.1},{t:.1} {r:.1},{b:.1} at {opacity:.2}");
            for path in &layer.mask {
                out.push_str("  mask ");
                describe_item(out, &Item::Path(path.clone()));
            }
            Ok(())
        }
        Item::Close => writeln!(out, "close"),
        Item::Begin(_) | Item::End => Ok(()),
    };
}

/// A paint in a word or two.
fn paint(paint: &Paint) -> String {
    match paint {
        Paint::Solid(ink) => shown(*ink),
        Paint::Linear { stops, .. } => format!("linear {}", ends(stops)),
        Paint::Radial { stops, .. } => format!("radial {}", ends(stops)),
        Paint::Pattern {
            rows,
            marks,
            ground,
        } => {
            let tile = u64::from_be_bytes(*rows);
            format!("pattern {tile:016x} {} {}", shown(*marks), shown(*ground))
        }
    }
}

fn ends(stops: &[(f64, Ink)]) -> String {
    let (first, last) = (stops.first(), stops.last());
    let ends: Vec<String> = first
        .into_iter()
        .chain(last)
        .map(|(_, ink)| shown(*ink))
        .collect();
    ends.join("-")
}

fn shown(ink: Ink) -> String {
    if ink.alpha > 0.999 {
        ink.rgb.to_string()
    } else {
        format!("{}@{:.2}", ink.rgb, ink.alpha)
    }
}
