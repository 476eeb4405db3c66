//! How high blocks are about: good enough to share a slide among them. Text that still does not fit shrinks.

use super::block::{Block, Line, TableBlock, plain};

/// Points in an EMU length.
fn points(emu: i64) -> f64 {
    super::super::model::units::Emu(emu).points()
}

/// Width of a letter as a share of the size: the mean of running text in Carlito.
const LETTER: f64 = 0.49;

/// Height of lines of text at a size, in points, set in a width of EMU.
pub fn text_height(lines: &[Line], size: f64, width: i64) -> f64 {
    let height = |line: &Line| {
        let size = (size - 2.0 * f64::from(line.level.min(3))).max(12.0);
        let room = (points(width) - 27.0 * f64::from(line.level + 1)).max(size);
        let set = rows(&plain(&line.spans), size * LETTER, room);
        let breaks = line.spans.iter().filter(|span| span.text == "\n").count();
        (set + count(breaks)) * size * 1.2 + 8.0
    };
    lines.iter().map(height).sum::<f64>() + 8.0
}

fn rows(text: &str, letter: f64, room: f64) -> f64 {
    (count(text.chars().count()) * letter / room)
        .ceil()
        .max(1.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "texts are far shorter than 2^53"
)]
fn count(n: usize) -> f64 {
    n as f64
}

/// The size of code that fits a width of EMU, 10 to 18 points, and how high it is then.
pub fn code(text: &str, width: i64) -> (f64, f64) {
    let longest = text
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    let size = (points(width - 300_000) / (count(longest.max(1)) * 0.6)).clamp(10.0, 18.0);
    let lines = text.lines().count().max(1);
    (size, count(lines) * size * 1.2 + 24.0)
}

/// Widths of a table's columns by what stands in them, and the height of a row in points.
pub fn table(table: &TableBlock, width: i64) -> (Vec<i64>, f64) {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let weight = |column: usize| {
        let longest = table
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| plain(cell).chars().count())
            .max();
        longest.unwrap_or(0).clamp(6, 60)
    };
    let weights: Vec<usize> = (0..columns).map(weight).collect();
    let total = i64::try_from(weights.iter().sum::<usize>().max(1)).unwrap_or(1);
    let widths = weights
        .iter()
        .map(|weight| width * i64::try_from(*weight).unwrap_or(1) / total)
        .collect();
    (widths, 32.0)
}

/// The height of a block in points at a size, or for pictures what they would like to have.
pub fn height(block: &Block, size: f64, width: i64, proportion: f64) -> f64 {
    match block {
        Block::Text(lines) => text_height(lines, size, width),
        Block::Code(text) => code(text, width).1,
        Block::Table(rows) => count(rows.rows.len()) * table(rows, width).1,
        Block::Image(_) => (points(width) / proportion).min(300.0),
    }
}
