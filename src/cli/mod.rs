//! The command line: what can be asked, and how it is answered.

pub mod arguments;
pub mod backup;
pub mod bench;
pub mod capacity;
pub mod convert;
pub mod dev;
pub mod export;
pub mod healthcheck;
pub mod keys;
pub mod migrate;
pub mod progress;
pub mod run;
pub mod schema;
pub mod simulate;
pub mod streams;
pub mod support;
