//! Looking at the pools of this node once in a while, so that it is known later what stood ready.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::capacity::hours::{Seen, Supply, hour};
use crate::domain::ids::NodeId;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::PoolSnapshot;
use crate::domain::time::Timestamp;
use crate::storage::capacity::CapacityStore;
use crate::storage::error::StoreError;
use crate::work::chore::Chore;

/// How often pools are looked at.
pub const EVERY: Duration = Duration::from_secs(60);

/// The pools of this node as they last showed themselves.
#[derive(Debug, Default)]
pub struct PoolsInSight(Mutex<BTreeMap<PoolName, Seen>>);

impl PoolsInSight {
    /// Takes note of a pool.
    pub fn see(&self, pool: &PoolSnapshot) {
        let seen = Seen {
            pool: pool.pool,
            workers: pool.ready,
            // A ceiling that binds is the most that there may be, whatever else is allowed.
            max: pool
                .ceiling
                .map_or(pool.max, |ceiling| ceiling.workers.min(pool.max)),
            slots: pool.slots,
            busy: pool.busy,
        };
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pools.insert(seen.pool, seen);
    }

    fn all(&self) -> Vec<Seen> {
        let pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pools.values().copied().collect()
    }
}

/// Looks, and stores what the hour has shown so far.
pub struct Looking {
    /// What there is to see.
    pub pools: Arc<PoolsInSight>,
    /// Where it is kept.
    pub hours: Arc<dyn CapacityStore>,
    /// Which node this is.
    pub node: NodeId,
    /// What was seen of this hour, with how many workers there were last.
    pub seen: Mutex<BTreeMap<PoolName, (Supply, u32)>>,
}

impl Looking {
    /// Of a node that has seen nothing yet.
    pub fn new(pools: Arc<PoolsInSight>, hours: Arc<dyn CapacityStore>, node: NodeId) -> Self {
        Self {
            pools,
            hours,
            node,
            seen: Mutex::default(),
        }
    }

    /// Takes a look; answers all that the hour has shown.
    fn look(&self, now: Timestamp) -> Vec<Supply> {
        let now = hour(now);
        let mut known = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for seen in self.pools.all() {
            let unseen = || Supply::unseen(now, seen.pool, self.node);
            let before = known.get(&seen.pool).map(|(_, workers)| *workers);
            let (supply, workers) = known
                .entry(seen.pool)
                .or_insert_with(|| (unseen(), seen.workers));
            if supply.hour != now {
                *supply = unseen();
            }
            supply.see(&seen, before);
            *workers = seen.workers;
        }
        known.values().map(|(supply, _)| supply.clone()).collect()
    }
}

#[async_trait]
impl Chore for Looking {
    fn name(&self) -> &'static str {
        "looking at pools"
    }

    fn every(&self) -> Duration {
        EVERY
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        let seen = self.look(now);
        if !seen.is_empty() {
            self.hours.note(seen).await?;
        }
        // There is nothing to tell of a look.
        Ok(0)
    }
}
