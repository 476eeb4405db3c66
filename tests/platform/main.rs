//! The platform as its users meet it: the real binary, real files, real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has to fail"
)]

mod bucket;
mod command_line;
mod crash;
mod hostile;
mod node;
mod story;

#[path = "../support/s3_server.rs"]
mod s3_server;
