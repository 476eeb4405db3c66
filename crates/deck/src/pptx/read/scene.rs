//! One part while its shapes are read: what they are read against, and what they leave behind.

use super::frame::Space;
use super::identity::Ids;
use super::inheritance::Placeholders;
use super::reading::Reading;
use super::sheet::Sheet;
use crate::model::paint::Fill;

/// The state of reading one part's shapes.
pub(super) struct Scene<'s, 'a> {
    pub(super) reading: &'s mut Reading<'a>,
    pub(super) sheet: Sheet<'s>,
    pub(super) ids: Ids,
    /// The placeholders found, on a layout or a master.
    pub(super) placeholders: Placeholders,
}

/// What lies around a shape: the space of its group and the fill that `grpFill` means.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'a> {
    pub(super) space: Option<&'a Space<'a>>,
    pub(super) fill: Option<&'a Fill>,
}

impl<'s, 'a> Scene<'s, 'a> {
    pub(super) fn new(reading: &'s mut Reading<'a>, sheet: Sheet<'s>) -> Self {
        Self {
            reading,
            sheet,
            ids: Ids::default(),
            placeholders: Placeholders::default(),
        }
    }
}
