//! The composition root: the one place that names adapters and puts the rooms together.

pub mod capacity;
pub mod connection_watch;
pub mod faults;
pub mod first_start;
pub mod folder;
pub mod fonts;
pub mod node;
pub mod providers;
mod roster;
pub mod secrets;
pub mod serve;
pub mod shared;
pub mod stores;
pub mod tokens;
pub mod traces;
