//! Cells of the workbook behind a chart: those that changed, where they stand simply.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source::Files;
use super::splice::{Splice, content_end, start_tag, with_attribute};
use crate::package::container::Package;
use crate::package::limits::PackageLimits;
use crate::package::relationships::Target;
use crate::package::xml::Element as Node;
use crate::pptx::write::chart::grid::letters;
use crate::pptx::write::chart::workbook::{Cell, cell};
use crate::pptx::write::package::package;
use crate::pptx::write::xml::Xml;

/// Columns and rows of a sheet, which references may not go beyond.
const MOST: (usize, usize) = (16_384, 1_048_576);

/// A line of cells that a formula names, upright or lying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    sheet: String,
    column: usize,
    row: usize,
    upright: bool,
    count: usize,
}

/// Cells that are to hold something else, from the first of a line on.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// Where they are.
    pub(super) line: Line,
    /// What they are to hold; more or fewer than the line had.
    pub(super) cells: Vec<Cell>,
}

impl Line {
    /// Reads `Sheet1!$B$2:$B$5`. Of several columns, as categories of several levels have, the last counts.
    pub(super) fn parse(formula: &str) -> Option<Self> {
        let (sheet, range) = formula.trim().rsplit_once('!')?;
        let quoted = sheet
            .strip_prefix('\'')
            .and_then(|own| own.strip_suffix('\''));
        let sheet = match quoted {
            Some(own) => own.replace("''", "'"),
            None => sheet.to_owned(),
        };
        if sheet.contains(['[', '(', ',']) {
            return None;
        }
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let ((left, top), (right, bottom)) = (place(first)?, place(last)?);
        let (wide, high) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
        let upright = high > 0 || wide == 0;
        Some(Self {
            sheet,
            column: if upright { right } else { left },
            row: top,
            upright,
            count: if upright { high } else { wide } + 1,
        })
    }

    /// How many cells it has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The formula of the line with another number of cells.
    pub(super) fn formula(&self, count: usize) -> String {
        let (column, row) = self.at(count.max(1) - 1);
        let sheet = self.sheet.replace('\'', "''");
        let (from, to) = (letters(self.column), letters(column));
        let (top, bottom) = (self.row + 1, row + 1);
        format!("'{sheet}'!${from}${top}:${to}${bottom}")
    }

    fn at(&self, number: usize) -> (usize, usize) {
        if self.upright {
            (self.column, self.row + number)
        } else {
            (self.column + number, self.row)
        }
    }
}

/// Column and row from 0 of `$B$2`.
fn place(text: &str) -> Option<(usize, usize)> {
    let text = text.replace('$', "");
    let digits = text.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = text.split_at(digits);
    let value = |letter: u8| {
        letter
            .is_ascii_alphabetic()
            .then(|| usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    };
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        Some(column * 26 + value(letter)?).filter(|column| *column <= MOST.0)
    })?;
    let row = row.parse::<usize>().ok().filter(|row| *row <= MOST.1)?;
    Some((column.checked_sub(1)?, row.checked_sub(1)?))
}

/// The workbook with those cells changed. `None` where something is in the way: a sheet that is not there, a formula that
/// others share, cells in use where a line grows.
pub(super) fn changed(bytes: &[u8], all: &[Moved]) -> Option<Vec<u8>> {
    let package_in = Package::open(&PackageLimits::default(), Arc::from(bytes)).ok()?;
    let mut files = Files::of(&package_in)?;
    let main = files
        .relationships("")
        .part_of_kind("officeDocument")?
        .to_owned();
    let mut sheets: BTreeMap<&str, Changes> = BTreeMap::new();
    for moved in all {
        let cells = sheets.entry(&moved.line.sheet).or_default();
        let most = moved.cells.len().max(moved.line.count);
        for number in 0..most {
            let (column, row) = moved.line.at(number);
            if column >= MOST.0 || row >= MOST.1 {
                return None;
            }
            let new = moved.cells.get(number).cloned().unwrap_or(Cell::Empty);
            cells.insert((row, column), (new, number >= moved.line.count));
        }
    }
    let mut formulas = false;
    for (name, cells) in sheets {
        let part = sheet_part(&files, &main, name)?;
        formulas |= sheet(&mut files, &part, &cells)?;
    }
    if formulas {
        drop_order(&mut files, &main)?;
    }
    package(&files.into_parts()).ok()
}

