//! Chores: what a node does again and again besides jobs. Any number of nodes may do one at once, unless it is the leader's.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;

/// Something that is done again and again.
#[async_trait]
pub trait Chore: Send + Sync {
    /// Its name in the log.
    fn name(&self) -> &'static str;

    /// How long after one round the next begins.
    fn every(&self) -> Duration;

    /// Whether the node that leads does it alone. Should two lead for a moment, it is done twice: that must do no harm.
    fn led(&self) -> bool {
        false
    }

    /// Does a round; answers how many things it saw to. A round that failed is simply followed by the next.
    async fn run(&self, now: Timestamp) -> Result<usize, StoreError>;
}
