//! Answers clients: routes by resource, one table of errors, keys and scopes. It decides nothing about jobs; it asks
//! the platform, the stores and the domain.

pub mod admin_audit;
pub mod admin_dead;
pub mod admin_pools;
pub mod admission;
pub mod assets;
pub mod auditing;
pub mod body;
pub mod cached;
pub mod chat;
mod chat_stream;
pub mod chat_view;
pub mod deck;
pub mod deck_patch;
pub mod docs;
pub mod document_view;
pub mod documents;
pub mod envelope;
pub mod events;
pub mod exports;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod job_view;
pub mod jobs;
pub mod metrics;
pub mod models;
pub mod objects;
pub mod openapi;
pub mod paging;
pub mod pool_view;
pub mod preconditions;
pub mod problem;
pub mod proposals;
pub mod query;
pub mod quota;
pub mod ranges;
pub mod rates;
pub mod results;
pub mod routes;
pub mod server;
pub mod settings;
pub mod slides;
pub mod state;
pub mod telling;
pub mod unbroken;
pub mod unique;
pub mod upload;
pub mod upload_parts;
pub mod upload_view;
pub mod uploads;
pub mod waiting;
pub mod webhook_view;
pub mod webhooks;

#[cfg(test)]
mod tests;
