//! A node's connection to Redis, shared by every adapter that stands on it: commands with a time limit, and what other
//! nodes say.

pub mod connection;
pub mod keys;
mod listening;
#[cfg(test)]
#[path = "../../../tests/support/redis_server.rs"]
pub mod server;
#[cfg(test)]
mod tests;
pub mod words;

#[cfg(test)]
use super::ports;
