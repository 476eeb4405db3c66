//! Tables, their styles resolved onto the cells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::paint::{Fill, Line};
use super::text::{Anchor, TextBody};
use super::units::{Emu, Insets, is_false};

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Widths of the columns.
    pub columns: Vec<Emu>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The GUID of its style in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Which parts of the style apply.
    #[serde(default)]
    pub flags: TableFlags,
}

/// Which parts of a table style apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TableFlags {
    /// The first row is a heading.
    #[serde(skip_serializing_if = "is_false")]
    pub first_row: bool,
    /// The last row sums up.
    #[serde(skip_serializing_if = "is_false")]
    pub last_row: bool,
    /// The first column is a heading.
    #[serde(skip_serializing_if = "is_false")]
    pub first_column: bool,
    /// The last column sums up.
    #[serde(skip_serializing_if = "is_false")]
    pub last_column: bool,
    /// Every other row is shaded.
    #[serde(skip_serializing_if = "is_false")]
    pub banded_rows: bool,
    /// Every other column is shaded.
    #[serde(skip_serializing_if = "is_false")]
    pub banded_columns: bool,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its least height; text may make it grow.
    pub height: Emu,
    /// Its cells, one for each column; those that a span covers are there, and say so.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextBody>,
    /// How many columns it covers; 1 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_span: Option<u32>,
    /// How many rows it covers; 1 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_span: Option<u32>,
    /// Covered by another cell's span.
    #[serde(default, skip_serializing_if = "is_false")]
    pub covered: bool,
    /// Its paint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// Its borders.
    #[serde(default, skip_serializing_if = "Borders::is_empty")]
    pub borders: Borders,
    /// Space around its text.
    #[serde(default)]
    pub insets: Insets,
    /// Where its text stands.
    #[serde(default)]
    pub anchor: Anchor,
}

/// The borders of a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Borders {
    /// Left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Line>,
    /// Right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Line>,
    /// Top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<Line>,
    /// Bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bottom: Option<Line>,
}

impl Borders {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
