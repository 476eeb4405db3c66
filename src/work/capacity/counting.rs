//! Counting the hours that are over, and forgetting those of more than a year ago.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::capacity::hours::KEPT;
use crate::domain::time::Timestamp;
use crate::storage::capacity::CapacityStore;
use crate::storage::error::StoreError;
use crate::work::chore::Chore;

/// Hours that are counted in one round; the next round goes on.
const AT_ONCE: u32 = 7 * 24;

/// Counts hours, on the node that leads.
pub struct Counting(pub Arc<dyn CapacityStore>);

#[async_trait]
impl Chore for Counting {
    fn name(&self) -> &'static str {
        "counting hours"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn led(&self) -> bool {
        true
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        let counted = self.0.roll_up(now, AT_ONCE).await?;
        if counted > 0 {
            self.0.forget(now.minus(KEPT)).await?;
        }
        Ok(usize::try_from(counted).unwrap_or(usize::MAX))
    }
}
