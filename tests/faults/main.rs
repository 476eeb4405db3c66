//! The fault matrix: real processes are killed, stopped and cut off in the middle of work, and the history of each run is checked.
//!
//! `scripts/reliability.sh` runs it and writes the table in `docs/RELIABILITY.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has to fail"
)]

mod bucket;
mod chaos;
mod clients;
mod clock;
mod database;
mod disk;
mod embedded;
mod follower;
mod history;
mod nodes;
mod pair;
mod redis;
mod run;
mod sweep;

#[expect(dead_code, reason = "the stores' tests use more of it")]
#[path = "../support/cluster.rs"]
mod cluster;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "../support/redis_server.rs"]
mod redis_server;

#[expect(dead_code, reason = "the platform's tests use more of it")]
#[path = "../platform/node.rs"]
mod node;
#[expect(dead_code, reason = "the platform's tests use more of it")]
#[path = "../support/s3_server.rs"]
mod s3_server;
#[path = "../support/toxics.rs"]
mod toxics;
