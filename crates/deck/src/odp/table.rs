//! Tables: columns, rows and cells with their spans, by the styles of cells, rows and templates (ODF 1.3 part 3, 9).

use crate::error::ReadError;
use crate::model::paint::{Fill, Line, LineCap, LineJoin};
use crate::model::table::{Borders, Cell, Row, Table, TableFlags};
use crate::model::text::{Anchor, BodyStyle, TextBody};
use crate::model::units::{Emu, Frame, Insets};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::body::insets;
use super::book::value;
use super::length::{color, emu, points};
use super::paint;
use super::shape::Shapes;
use super::style::{Kind, Stack};
use super::text::{Ground as TextGround, Writer};

/// Columns of a table.
const MOST_COLUMNS: usize = 1_000;
/// Cells of a table.
const MOST_CELLS: usize = 100_000;

/// Reads a table; the frame takes the size that its columns and rows make.
pub(super) fn read<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    table: Element<'a>,
    frame: &mut Frame,
) -> Result<Table, ReadError> {
    let flag = |name| value(table, Ns::Table, name) == Some("true");
    let mut found = Table {
        columns: Vec::new(),
        rows: Vec::new(),
        style: None,
        flags: TableFlags {
            first_row: flag("use-first-row-styles"),
            last_row: flag("use-last-row-styles"),
            first_column: flag("use-first-column-styles"),
            last_column: flag("use-last-column-styles"),
            banded_rows: flag("use-banding-rows-styles"),
            banded_columns: flag("use-banding-columns-styles"),
        },
    };
    let mut rows = Vec::new();
    parts(shapes, table, &mut found.columns, &mut rows);
    let template = value(table, Ns::Table, "template-name");
    let template = template.and_then(|name| shapes.book.named("table-template", name));
    let ground = Stack::default().with_default(shapes.book.usual("graphic"));
    let (count, mut cells) = (rows.len(), 0);
    for (number, row) in rows.into_iter().enumerate() {
        let style = value(row, Ns::Table, "style-name");
        let style = Stack::of(shapes.book, "table-row", style);
        let height = row_height(&style);
        let mut read = Row {
            height: height.unwrap_or(Emu(360_000)),
            cells: Vec::new(),
        };
        let usual = value(row, Ns::Table, "default-cell-style-name");
        for cell in row.children().filter(|cell| cell.ns() == Ns::Table) {
            let covered = cell.name() == "covered-table-cell";
            if !covered && cell.name() != "table-cell" {
                continue;
            }
            let place = At {
                row: (number, count),
                column: (read.cells.len(), found.columns.len()),
            };
            let named = value(cell, Ns::Table, "style-name").or(usual);
            let own = Stack::of(shapes.book, "table-cell", named);
            let from = template.map(|template| templated(shapes, template, found.flags, &place));
            let stack = own.over(&from.unwrap_or_default()).over(&ground);
            let repeated = value(cell, Ns::Table, "number-columns-repeated");
            let repeated: usize = repeated.and_then(|text| text.parse().ok()).unwrap_or(1);
            let one = self::cell(shapes, cell, &stack, covered)?;
            for _ in 0..repeated.min(MOST_COLUMNS.saturating_sub(read.cells.len())) {
                read.cells.push(one.clone());
            }
        }
        cells += read.cells.len();
        found.rows.push(read);
        if cells > MOST_CELLS {
            let limit = format!("a table has more than {MOST_CELLS} cells");
            return Err(ReadError::TooLarge { limit });
        }
    }
    even_out(&mut found, frame);
    Ok(found)
}

/// Columns and rows, inside of headers and groups too.
fn parts<'a>(
    shapes: &Shapes<'_, '_, 'a>,
    inside: Element<'a>,
    columns: &mut Vec<Emu>,
    rows: &mut Vec<Element<'a>>,
) {
    for child in inside.children().filter(|child| child.ns() == Ns::Table) {
        let repeated = |name| {
            let text = value(child, Ns::Table, name);
            text.and_then(|text| text.parse::<usize>().ok())
                .unwrap_or(1)
        };
        match child.name() {
            "table-column" => {
                let style = value(child, Ns::Table, "style-name");
                let chain = shapes.book.chain("table-column", style);
                let width = chain.into_iter().find_map(|style| {
                    let block = style.child(Ns::Style, "table-column-properties")?;
                    value(block, Ns::Style, "column-width").and_then(emu)
                });
                let count = repeated("number-columns-repeated");
                let left = MOST_COLUMNS.saturating_sub(columns.len());
                columns.extend(std::iter::repeat_n(
                    width.unwrap_or(Emu(0)),
                    count.min(left),
                ));
            }
            "table-row" => {
                let count = repeated("number-rows-repeated");
                let left = MOST_CELLS.saturating_sub(rows.len());
                rows.extend(std::iter::repeat_n(child, count.min(left)));
            }
            "table-header-rows"
            | "table-rows"
            | "table-row-group"
            | "table-header-columns"
            | "table-columns"
            | "table-column-group" => parts(shapes, child, columns, rows),
            _ => {}
        }
    }
}

fn row_height(style: &Stack<'_>) -> Option<Emu> {
    let blocks = |name| style.row_property(name);
    blocks("row-height").or_else(|| blocks("min-row-height"))
}

