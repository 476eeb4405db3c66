//! What a scaling policy may know of a pool: if the live pool cannot observe it, no policy can use it.

use std::time::Duration;

/// What is known of a pool at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Jobs ready and not started.
    pub depth: u64,
    /// How long the oldest of them has waited.
    pub oldest_wait: Duration,
    /// Slots in use.
    pub busy: u32,
    /// Slots there are.
    pub slots: u32,
    /// Workers there are, those that start included, those that retire not.
    pub workers: u32,
    /// Jobs that a worker runs at once.
    pub slots_per_worker: u32,
    /// Jobs started since the pool was opened. With the depth it tells how many arrived.
    pub started: u64,
    /// Mean service time of recent jobs.
    pub service: Duration,
}

/// The bounds of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least number of workers.
    pub min: u32,
    /// The number to fall back to when idle.
    pub baseline: u32,
    /// What the expected peak needs: above it the rules add in small steps only.
    pub peak: u32,
    /// The greatest number of workers.
    pub max: u32,
}
