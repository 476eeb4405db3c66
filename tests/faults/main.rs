//! The fault matrix: real processes are killed, stopped and cut off in the middle of work, and the history of each run is checked.
//!
//! `scripts/reliability.sh` runs it and writes the table in `docs/RELIABILITY.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has to fail"
)]

mod bucket;
mod embedded;
mod history;
mod run;

#[expect(dead_code, reason = "the platform's tests use more of it")]
#[path = "../platform/node.rs"]
mod node;
#[expect(dead_code, reason = "the platform's tests use more of it")]
#[path = "../support/s3_server.rs"]
mod s3_server;
#[path = "../support/toxics.rs"]
mod toxics;
