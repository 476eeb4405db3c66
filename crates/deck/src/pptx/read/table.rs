//! Tables: grid, spans, cells, and what the table's style makes of them.

use super::body_style::{anchor, direction};
use super::fill::{self, Brush};
use super::lexical::{count, emu, get, is_on};
use super::line::LineSpec;
use super::scene::Scene;
use super::table_style::{CellStyle, Place, TableStyle};
use super::text::{self, TextLook};
use crate::error::ReadError;
use crate::model::paint::{Fill, Line};
use crate::model::table::{Borders, Cell, Row, Table, TableFlags};
use crate::model::text::TextBody;
use crate::model::units::{Emu, Insets};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// The four sides of a cell as written on it: left, right, top, bottom.
type Sides = [Option<LineSpec>; 4];

const LEFT: usize = 0;
const RIGHT: usize = 1;
const TOP: usize = 2;
const BOTTOM: usize = 3;

/// Reads a `tbl`.
pub(super) fn read(scene: &mut Scene<'_, '_>, node: Node<'_>) -> Result<Table, ReadError> {
    let properties = node.child(Ns::A, "tblPr");
    let on = |name| properties.is_some_and(|own| is_on(own, name));
    let flags = TableFlags {
        first_row: on("firstRow"),
        last_row: on("lastRow"),
        first_column: on("firstCol"),
        last_column: on("lastCol"),
        banded_rows: on("bandRow"),
        banded_columns: on("bandCol"),
    };
    let guid = properties
        .and_then(|own| own.child(Ns::A, "tableStyleId"))
        .map(Node::text);
    let guid = guid.and_then(|guid| super::lexical::filled(&guid));
    let style = TableStyle::of(scene, guid.as_deref())?;
    let own_fill = match properties {
        Some(own) => fill::inside(scene.reading, own, scene.sheet.brush())?,
        None => None,
    };
    let grid = node.child(Ns::A, "tblGrid");
    let widths = grid
        .into_iter()
        .flat_map(Node::children)
        .filter(|column| column.name() == "gridCol");
    let mut columns: Vec<Emu> = widths
        .map(|column| get(column, "w", emu).unwrap_or_default().max(Emu(0)))
        .collect();
    let nodes: Vec<Node<'_>> = node.children().filter(|row| row.is(Ns::A, "tr")).collect();
    widen(scene, &nodes, &mut columns);
    let mut rows = Vec::new();
    let mut sides = Vec::new();
    let size = (nodes.len(), columns.len());
    for (at, row) in nodes.into_iter().enumerate() {
        scene.reading.spend(columns.len())?;
        let mut reader = Cells {
            style: &style,
            flags,
            size,
            row: at,
            own_fill: own_fill.as_ref(),
        };
        let (row, own) = reader.row(scene, row)?;
        rows.push(row);
        sides.push(own);
    }
    share(&mut sides);
    borders(&style, flags, &mut rows, &sides);
    Ok(Table {
        columns,
        rows,
        style: guid,
        flags,
    })
}

/// Gives a grid that is too narrow for its rows columns without width, so that no text is lost.
fn widen(scene: &mut Scene<'_, '_>, rows: &[Node<'_>], columns: &mut Vec<Emu>) {
    let cells = |row: &Node<'_>| row.children().filter(|cell| cell.is(Ns::A, "tc")).count();
    let widest = rows.iter().map(cells).max().unwrap_or(0);
    if widest > columns.len() {
        scene.reading.warn(
            "table_grid",
            "a table has more cells in a row than columns in its grid",
        );
        columns.resize(widest, Emu(0));
    }
}

/// Reads the cells of a row.
struct Cells<'a> {
    style: &'a TableStyle,
    flags: TableFlags,
    /// Rows and columns.
    size: (usize, usize),
    row: usize,
    own_fill: Option<&'a Fill>,
}

