//! Faults on purpose: a plan of them, and the ports that follow it. What is broken here nobody else has to know of.

pub mod crash;
pub mod events;
pub mod plan;
pub mod providers;
pub mod storage;
