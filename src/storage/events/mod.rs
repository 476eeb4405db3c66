//! The event bus: what happened to jobs, in order, for those who follow and those who come back.

#[cfg(test)]
pub mod conformance;
pub mod forgetting;
pub mod in_process;
pub mod redis;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::error::StoreError;
use crate::domain::job_event::JobEvent;
use crate::domain::tenant::TenantId;

/// Where an event stands in its tenant's stream: the millisecond it was told in, and its number within.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// Milliseconds since 1970.
    pub millis: u64,
    /// Number within the millisecond.
    pub sequence: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.sequence)
    }
}

impl FromStr for EventId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (millis, sequence) = text.split_once('-').ok_or(())?;
        Ok(Self {
            millis: millis.parse().map_err(drop)?,
            sequence: sequence.parse().map_err(drop)?,
        })
    }
}

impl EventId {
    /// The largest id below this one: what is told after it begins with this one.
    #[must_use]
    pub fn before(self) -> Self {
        match self.sequence.checked_sub(1) {
            Some(sequence) => Self { sequence, ..self },
            None => Self {
                millis: self.millis.saturating_sub(1),
                sequence: u64::MAX,
            },
        }
    }
}

/// An event that was told.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldEvent {
    /// Its place.
    pub id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What happened.
    pub event: Arc<JobEvent>,
    /// The event as JSON, made once for all who follow.
    pub json: Arc<str>,
}

/// What a bus replays to one who comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// What is still kept, after the id that was asked for.
    pub events: Vec<ToldEvent>,
    /// Whether something in between is no longer kept.
    pub gap: bool,
}

/// The event bus.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Tells an event to everyone who follows its tenant.
    async fn tell(&self, tenant: &TenantId, event: JobEvent) -> Result<EventId, StoreError>;

    /// Where a tenant's stream stands: nothing that was told has a larger id, all that will be told has one.
    async fn newest(&self, tenant: &TenantId) -> Result<EventId, StoreError>;

    /// What was told to a tenant after `after`.
    async fn replay(&self, tenant: &TenantId, after: EventId) -> Result<Replay, StoreError>;

    /// All events of all tenants from now on. Bounded: a reader that falls behind loses its subscription (the channel
    /// closes), subscribes again and asks for what it missed by `replay`.
    fn subscribe(&self) -> mpsc::Receiver<ToldEvent>;
}
