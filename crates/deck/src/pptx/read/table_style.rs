//! Table styles: which of a style's regions a cell lies in, and what they say of it (ECMA-376 part 1, 20.1.4.2).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::appearance::theme_fill;
use super::color::ColorSpec;
use super::fill::{self, Brush};
use super::lexical::{count, flag, get};
use super::line::LineSpec;
use super::run_style::RunProps;
use super::scene::Scene;
use super::table_style_builtin::builtin;
use crate::error::ReadError;
use crate::model::paint::Fill;
use crate::model::table::TableFlags;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};

/// Where a cell is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// The styles of a file, and the built-in ones it uses without saying what they are.
#[derive(Debug, Default)]
pub(super) struct TableStyles {
    document: Option<Document>,
    /// The number of each style among the children of the root, by GUID in upper case.
    at: BTreeMap<String, usize>,
}

impl TableStyles {
    /// Reads `tableStyles.xml`.
    pub(super) fn new(document: Option<Document>) -> Self {
        let mut at = BTreeMap::new();
        if let Some(document) = &document {
            for (number, style) in document.root().children().enumerate() {
                if let Some(guid) = style.attribute("styleId") {
                    at.entry(guid.to_uppercase()).or_insert(number);
                }
            }
        }
        Self { document, at }
    }

    fn find(&self, guid: &str) -> Option<Node<'_>> {
        let at = self.at.get(&guid.to_uppercase())?;
        self.document.as_ref()?.root().children().nth(*at)
    }
}

/// The names of regions, lowest first.
const REGIONS: [&str; 13] = [
    "wholeTbl", "band1H", "band2H", "band1V", "band2V", "firstCol", "lastCol", "firstRow",
    "lastRow", "nwCell", "neCell", "swCell", "seCell",
];

/// The sides of a region, and the lines inside it.
const SIDES: [&str; 6] = ["left", "right", "top", "bottom", "insideV", "insideH"];

/// A style, resolved against the theme of one part.
#[derive(Debug, Default)]
pub(super) struct TableStyle {
    background: Option<Fill>,
    regions: [Option<Region>; 13],
}

#[derive(Debug, Default)]
struct Region {
    fill: Option<Fill>,
    run: RunProps,
    sides: [Option<LineSpec>; 6],
}

/// What a style says of a cell, but for its borders.
#[derive(Clone, Debug, Default)]
pub(super) struct CellStyle {
    pub(super) fill: Option<Fill>,
    pub(super) run: RunProps,
}

/// First and last row and column of a region.
struct Extent {
    rows: (usize, usize),
    columns: (usize, usize),
}

impl TableStyle {
    /// The style of a GUID: the file's own, else the built-in one.
    pub(super) fn of(scene: &mut Scene<'_, '_>, guid: Option<&str>) -> Result<Self, ReadError> {
        let Some(guid) = guid else {
            return Ok(Self::default());
        };
        let styles = scene.reading.table_styles()?;
        if let Some(node) = styles.find(guid) {
            return Self::read(scene, node);
        }
        let Some(text) = builtin(guid) else {
            scene.reading.warn(
                "unknown_table_style",
                format!("the table style {guid} is not known"),
            );
            return Ok(Self::default());
        };
        let document = Document::parse("table style", text.as_bytes(), 32)?;
        Self::read(scene, document.root())
    }

    fn read(scene: &mut Scene<'_, '_>, node: Node<'_>) -> Result<Self, ReadError> {
        let mut style = Self::default();
        if let Some(background) = node.child(Ns::A, "tblBg") {
            style.background = fill_of(scene, background)?;
        }
        for (region, name) in style.regions.iter_mut().zip(REGIONS) {
            if let Some(node) = node.child(Ns::A, name) {
                *region = Some(Region::read(scene, node)?);
            }
        }
        Ok(style)
    }

    /// What the style says of a cell.
    pub(super) fn cell(&self, place: Place, flags: TableFlags) -> CellStyle {
        let mut cell = CellStyle {
            fill: self.background.clone(),
            ..CellStyle::default()
        };
        for (region, _) in self.around(place, flags) {
            if region.fill.is_some() {
                cell.fill.clone_from(&region.fill);
            }
            cell.run.lay(&region.run);
        }
        cell
    }

    /// The lines the style draws around a cell: left, right, top, bottom.
    pub(super) fn sides(&self, place: Place, flags: TableFlags) -> [Option<&LineSpec>; 4] {
        let mut sides = [None; 4];
        for (region, extent) in self.around(place, flags) {
            let [left, right, top, bottom, between, under] = &region.sides;
            let edge = |at: bool, outer, inner| if at { outer } else { inner };
            let found = [
                edge(place.column == extent.columns.0, left, between),
                edge(place.column == extent.columns.1, right, between),
                edge(place.row == extent.rows.0, top, under),
                edge(place.row == extent.rows.1, bottom, under),
            ];
            for (side, found) in sides.iter_mut().zip(found) {
                *side = found.as_ref().or(*side);
            }
        }
        sides
    }

    /// The regions around a cell, lowest first.
    fn around(&self, place: Place, flags: TableFlags) -> impl Iterator<Item = (&Region, Extent)> {
        let known = self.regions.iter().zip(REGIONS);
        known
            .filter_map(move |(region, name)| Some((region.as_ref()?, extent(name, place, flags)?)))
    }
}

