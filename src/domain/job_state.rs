//! The states of a job. A state carries only the data it has; transitions consume the old state.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::failure::Failure;
use super::ids::NodeId;
use super::job::JobResult;
use super::time::Timestamp;

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a worker, from `ready_at` on.
    Queued {
        /// When it may start.
        ready_at: Timestamp,
        /// Why its last attempt failed, if it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_failure: Option<Failure>,
    },
    /// Held by a node.
    Running {
        /// Which.
        node: NodeId,
        /// Since when.
        started_at: Timestamp,
        /// Until when it is believed without a beat.
        lease_until: Timestamp,
        /// When the attempt ends whatever happens.
        deadline: Timestamp,
        /// Someone asked to stop it.
        cancel_requested: bool,
    },
    /// Done.
    Succeeded {
        /// When.
        finished_at: Timestamp,
        /// What it left behind.
        result: JobResult,
    },
    /// Given up for good: a dead job that an operator dropped from the dead letters.
    Failed {
        /// When it died.
        finished_at: Timestamp,
        /// Why.
        failure: Failure,
    },
    /// Stopped on request.
    Cancelled {
        /// When.
        finished_at: Timestamp,
    },
    /// Out of attempts, or failed in a way that no attempt can mend. It is among the dead letters and can be retried.
    Dead {
        /// When.
        finished_at: Timestamp,
        /// Why.
        failure: Failure,
    },
}

/// The name of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// See [`JobState::Queued`].
    Queued,
    /// See [`JobState::Running`].
    Running,
    /// See [`JobState::Succeeded`].
    Succeeded,
    /// See [`JobState::Failed`].
    Failed,
    /// See [`JobState::Cancelled`].
    Cancelled,
    /// See [`JobState::Dead`].
    Dead,
}

impl StateName {
    /// All names.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Dead,
    ];

    /// The name in JSON, the store and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    /// Whether nothing more happens to the job by itself.
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

impl std::str::FromStr for StateName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| {
            format!("`{text}` is no state; there are queued, running, succeeded, failed, cancelled and dead")
        })
    }
}

/// A transition that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a job that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// Where it stands.
    pub from: &'static str,
    /// Where it was to go.
    pub to: &'static str,
}

/// How an attempt ended, as the retry policy judged it.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptEnd {
    /// Done.
    Succeeded(JobResult),
    /// Failed, to be tried again at that moment.
    Retry(Failure, Timestamp),
    /// Failed for good.
    Dead(Failure),
    /// Stopped on request.
    Cancelled,
    /// Given back unharmed by a node that is stopping; ready at once.
    GivenBack,
}

impl JobState {
    /// The state's name.
    pub fn name(&self) -> StateName {
        match self {
            Self::Queued { .. } => StateName::Queued,
            Self::Running { .. } => StateName::Running,
            Self::Succeeded { .. } => StateName::Succeeded,
            Self::Failed { .. } => StateName::Failed,
            Self::Cancelled { .. } => StateName::Cancelled,
            Self::Dead { .. } => StateName::Dead,
        }
    }

    /// The running attempt ends.
    pub fn end(self, end: AttemptEnd, now: Timestamp) -> Result<Self, InvalidTransition> {
        if !matches!(self, Self::Running { .. }) {
            return Err(self.refuse("ended"));
        }
        Ok(match end {
            AttemptEnd::Succeeded(result) => Self::Succeeded {
                finished_at: now,
                result,
            },
            AttemptEnd::Retry(failure, ready_at) => Self::Queued {
                ready_at,
                last_failure: Some(failure),
            },
            AttemptEnd::Dead(failure) => Self::Dead {
                finished_at: now,
                failure,
            },
            AttemptEnd::Cancelled => Self::Cancelled { finished_at: now },
            AttemptEnd::GivenBack => Self::Queued {
                ready_at: now,
                last_failure: None,
            },
        })
    }

    /// Someone asks to stop it: at once while it waits, by its worker while it runs.
    pub fn cancel(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Queued { .. } => Ok(Self::Cancelled { finished_at: now }),
            Self::Running {
                node,
                started_at,
                lease_until,
                deadline,
                ..
            } => Ok(Self::Running {
                node,
                started_at,
                lease_until,
                deadline,
                cancel_requested: true,
            }),
            ended @ (Self::Succeeded { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Dead { .. }) => Err(ended.refuse("cancelled")),
        }
    }

    /// An operator sends a dead job back.
    pub fn revive(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Dead { failure, .. } => Ok(Self::Queued {
                ready_at: now,
                last_failure: Some(failure),
            }),
            other @ (Self::Queued { .. }
            | Self::Running { .. }
            | Self::Succeeded { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }) => Err(other.refuse("retried")),
        }
    }

    /// An operator gives a dead job up.
    pub fn drop_dead(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Dead {
                finished_at,
                failure,
            } => Ok(Self::Failed {
                finished_at,
                failure,
            }),
            other @ (Self::Queued { .. }
            | Self::Running { .. }
            | Self::Succeeded { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }) => Err(other.refuse("dropped")),
        }
    }

    fn refuse(&self, to: &'static str) -> InvalidTransition {
        InvalidTransition {
            from: self.name().name(),
            to,
        }
    }
}
