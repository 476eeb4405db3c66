//! Who runs what: the supervision tree. Shells only; what they decide is in `domain`.
//!
//! ```text
//! PlatformSupervisor ── PoolActor(convert) ── WorkerActor × n
//!        │          ├── PoolActor(export)  ── WorkerActor × n
//!        │          ├── PoolActor(ai)      ── WorkerActor × n
//!        │          ├── LeaseKeeper      (own thread: beats, reaper)
//!        │          └── JobEventsActor   ── SseSession × connections
//! ```
//!
//! Two rules on messages: requests go down by `try_send` or `send` and may be refused; reports go up by `Recipient`.

pub mod announcing;
pub mod handle;
pub mod held;
pub mod job_events;
pub mod lease_keeper;
pub mod platform;
pub mod pool;
mod readiness;
pub mod runner;
pub mod sse_session;
pub mod supervisor;
mod traced;
pub mod wake_listener;
pub mod worker;

#[cfg(test)]
mod tests;
