//! The workbook behind a chart, so that what PowerPoint offers to edit is what the chart shows: one sheet, one format a
//! column.

use super::grid::{self, Columns, Names, columns, is_dated, letters, names, sizes};
use crate::error::WriteError;
use crate::model::chart::{Chart, PlotKind, Series};
use crate::pptx::write::book::content_types;
use crate::pptx::write::package::{Part, Parts, package};
use crate::pptx::write::relationships::{OFFICE, Rels};
use crate::pptx::write::xml::Xml;

/// The type of workbooks.
pub(in super::super) const KIND: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Where the elements of workbooks come from.
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Where the types of a workbook's parts begin.
const PARTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
/// Formats of the format's own have numbers below this.
const FIRST_FORMAT: usize = 164;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Cell {
    /// Nothing.
    Empty,
    /// A number.
    Number(f64),
    /// Words.
    Words(String),
}

/// Cells of a sheet by row and column from 0, and the format of each column.
#[derive(Default)]
struct Sheet {
    rows: Vec<Vec<(usize, Cell, usize)>>,
    formats: Vec<String>,
}

/// The bytes of the workbook that the references of a chart, written here, lead into.
pub(in super::super) fn workbook(chart: &Chart) -> Result<Vec<u8>, WriteError> {
    let mut sheet = Sheet::default();
    let dated = is_dated(chart);
    let series = chart
        .plots
        .iter()
        .flat_map(|plot| plot.series.iter().map(|own| (own, plot.kind)));
    let mut filled = None;
    for ((own, kind), at) in series.zip(columns(chart)) {
        if filled != Some(at.names) {
            sheet.levels(own, at);
            sheet.names(own, kind, (at, dated && at.levels == 0));
            filled = Some(at.names);
        }
        sheet.values(own, at);
    }
    package(&Parts {
        parts: vec![
            types(),
            part(
                "_rels/.rels",
                rels(&[("officeDocument", "xl/workbook.xml")]),
            ),
            part("xl/workbook.xml", book().into_bytes()),
            part(
                "xl/_rels/workbook.xml.rels",
                rels(&[
                    ("worksheet", "xl/worksheets/sheet1.xml"),
                    ("styles", "xl/styles.xml"),
                ]),
            ),
            part("xl/worksheets/sheet1.xml", sheet.cells().into_bytes()),
            part("xl/styles.xml", sheet.styles().into_bytes()),
        ],
    })
}

impl Sheet {
    fn put(&mut self, row: usize, column: usize, (cell, format): (Cell, usize)) {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        self.rows[row].push((column, cell, format));
    }

    /// The number of a format, from 1; 0 is the general one.
    fn format(&mut self, code: Option<&str>) -> usize {
        let Some(code) = code.filter(|code| *code != "General") else {
            return 0;
        };
        let known = self.formats.iter().position(|known| known == code);
        known.unwrap_or_else(|| {
            self.formats.push(code.to_owned());
            self.formats.len() - 1
        }) + 1
    }

    fn names(&mut self, own: &Series, kind: PlotKind, (at, dated): (Columns, bool)) {
        let days = self.format(Some(grid::DAYS));
        #[expect(clippy::cast_precision_loss, reason = "days of ten thousand years")]
        let cells: Vec<(Cell, usize)> = match names(own, kind, dated) {
            Names::None => Vec::new(),
            Names::Words(words) => words
                .iter()
                .map(|own| (Cell::Words(own.clone()), 0))
                .collect(),
            Names::Days(all) => all
                .iter()
                .map(|day| (Cell::Number(*day as f64), days))
                .collect(),
            Names::Numbers(all) => all.iter().map(|own| (number(*own), 0)).collect(),
        };
        for (row, cell) in cells.into_iter().enumerate() {
            self.put(row + 1, at.names, cell);
        }
    }

    /// Names above those at the marks, the outermost in the first column.
    fn levels(&mut self, own: &Series, at: Columns) {
        for (level, groups) in own.category_groups.iter().take(at.levels).enumerate() {
            for (row, name) in grid::placed(groups, own.categories.len()) {
                let cell = Cell::Words(name.to_owned());
                self.put(row + 1, at.names - level - 1, (cell, 0));
            }
        }
    }

    fn values(&mut self, own: &Series, at: Columns) {
        if let Some(name) = &own.name {
            self.put(0, at.values, (Cell::Words(name.clone()), 0));
        }
        let format = self.format(own.format.as_deref());
        for (row, value) in own.values.iter().enumerate() {
            self.put(row + 1, at.values, (number(*value), format));
        }
        if let Some(column) = at.sizes {
            for (row, size) in sizes(own).into_iter().enumerate() {
                self.put(row + 1, column, (number(size), 0));
            }
        }
    }

