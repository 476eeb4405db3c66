//! How the parts of a chart look: letters, lines, insides and places.

use super::super::color::{self, Colors};
use super::super::fill;
use super::super::number::{angle, scaled, type_size};
use super::super::vocabulary::{DASHES, known};
use super::super::xml::Xml;
use crate::model::chart::{Lettering, LineLook, Place};
use crate::model::paint::Fill;

/// The widest line a file may hold, in points (`ST_LineWidth`).
const WIDEST: f64 = 1_584.0;

/// Writes the letters of a part under the name `txPr`, where they differ from the usual.
pub(in super::super) fn letters(xml: &mut Xml, colors: &Colors<'_>, text: &Lettering) {
    if text.is_default() {
        return;
    }
    xml.open("c:txPr");
    body(xml, text);
    xml.empty("a:lstStyle");
    xml.open("a:p");
    paragraph(xml, colors, text);
    xml.tag("a:endParaRPr").at("lang", "en-US").empty();
    xml.close("a:p");
    xml.close("c:txPr");
}

/// Writes the properties of a body, which turn its letters.
pub(in super::super) fn body(xml: &mut Xml, text: &Lettering) {
    let turned = text.angle.filter(|angle| angle.is_finite());
    xml.tag("a:bodyPr")
        .opt(
            "rot",
            turned.map(|turned| angle(turned.clamp(-360.0, 360.0))),
        )
        .opt("vert", turned.map(|_| "horz"))
        .empty();
}

/// Writes the properties of a paragraph, where they say anything.
pub(in super::super) fn paragraph(xml: &mut Xml, colors: &Colors<'_>, text: &Lettering) {
    let turned = Lettering {
        angle: text.angle,
        ..Lettering::default()
    };
    if *text == turned {
        return;
    }
    xml.open("a:pPr");
    let tag = xml
        .tag("a:defRPr")
        .opt("sz", text.size.map(type_size))
        .opt("b", text.bold.map(i32::from))
        .opt("i", text.italic.map(i32::from));
    match &text.color {
        Some(color) => {
            tag.open();
            color::solid(xml, colors, color);
            xml.close("a:defRPr");
        }
        None => tag.empty(),
    }
    xml.close("a:pPr");
}

/// Writes a line.
pub(in super::super) fn line(xml: &mut Xml, colors: &Colors<'_>, line: &LineLook) {
    let width = line.width.filter(|width| width.is_finite());
    let width = width.map(|width| scaled(width.clamp(0.0, WIDEST), 12_700.0));
    xml.tag("a:ln").opt("w", width).open();
    if line.none {
        xml.empty("a:noFill");
    } else if let Some(color) = &line.color {
        color::solid(xml, colors, color);
    }
    if let Some(dash) = line.dash.as_deref().and_then(|dash| known(DASHES, dash)) {
        xml.value("a:prstDash", dash);
    }
    xml.close("a:ln");
}

/// Writes inside and line under the name `spPr`, where there is anything to say of them.
pub(in super::super) fn shape(
    xml: &mut Xml,
    colors: &Colors<'_>,
    (inside, line): (Option<&Fill>, Option<&LineLook>),
) {
    if inside.is_none() && line.is_none() {
        return;
    }
    xml.open("c:spPr");
    if let Some(inside) = inside {
        fill::plain(xml, colors, inside);
    }
    if let Some(line) = line {
        self::line(xml, colors, line);
    }
    xml.close("c:spPr");
}

/// Writes an element that is a line, such as `c:dropLines`.
pub(in super::super) fn lined(xml: &mut Xml, colors: &Colors<'_>, (name, line): (&str, &LineLook)) {
    if *line == LineLook::default() {
        xml.empty(name);
        return;
    }
    xml.open(name);
    shape(xml, colors, (None, Some(line)));
    xml.close(name);
}

/// Writes where a part stands, where it is put by hand.
pub(in super::super) fn place(xml: &mut Xml, place: Option<&Place>) {
    let Some(place) = place else {
        return;
    };
    xml.open("c:layout");
    xml.open("c:manualLayout");
    if place.inner {
        xml.value("c:layoutTarget", "inner");
    }
    xml.value("c:xMode", "edge");
    xml.value("c:yMode", "edge");
    let sane = |part: f64| {
        if part.is_finite() {
            part.clamp(-2.0, 2.0)
        } else {
            0.0
        }
    };
    xml.value("c:x", sane(place.x));
    xml.value("c:y", sane(place.y));
    for (name, size) in [("c:w", place.width), ("c:h", place.height)] {
        if let Some(size) = size.map(sane).filter(|size| *size > 0.0) {
            xml.value(name, size);
        }
    }
    xml.close("c:manualLayout");
    xml.close("c:layout");
}
