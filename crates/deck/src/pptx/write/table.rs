//! Tables: grid, spans, cells with their own paint and borders.

use super::body_style::{anchor, direction};
use super::fill;
use super::line;
use super::number::coordinate32;
use super::sheet::Sheet;
use super::text;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::table::{Cell, Row, Table};

/// The width of a column that no one tells: one inch.
const COLUMN: i64 = 914_400;

/// How a cell lies under a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Merge {
    across: bool,
    down: bool,
    /// Spans that the format repeats on the cells along the edge of a merged block.
    columns: u32,
    rows: u32,
}

/// Writes `a:tbl`.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    table: &Table,
) -> Result<(), WriteError> {
    let flags = table.flags;
    xml.open("a:tbl");
    xml.tag("a:tblPr")
        .flag("firstRow", flags.first_row)
        .flag("firstCol", flags.first_column)
        .flag("lastRow", flags.last_row)
        .flag("lastCol", flags.last_column)
        .flag("bandRow", flags.banded_rows)
        .flag("bandCol", flags.banded_columns)
        .open();
    let style = table.style.as_deref().filter(|style| is_guid(style));
    if let Some(style) = style {
        xml.element("a:tableStyleId", style);
    }
    xml.close("a:tblPr");
    let widest = table
        .rows
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0);
    let columns = table.columns.len().max(widest);
    xml.open("a:tblGrid");
    for column in 0..columns {
        let width = table
            .columns
            .get(column)
            .map_or(COLUMN, |width| coordinate32(*width).max(0));
        xml.tag("a:gridCol").at("w", width).empty();
    }
    xml.close("a:tblGrid");
    let merges = merges(&table.rows, columns);
    // A table whose cells say nothing of paint is left to its style.
    let painted = |cell: &Cell| cell.fill.is_some() || !cell.borders.is_empty();
    let explicit = style.is_some() && table.rows.iter().flat_map(|row| &row.cells).any(painted);
    for (own, merges) in table.rows.iter().zip(&merges) {
        row(sheet, xml, (own, merges), explicit)?;
    }
    xml.close("a:tbl");
    Ok(())
}

fn row(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (row, merges): (&Row, &[Merge]),
    explicit: bool,
) -> Result<(), WriteError> {
    let nothing = Cell::default();
    xml.tag("a:tr")
        .at("h", coordinate32(row.height).max(0))
        .open();
    for (column, merge) in merges.iter().enumerate() {
        let cell = row.cells.get(column).unwrap_or(&nothing);
        xml.tag("a:tc")
            .opt("rowSpan", (merge.rows > 1).then_some(merge.rows))
            .opt("gridSpan", (merge.columns > 1).then_some(merge.columns))
            .flag("hMerge", merge.across)
            .flag("vMerge", merge.down)
            .open();
        xml.open("a:txBody");
        xml.empty("a:bodyPr");
        xml.empty("a:lstStyle");
        let paragraphs = cell.text.as_ref().map_or(&[][..], |text| &text.paragraphs);
        text::paragraphs(sheet, xml, paragraphs)?;
        xml.close("a:txBody");
        properties(sheet, xml, cell, explicit && !cell.covered)?;
        xml.close("a:tc");
    }
    xml.close("a:tr");
    Ok(())
}

/// Writes `a:tcPr`; `explicit` where what a cell does not have must be said, since the style would give it.
fn properties(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    cell: &Cell,
    explicit: bool,
) -> Result<(), WriteError> {
    let insets = &cell.insets;
    let vertical = cell
        .text
        .as_ref()
        .map(|text| text.body.direction)
        .filter(|way| !way.is_horizontal());
    xml.tag("a:tcPr")
        .at("marL", coordinate32(insets.left))
        .at("marR", coordinate32(insets.right))
        .at("marT", coordinate32(insets.top))
        .at("marB", coordinate32(insets.bottom))
        .opt("vert", vertical.map(direction))
        .at("anchor", anchor(cell.anchor))
        .open();
    let borders = &cell.borders;
    let sides = [
        ("a:lnL", &borders.left),
        ("a:lnR", &borders.right),
        ("a:lnT", &borders.top),
        ("a:lnB", &borders.bottom),
    ];
    for (name, side) in sides {
        match side {
            Some(own) => line::write(sheet, xml, name, own)?,
            None if explicit => line::none(xml, name),
            None => {}
        }
    }
    match &cell.fill {
        Some(own) => fill::write(sheet, xml, own)?,
        None if explicit => xml.empty("a:noFill"),
        None => {}
    }
    xml.close("a:tcPr");
    Ok(())
}

/// Which cells lie under which spans. Spans are held within the table; a cell that says it is covered, and is not,
/// stands by itself.
fn merges(rows: &[Row], columns: usize) -> Vec<Vec<Merge>> {
    let mut merges = vec![vec![Merge::default(); columns]; rows.len()];
    for (at, row) in rows.iter().enumerate() {
        for (column, cell) in row.cells.iter().enumerate() {
            let own = merges[at][column];
            if cell.covered || own.across || own.down {
                continue;
            }
            let size = [
                span(cell.column_span, columns - column),
                span(cell.row_span, rows.len() - at),
            ];
            cover(&mut merges[at..], column, size);
        }
    }
    merges
}

/// Lays a span over the cells from its own on, which stands in the first of these rows.
fn cover(rows: &mut [Vec<Merge>], column: usize, [wide, high]: [usize; 2]) {
    for (down, row) in rows.iter_mut().take(high).enumerate() {
        for (across, merge) in row[column..].iter_mut().take(wide).enumerate() {
            *merge = Merge {
                across: across > 0,
                down: down > 0,
                columns: if across == 0 { count(wide) } else { 1 },
                rows: if down == 0 { count(high) } else { 1 },
            };
        }
    }
}

fn span(told: Option<u32>, room: usize) -> usize {
    usize::try_from(told.unwrap_or(1))
        .unwrap_or(usize::MAX)
        .clamp(1, room.max(1))
}

fn count(cells: usize) -> u32 {
    u32::try_from(cells).unwrap_or(u32::MAX)
}

/// Whether a style's name has the form that `ST_Guid` wants.
pub(super) fn is_guid(text: &str) -> bool {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    inner.is_some_and(|inner| {
        let lengths = inner.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12])
            && inner
                .chars()
                .all(|c| c == '-' || c.is_ascii_digit() || matches!(c, 'A'..='F' | 'a'..='f'))
    })
}
