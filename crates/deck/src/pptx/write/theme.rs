//! Themes: colour scheme, font scheme, and the formats that PowerPoint wants every theme to have.

use super::book::Book;
use super::master::theme_part;
use super::relationships::Rels;
use super::xml::Xml;
use crate::model::color::Rgb;

/// The slots of a colour scheme in the order of the standard, with the Office colours for those that a deck leaves out.
const SLOTS: &[(&str, u32)] = &[
    ("dk1", 0x00_0000),
    ("lt1", 0xFF_FFFF),
    ("dk2", 0x44_546A),
    ("lt2", 0xE7_E6E6),
    ("accent1", 0x44_72C4),
    ("accent2", 0xED_7D31),
    ("accent3", 0xA5_A5A5),
    ("accent4", 0xFF_C000),
    ("accent5", 0x5B_9BD5),
    ("accent6", 0x70_AD47),
    ("hlink", 0x05_63C1),
    ("folHlink", 0x95_4F72),
];

/// The plainest format scheme that is complete: three fills, lines, effects and backgrounds.
const FORMATS: &str = include_str!("../../../../../assets/pptx/formats.xml");

/// Writes the deck's theme as the theme of that number, under a name of its own.
pub(super) fn write(book: &mut Book<'_>, number: usize, name: Option<&str>) {
    let theme = &book.deck.theme;
    let name = name.or(theme.name.as_deref()).unwrap_or("Theme");
    let mut xml = Xml::part();
    xml.tag("a:theme")
        .at(
            "xmlns:a",
            "http://schemas.openxmlformats.org/drawingml/2006/main",
        )
        .at("name", name)
        .open();
    xml.open("a:themeElements");
    xml.tag("a:clrScheme").at("name", name).open();
    for (slot, usual) in SLOTS {
        let [_, r, g, b] = usual.to_be_bytes();
        let Rgb { r, g, b } = theme.colors.get(*slot).copied().unwrap_or(Rgb { r, g, b });
        let tag = format!("a:{slot}");
        xml.open(&tag);
        xml.value("a:srgbClr", format_args!("{r:02X}{g:02X}{b:02X}"));
        xml.close(&tag);
    }
    xml.close("a:clrScheme");
    xml.tag("a:fontScheme").at("name", name).open();
    for (role, face) in [
        ("a:majorFont", &theme.fonts.major),
        ("a:minorFont", &theme.fonts.minor),
    ] {
        xml.open(role);
        xml.tag("a:latin").at("typeface", face).empty();
        xml.tag("a:ea").at("typeface", "").empty();
        xml.tag("a:cs").at("typeface", "").empty();
        xml.close(role);
    }
    xml.close("a:fontScheme");
    xml.raw(FORMATS.trim());
    xml.close("a:themeElements");
    xml.empty("a:objectDefaults");
    xml.empty("a:extraClrSchemeLst");
    xml.close("a:theme");
    let kind = "application/vnd.openxmlformats-officedocument.theme+xml";
    book.add(&theme_part(number), kind, xml, &Rels::default());
}
