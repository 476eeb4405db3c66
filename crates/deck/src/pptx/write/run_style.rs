//! Run styles, written out in full so that nothing hangs on what is inherited.

use super::color;
use super::link;
use super::number::{fraction, hundredths, type_size};
use super::sheet::Sheet;
use super::vocabulary::{UNDERLINES, known, language};
use super::xml::Xml;
use crate::model::template::Theme;
use crate::model::text::{Caps, Link, RunStyle, Strike};

/// Writes `a:rPr`, `a:endParaRPr` or `a:defRPr`.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    name: &str,
    (style, link): (&RunStyle, Option<&Link>),
) {
    let (theme, colors) = (sheet.theme(), &sheet.colors());
    let strike = match style.strike {
        Strike::None => "noStrike",
        Strike::Single => "sngStrike",
        Strike::Double => "dblStrike",
    };
    let caps = match style.caps {
        Caps::None => "none",
        Caps::Small => "small",
        Caps::All => "all",
    };
    xml.tag(name)
        .opt("lang", style.lang.as_deref().and_then(language))
        .at("sz", type_size(style.size))
        .at("b", i32::from(style.bold))
        .at("i", i32::from(style.italic))
        .at(
            "u",
            style
                .underline
                .as_deref()
                .and_then(|line| known(UNDERLINES, line))
                .unwrap_or("none"),
        )
        .at("strike", strike)
        .at("cap", caps)
        .at("spc", hundredths(style.spacing))
        .at("kern", hundredths(style.kerning))
        .at("baseline", fraction(style.baseline))
        .open();
    color::solid(xml, colors, &style.color);
    if let Some(highlight) = &style.highlight {
        xml.open("a:highlight");
        color::write(xml, colors, highlight);
        xml.close("a:highlight");
    }
    if let Some(line) = &style.underline_color {
        xml.open("a:uFill");
        color::solid(xml, colors, line);
        xml.close("a:uFill");
    }
    typeface(xml, theme, "a:latin", &style.font);
    for (name, face) in [
        ("a:ea", &style.font_east_asian),
        ("a:cs", &style.font_complex),
    ] {
        if let Some(face) = face {
            xml.tag(name).at("typeface", face).empty();
        }
    }
    if let Some(link) = link {
        link::write(sheet, xml, link);
    }
    xml.close(name);
}

/// A typeface, by its role in the theme where it has one, so that it follows the theme.
fn typeface(xml: &mut Xml, theme: &Theme, name: &str, face: &str) {
    let face = match face {
        face if face == theme.fonts.minor => "+mn-lt",
        face if face == theme.fonts.major => "+mj-lt",
        face => face,
    };
    xml.tag(name).at("typeface", face).empty();
}
