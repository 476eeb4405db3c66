//! What the node tells of itself: every metric in one table, and the logs.

mod ai;
mod catalogue;
pub mod logs;
pub mod metrics;
mod pools;
pub mod spent;
mod standings;
pub mod timing;
