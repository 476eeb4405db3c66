//! The second shell over `domain::pool`: virtual time, drawn service times, the very same policies.

pub mod engine;
pub mod report;
pub mod scenario;
pub mod workload;
