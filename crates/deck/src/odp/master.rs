//! Master pages: what stands behind slides, as a master with one layout, and what footers a page takes from it.

use crate::error::ReadError;
use crate::model::color::{Color, Rgb};
use crate::model::element::Element as Shape;
use crate::model::paint::Fill;
use crate::model::template::{Layout, Master};
use crate::model::units::Size;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};

use super::book::{Book, value};
use super::length::emu;
use super::paint;
use super::reading::Reading;
use super::shape::Shapes;
use super::style::{Kind, Stack};

/// A master page as it was read.
pub(super) struct MasterPage<'a> {
    /// Its name in the file.
    pub(super) name: &'a str,
    /// The master.
    pub(super) master: Master,
    /// Its only layout.
    pub(super) layout: Layout,
    /// Footers that pages may show: date, footer, page number.
    pub(super) footers: Vec<Shape>,
    /// The size of its pages.
    pub(super) size: Option<Size>,
}

/// Reads all master pages of `styles.xml`.
pub(super) fn read<'a>(
    reading: &mut Reading<'_>,
    book: &Book<'a>,
    styles: &'a Document,
) -> Result<Vec<MasterPage<'a>>, ReadError> {
    let mut pages = Vec::new();
    let Some(list) = styles.root().child(Ns::Office, "master-styles") else {
        return Ok(pages);
    };
    for page in list
        .children()
        .filter(|child| child.is(Ns::Style, "master-page"))
    {
        reading.turn_to(None);
        pages.push(master(reading, book, page, pages.len() + 1)?);
    }
    Ok(pages)
}

fn master<'a>(
    reading: &mut Reading<'_>,
    book: &Book<'a>,
    page: Element<'a>,
    number: usize,
) -> Result<MasterPage<'a>, ReadError> {
    let mut elements = Shapes { reading, book }.read(page)?;
    let (mut holders, mut footers) = (Vec::new(), Vec::new());
    elements.retain(|element| {
        let Some(placeholder) = &element.placeholder else {
            return true;
        };
        match placeholder.role.as_str() {
            "dt" | "ftr" | "sldNum" => footers.push(element.clone()),
            _ => holders.push(element.clone()),
        }
        false
    });
    let background = background(reading, book, value(page, Ns::Draw, "style-name"))?;
    let background = background.unwrap_or(Fill::Solid {
        color: Color::opaque(Rgb::WHITE),
    });
    let name = value(page, Ns::Style, "name").unwrap_or_default();
    let shown = value(page, Ns::Style, "display-name").unwrap_or(name);
    let id = format!("master{number}");
    let layout = Layout {
        id: format!("layout{number}"),
        name: Some(shown.to_owned()),
        kind: None,
        master: id.clone(),
        background: background.clone(),
        hide_master_elements: false,
        elements: holders.iter().chain(&footers).cloned().collect(),
    };
    elements.extend(holders.iter().chain(&footers).cloned());
    Ok(MasterPage {
        name,
        size: size(book, value(page, Ns::Style, "page-layout-name")),
        master: Master {
            id,
            name: Some(shown.to_owned()),
            background,
            elements,
        },
        layout,
        footers,
    })
}

/// The background of a page; `None` where its style says none.
pub(super) fn background(
    reading: &mut Reading<'_>,
    book: &Book<'_>,
    style: Option<&str>,
) -> Result<Option<Fill>, ReadError> {
    let stack = Stack::of(book, "drawing-page", style);
    let found = paint::fill(reading, book, &stack, Kind::Page, None)?;
    // A page is never seen through: what has no fill is white.
    Ok(found.filter(|fill| *fill != Fill::None))
}

fn size(book: &Book<'_>, layout: Option<&str>) -> Option<Size> {
    let layout = book.named("page-layout", layout?)?;
    let properties = layout.child(Ns::Style, "page-layout-properties")?;
    let side = |name| {
        let length = value(properties, Ns::Fo, name).and_then(emu)?;
        Some(length.clamp(Size::MIN_SIDE, Size::MAX_SIDE))
    };
    Some(Size {
        width: side("page-width")?,
        height: side("page-height")?,
    })
}