fn sheet_part(files: &Files, main: &str, name: &str) -> Option<String> {
    let book = files.xml(main)?;
    let list = book.root().children().find(|own| own.name() == "sheets")?;
    let mut sheets = list.children();
    let sheet = sheets.find(|own| own.attribute("name").as_deref() == Some(name))?;
    let id = sheet.attribute_of(crate::package::namespaces::Ns::R, "id")?;
    files.relationships(main).part(&id).map(str::to_owned)
}

/// Formulas are gone: the order in which they are computed goes with them, as spreadsheets make one where there is none.
fn drop_order(files: &mut Files, main: &str) -> Option<()> {
    let part = files
        .relationships(main)
        .part_of_kind("calcChain")
        .map(str::to_owned);
    if let Some(part) = part {
        files.remove(&part);
        files.unrelate(main, None);
        files.types(&BTreeMap::new(), &BTreeMap::new())?;
    }
    Some(())
}

/// Cells by row and column: what they are to hold, and whether they lie beyond the end of their line.
type Changes = BTreeMap<(usize, usize), (Cell, bool)>;

/// Changes cells of a sheet. Tells whether a formula went.
fn sheet(files: &mut Files, part: &str, cells: &Changes) -> Option<bool> {
    let document = files.xml(part)?;
    let source = document.source();
    let root = document.root();
    // Names with a prefix would need one in what is written.
    source
        .get(start_tag(source, root))?
        .starts_with("<worksheet")
        .then_some(())?;
    let data = root.children().find(|own| own.name() == "sheetData")?;
    let mut known: BTreeMap<usize, Node<'_>> = BTreeMap::new();
    for row in data.children() {
        let number = row.attribute("r")?.parse::<usize>().ok()?;
        known.insert(number.checked_sub(1)?, row);
    }
    let mut splice = Splice::default();
    let mut formulas = false;
    let rows: std::collections::BTreeSet<usize> = cells.keys().map(|(row, _)| *row).collect();
    let mut fresh = String::new();
    for row in rows {
        let own = cells.range((row, 0)..(row + 1, 0));
        let own: Vec<(usize, &Cell, bool)> = own
            .map(|((_, column), (cell, beyond))| (*column, cell, *beyond))
            .collect();
        let Some(node) = known.get(&row) else {
            let mut xml = Xml::default();
            xml.tag("row").at("r", row + 1).open();
            for (column, new, _) in &own {
                cell(&mut xml, &name(row, *column), new, None);
            }
            xml.close("row");
            let next = known.range(row..).next();
            match (next, content_end(source, data)) {
                (Some((_, next)), _) => splice.insert(next.span().start, xml.finish()),
                (None, Some(end)) => splice.insert(end, xml.finish()),
                (None, None) => fresh.push_str(&xml.finish()),
            }
            continue;
        };
        formulas |= in_row((*node, row), &own, &mut splice)?;
    }
    if !fresh.is_empty() {
        splice.replace(data.span(), format!("<sheetData>{fresh}</sheetData>"));
    }
    let text = splice.apply(source).into_bytes();
    heads(files, part, cells)?;
    files.set(part, text);
    Some(formulas)
}

