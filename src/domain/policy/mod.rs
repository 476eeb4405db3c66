//! Decisions: pure functions, each with its parameters and its reasons.

pub mod dispatch;
