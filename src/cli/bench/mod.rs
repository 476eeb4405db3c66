//! `slidecraft bench`: measures this build on this machine, beside peers where they are installed.

pub mod ai;
pub mod api;
pub mod arguments;
pub mod connection;
pub mod events;
pub mod figures;
pub mod gateway;
pub mod node;
pub mod paced;
pub mod queue;
pub mod run;
pub mod wrk;
