//! Limits that all nodes share: rates of tenants and providers, and slots of work that is in flight.

#[cfg(test)]
pub mod conformance;
pub mod in_process;
pub mod prepaid;
pub mod redis;

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::policy::rate::{Rate, Standing};
use crate::domain::tenant::TenantId;

/// Whom or what a limit is on. What belongs to one subject is taken together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(String);

impl Subject {
    /// A tenant.
    pub fn tenant(tenant: &TenantId) -> Self {
        Self(format!("tenant:{tenant}"))
    }

    /// An AI provider, by its name in the configuration.
    pub fn provider(name: &str) -> Self {
        Self(format!("provider:{name}"))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// So much of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which of the subject's rates, such as `requests`.
    pub name: &'static str,
    /// How much there is.
    pub rate: Rate,
    /// How much is wanted. Nothing only looks.
    pub cost: u64,
}

/// What became of taking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// All of it was taken; how each rate stands, in the order asked.
    Granted(Vec<Standing>),
    /// Nothing was taken.
    Refused {
        /// The place of the rate that has to be waited for longest, in the order asked.
        by: usize,
        /// How long; never where more is wanted than the whole rate.
        wait: Option<Duration>,
        /// How each rate stands.
        standings: Vec<Standing>,
    },
}

impl Taken {
    /// How each rate stands, in the order asked.
    pub fn standings(&self) -> &[Standing] {
        match self {
            Self::Granted(standings) | Self::Refused { standings, .. } => standings,
        }
    }
}

/// A slot that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotAsked {
    /// Who will hold it; a new id for each.
    pub holder: Uuid,
    /// How many slots the subject has.
    pub most: u32,
    /// After how long without [`Limits::keep_slot`] it is free again: a node that died holds nothing for longer.
    pub lapse: Duration,
}

/// What became of asking for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// It is held.
    Held {
        /// Slots in use, this one counted.
        in_use: u32,
    },
    /// All are in use.
    Full {
        /// Slots in use.
        in_use: u32,
    },
}

/// Limits over all nodes. They answer always: a node that cannot reach the others grants its own part.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Takes from several rates of one subject: all of it, or nothing.
    async fn take(&self, subject: &Subject, asked: &[Asked]) -> Taken;

    /// Corrects what was taken once the true cost is known: more is charged, even into debt; less is given back.
    async fn charge(&self, subject: &Subject, name: &'static str, rate: Rate, more: i64);

    /// Takes a slot of a subject, if one is free.
    async fn take_slot(&self, subject: &Subject, asked: SlotAsked) -> Slot;

    /// Holds a slot for `lapse` more; answers whether it was still held.
    async fn keep_slot(&self, subject: &Subject, holder: Uuid, lapse: Duration) -> bool;

    /// Gives a slot back.
    async fn free_slot(&self, subject: &Subject, holder: Uuid);
}
