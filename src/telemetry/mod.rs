//! What the node tells of itself: every metric in one table, and the logs.

mod ai;
mod catalogue;
pub mod logs;
pub mod metered_documents;
pub mod metered_jobs;
pub mod metered_objects;
pub mod metrics;
mod spent;
