//! Lines: how an outline, a connector or a cell's border is stroked.

use super::fill;
use super::number::positive;
use super::sheet::Sheet;
use super::vocabulary::{ARROWS, COMPOUNDS, DASHES, SIZES, known};
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::paint::{Arrow, Line, LineCap, LineJoin};

/// The widest line a file may hold (`ST_LineWidth`).
const WIDEST: i64 = 20_116_800;

/// Writes a line under the name it has there: `a:ln`, `a:lnL`, ….
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    name: &str,
    line: &Line,
) -> Result<(), WriteError> {
    let cap = match line.cap {
        LineCap::Flat => "flat",
        LineCap::Round => "rnd",
        LineCap::Square => "sq",
    };
    xml.tag(name)
        .at("w", positive(line.width).min(WIDEST))
        .at("cap", cap)
        .at(
            "cmpd",
            word(COMPOUNDS, line.compound.as_deref()).unwrap_or("sng"),
        )
        .open();
    fill::write(sheet, xml, &line.fill)?;
    xml.value(
        "a:prstDash",
        word(DASHES, line.dash.as_deref()).unwrap_or("solid"),
    );
    match line.join {
        LineJoin::Round => xml.empty("a:round"),
        LineJoin::Bevel => xml.empty("a:bevel"),
        LineJoin::Miter => xml.tag("a:miter").at("lim", 800_000).empty(),
    }
    arrow(xml, "a:headEnd", line.head.as_ref());
    arrow(xml, "a:tailEnd", line.tail.as_ref());
    xml.close(name);
    Ok(())
}

/// Writes that there is no line where one would be inherited.
pub(super) fn none(xml: &mut Xml, name: &str) {
    xml.open(name);
    xml.empty("a:noFill");
    xml.close(name);
}

fn word<'a>(words: &[&str], word: Option<&'a str>) -> Option<&'a str> {
    word.and_then(|word| known(words, word))
}

fn arrow(xml: &mut Xml, name: &str, arrow: Option<&Arrow>) {
    let Some(arrow) = arrow else { return };
    xml.tag(name)
        .opt("type", known(ARROWS, &arrow.kind))
        .opt("w", known(SIZES, &arrow.width))
        .opt("len", known(SIZES, &arrow.length))
        .empty();
}