impl Cells<'_> {
    fn row(
        &mut self,
        scene: &mut Scene<'_, '_>,
        node: Node<'_>,
    ) -> Result<(Row, Vec<Sides>), ReadError> {
        let mut cells = Vec::with_capacity(self.size.1);
        let mut sides = Vec::with_capacity(self.size.1);
        for (column, cell) in node
            .children()
            .filter(|cell| cell.is(Ns::A, "tc"))
            .enumerate()
        {
            let place = Place {
                row: self.row,
                column,
                rows: self.size.0,
                columns: self.size.1,
            };
            let (cell, own) = self.cell(scene, cell, place)?;
            cells.push(cell);
            sides.push(own);
        }
        cells.resize(self.size.1, Cell::default());
        sides.resize(self.size.1, Sides::default());
        let height = get(node, "h", emu).unwrap_or_default().max(Emu(0));
        Ok((Row { height, cells }, sides))
    }

    fn cell(
        &self,
        scene: &mut Scene<'_, '_>,
        node: Node<'_>,
        place: Place,
    ) -> Result<(Cell, Sides), ReadError> {
        let covered = is_on(node, "hMerge") || is_on(node, "vMerge");
        let span = |name, room: usize| {
            let room = u32::try_from(room).unwrap_or(u32::MAX);
            count(node, name)
                .map(|span| span.min(room))
                .filter(|span| *span > 1 && !covered)
        };
        let styled = self.style.cell(place, self.flags);
        let own = node.child(Ns::A, "tcPr");
        let mut cell = Cell {
            column_span: span("gridSpan", place.columns - place.column),
            row_span: span("rowSpan", place.rows - place.row),
            covered,
            ..Cell::default()
        };
        let mut sides = Sides::default();
        if let Some(own) = own {
            cell.insets = insets(own);
            cell.anchor = get(own, "anchor", anchor).unwrap_or_default();
            let brush = scene.sheet.brush();
            cell.fill = fill::inside(scene.reading, own, brush)?;
            sides = own_sides(scene, own, brush)?;
        }
        cell.fill = cell
            .fill
            .or_else(|| styled.fill.clone())
            .or_else(|| self.own_fill.cloned());
        // A covered cell may still hold text from before it was merged; no viewer sees it.
        if let Some(body) = node.child(Ns::A, "txBody").filter(|_| !covered) {
            let mut text = cell_text(scene, body, styled)?;
            text.body.anchor = cell.anchor;
            text.body.insets = cell.insets;
            text.body.direction = own
                .and_then(|own| get(own, "vert", direction))
                .unwrap_or_default();
            cell.text = Some(text);
        }
        Ok((cell, sides))
    }
}

fn cell_text(
    scene: &mut Scene<'_, '_>,
    body: Node<'_>,
    styled: CellStyle,
) -> Result<TextBody, ReadError> {
    let look = TextLook {
        font: styled.run,
        ..TextLook::of(&scene.sheet.styles.other)
    }
    .with(body, &scene.sheet);
    text::read(scene.reading, &scene.sheet, body, &look, false)
}

fn insets(node: Node<'_>) -> Insets {
    let usual = Insets::default();
    Insets {
        left: get(node, "marL", emu).unwrap_or(usual.left),
        top: get(node, "marT", emu).unwrap_or(usual.top),
        right: get(node, "marR", emu).unwrap_or(usual.right),
        bottom: get(node, "marB", emu).unwrap_or(usual.bottom),
    }
}

fn own_sides(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    brush: Brush<'_>,
) -> Result<Sides, ReadError> {
    let mut sides = Sides::default();
    for (side, name) in sides.iter_mut().zip(["lnL", "lnR", "lnT", "lnB"]) {
        if let Some(line) = node.child(Ns::A, name) {
            let line = LineSpec::read(scene.reading, line, brush)?;
            *side = line.says_paint().then_some(line);
        }
    }
    Ok(sides)
}

/// Two cells share the line between them: what one says holds for the other, unless that says something itself.
fn share(sides: &mut [Vec<Sides>]) {
    for row in sides.iter_mut() {
        for column in 1..row.len() {
            let (before, after) = row.split_at_mut(column);
            if let (Some(left), Some(right)) = (before.last_mut(), after.first_mut()) {
                agree(&mut left[RIGHT], &mut right[LEFT]);
            }
        }
    }
    for row in 1..sides.len() {
        let (before, after) = sides.split_at_mut(row);
        if let (Some(above), Some(below)) = (before.last_mut(), after.first_mut()) {
            for (above, below) in above.iter_mut().zip(below) {
                agree(&mut above[BOTTOM], &mut below[TOP]);
            }
        }
    }
}

fn agree(one: &mut Option<LineSpec>, other: &mut Option<LineSpec>) {
    match (&one, &other) {
        (Some(said), None) => *other = Some(said.clone()),
        (None, Some(said)) => *one = Some(said.clone()),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn borders(style: &TableStyle, flags: TableFlags, rows: &mut [Row], sides: &[Vec<Sides>]) {
    let height = rows.len();
    for (at, (row, own)) in rows.iter_mut().zip(sides).enumerate() {
        let columns = row.cells.len();
        for (column, (cell, own)) in row.cells.iter_mut().zip(own).enumerate() {
            if cell.covered {
                continue;
            }
            let place = Place {
                row: at,
                column,
                rows: height,
                columns,
            };
            let styled = style.sides(place, flags);
            let line = |side: usize| -> Option<Line> {
                let spec = own[side].clone().or_else(|| styled[side].cloned())?;
                spec.resolve()
            };
            cell.borders = Borders {
                left: line(LEFT),
                right: line(RIGHT),
                top: line(TOP),
                bottom: line(BOTTOM),
            };
        }
    }
}
