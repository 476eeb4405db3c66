//! Who talks about a deck. The port is in [`chat`], providers beside it.

pub mod chat;
pub mod offline;

/// The text of a slide as a provider sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlideText {
    /// Its number, from 1.
    pub number: u32,
    /// Its title.
    pub title: Option<String>,
    /// Its paragraphs, notes last.
    pub lines: Vec<String>,
}