/// The extent of the region that a cell lies in; `None` where it does not lie in one of that name.
fn extent(name: &str, place: Place, flags: TableFlags) -> Option<Extent> {
    let (last_row, last_column) = (
        place.rows.saturating_sub(1),
        place.columns.saturating_sub(1),
    );
    let first_row = flags.first_row && place.row == 0;
    let final_row = flags.last_row && place.row == last_row && !first_row;
    let first_column = flags.first_column && place.column == 0;
    let final_column = flags.last_column && place.column == last_column && !first_column;
    let all_rows = (0, last_row);
    let all_columns = (0, last_column);
    let here = Extent {
        rows: (place.row, place.row),
        columns: (place.column, place.column),
    };
    let row = Extent {
        rows: here.rows,
        columns: all_columns,
    };
    let column = Extent {
        rows: all_rows,
        columns: here.columns,
    };
    // Bands are counted from the first row or column that is no heading.
    let odd_row = (place.row + usize::from(flags.first_row)).is_multiple_of(2);
    let odd_column = (place.column + usize::from(flags.first_column)).is_multiple_of(2);
    let banded_row = flags.banded_rows && !first_row && !final_row;
    let banded_column = flags.banded_columns && !first_column && !final_column;
    let (lies, extent) = match name {
        "wholeTbl" => (
            true,
            Extent {
                rows: all_rows,
                columns: all_columns,
            },
        ),
        "band1H" => (banded_row && odd_row, row),
        "band2H" => (banded_row && !odd_row, row),
        "band1V" => (banded_column && odd_column, column),
        "band2V" => (banded_column && !odd_column, column),
        "firstCol" => (first_column, column),
        "lastCol" => (final_column, column),
        "firstRow" => (first_row, row),
        "lastRow" => (final_row, row),
        "nwCell" => (first_row && first_column, here),
        "neCell" => (first_row && final_column, here),
        "swCell" => (final_row && first_column, here),
        _ => (final_row && final_column, here),
    };
    lies.then_some(extent)
}

impl Region {
    fn read(scene: &mut Scene<'_, '_>, node: Node<'_>) -> Result<Self, ReadError> {
        let mut region = Self::default();
        if let Some(text) = node.child(Ns::A, "tcTxStyle") {
            region.run = letters(text);
        }
        let Some(style) = node.child(Ns::A, "tcStyle") else {
            return Ok(region);
        };
        region.fill = fill_of(scene, style)?;
        let lines = style.child(Ns::A, "tcBdr");
        for (side, name) in region.sides.iter_mut().zip(SIDES) {
            if let Some(line) = lines.and_then(|lines| lines.child(Ns::A, name)) {
                *side = line_of(scene, line)?;
            }
        }
        Ok(region)
    }
}

fn letters(node: Node<'_>) -> RunProps {
    let reference = node.child(Ns::A, "fontRef");
    let themed = reference.and_then(|reference| match reference.attribute("idx").as_deref() {
        Some("major") => Some(Rc::from("+mj-lt")),
        Some("minor") => Some(Rc::from("+mn-lt")),
        _ => None,
    });
    let own = node
        .child(Ns::A, "font")
        .and_then(|font| font.child(Ns::A, "latin"));
    let named = own.and_then(|latin| latin.attribute("typeface"));
    let latin = named.map(|face| Rc::from(&*face)).or(themed);
    let color = ColorSpec::inside(node).or_else(|| reference.and_then(ColorSpec::inside));
    RunProps::of_style(latin, color, get(node, "b", flag), get(node, "i", flag))
}

/// The fill of a cell or of the whole table: written out, or a reference into the theme.
fn fill_of(scene: &mut Scene<'_, '_>, node: Node<'_>) -> Result<Option<Fill>, ReadError> {
    let brush = scene.sheet.brush();
    if let Some(own) = node.child(Ns::A, "fill") {
        return fill::inside(scene.reading, own, brush);
    }
    match node.child(Ns::A, "fillRef") {
        Some(reference) => theme_fill(scene.reading, reference, scene.sheet.theme, brush),
        None => Ok(None),
    }
}

fn line_of(scene: &mut Scene<'_, '_>, node: Node<'_>) -> Result<Option<LineSpec>, ReadError> {
    let brush = scene.sheet.brush();
    if let Some(line) = node.child(Ns::A, "ln") {
        return LineSpec::read(scene.reading, line, brush).map(Some);
    }
    let Some(reference) = node.child(Ns::A, "lnRef") else {
        return Ok(None);
    };
    let theme = scene.sheet.theme;
    let color = brush.color(reference);
    let brush = Brush {
        rels: &theme.rels,
        placeholder: color.as_ref(),
        ..brush
    };
    match count(reference, "idx").and_then(|index| theme.format("lnStyleLst", index)) {
        Some(line) => LineSpec::read(scene.reading, line, brush).map(Some),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_may_name_the_typeface_of_its_letters() {
        let text = br#"<a:tcTxStyle xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:font><a:latin typeface="Georgia"/></a:font></a:tcTxStyle>"#;
        let document = Document::parse("a style", text, 8).unwrap();
        assert_eq!(letters(document.root()).latin.as_deref(), Some("Georgia"));
    }
}
