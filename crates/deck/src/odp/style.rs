//! What applies to a thing: a stack of styles, the nearest first, asked property by property.

use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::{Book, value};
use super::length::emu;

/// The kinds of properties of a style (ODF 1.3 part 3, 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of shapes; cells have them in `LibreOffice`'s own element or in `table-cell-properties`.
    Graphic,
    /// Of paragraphs.
    Paragraph,
    /// Of letters.
    Text,
    /// Of pages.
    Page,
}

impl Kind {
    fn is(self, element: Element<'_>) -> bool {
        let names: &[&str] = match self {
            Self::Graphic => &["graphic-properties", "table-cell-properties"],
            Self::Paragraph => &["paragraph-properties"],
            Self::Text => &["text-properties"],
            Self::Page => &["drawing-page-properties"],
        };
        names.contains(&element.name())
    }
}

/// Styles that apply together, the nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack<'a> {
    styles: Vec<Element<'a>>,
}

impl<'a> Stack<'a> {
    /// A style of a family with its parents.
    pub(super) fn of(book: &Book<'a>, family: &str, name: Option<&str>) -> Self {
        Self {
            styles: book.chain(family, name),
        }
    }

    /// This stack with another that is asked where this one says nothing.
    #[must_use]
    pub(super) fn over(&self, below: &Self) -> Self {
        let mut styles = self.styles.clone();
        styles.extend_from_slice(&below.styles);
        Self { styles }
    }

    /// This stack with one more style that is asked last.
    #[must_use]
    pub(super) fn with_default(mut self, default: Option<Element<'a>>) -> Self {
        self.styles.extend(default);
        self
    }

    /// The nearest value of a property.
    pub(super) fn get(&self, kind: Kind, ns: Ns, name: &str) -> Option<&'a str> {
        self.all(kind).find_map(|block| value(block, ns, name))
    }

    /// All blocks of properties of a kind, the nearest first.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = Element<'a>> + '_ {
        self.styles
            .iter()
            .flat_map(|style| style.children())
            .filter(move |block| kind.is(*block))
    }

    /// The nearest element inside the properties of a kind.
    pub(super) fn inside(&self, kind: Kind, ns: Ns, name: &str) -> Option<Element<'a>> {
        self.all(kind).find_map(|block| block.child(ns, name))
    }

    /// The nearest attribute of the styles themselves.
    pub(super) fn own(&self, ns: Ns, name: &str) -> Option<&'a str> {
        self.styles.iter().find_map(|style| value(*style, ns, name))
    }

    /// The names of the styles.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.styles
            .iter()
            .filter_map(|style| value(*style, Ns::Style, "name"))
    }

    /// Whether nothing applies.
    pub(super) fn is_empty(&self) -> bool {
        self.styles.is_empty()
    }

    /// A length of the properties of rows.
    pub(super) fn row_property(&self, name: &str) -> Option<Emu> {
        self.styles.iter().find_map(|style| {
            let block = style.child(Ns::Style, "table-row-properties")?;
            value(block, Ns::Style, name).and_then(emu)
        })
    }
}
