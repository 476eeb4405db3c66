//! SlideCraft: an actor-system job platform for presentations.
//!
//! `domain` decides, `deck` reads and writes presentations, `storage` keeps, `work` says what a job does, `actors` run
//! jobs, `auth` believes tokens, `chaos` breaks things on purpose, `http` answers clients, `app` puts it together. `docs/ARCHITECTURE.md` is the map.

pub mod actors;
pub mod app;
pub mod auth;
pub mod chaos;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod providers;
pub mod reporting;
pub mod simulation;
pub mod storage;
pub mod telemetry;
pub mod work;

// The codec is a crate of its own; the house calls it by the name of its room.
pub use slidecraft_deck as deck;
