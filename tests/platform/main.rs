//! The platform as its users meet it: the real binary, real files, real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has to fail"
)]

mod backup;
mod bucket;
mod chat;
mod collector;
mod command_line;
mod console;
mod crash;
mod examples;
mod hostile;
#[expect(dead_code, reason = "the fault matrix uses more of it")]
mod node;
mod nodes;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/postgres.rs"]
mod postgres;
mod redis;
#[path = "../support/redis_server.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod redis_server;
mod story;
mod support;
mod traces;
mod webhooks;

#[path = "../support/receiver.rs"]
mod receiver;
#[path = "../support/s3_server.rs"]
mod s3_server;
