//! The HTTP room against real stores and a scripted platform.

mod admin;
mod answers;
mod caches;
mod changes;
mod description;
mod events;
mod exports;
mod idempotency;
mod identity;
mod jobs;
mod objects;
mod parts;
mod platform;
mod problems;
mod server;
mod uploads;
mod world;
