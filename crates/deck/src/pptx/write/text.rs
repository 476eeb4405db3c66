//! Text: bodies, paragraphs and runs.

use super::body_style;
use super::link;
use super::paragraph_style;
use super::run_style;
use super::sheet::Sheet;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::text::{BodyStyle, Paragraph, Run, RunStyle, TextBody};

/// Writes the text of a shape under the name it has there, `p:txBody`.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    text: &TextBody,
) -> Result<(), WriteError> {
    xml.open("p:txBody");
    body_style::write(xml, &text.body);
    xml.empty("a:lstStyle");
    paragraphs(sheet, xml, &text.paragraphs)?;
    xml.close("p:txBody");
    Ok(())
}

/// Writes the text of a placeholder that looks as its layout says: only what is said otherwise is written.
pub(super) fn adopted(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    text: &TextBody,
) -> Result<(), WriteError> {
    xml.open("p:txBody");
    if text.body == BodyStyle::default() {
        xml.empty("a:bodyPr");
    } else {
        body_style::write(xml, &text.body);
    }
    xml.empty("a:lstStyle");
    if text.paragraphs.is_empty() {
        xml.empty("a:p");
    }
    for own in &text.paragraphs {
        xml.open("a:p");
        if own.is_plain() {
            let level = (own.level > 0).then_some(own.level.min(8));
            xml.tag("a:pPr").opt("lvl", level).empty();
        } else {
            paragraph_style::write(sheet, xml, ("a:pPr", true), own, None)?;
        }
        for own in &own.runs {
            pieces(sheet, xml, own, true);
        }
        xml.close("a:p");
    }
    xml.close("p:txBody");
    Ok(())
}

/// Writes the text of a placeholder of a layout or a master: the styles of its levels, and what prompts for text.
pub(super) fn prompt(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    text: &TextBody,
    role: &str,
) -> Result<(), WriteError> {
    xml.open("p:txBody");
    body_style::write(xml, &text.body);
    list_style(sheet, xml, "a:lstStyle", &text.paragraphs)?;
    let said = text
        .paragraphs
        .iter()
        .any(|paragraph| !paragraph.runs.is_empty());
    match role {
        _ if said => paragraphs(sheet, xml, &text.paragraphs)?,
        "sldNum" => {
            let guid = sheet.book.next_guid();
            xml.open("a:p");
            xml.tag("a:fld")
                .at("id", guid)
                .at("type", "slidenum")
                .open();
            xml.element("a:t", "‹#›");
            xml.close("a:fld");
            xml.close("a:p");
        }
        "dt" | "ftr" | "hdr" => xml.empty("a:p"),
        _ => {
            let words = if matches!(role, "title" | "ctrTitle") {
                "Click to add title"
            } else {
                "Click to add text"
            };
            xml.open("a:p");
            xml.open("a:r");
            xml.element("a:t", words);
            xml.close("a:r");
            xml.close("a:p");
        }
    }
    xml.close("p:txBody");
    Ok(())
}

/// Writes what each level of an outline looks like, from the first paragraph of each.
pub(super) fn list_style(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    name: &str,
    paragraphs: &[Paragraph],
) -> Result<(), WriteError> {
    xml.open(name);
    for level in 0..9 {
        let first = paragraphs.iter().find(|paragraph| paragraph.level == level);
        if let Some(paragraph) = first
            && let Some(letters) = letters(paragraph)
        {
            let tag = format!("a:lvl{}pPr", level + 1);
            paragraph_style::write(sheet, xml, (&tag, false), paragraph, Some(letters))?;
        }
    }
    xml.close(name);
    Ok(())
}

/// The style of the letters of a paragraph: its first run's, else its end mark's.
fn letters(paragraph: &Paragraph) -> Option<&RunStyle> {
    let first = paragraph.runs.first().map(|run| &run.style);
    first.or(paragraph.end_style.as_deref())
}

/// Writes paragraphs; an empty one where there are none, since a body must have one.
pub(super) fn paragraphs(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    paragraphs: &[Paragraph],
) -> Result<(), WriteError> {
    if paragraphs.is_empty() {
        xml.empty("a:p");
    }
    for own in paragraphs {
        paragraph(sheet, xml, own)?;
    }
    Ok(())
}

/// Writes one paragraph.
pub(super) fn paragraph(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    paragraph: &Paragraph,
) -> Result<(), WriteError> {
    xml.open("a:p");
    paragraph_style::write(sheet, xml, ("a:pPr", true), paragraph, None)?;
    for own in &paragraph.runs {
        run(sheet, xml, own);
    }
    if let Some(end) = &paragraph.end_style {
        run_style::write(sheet, xml, "a:endParaRPr", (end, None));
    }
    xml.close("a:p");
    Ok(())
}

/// Writes a run, cut where its text breaks the line.
pub(super) fn run(sheet: &mut Sheet<'_, '_>, xml: &mut Xml, run: &Run) {
    pieces(sheet, xml, run, false);
}

/// Writes a run. `adopted` where letters that say nothing look as the layout says.
fn pieces(sheet: &mut Sheet<'_, '_>, xml: &mut Xml, run: &Run, adopted: bool) {
    let silent = adopted && run.style == RunStyle::default();
    let style = |sheet: &mut Sheet<'_, '_>, xml: &mut Xml| match &run.link {
        Some(link) if silent => {
            xml.open("a:rPr");
            link::write(sheet, xml, link);
            xml.close("a:rPr");
        }
        None if silent => xml.empty("a:rPr"),
        link => run_style::write(sheet, xml, "a:rPr", (&run.style, link.as_ref())),
    };
    if let Some(kind) = run.field.as_deref().filter(|_| !run.text.is_empty()) {
        let guid = sheet.book.next_guid();
        let kind = Some(kind).filter(|kind| *kind != "unknown");
        xml.tag("a:fld").at("id", guid).opt("type", kind).open();
        style(sheet, xml);
        xml.element("a:t", &run.text.replace(is_break, " "));
        xml.close("a:fld");
        return;
    }
    for (number, piece) in run.text.replace("\r\n", "\n").split(is_break).enumerate() {
        if number > 0 {
            xml.open("a:br");
            style(sheet, xml);
            xml.close("a:br");
        }
        if !piece.is_empty() {
            xml.open("a:r");
            style(sheet, xml);
            xml.element("a:t", piece);
            xml.close("a:r");
        }
    }
}

/// What breaks a line inside a paragraph: a line feed, or the vertical tab that `PowerPoint` copies it as.
pub(super) fn is_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{B}')
}