    fn cells(&self) -> Xml {
        let mut xml = Xml::part();
        xml.tag("worksheet").at("xmlns", MAIN).open();
        xml.open("sheetData");
        for (row, cells) in self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| !row.is_empty())
        {
            xml.tag("row").at("r", row + 1).open();
            let mut cells: Vec<_> = cells.iter().collect();
            cells.sort_by_key(|(column, ..)| *column);
            for (column, cell, format) in cells {
                let place = format!("{}{}", letters(*column), row + 1);
                self::cell(&mut xml, &place, cell, (*format > 0).then_some(*format));
            }
            xml.close("row");
        }
        xml.close("sheetData");
        xml.close("worksheet");
        xml
    }

    /// The formats of cells. Fonts, fills and borders are there because the format wants some.
    fn styles(&self) -> Xml {
        let mut xml = Xml::part();
        xml.tag("styleSheet").at("xmlns", MAIN).open();
        if !self.formats.is_empty() {
            xml.tag("numFmts").at("count", self.formats.len()).open();
            for (at, code) in self.formats.iter().enumerate() {
                xml.tag("numFmt")
                    .at("numFmtId", FIRST_FORMAT + at)
                    .at("formatCode", code)
                    .empty();
            }
            xml.close("numFmts");
        }
        xml.raw(concat!(
            "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>",
            "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>",
            "<fill><patternFill patternType=\"gray125\"/></fill></fills>",
            "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
            "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs>",
        ));
        xml.tag("cellXfs")
            .at("count", self.formats.len() + 1)
            .open();
        xml.raw("<xf xfId=\"0\"/>");
        for at in 0..self.formats.len() {
            xml.tag("xf")
                .at("numFmtId", FIRST_FORMAT + at)
                .at("applyNumberFormat", 1)
                .at("xfId", 0)
                .empty();
        }
        xml.close("cellXfs");
        xml.close("styleSheet");
        xml
    }
}

/// Writes a cell at a place such as `B2`, in the format of a number where one is given.
pub(in super::super) fn cell(xml: &mut Xml, place: &str, cell: &Cell, format: Option<usize>) {
    let tag = xml.tag("c").at("r", place).opt("s", format);
    match cell {
        Cell::Empty => tag.empty(),
        Cell::Number(value) => {
            tag.open();
            xml.element("v", &value.to_string());
            xml.close("c");
        }
        Cell::Words(words) => {
            tag.at("t", "inlineStr").open();
            xml.open("is");
            xml.tag("t").at("xml:space", "preserve").open();
            xml.text(words);
            xml.close("t");
            xml.close("is");
            xml.close("c");
        }
    }
}

/// A number, where there is one that a cell can hold.
pub(in super::super) fn number(value: Option<f64>) -> Cell {
    value
        .filter(|value| value.is_finite())
        .map_or(Cell::Empty, Cell::Number)
}

fn part(name: &str, bytes: Vec<u8>) -> Part {
    Part {
        name: name.to_owned(),
        bytes: bytes.into(),
    }
}

fn types() -> Part {
    let rels = "application/vnd.openxmlformats-package.relationships+xml";
    let parts = [
        ("workbook", "sheet.main"),
        ("worksheets/sheet1", "worksheet"),
        ("styles", "styles"),
    ];
    content_types(
        [("rels", rels), ("xml", "application/xml")],
        parts.map(|(name, kind)| (format!("xl/{name}.xml"), format!("{PARTS}.{kind}+xml"))),
    )
}

/// The relationships of a part by what they lead to. There are some: an empty part stands for none.
fn rels(all: &[(&str, &str)]) -> Vec<u8> {
    let mut rels = Rels::default();
    for (kind, part) in all {
        rels.part(kind, part);
    }
    rels.part_bytes().unwrap_or_default()
}

fn book() -> Xml {
    let mut xml = Xml::part();
    xml.tag("workbook")
        .at("xmlns", MAIN)
        .at("xmlns:r", OFFICE)
        .open();
    xml.open("sheets");
    xml.tag("sheet")
        .at("name", "Sheet1")
        .at("sheetId", 1)
        .at("r:id", "rId1")
        .empty();
    xml.close("sheets");
    xml.close("workbook");
    xml
}
