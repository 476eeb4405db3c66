//! Configuration: `config.toml`, overridden by `SLIDECRAFT__SECTION__KEY`. One file a section; unknown keys are refused.

pub mod ai;
pub mod api;
pub mod auth;
pub mod cache;
pub mod chaos;
pub mod cost;
pub mod data;
pub mod database;
pub mod decks;
pub mod events;
pub mod fonts;
pub mod load;
pub mod log;
pub mod objects;
pub mod pools;
pub mod queue;
pub mod quotas;
pub mod redis;
pub mod secret;
pub mod server;
pub mod settings;
pub mod span;
pub mod telemetry;
pub mod uploads;
pub mod webhooks;

#[cfg(test)]
mod tests;
