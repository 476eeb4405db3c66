//! The second shell over `domain::pool`: virtual time, drawn service times, the very same policies.

pub mod comparison;
pub mod engine;
pub mod erlang;
pub mod fleet;
pub mod picture;
pub mod report;
pub mod run;
pub mod scenario;
pub mod workload;
