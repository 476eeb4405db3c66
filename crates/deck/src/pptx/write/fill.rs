//! Fills: none, solid, gradient, pattern, picture (ECMA-376 part 1, 20.1.8).

use super::color::{self, Colors};
use super::number::{fraction, turn};
use super::recolor;
use super::sheet::Sheet;
use super::vocabulary::{PATTERNS, known};
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::color::Color;
use crate::model::element::Crop;
use crate::model::paint::{Fill, GradientShape, GradientStop, Tiling};

/// Writes a fill.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    fill: &Fill,
) -> Result<(), WriteError> {
    let colors = &sheet.colors();
    let Fill::Picture {
        asset,
        crop,
        tile,
        tiling,
        opacity,
        recolor,
    } = fill
    else {
        plain(xml, colors, fill);
        return Ok(());
    };
    let id = sheet.image(asset)?;
    xml.tag("a:blipFill")
        .at("dpi", 0)
        .at("rotWithShape", 1)
        .open();
    xml.tag("a:blip").at("r:embed", id).open();
    self::opacity(xml, *opacity);
    recolor::write(xml, colors, recolor);
    xml.close("a:blip");
    self::crop(xml, *crop);
    if *tile {
        self::tile(xml, tiling);
    } else {
        stretch(xml);
    }
    xml.close("a:blipFill");
    Ok(())
}

/// Writes a fill that needs nothing but colours; of others nothing.
pub(super) fn plain(xml: &mut Xml, colors: &Colors<'_>, fill: &Fill) {
    match fill {
        Fill::None => xml.empty("a:noFill"),
        // An attribute of the shape, and what has a part of its own.
        Fill::Background | Fill::Picture { .. } => {}
        Fill::Solid { color } => color::solid(xml, colors, color),
        Fill::Gradient {
            stops,
            shape,
            rotate_with_shape,
        } => gradient(xml, colors, stops, (*shape, *rotate_with_shape)),
        Fill::Pattern {
            preset,
            foreground,
            background,
        } => {
            let preset = known(PATTERNS, preset).unwrap_or("pct50");
            xml.tag("a:pattFill").at("prst", preset).open();
            side(xml, colors, "a:fgClr", foreground);
            side(xml, colors, "a:bgClr", background);
            xml.close("a:pattFill");
        }
    }
}

/// Writes how opaque a picture is, inside its `blip`.
pub(super) fn opacity(xml: &mut Xml, opacity: f64) {
    if opacity < 1.0 {
        xml.tag("a:alphaModFix")
            .at("amt", fraction(opacity.max(0.0)))
            .empty();
    }
}

/// Writes what is cut off a picture.
pub(super) fn crop(xml: &mut Xml, crop: Crop) {
    let side = |part: f64| Some(fraction(part)).filter(|part| *part != 0);
    if !crop.is_none() {
        xml.tag("a:srcRect")
            .opt("l", side(crop.left))
            .opt("t", side(crop.top))
            .opt("r", side(crop.right))
            .opt("b", side(crop.bottom))
            .empty();
    }
}

/// Writes that a picture fills its frame.
pub(super) fn stretch(xml: &mut Xml) {
    xml.open("a:stretch");
    xml.empty("a:fillRect");
    xml.close("a:stretch");
}

fn tile(xml: &mut Xml, tiling: &Tiling) {
    let flip = match tiling.flip {
        (false, false) => "none",
        (true, false) => "x",
        (false, true) => "y",
        (true, true) => "xy",
    };
    let third = |share: f64| usize::from(share > 0.25) + usize::from(share > 0.75);
    let (across, down) = (third(tiling.align.0), third(tiling.align.1));
    xml.tag("a:tile")
        .at("tx", tiling.offset.0.0)
        .at("ty", tiling.offset.1.0)
        .at("sx", fraction(tiling.scale.0))
        .at("sy", fraction(tiling.scale.1))
        .at("flip", flip)
        .at("algn", SIDES[down][across])
        .empty();
}

/// Sides and corners of a box by their names, downwards and then across.
const SIDES: [[&str; 3]; 3] = [["tl", "t", "tr"], ["l", "ctr", "r"], ["bl", "b", "br"]];

fn side(xml: &mut Xml, colors: &Colors<'_>, name: &str, color: &Color) {
    xml.open(name);
    color::write(xml, colors, color);
    xml.close(name);
}

fn gradient(
    xml: &mut Xml,
    colors: &Colors<'_>,
    stops: &[GradientStop],
    (shape, turns): (GradientShape, bool),
) {
    let Some(last) = stops.last() else {
        xml.empty("a:noFill");
        return;
    };
    xml.tag("a:gradFill")
        .at("rotWithShape", i32::from(turns))
        .open();
    xml.open("a:gsLst");
    // The standard asks for two stops at least.
    let doubled = (stops.len() == 1).then_some(last);
    for stop in stops.iter().chain(doubled) {
        let at = fraction(stop.position).clamp(0, 100_000);
        xml.tag("a:gs").at("pos", at).open();
        color::write(xml, colors, &stop.color);
        xml.close("a:gs");
    }
    xml.close("a:gsLst");
    match shape {
        GradientShape::Linear { angle, scaled } => xml
            .tag("a:lin")
            .at("ang", turn(angle))
            .at("scaled", i32::from(scaled))
            .empty(),
        GradientShape::Circle { focus } => path(xml, "circle", focus),
        GradientShape::Rectangle { focus } => path(xml, "rect", focus),
        GradientShape::Shape { focus } => path(xml, "shape", focus),
    }
    xml.close("a:gradFill");
}

fn path(xml: &mut Xml, kind: &str, (x, y): (f64, f64)) {
    xml.tag("a:path").at("path", kind).open();
    xml.tag("a:fillToRect")
        .at("l", fraction(x))
        .at("t", fraction(y))
        .at("r", fraction(1.0 - x))
        .at("b", fraction(1.0 - y))
        .empty();
    xml.close("a:path");
}
