//! Jobs whose entry into the queue is stored and about to be told: whoever claims one before that waits to tell its start.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::JobId;

/// Jobs that are about to be told.
#[derive(Debug, Default)]
pub struct Announcing {
    jobs: Mutex<BTreeSet<JobId>>,
    told: Notify,
}

impl Announcing {
    /// Announces a job until the guard is dropped. To be taken before the store makes the job ready.
    pub fn announce(self: &Arc<Self>, job: JobId) -> Announcement {
        self.lock().insert(job);
        Announcement(Some((Arc::clone(self), job)))
    }

    /// Holds while a job is about to be told.
    pub async fn told(&self, job: JobId) {
        loop {
            // Registered before the look: what is told in between wakes it all the same.
            let told = self.told.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            if !self.lock().contains(&job) {
                return;
            }
            told.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<JobId>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that is about to be told; dropped when it was.
#[derive(Debug, Default)]
pub struct Announcement(Option<(Arc<Announcing>, JobId)>);

impl Drop for Announcement {
    fn drop(&mut self) {
        if let Some((all, job)) = &self.0 {
            all.lock().remove(job);
            all.told.notify_waiters();
        }
    }
}
