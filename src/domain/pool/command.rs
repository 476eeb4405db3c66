//! What a pool wants done. The shell performs it and answers by events.

use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::policy::autoscale::ScaleDecision;
use crate::domain::policy::dispatch::Grant;
use crate::domain::pool::event::WorkerId;
use std::time::Duration;

/// What a pool wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolCommand {
    /// Start a worker after this long; answered by `WorkerReady`.
    StartWorker(WorkerId, Duration),
    /// Stop a worker that has nothing to do; answered by `WorkerStopped`.
    StopWorker(WorkerId),
    /// Look what waits; answered by `BacklogSeen` or `LookFailed`.
    Look,
    /// Claim jobs; answered by `Claimed` or `ClaimFailed`.
    Claim(Vec<Grant>),
    /// Foresee what arrives; answered by `Foreseen`.
    Foresee,
    /// Give a job to a worker; answered by `JobFinished`.
    Assign(WorkerId, Box<ClaimedJob>),
    /// The worker that held this claim is gone: end the attempt as lost.
    Abandon(Box<ClaimedJob>),
    /// Give a claim back unharmed.
    GiveBack(Lease),
    /// A decision to tell: metric, event and log.
    Decided(ScaleDecision),
    /// Workers are lost too often: the supervisor decides.
    Escalate,
}
