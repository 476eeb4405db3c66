//! The claims that this node holds, from the moment the store gave them out until their attempts are ended.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::domain::ids::JobId;
use crate::domain::job::{ClaimedJob, Lease};

/// Claims that this node holds, and how to stop each.
#[derive(Debug, Default)]
pub struct HeldLeases {
    claims: Mutex<Claims>,
}

#[derive(Debug, Default)]
struct Claims {
    held: BTreeMap<Lease, (ClaimedJob, CancellationToken)>,
    /// How many times the store is being asked for claims.
    asked: usize,
}

impl HeldLeases {
    /// Holds a claim until the guard is dropped, by whatever way the attempt ends.
    pub fn hold(self: &Arc<Self>, job: ClaimedJob) -> Held {
        let stop = CancellationToken::new();
        let entry = (job.clone(), stop.clone());
        self.lock().held.insert(job.lease, entry);
        Held {
            job,
            stop,
            all: Arc::clone(self),
        }
    }

    /// Says that the store is being asked for claims, until the guard is dropped: what it answers has to be held by then.
    pub fn asking(self: &Arc<Self>) -> Asking {
        self.lock().asked += 1;
        Asking(Arc::clone(self))
    }

    /// Whether nothing is held, and nothing can come from the store any more.
    pub fn is_idle(&self) -> bool {
        let claims = self.lock();
        claims.held.is_empty() && claims.asked == 0
    }

    /// All leases.
    pub fn leases(&self) -> Vec<Lease> {
        self.lock().held.keys().copied().collect()
    }

    /// All claims.
    pub fn jobs(&self) -> Vec<ClaimedJob> {
        let claims = self.lock();
        claims.held.values().map(|(job, _)| job.clone()).collect()
    }

    /// Asks the attempt that works on a claim to stop.
    pub fn stop(&self, lease: Lease) {
        if let Some((_, stop)) = self.lock().held.get(&lease) {
            stop.cancel();
        }
    }

    /// Asks whatever attempt works on a job to stop.
    pub fn stop_job(&self, job: JobId) {
        for (lease, (_, stop)) in &self.lock().held {
            if lease.job == job {
                stop.cancel();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claim that is held: its lease is beaten for as long as this lives.
#[derive(Debug)]
pub struct Held {
    /// The job, as it was claimed.
    pub job: ClaimedJob,
    /// Cancelled when the attempt is to stop.
    pub stop: CancellationToken,
    all: Arc<HeldLeases>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.stop.cancel();
        self.all.lock().held.remove(&self.job.lease);
    }
}

/// The store is being asked for claims.
#[derive(Debug)]
pub struct Asking(Arc<HeldLeases>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.lock().asked -= 1;
    }
}
