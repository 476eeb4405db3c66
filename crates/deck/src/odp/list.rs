//! Lists: which mark a level has and how far in its text stands (ODF 1.3 part 3, 16.30 and 17.19).

use crate::error::ReadError;
use crate::model::text::{Bullet, BulletMark, Distance};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::{Book, first_family, value};
use super::length::{color, percent, points};
use super::reading::Reading;

/// What a level of a list style says.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// The mark.
    pub(super) bullet: Option<Bullet>,
    /// How far in text stands, in points.
    pub(super) margin: f64,
    /// How much further in its first line starts; the mark hangs there.
    pub(super) indent: f64,
}

/// Reads a level, from 0, of a list style.
pub(super) fn level(
    reading: &mut Reading<'_>,
    book: &Book<'_>,
    style: Element<'_>,
    depth: usize,
    start: Option<u32>,
) -> Result<Level, ReadError> {
    let wanted = (depth + 1).to_string();
    let found = style
        .children()
        .find(|child| value(*child, Ns::Text, "level") == Some(wanted.as_str()));
    let Some(found) = found else {
        return Ok(Level::default());
    };
    let (margin, indent) = placed(found);
    Ok(Level {
        bullet: bullet(reading, book, found, start)?,
        margin,
        indent,
    })
}

/// Both ways of placing marks: by spaces and widths, or by the alignment of the label.
fn placed(level: Element<'_>) -> (f64, f64) {
    let Some(properties) = level.child(Ns::Style, "list-level-properties") else {
        return (0.0, 0.0);
    };
    if let Some(label) = properties.child(Ns::Style, "list-level-label-alignment") {
        let length = |name| value(label, Ns::Fo, name).and_then(points).unwrap_or(0.0);
        return (length("margin-left"), length("text-indent"));
    }
    let length = |name| {
        let text = value(properties, Ns::Text, name);
        text.and_then(points).unwrap_or(0.0)
    };
    let width = length("min-label-width");
    (length("space-before") + width, -width)
}

fn bullet(
    reading: &mut Reading<'_>,
    book: &Book<'_>,
    level: Element<'_>,
    start: Option<u32>,
) -> Result<Option<Bullet>, ReadError> {
    let style = level.child(Ns::Style, "text-properties");
    let of = |ns, name| style.and_then(|style| value(style, ns, name));
    let mark = match level.name() {
        "list-level-style-bullet" => {
            let mark = value(level, Ns::Text, "bullet-char").unwrap_or_default();
            if mark.trim().is_empty() {
                return Ok(None);
            }
            BulletMark::Char(mark.to_owned())
        }
        "list-level-style-number" => match number(level, start) {
            Some(mark) => mark,
            None => return Ok(None),
        },
        "list-level-style-image" => {
            let address = value(level, Ns::XLink, "href");
            let asset = match address {
                Some(address) => reading.load(address, None)?,
                None => None,
            };
            asset.map_or_else(|| BulletMark::Char("•".to_owned()), BulletMark::Picture)
        }
        _ => return Ok(None),
    };
    let font = of(Ns::Style, "font-name").map(|name| book.font(name));
    let font = font.or_else(|| of(Ns::Fo, "font-family").map(first_family));
    let size = value(level, Ns::Text, "bullet-relative-size")
        .or_else(|| of(Ns::Fo, "font-size"))
        .and_then(percent);
    Ok(Some(Bullet {
        mark,
        // The office's own symbol faces are not to be had; the text's face has the same characters.
        font: font
            .filter(|font| !matches!(*font, "StarSymbol" | "OpenSymbol" | ""))
            .map(str::to_owned),
        color: of(Ns::Fo, "color").and_then(|text| color(text, 1.0)),
        size: size
            .filter(|size| (size - 1.0).abs() > 0.001)
            .map(Distance::Percent),
    }))
}

/// The scheme that counts as the file says; `None` where it counts without showing.
fn number(level: Element<'_>, start: Option<u32>) -> Option<BulletMark> {
    let of = |name| value(level, Ns::Style, name).unwrap_or_default();
    let digits = match of("num-format") {
        "a" => "alphaLc",
        "A" => "alphaUc",
        "i" => "romanLc",
        "I" => "romanUc",
        "" => return None,
        _ => "arabic",
    };
    let around = match (of("num-prefix").trim(), of("num-suffix").trim()) {
        ("(", ")") => "ParenBoth",
        (_, ")") => "ParenR",
        (_, ".") => "Period",
        _ if digits == "arabic" => "Plain",
        _ => "Period",
    };
    let own = value(level, Ns::Text, "start-value").and_then(|text| text.parse().ok());
    Some(BulletMark::Number {
        scheme: format!("{digits}{around}"),
        start: start.or(own).unwrap_or(1).clamp(1, 32_767),
    })
}
