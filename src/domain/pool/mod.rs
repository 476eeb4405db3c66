//! The pool as a value: what happens to it are events, what it wants done are commands. Live and simulated shells share it.

pub mod command;
pub mod event;
pub mod name;
mod outlook;
pub mod settings;
pub mod snapshot;
pub mod state;
#[cfg(test)]
mod tests;
