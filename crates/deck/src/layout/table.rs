//! Tables: rows that grow with their text, spans, fills and borders.

use super::element::placed;
use super::flow::{self, Setting};
use super::page::{Item, Matrix, Meaning, PathItem, Segment, rectangle};
use super::paint;
use super::picture::{self, Placing};
use super::recolor;
use super::slide::Scene;
use super::typeset::{TextBox, typeset};
use crate::model::element::Element;
use crate::model::paint::{Fill, Line};
use crate::model::table::{Cell, Table};

/// Tables with more cells than this are cut off.
const MAX_CELLS: usize = 20_000;

/// Draws a table at an element's place.
pub fn draw(scene: &mut Scene<'_>, table: &Table, element: &Element) {
    let (matrix, [left, top, ..]) = placed(&element.frame);
    let columns: Vec<f64> = table
        .columns
        .iter()
        .map(|c| c.clamped().points().max(0.0))
        .collect();
    let rows = row_heights(scene, table, &columns);
    let mut cells = Vec::new();
    let mut y = top;
    for (r, row) in table.rows.iter().enumerate() {
        let mut x = left;
        for (c, cell) in row.cells.iter().enumerate().take(columns.len()) {
            if !cell.covered && cells.len() < MAX_CELLS {
                let width = span(&columns, c, cell.column_span);
                let height = span(&rows, r, cell.row_span);
                cells.push(Placed {
                    cell,
                    place: [x, y, width, height],
                    row: r,
                    column: c,
                });
            }
            x += columns.get(c).copied().unwrap_or(0.0);
        }
        y += rows.get(r).copied().unwrap_or(0.0);
    }
    scene.items.push(Item::Begin(Meaning::Decoration));
    for Placed { cell, place, .. } in &cells {
        inside(scene, cell, matrix, *place);
    }
    for Placed { cell, place, .. } in &cells {
        borders(scene, cell, matrix, *place);
    }
    scene.items.push(Item::End);
    scene.items.push(Item::Begin(Meaning::Table));
    texts(scene, table, &cells, matrix);
    scene.items.push(Item::End);
}

/// What fills a cell.
fn inside(scene: &mut Scene<'_>, cell: &Cell, matrix: Matrix, place: [f64; 4]) {
    if let Some(Fill::Picture {
        asset,
        crop,
        opacity,
        recolor,
        ..
    }) = &cell.fill
    {
        let placing = Placing {
            matrix,
            place,
            crop: *crop,
            clip: Vec::new(),
            opacity: *opacity,
            recolor: recolor::changes(recolor),
            alt: None,
        };
        picture::place(scene, &[asset], placing);
    }
    let fill = cell.fill.as_ref();
    if let Some(fill) = fill.and_then(|fill| paint::paint(fill, place)) {
        let [x, y, w, h] = place;
        scene.items.push(Item::Path(PathItem {
            matrix,
            segments: rectangle(x, y, w, h),
            fill: Some(fill),
            even_odd: false,
            stroke: None,
        }));
    }
}

/// The texts of the cells, row by row.
fn texts(scene: &mut Scene<'_>, table: &Table, cells: &[Placed<'_>], matrix: Matrix) {
    for row in cells.chunk_by(|a, b| a.row == b.row) {
        scene.items.push(Item::Begin(Meaning::Row));
        for Placed {
            cell,
            place,
            row,
            column,
        } in row
        {
            let header =
                (*row == 0 && table.flags.first_row) || (*column == 0 && table.flags.first_column);
            let span = (cell.column_span.unwrap_or(1), cell.row_span.unwrap_or(1));
            scene
                .items
                .push(Item::Begin(Meaning::Cell { header, span }));
            text(scene, cell, matrix, *place);
            scene.items.push(Item::End);
        }
        scene.items.push(Item::End);
    }
}

/// A cell that is drawn, and where.
struct Placed<'a> {
    cell: &'a Cell,
    place: [f64; 4],
    row: usize,
    column: usize,
}

fn span(sizes: &[f64], from: usize, count: Option<u32>) -> f64 {
    let count = usize::try_from(count.unwrap_or(1).max(1)).unwrap_or(1);
    sizes.iter().skip(from).take(count).sum()
}

/// The rows' heights: at least what is asked, and enough for the text of cells in one row.
fn row_heights(scene: &Scene<'_>, table: &Table, columns: &[f64]) -> Vec<f64> {
    let number = scene.number.to_string();
    let setting = Setting {
        fonts: scene.fonts,
        number: &number,
        scale: 1.0,
        reduction: 0.0,
    };
    let mut budget = MAX_CELLS;
    let mut heights = Vec::new();
    for row in &table.rows {
        let mut height = row.height.clamped().points().max(0.0);
        for (c, cell) in row.cells.iter().enumerate().take(columns.len()) {
            if cell.covered || cell.row_span.unwrap_or(1) > 1 || budget == 0 {
                continue;
            }
            budget -= 1;
            let Some(body) = &cell.text else {
                continue;
            };
            let sides = cell.insets.left.points() + cell.insets.right.points();
            let width = (span(columns, c, cell.column_span) - sides).max(1.0);
            let set = flow::set(body, width, f64::INFINITY, setting);
            let ends = cell.insets.top.points() + cell.insets.bottom.points();
            height = height.max(flow::total_height(&set) + ends);
        }
        heights.push(height);
    }
    heights
}

fn borders(scene: &mut Scene<'_>, cell: &Cell, matrix: Matrix, [x, y, w, h]: [f64; 4]) {
    let mut side = |line: Option<&Line>, from: (f64, f64), to: (f64, f64)| {
        let stroke = line.and_then(|line| paint::stroke(line, [x, y, w, h]));
        if stroke.is_some() {
            let segments = vec![Segment::Move(from.0, from.1), Segment::Line(to.0, to.1)];
            scene.items.push(Item::Path(PathItem {
                matrix,
                segments,
                fill: None,
                even_odd: false,
                stroke,
            }));
        }
    };
    side(cell.borders.left.as_ref(), (x, y), (x, y + h));
    side(cell.borders.right.as_ref(), (x + w, y), (x + w, y + h));
    side(cell.borders.top.as_ref(), (x, y), (x + w, y));
    side(cell.borders.bottom.as_ref(), (x, y + h), (x + w, y + h));
}

fn text(scene: &mut Scene<'_>, cell: &Cell, matrix: Matrix, [x, y, w, h]: [f64; 4]) {
    let Some(body) = &cell.text else {
        return;
    };
    let insets = &cell.insets;
    let width = (w - insets.left.points() - insets.right.points()).max(1.0);
    let height = (h - insets.top.points() - insets.bottom.points()).max(0.0);
    let place = [
        x + insets.left.points(),
        y + insets.top.points(),
        width,
        height,
    ];
    let mut body = body.clone();
    body.body.anchor = cell.anchor;
    typeset(scene, &body, TextBox { matrix, place });
}
