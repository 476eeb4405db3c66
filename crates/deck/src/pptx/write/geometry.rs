//! Outlines: presets by name, paths of their own from SVG path data.

use super::number::{fraction, scaled};
use super::vocabulary::{SHAPES, known};
use super::xml::Xml;
use crate::model::geometry::{CustomGeometry, Geometry, GeometryPath, PathShade};

/// Writes an outline; a rectangle where there is none.
pub(super) fn write(xml: &mut Xml, geometry: Option<&Geometry>) {
    match geometry {
        None => preset(xml, "rect", std::iter::empty()),
        Some(Geometry::Preset(own)) => match known(SHAPES, &own.name) {
            Some(name) => preset(xml, name, own.adjustments.iter()),
            None => preset(xml, "rect", std::iter::empty()),
        },
        Some(Geometry::Custom(own)) => custom(xml, own),
    }
}

fn preset<'a>(xml: &mut Xml, name: &str, adjustments: impl Iterator<Item = (&'a String, &'a i64)>) {
    xml.tag("a:prstGeom").at("prst", name).open();
    xml.open("a:avLst");
    for (name, value) in adjustments {
        let value = value.clamp(&-2_147_483_647, &2_147_483_647);
        xml.tag("a:gd")
            .at("name", name)
            .at("fmla", format_args!("val {value}"))
            .empty();
    }
    xml.close("a:avLst");
    xml.close("a:prstGeom");
}

fn custom(xml: &mut Xml, geometry: &CustomGeometry) {
    xml.open("a:custGeom");
    xml.empty("a:avLst");
    text_guides(xml, geometry.text_rect);
    xml.empty("a:ahLst");
    xml.empty("a:cxnLst");
    let rect = if geometry.text_rect.is_some() {
        ["textLeft", "textTop", "textRight", "textBottom"]
    } else {
        ["l", "t", "r", "b"]
    };
    let [left, top, right, bottom] = rect;
    xml.tag("a:rect")
        .at("l", left)
        .at("t", top)
        .at("r", right)
        .at("b", bottom)
        .empty();
    xml.open("a:pathLst");
    for own in &geometry.paths {
        path(xml, own);
    }
    xml.close("a:pathLst");
    xml.close("a:custGeom");
}

fn text_guides(xml: &mut Xml, rect: Option<[f64; 4]>) {
    let Some([left, top, right, bottom]) = rect else {
        xml.empty("a:gdLst");
        return;
    };
    let guides = [
        ("textLeft", "w", left),
        ("textTop", "h", top),
        ("textRight", "w", right),
        ("textBottom", "h", bottom),
    ];
    xml.open("a:gdLst");
    for (name, side, part) in guides {
        xml.tag("a:gd")
            .at("name", name)
            .at("fmla", format_args!("*/ {side} {} 100000", fraction(part)))
            .empty();
    }
    xml.close("a:gdLst");
}

fn path(xml: &mut Xml, path: &GeometryPath) {
    let parts = precision(path);
    let fill = match path.shade {
        _ if path.no_fill => Some("none"),
        PathShade::None => None,
        PathShade::Lighten => Some("lighten"),
        PathShade::LightenLess => Some("lightenLess"),
        PathShade::Darken => Some("darken"),
        PathShade::DarkenLess => Some("darkenLess"),
    };
    xml.tag("a:path")
        .at("w", scaled(path.width.max(0.0), parts))
        .at("h", scaled(path.height.max(0.0), parts))
        .opt("fill", fill)
        .opt("stroke", path.no_stroke.then_some(0))
        .open();
    commands(xml, &path.d, parts);
    xml.close("a:path");
}

/// Coordinates are whole numbers in a file: a path in small or broken units is written in smaller ones.
fn precision(path: &GeometryPath) -> f64 {
    let whole = numbers(&path.d).all(|number| number.fract() == 0.0);
    let side = path.width.max(path.height);
    if whole && path.width.fract() == 0.0 && path.height.fract() == 0.0 || side >= 1e6 {
        1.0
    } else if side >= 1e3 {
        1e3
    } else {
        1e6
    }
}

fn numbers(d: &str) -> impl Iterator<Item = f64> {
    let separators =
        |c: char| c.is_ascii_alphabetic() && c != 'e' || c.is_ascii_whitespace() || c == ',';
    d.split(separators).filter_map(|word| word.parse().ok())
}

/// Letters and their numbers; what is no absolute `M`, `L`, `C`, `Q` or `Z` is passed over.
fn commands(xml: &mut Xml, d: &str, parts: f64) {
    let is_command = |c: char| matches!(c, 'M' | 'L' | 'C' | 'Q' | 'Z');
    let mut rest = d;
    let mut drawn = false;
    while let Some(at) = rest.find(is_command) {
        let (letter, after) = rest[at..].split_at(1);
        let end = after.find(is_command).unwrap_or(after.len());
        let points: Vec<f64> = numbers(&after[..end]).collect();
        rest = &after[end..];
        let (name, count) = match letter {
            "M" => ("a:moveTo", 1),
            "L" => ("a:lnTo", 1),
            "Q" => ("a:quadBezTo", 2),
            "C" => ("a:cubicBezTo", 3),
            _ => {
                if drawn {
                    xml.empty("a:close");
                }
                continue;
            }
        };
        for (number, group) in points.chunks_exact(count * 2).enumerate() {
            // A file's path begins with a move; further points of a move are lines (SVG 1.1, 8.3.2).
            let name = match (drawn, number) {
                (false, _) if letter != "M" => {
                    points_of(xml, "a:moveTo", &group[..2], parts);
                    name
                }
                (_, 1..) if letter == "M" => "a:lnTo",
                _ => name,
            };
            points_of(xml, name, group, parts);
            drawn = true;
        }
    }
}

fn points_of(xml: &mut Xml, name: &str, numbers: &[f64], parts: f64) {
    xml.open(name);
    for point in numbers.chunks_exact(2) {
        if let [x, y] = point {
            xml.tag("a:pt")
                .at("x", scaled(*x, parts))
                .at("y", scaled(*y, parts))
                .empty();
        }
    }
    xml.close(name);
}
