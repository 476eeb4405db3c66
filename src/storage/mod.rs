//! Things we keep. A folder for each port: the trait in its `mod.rs`, adapters and their conformance suite beside it.

mod batches;
pub mod audit;
pub mod cache;
pub mod database;
pub mod documents;
pub mod error;
pub mod events;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod objects;
mod rows;
pub mod redis;
mod sql;
pub mod uploads;
pub mod wakeups;
pub mod webhooks;
