//! Decisions: pure functions, each with its parameters and its reasons.

pub mod admission;
pub mod autoscale;
pub mod dispatch;
pub mod forecast;
pub mod quota;
pub mod rate;
pub mod restart;
pub mod retry;
