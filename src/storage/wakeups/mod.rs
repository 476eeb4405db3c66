//! Wake-ups between nodes: a hint that jobs of a kind became ready. Losing all of them costs at most the poll interval.

pub mod in_process;
pub mod redis;

use tokio::sync::mpsc;

use crate::domain::job::JobKind;

/// Hints between nodes.
pub trait Wakeups: Send + Sync {
    /// Tells the other nodes that jobs of a kind became ready. Never waits.
    fn wake(&self, kind: JobKind);

    /// What other nodes tell from now on; several hints may come as one.
    fn subscribe(&self) -> mpsc::Receiver<JobKind>;
}
