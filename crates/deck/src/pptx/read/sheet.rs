//! What a part is read against: its relationships, theme and colours, and what its placeholders inherit.

use std::rc::Rc;

use super::color::Palette;
use super::fill::Brush;
use super::inheritance::Placeholders;
use super::list_style::ListStyle;
use super::theme::ThemePart;
use crate::package::relationships::Relationships;

/// What kind of part shapes are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetKind {
    /// A slide, or what is drawn on one.
    Slide,
    /// A layout: its placeholders prompt, they do not speak.
    Layout,
    /// A master.
    Master,
}

/// A part, seen while what is on it is read.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) kind: SheetKind,
    pub(super) rels: &'a Relationships,
    pub(super) theme: &'a ThemePart,
    pub(super) palette: &'a Palette,
    pub(super) styles: &'a TextStyles,
    /// The placeholders of the part above: the layout's for a slide, the master's for a layout.
    pub(super) above: Option<&'a Placeholders>,
}

/// The list styles of a master, laid over what the presentation says of all text.
#[derive(Clone, Debug, Default)]
pub(super) struct TextStyles {
    pub(super) title: Rc<ListStyle>,
    pub(super) body: Rc<ListStyle>,
    pub(super) other: Rc<ListStyle>,
}

impl<'a> Sheet<'a> {
    /// What colours and pictures of the part are resolved with.
    pub(super) fn brush(&self) -> Brush<'a> {
        Brush {
            rels: self.rels,
            palette: self.palette,
            placeholder: None,
            group: None,
        }
    }
}