fn in_row(
    (node, row): (Node<'_>, usize),
    cells: &[(usize, &Cell, bool)],
    splice: &mut Splice,
) -> Option<bool> {
    let source = node.source();
    let mut known = BTreeMap::new();
    for old in node.children() {
        known.insert(place(&old.attribute("r")?)?.0, old);
    }
    let (mut formulas, mut fresh) = (false, String::new());
    for (column, new, beyond) in cells {
        let mut xml = Xml::default();
        let old = known.get(column);
        let style = old.and_then(|old| old.attribute("s")?.parse().ok());
        cell(&mut xml, &name(row, *column), new, style);
        if let Some(old) = old {
            let formula = old.children().find(|own| own.name() == "f");
            let shared = formula.is_some_and(|own| own.attributes().next().is_some());
            if shared || (*beyond && old.children().next().is_some()) {
                return None;
            }
            formulas |= formula.is_some();
            splice.replace(old.span(), xml.finish());
            continue;
        }
        let next = known.range(column..).next();
        match (next, content_end(source, node)) {
            (Some((_, next)), _) => splice.insert(next.span().start, xml.finish()),
            (None, Some(end)) => splice.insert(end, xml.finish()),
            (None, None) => fresh.push_str(&xml.finish()),
        }
    }
    if !fresh.is_empty() {
        let tag = source
            .get(start_tag(source, node))?
            .trim_end_matches("/>")
            .trim_end();
        splice.replace(node.span(), format!("{tag}>{fresh}</row>"));
    }
    Some(formulas)
}

fn name(row: usize, column: usize) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// Names columns of tables as the cells of their heads, or spreadsheets call the file broken.
fn heads(files: &mut Files, sheet: &str, cells: &Changes) -> Option<()> {
    let rels = files.relationships(sheet);
    let tables: Vec<String> = rels
        .iter()
        .filter(|(_, own)| own.kind == "table")
        .filter_map(|(_, own)| match &own.target {
            Target::Part(part) => Some(part.clone()),
            Target::External(_) | Target::Nowhere(_) => None,
        })
        .collect();
    for table in tables {
        let document = files.xml(&table)?;
        let root = document.root();
        if root.attribute("headerRowCount").as_deref() == Some("0") {
            continue;
        }
        let reference = root.attribute("ref")?;
        let (left, top) = place(reference.split(':').next()?)?;
        let list = root.children().find(|own| own.name() == "tableColumns")?;
        let columns: Vec<Node<'_>> = list.children().collect();
        let mut names: Vec<String> = columns
            .iter()
            .map(|own| own.attribute("name").unwrap_or_default().into_owned())
            .collect();
        let mut splice = Splice::default();
        for (at, column) in columns.iter().enumerate() {
            let Some((new, _)) = cells.get(&(top, left + at)) else {
                continue;
            };
            let Cell::Words(new) = new else { return None };
            let again = names
                .iter()
                .enumerate()
                .any(|(other, name)| other != at && name.eq_ignore_ascii_case(new));
            if again || new.trim().is_empty() {
                return None;
            }
            names[at].clone_from(new);
            let range = start_tag(document.source(), *column);
            let tag = document.source().get(range.clone())?;
            splice.replace(range, with_attribute(tag, "name", Some(new)));
        }
        if !splice.is_empty() {
            let text = splice.apply(document.source());
            files.set(&table, text.into_bytes());
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_lines_of_cells() {
        let line = Line::parse("'It''s 1'!$B$2:$B$5").expect("a line");
        assert_eq!(
            (line.count(), line.formula(6)),
            (4, "'It''s 1'!$B$2:$B$7".to_owned())
        );
        let lying = Line::parse("Sheet1!$B$2:$E$2").expect("a line");
        assert_eq!((lying.count(), lying.at(2)), (4, (3, 1)));
        let levels = Line::parse("Sheet1!$A$2:$B$9").expect("a line");
        assert_eq!(levels.at(0), (1, 1));
        for odd in [
            "(Sheet1!$A$1,Sheet1!$B$1)",
            "[1]Sheet1!$A$1",
            "Names",
            "Sheet1!$A:$A",
        ] {
            assert_eq!(Line::parse(odd), None, "{odd}");
        }
    }
}
