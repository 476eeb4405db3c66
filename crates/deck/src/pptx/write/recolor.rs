//! What is done to the colours of a picture, inside its `a:blip` (ECMA-376 part 1, 20.1.8).

use super::color::{self, Colors};
use super::number::fraction;
use super::xml::Xml;
use crate::model::color::Color;
use crate::model::recolor::Recolor;

/// Writes all changes in order.
pub(super) fn write(xml: &mut Xml, colors: &Colors<'_>, recolor: &[Recolor]) {
    for own in recolor {
        one(xml, colors, own);
    }
}

fn one(xml: &mut Xml, colors: &Colors<'_>, recolor: &Recolor) {
    let signed = |part: f64| Some(fraction(part).clamp(-100_000, 100_000)).filter(|own| *own != 0);
    match recolor {
        Recolor::Grayscale => xml.empty("a:grayscl"),
        Recolor::BiLevel { threshold } => xml
            .tag("a:biLevel")
            .at("thresh", fraction(*threshold).clamp(0, 100_000))
            .empty(),
        Recolor::Luminance {
            brightness,
            contrast,
        } => xml
            .tag("a:lum")
            .opt("bright", signed(*brightness))
            .opt("contrast", signed(*contrast))
            .empty(),
        Recolor::Duotone { dark, light } => {
            xml.open("a:duotone");
            color::write(xml, colors, dark);
            color::write(xml, colors, light);
            xml.close("a:duotone");
        }
        Recolor::ColorChange {
            from,
            to,
            keep_opacity,
        } => {
            xml.tag("a:clrChange")
                .opt("useA", keep_opacity.then_some(0))
                .open();
            side(xml, colors, ("a:clrFrom", from));
            side(xml, colors, ("a:clrTo", to));
            xml.close("a:clrChange");
        }
    }
}

fn side(xml: &mut Xml, colors: &Colors<'_>, (name, color): (&str, &Color)) {
    xml.open(name);
    color::write(xml, colors, color);
    xml.close(name);
}
