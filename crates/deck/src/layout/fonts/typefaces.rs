//! Which family stands in for which typeface: by metrics where one was made for it, else by measured widths, else by looks.

use super::face::Advances;
use super::widths::{self, Widths};

/// Families in the order of their cuts in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The metrics of Calibri.
    Carlito,
    /// The metrics of Cambria.
    Caladea,
    /// Liberation Sans: the metrics of Arial.
    Sans,
    /// Liberation Serif: the metrics of Times New Roman.
    Serif,
    /// Liberation Mono: the metrics of Courier New.
    Mono,
    /// The metrics of Georgia.
    Gelasio,
    /// Itself.
    OpenSans,
    /// The metrics of Segoe UI.
    Selawik,
}

/// Other widths than the stand-in's own.
#[derive(Clone, Copy, Debug)]
pub enum OtherWidths {
    /// All times a factor.
    Scaled(f64),
    /// Of the upright and the bold cut; italics are as wide.
    Tables(&'static Widths, &'static Widths),
}

impl OtherWidths {
    /// Those of a cut.
    pub fn of(self, bold: bool) -> Advances {
        match self {
            Self::Scaled(factor) => Advances::Scaled(factor),
            Self::Tables(_, heavy) if bold => Advances::Table(heavy),
            Self::Tables(light, _) => Advances::Table(light),
        }
    }
}

/// A typeface and what stands in for it.
#[derive(Debug)]
pub struct Typeface {
    /// How its name begins, in small letters; its cuts add to it.
    pub prefix: &'static str,
    /// The family whose letters are drawn.
    pub family: Family,
    /// How wide they are set, where not as they are.
    pub widths: Option<OtherWidths>,
}

const fn twin(prefix: &'static str, family: Family) -> Typeface {
    Typeface {
        prefix,
        family,
        widths: None,
    }
}

const fn scaled(prefix: &'static str, family: Family, factor: f64) -> Typeface {
    Typeface {
        prefix,
        family,
        widths: Some(OtherWidths::Scaled(factor)),
    }
}

const fn measured(
    prefix: &'static str,
    family: Family,
    [light, heavy]: [&'static Widths; 2],
) -> Typeface {
    Typeface {
        prefix,
        family,
        widths: Some(OtherWidths::Tables(light, heavy)),
    }
}

/// What is known, longer prefixes before those they begin with.
pub static TYPEFACES: [Typeface; 49] = [
    twin("calibri", Family::Carlito),
    twin("carlito", Family::Carlito),
    // English text in Noto Sans runs 9 % wider than in Aptos, and 15.7 % wider than in Carlito.
    scaled("aptos", Family::Carlito, 1.061),
    twin("corbel", Family::Carlito),
    twin("candara", Family::Carlito),
    twin("gill sans", Family::Carlito),
    twin("tw cen", Family::Carlito),
    twin("franklin gothic", Family::Carlito),
    twin("lato", Family::Carlito),
    twin("+m", Family::Carlito),
    twin("cambria", Family::Caladea),
    twin("caladea", Family::Caladea),
    twin("constantia", Family::Caladea),
    // Arial Narrow is Arial at 82 %.
    scaled("arial narrow", Family::Sans, 0.82),
    scaled("liberation sans narrow", Family::Sans, 0.82),
    twin("arial", Family::Sans),
    twin("helvetica", Family::Sans),
    twin("liberation sans", Family::Sans),
    measured(
        "verdana",
        Family::Sans,
        [&widths::VERDANA, &widths::VERDANA_BOLD],
    ),
    measured(
        "tahoma",
        Family::Sans,
        [&widths::TAHOMA, &widths::TAHOMA_BOLD],
    ),
    measured(
        "trebuchet",
        Family::Sans,
        [&widths::TREBUCHET, &widths::TREBUCHET_BOLD],
    ),
    measured(
        "century gothic",
        Family::Sans,
        [&widths::AVANT_GARDE, &widths::AVANT_GARDE_DEMI],
    ),
    measured(
        "palatino",
        Family::Serif,
        [&widths::PALATINO, &widths::PALATINO_BOLD],
    ),
    measured(
        "book antiqua",
        Family::Serif,
        [&widths::PALATINO, &widths::PALATINO_BOLD],
    ),
    measured(
        "bookman",
        Family::Serif,
        [&widths::BOOKMAN, &widths::BOOKMAN_BOLD],
    ),
    measured(
        "century schoolbook",
        Family::Serif,
        [&widths::SCHOOLBOOK, &widths::SCHOOLBOOK_BOLD],
    ),
    twin("times", Family::Serif),
    twin("liberation serif", Family::Serif),
    twin("garamond", Family::Serif),
    twin("eb garamond", Family::Serif),
    twin("baskerville", Family::Serif),
    twin("didot", Family::Serif),
    twin("rockwell", Family::Serif),
    twin("minion", Family::Serif),
    twin("georgia", Family::Gelasio),
    twin("gelasio", Family::Gelasio),
    twin("segoe ui", Family::Selawik),
    twin("selawik", Family::Selawik),
    // The Latin letters of Malgun Gothic are those of Segoe UI.
    twin("malgun gothic", Family::Selawik),
    twin("open sans", Family::OpenSans),
    // Noto Sans was drawn from Open Sans and is as wide.
    twin("noto sans", Family::OpenSans),
    twin("roboto mono", Family::Mono),
    // Letters of Consolas are 1126 of 2048 units wide, those of Courier New 1229.
    scaled("consolas", Family::Mono, 1126.0 / 1229.0),
    twin("courier", Family::Mono),
    twin("lucida console", Family::Mono),
    twin("liberation mono", Family::Mono),
    twin("menlo", Family::Mono),
    twin("monaco", Family::Mono),
    twin("source code", Family::Mono),
];

/// The row of the table that a name belongs to.
pub fn row(name: &str) -> Option<usize> {
    TYPEFACES
        .iter()
        .position(|typeface| begins(name, typeface.prefix))
}

/// The family that looks most like a typeface that is not in the table.
pub fn by_looks(name: &str) -> Family {
    if ends(name, " mono") || ends(name, " code") {
        Family::Mono
    } else if ends(name, " serif") || ends(name, " slab") {
        Family::Serif
    } else {
        Family::Sans
    }
}

/// Whether the regular cut of a name is a bold one.
pub fn heavy(name: &str) -> bool {
    const ENDINGS: [&str; 6] = [
        " black",
        " bold",
        " heavy",
        " semibold",
        " extrabold",
        " demi",
    ];
    ENDINGS.iter().any(|ending| ends(name, ending))
}

fn begins(name: &str, prefix: &str) -> bool {
    let start = name.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn ends(name: &str, ending: &str) -> bool {
    let end = name.len().checked_sub(ending.len());
    let end = end.and_then(|at| name.as_bytes().get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
}
