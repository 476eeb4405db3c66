//! Colours: by their theme slot where that gives the same colour, else by what is drawn.

use super::number::{angle, fraction};
use super::vocabulary::{SLOTS, known};
use super::xml::Xml;
use crate::model::color::{Color, ColorTransform, Rgb, ThemeColor};
use crate::model::template::Theme;

/// Writes a colour element.
pub(super) fn write(xml: &mut Xml, theme: &Theme, color: &Color) {
    let slot = color.theme.as_ref().filter(|own| holds(theme, color, own));
    if let Some(own) = slot {
        xml.tag("a:schemeClr").at("val", &own.slot).open();
        for transform in &own.transforms {
            write_transform(xml, transform);
        }
        let told = own
            .transforms
            .iter()
            .any(|transform| transform.op.starts_with("alpha"));
        if !told {
            alpha(xml, color.alpha);
        }
        xml.close("a:schemeClr");
    } else {
        let Rgb { r, g, b } = color.rgb;
        xml.tag("a:srgbClr")
            .at("val", format_args!("{r:02X}{g:02X}{b:02X}"))
            .open();
        alpha(xml, color.alpha);
        xml.close("a:srgbClr");
    }
}

/// Writes a solid fill.
pub(super) fn solid(xml: &mut Xml, theme: &Theme, color: &Color) {
    xml.open("a:solidFill");
    write(xml, theme, color);
    xml.close("a:solidFill");
}

fn alpha(xml: &mut Xml, alpha: f64) {
    if alpha < 1.0 {
        xml.value("a:alpha", fraction(alpha.max(0.0)));
    }
}

/// Whether a theme reference gives the colour that is to be drawn: the colour may have been changed without it, or
/// come from a theme or a mapping that is not written.
fn holds(theme: &Theme, color: &Color, own: &ThemeColor) -> bool {
    let plain = own
        .transforms
        .iter()
        .all(|transform| transform.op == "alpha");
    known(SLOTS, &own.slot).is_some() && plain && slot(theme, &own.slot) == Some(color.rgb)
}

/// The colour of a slot under the usual mapping.
fn slot(theme: &Theme, slot: &str) -> Option<Rgb> {
    let slot = match slot {
        "bg1" => "lt1",
        "tx1" => "dk1",
        "bg2" => "lt2",
        "tx2" => "dk2",
        other => other,
    };
    theme.colors.get(slot).copied()
}

fn write_transform(xml: &mut Xml, transform: &ColorTransform) {
    let name = format!("a:{}", transform.op);
    match transform.value {
        None => xml.empty(&name),
        Some(degrees) if matches!(transform.op.as_str(), "hue" | "hueOff") => {
            xml.value(&name, angle(degrees));
        }
        Some(part) => xml.value(&name, fraction(part)),
    }
}
