//! Inheritance: which placeholder of the part above a placeholder follows, and what it takes from there.

use std::collections::HashMap;
use std::rc::Rc;

use super::appearance::Appearance;
use super::body_style::BodyProps;
use super::list_style::ListStyle;
use super::sheet::{Sheet, SheetKind, TextStyles};
use crate::model::element::Placeholder;
use crate::model::units::Frame;

/// A placeholder of a layout or a master, with all it takes from above already in it.
#[derive(Clone, Debug)]
pub(super) struct Inherited {
    pub(super) frame: Option<Frame>,
    pub(super) appearance: Appearance,
    pub(super) body: BodyProps,
    pub(super) list: Rc<ListStyle>,
}

/// The placeholders of a layout or a master.
#[derive(Clone, Debug, Default)]
pub(super) struct Placeholders {
    all: Vec<Inherited>,
    by_index: HashMap<u32, usize>,
    by_role: HashMap<Role, usize>,
}

/// Roles that stand for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Role {
    Title,
    Subtitle,
    Body,
    Date,
    Footer,
    Number,
    Header,
    Other,
}

impl Role {
    fn of(role: &str) -> Self {
        match role {
            "title" | "ctrTitle" => Self::Title,
            "subTitle" => Self::Subtitle,
            "body" | "obj" => Self::Body,
            "dt" => Self::Date,
            "ftr" => Self::Footer,
            "sldNum" => Self::Number,
            "hdr" => Self::Header,
            _ => Self::Other,
        }
    }
}

impl Placeholders {
    /// Adds one; the first of a role or an index is the one that is followed.
    pub(super) fn add(&mut self, placeholder: &Placeholder, inherited: Inherited) {
        let at = self.all.len();
        self.all.push(inherited);
        if let Some(index) = placeholder.index {
            self.by_index.entry(index).or_insert(at);
        }
        self.by_role
            .entry(Role::of(&placeholder.role))
            .or_insert(at);
    }

    /// The one that a slide's placeholder follows: by index, else by role.
    fn for_slide(&self, placeholder: &Placeholder) -> Option<&Inherited> {
        let role = Role::of(&placeholder.role);
        let by_index = placeholder
            .index
            .and_then(|index| self.by_index.get(&index));
        let at = by_index
            .or_else(|| self.by_role.get(&role))
            .or_else(|| match role {
                Role::Subtitle => self.by_role.get(&Role::Body),
                Role::Body => self.by_role.get(&Role::Subtitle),
                Role::Title
                | Role::Date
                | Role::Footer
                | Role::Number
                | Role::Header
                | Role::Other => None,
            });
        self.all.get(*at?)
    }

    /// The one of a master that a layout's placeholder follows: by role, all that is no furniture being body.
    fn for_layout(&self, placeholder: &Placeholder) -> Option<&Inherited> {
        let role = match Role::of(&placeholder.role) {
            Role::Subtitle | Role::Other => Role::Body,
            role @ (Role::Title
            | Role::Body
            | Role::Date
            | Role::Footer
            | Role::Number
            | Role::Header) => role,
        };
        self.all.get(*self.by_role.get(&role)?)
    }
}

impl<'a> Sheet<'a> {
    /// What a placeholder of this part takes from the part above.
    pub(super) fn inherited(&self, placeholder: Option<&Placeholder>) -> Option<&'a Inherited> {
        match self.kind {
            SheetKind::Slide => self.above?.for_slide(placeholder?),
            SheetKind::Layout => self.above?.for_layout(placeholder?),
            SheetKind::Master => None,
        }
    }
}

impl TextStyles {
    /// The list style that a role starts from.
    pub(super) fn of(&self, placeholder: Option<&Placeholder>) -> &Rc<ListStyle> {
        match placeholder.map(|placeholder| Role::of(&placeholder.role)) {
            Some(Role::Title) => &self.title,
            Some(Role::Subtitle | Role::Body | Role::Other) => &self.body,
            Some(Role::Date | Role::Footer | Role::Number | Role::Header) | None => &self.other,
        }
    }
}
