//! Wake-ups where there is only one node: nobody else to tell.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;

use super::Wakeups;
use crate::domain::job::JobKind;

/// No other nodes.
#[derive(Debug, Default)]
pub struct AloneWakeups {
    /// Kept, so that whoever listens waits instead of being told that it is over.
    silent: Mutex<Vec<mpsc::Sender<JobKind>>>,
}

impl Wakeups for AloneWakeups {
    fn wake(&self, _: JobKind) {}

    fn subscribe(&self) -> mpsc::Receiver<JobKind> {
        let (sender, receiver) = mpsc::channel(1);
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.push(sender);
        receiver
    }
}
