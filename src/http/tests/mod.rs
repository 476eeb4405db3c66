//! The HTTP room against real stores and a scripted platform.

mod admin;
mod answers;
mod audit;
mod caches;
mod capacity;
mod changes;
mod chaos;
mod chat;
mod console;
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
mod quotas;
mod roles;
mod server;
mod tokens;
mod uploads;
mod webhooks;
mod world;
