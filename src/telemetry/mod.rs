//! What the node tells of itself: every metric in one table, the logs, and where traces go.

mod ai;
mod catalogue;
pub mod logs;
pub mod metrics;
pub mod otlp;
mod pools;
pub mod spent;
mod standings;
pub mod timing;
