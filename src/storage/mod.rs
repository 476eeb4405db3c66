//! Things we keep. A folder for each port: the trait in its `mod.rs`, adapters and their conformance suite beside it.

pub mod around;
pub mod audit;
mod batches;
pub mod cache;
pub mod capacity;
pub mod database;
pub mod documents;
pub mod error;
pub mod events;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod objects;
#[cfg(test)]
#[path = "../../tests/support/ports.rs"]
mod ports;
pub mod probe;
pub mod proposals;
pub mod redis;
mod rows;
pub mod secrets;
mod sql;
pub mod uploads;
pub mod wakeups;
pub mod webhooks;
