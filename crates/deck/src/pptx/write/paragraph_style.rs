//! Paragraph styles: margins, spacing, bullet and tabs, written out in full.

use super::color;
use super::number::{coordinate32, fraction, hundredths};
use super::run_style;
use super::sheet::Sheet;
use super::vocabulary::{NUMBERINGS, known};
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::text::{Align, Bullet, BulletMark, Distance, Paragraph, RunStyle, TabAlign};

/// The widest margin and indent (`ST_TextMargin`).
const WIDEST: i64 = 51_206_400;

/// Writes `a:pPr` (which tells its level), or `a:lvl1pPr` and its like with the letters of new text.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (name, level): (&str, bool),
    paragraph: &Paragraph,
    letters: Option<&RunStyle>,
) -> Result<(), WriteError> {
    let align = match paragraph.align {
        Align::Left => "l",
        Align::Center => "ctr",
        Align::Right => "r",
        Align::Justify => "just",
        Align::Distribute => "dist",
    };
    xml.tag(name)
        .at("marL", coordinate32(paragraph.margin).clamp(0, WIDEST))
        .at(
            "marR",
            coordinate32(paragraph.margin_right).clamp(0, WIDEST),
        )
        .opt(
            "lvl",
            (level && paragraph.level > 0).then_some(paragraph.level.min(8)),
        )
        .at(
            "indent",
            coordinate32(paragraph.indent).clamp(-WIDEST, WIDEST),
        )
        .at("algn", align)
        .at("rtl", i32::from(paragraph.rtl))
        .open();
    distance(xml, "a:lnSpc", paragraph.spacing.line);
    distance(xml, "a:spcBef", paragraph.spacing.before);
    distance(xml, "a:spcAft", paragraph.spacing.after);
    match &paragraph.bullet {
        Some(own) => bullet(sheet, xml, own)?,
        None => xml.empty("a:buNone"),
    }
    if level && !paragraph.tabs.is_empty() {
        xml.open("a:tabLst");
        for tab in paragraph.tabs.iter().take(32) {
            let align = match tab.align {
                TabAlign::Left => "l",
                TabAlign::Center => "ctr",
                TabAlign::Right => "r",
                TabAlign::Decimal => "dec",
            };
            xml.tag("a:tab")
                .at("pos", coordinate32(tab.position))
                .at("algn", align)
                .empty();
        }
        xml.close("a:tabLst");
    }
    if let Some(letters) = letters {
        run_style::write(sheet, xml, "a:defRPr", (letters, None));
    }
    xml.close(name);
    Ok(())
}

fn distance(xml: &mut Xml, name: &str, distance: Distance) {
    xml.open(name);
    match distance {
        Distance::Percent(part) => xml.value("a:spcPct", fraction(part).clamp(0, 13_200_000)),
        Distance::Points(points) => xml.value("a:spcPts", hundredths(points).clamp(0, 158_400)),
    }
    xml.close(name);
}

fn bullet(sheet: &mut Sheet<'_, '_>, xml: &mut Xml, bullet: &Bullet) -> Result<(), WriteError> {
    match &bullet.color {
        Some(own) => {
            xml.open("a:buClr");
            color::write(xml, &sheet.colors(), own);
            xml.close("a:buClr");
        }
        None => xml.empty("a:buClrTx"),
    }
    match bullet.size {
        Some(Distance::Percent(part)) => {
            xml.value("a:buSzPct", fraction(part).clamp(25_000, 400_000));
        }
        Some(Distance::Points(points)) => {
            xml.value("a:buSzPts", hundredths(points).clamp(100, 400_000));
        }
        None => xml.empty("a:buSzTx"),
    }
    match &bullet.font {
        Some(face) => xml.tag("a:buFont").at("typeface", face).empty(),
        None => xml.empty("a:buFontTx"),
    }
    match &bullet.mark {
        BulletMark::Char(mark) => xml.tag("a:buChar").at("char", mark).empty(),
        BulletMark::Number { scheme, start } => {
            let start = Some((*start).clamp(1, 32_767)).filter(|start| *start > 1);
            xml.tag("a:buAutoNum")
                .at("type", known(NUMBERINGS, scheme).unwrap_or("arabicPeriod"))
                .opt("startAt", start)
                .empty();
        }
        BulletMark::Picture(asset) => {
            let id = sheet.image(asset)?;
            xml.open("a:buBlip");
            xml.tag("a:blip").at("r:embed", id).empty();
            xml.close("a:buBlip");
        }
    }
    Ok(())
}
