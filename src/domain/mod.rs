//! The domain: values and decisions. No IO, no async, no clock of its own; imports no other room of ours.

pub mod address;
pub mod capacity;
pub mod chat;
pub mod cost;
pub mod cost_report;
pub mod document;
pub mod failure;
pub mod fault;
pub mod fonts;
pub mod hex;
pub mod ids;
pub mod job;
pub mod job_event;
pub mod job_state;
pub mod policy;
pub mod pool;
pub mod role;
pub mod slo;
pub mod stage;
pub mod tenant;
pub mod time;
pub mod trace;
pub mod upload;
pub mod webhook;
