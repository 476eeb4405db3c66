//! Who talks about a deck. The port is in [`chat`]; providers beside it, and the router that chooses among them.

pub mod breaker;
mod call;
pub mod chat;
pub mod endpoint;
pub mod fake;
pub mod frames;
pub mod hedge;
pub mod offline;
pub mod route;
pub mod router;
mod running;
pub mod slots;
#[cfg(test)]
mod tests;
mod tried;
pub mod trouble;
pub mod watch;
pub mod wire;

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