/// Every row gets a cell for each column, and columns and rows without a size share what the frame has left.
fn even_out(table: &mut Table, frame: &mut Frame) {
    let wide = table.rows.iter().map(|row| row.cells.len()).max();
    let wide = wide.unwrap_or(0).max(table.columns.len());
    table.columns.resize(wide, Emu(0));
    for row in &mut table.rows {
        row.cells.resize(wide, Cell::default());
    }
    let known: i64 = table.columns.iter().map(|column| column.0.max(0)).sum();
    let unknown = table.columns.iter().filter(|column| column.0 <= 0).count();
    if let Ok(unknown @ 1..) = i64::try_from(unknown) {
        let each = (frame.width.0 - known).max(unknown * 127_000) / unknown;
        for column in table.columns.iter_mut().filter(|column| column.0 <= 0) {
            *column = Emu(each);
        }
    }
    let width: i64 = table.columns.iter().map(|column| column.0).sum();
    let height: i64 = table.rows.iter().map(|row| row.height.0).sum();
    frame.width = Emu(width).clamped();
    frame.height = Emu(frame.height.0.max(height)).clamped();
}

/// Where a cell is, of how many.
struct At {
    row: (usize, usize),
    column: (usize, usize),
}

/// The styles that a template has for a place, the strongest first.
fn templated<'a>(
    shapes: &Shapes<'_, '_, 'a>,
    template: Element<'a>,
    flags: TableFlags,
    at: &At,
) -> Stack<'a> {
    let banded_row = flags.banded_rows && at.row.0 % 2 == usize::from(!flags.first_row);
    let banded_column = flags.banded_columns && at.column.0 % 2 == usize::from(!flags.first_column);
    let parts = [
        (flags.first_row && at.row.0 == 0, "first-row"),
        (flags.last_row && at.row.0 + 1 == at.row.1, "last-row"),
        (flags.first_column && at.column.0 == 0, "first-column"),
        (
            flags.last_column && at.column.0 + 1 == at.column.1,
            "last-column",
        ),
        (banded_row, "even-rows"),
        (flags.banded_rows && !banded_row, "odd-rows"),
        (banded_column, "even-columns"),
        (flags.banded_columns && !banded_column, "odd-columns"),
        (true, "body"),
    ];
    let mut stack = Stack::default();
    for (_, part) in parts.iter().filter(|(applies, _)| *applies) {
        let found = template.child(Ns::Table, part);
        let style = found.and_then(|found| {
            value(found, Ns::Text, "style-name").or_else(|| value(found, Ns::Table, "style-name"))
        });
        stack = stack.over(&Stack::of(shapes.book, "table-cell", style));
    }
    stack
}

fn cell<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    stack: &Stack<'a>,
    covered: bool,
) -> Result<Cell, ReadError> {
    let span = |name| {
        let text = value(element, Ns::Table, name);
        let count = text.and_then(|text| text.parse().ok());
        count.filter(|count: &u32| (2..=1_000).contains(count))
    };
    let ground = TextGround {
        stack: stack.clone(),
        outline: None,
    };
    let mut writer = Writer {
        reading: shapes.reading,
        book: shapes.book,
        ground: &ground,
    };
    let paragraphs = writer.paragraphs(element)?;
    let anchor = match stack
        .get(Kind::Graphic, Ns::Draw, "textarea-vertical-align")
        .or_else(|| stack.get(Kind::Graphic, Ns::Style, "vertical-align"))
    {
        Some("middle") => Anchor::Middle,
        Some("bottom") => Anchor::Bottom,
        _ => Anchor::Top,
    };
    let fill = paint::fill(shapes.reading, shapes.book, stack, Kind::Graphic, None)?;
    let behind = stack.get(Kind::Graphic, Ns::Fo, "background-color");
    let behind = behind
        .and_then(|text| color(text, 1.0))
        .map(|color| Fill::Solid { color });
    Ok(Cell {
        text: (!paragraphs.is_empty()).then(|| TextBody {
            body: BodyStyle::default(),
            paragraphs,
        }),
        column_span: span("number-columns-spanned"),
        row_span: span("number-rows-spanned"),
        covered,
        fill: fill.filter(|fill| *fill != Fill::None).or(behind),
        borders: borders(stack),
        insets: insets(
            stack,
            Insets {
                left: Emu(90_000),
                top: Emu(45_000),
                right: Emu(90_000),
                bottom: Emu(45_000),
            },
        ),
        anchor,
    })
}

fn borders(stack: &Stack<'_>) -> Borders {
    let side = |name: &str| {
        let block = |kind| {
            stack.all(kind).find_map(|block| {
                value(block, Ns::Fo, name).or_else(|| value(block, Ns::Fo, "border"))
            })
        };
        block(Kind::Paragraph)
            .or_else(|| block(Kind::Graphic))
            .and_then(border)
    };
    Borders {
        left: side("border-left"),
        right: side("border-right"),
        top: side("border-top"),
        bottom: side("border-bottom"),
    }
}

/// `0.06pt solid #000000` (CSS 2, 8.5.4).
fn border(text: &str) -> Option<Line> {
    let mut words = text.split_ascii_whitespace();
    let width = words.next().and_then(points)?;
    let kind = words.next()?;
    let ink = words.next().and_then(|word| color(word, 1.0))?;
    if kind == "none" || width <= 0.0 {
        return None;
    }
    Some(Line {
        fill: Fill::Solid { color: ink },
        width: Emu(Emu::from_points(width).0.max(3_175)),
        dash: match kind {
            "dashed" => Some("dash".to_owned()),
            "dotted" => Some("sysDot".to_owned()),
            _ => None,
        },
        cap: LineCap::Flat,
        join: LineJoin::Round,
        compound: (kind == "double").then(|| "dbl".to_owned()),
        head: None,
        tail: None,
    })
}
