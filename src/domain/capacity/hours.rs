//! What is kept of an hour: what was asked of a kind of job, and what stood ready in a pool of a node.

use std::time::Duration;

use super::waits::Waits;
use crate::domain::ids::NodeId;
use crate::domain::job::JobKind;
use crate::domain::pool::name::PoolName;
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;

/// What is counted together.
pub const HOUR: Duration = Duration::from_secs(3_600);
/// Of what reports are made.
pub const DAY: Duration = Duration::from_secs(86_400);
/// How often one is made.
pub const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// How far back a report looks where nobody says: a year of weeks, for what returns with the year.
pub const LOOKED_BACK: Duration = Duration::from_secs(52 * 7 * 86_400);
/// Peaks are of the busiest five minutes.
pub const STRETCH: Duration = Duration::from_secs(300);
/// How long hours are kept: a year, and a little for who compares.
pub const KEPT: Duration = Duration::from_secs(400 * 86_400);

/// The beginning of the hour that a moment lies in.
pub fn hour(at: Timestamp) -> Timestamp {
    at.start_of(HOUR)
}

/// What was asked in an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// When it began.
    pub hour: Timestamp,
    /// Of which kind.
    pub kind: JobKind,
    /// By which customers.
    pub tier: Tier,
    /// Jobs accepted.
    pub arrived: u64,
    /// Those of them in the busiest [`STRETCH`].
    pub peak: u64,
    /// Jobs that ended.
    pub served: u64,
    /// Those of them whose last attempt was looked at: all, or a sample where there are many.
    pub measured: u64,
    /// How long the attempts of those ran, in seconds.
    pub busy: f64,
    /// How long those of them waited that needed one attempt.
    pub waits: Waits,
}

impl Demand {
    /// An hour in which nothing was asked. That is not the same as an hour that nobody knows of.
    pub fn none(hour: Timestamp, kind: JobKind, tier: Tier) -> Self {
        Self {
            hour,
            kind,
            tier,
            arrived: 0,
            peak: 0,
            served: 0,
            measured: 0,
            busy: 0.0,
            waits: Waits::default(),
        }
    }
}

/// What stood ready in a pool of a node, from samples of an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// When it began.
    pub hour: Timestamp,
    /// Which pool.
    pub pool: PoolName,
    /// Of which node. A process that starts again is another.
    pub node: NodeId,
    /// How often it was looked.
    pub samples: u32,
    /// The fewest workers.
    pub fewest: u32,
    /// The most workers.
    pub most: u32,
    /// Workers, added up over the samples.
    pub workers: u64,
    /// Slots of them, added up.
    pub slots: u64,
    /// Slots in use, added up.
    pub busy: u64,
    /// Samples at which it had all the workers that it may have.
    pub at_most: u32,
    /// How often it grew or shrank.
    pub changes: u32,
}

/// A pool of a node at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which pool.
    pub pool: PoolName,
    /// Workers that are ready.
    pub workers: u32,
    /// The most that it may have.
    pub max: u32,
    /// Slots of its workers.
    pub slots: u32,
    /// Slots in use.
    pub busy: u32,
}

impl Supply {
    /// An hour of which nothing was seen yet.
    pub fn unseen(hour: Timestamp, pool: PoolName, node: NodeId) -> Self {
        Self {
            hour,
            pool,
            node,
            samples: 0,
            fewest: u32::MAX,
            most: 0,
            workers: 0,
            slots: 0,
            busy: 0,
            at_most: 0,
            changes: 0,
        }
    }

    /// Takes a sample in; `before` is how many workers the one before it saw.
    pub fn see(&mut self, seen: &Seen, before: Option<u32>) {
        self.samples += 1;
        self.fewest = self.fewest.min(seen.workers);
        self.most = self.most.max(seen.workers);
        self.workers += u64::from(seen.workers);
        self.slots += u64::from(seen.slots);
        self.busy += u64::from(seen.busy);
        self.at_most += u32::from(seen.workers >= seen.max);
        self.changes += u32::from(before.is_some_and(|before| before != seen.workers));
    }
}
