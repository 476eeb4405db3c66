//! What a job does, stage by stage. It knows the codec and the ports; who runs it, when and how often is the actors' affair.

pub mod artifact;
pub mod attempt;
pub mod capacity;
pub mod chat;
pub mod chore;
pub mod clearing;
pub mod convert;
pub mod editing;
pub mod export;
pub mod faults;
pub mod job_work;
pub mod objects;
pub mod pictures;
pub mod source;
mod stages;
pub mod webhooks;
