//! What was asked and what stood ready, hour by hour for a year, and the reports that were made of it.

#[cfg(test)]
pub mod conformance;
pub mod desk;
mod roll_up;
pub mod sql;

use async_trait::async_trait;
use uuid::Uuid;

use super::error::StoreError;
use crate::domain::capacity::hours::{Demand, Supply};
use crate::domain::capacity::report::CapacityReport;
use crate::domain::time::Timestamp;

/// A report that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptReport {
    /// Its id.
    pub id: Uuid,
    /// The week it was made in: its Monday, UTC.
    pub week: Timestamp,
    /// What it says.
    pub report: CapacityReport,
}

/// Hours and reports.
#[async_trait]
pub trait CapacityStore: Send + Sync {
    /// Counts what was asked in hours that are over and were not counted yet, oldest first and at most `limit`; answers how
    /// many. Any number of nodes may do so at once: an hour comes out the same whoever counts it.
    async fn roll_up(&self, now: Timestamp, limit: u32) -> Result<u32, StoreError>;

    /// What was asked in the hours from `since` on, in their order.
    async fn demand(&self, since: Timestamp) -> Result<Vec<Demand>, StoreError>;

    /// Stores what stood ready in an hour of a node; what was stored of it before is replaced.
    async fn note(&self, supply: Vec<Supply>) -> Result<(), StoreError>;

    /// What stood ready in the hours from `since` on, in their order.
    async fn supply(&self, since: Timestamp) -> Result<Vec<Supply>, StoreError>;

    /// Keeps a report, unless its week has one; answers whether it was kept.
    async fn keep(&self, report: KeptReport) -> Result<bool, StoreError>;

    /// Reports that nobody announced yet, oldest first.
    async fn unannounced(&self) -> Result<Vec<KeptReport>, StoreError>;

    /// Notes that a report was announced.
    async fn announced(&self, id: Uuid) -> Result<(), StoreError>;

    /// The newest reports, at most `limit`.
    async fn reports(&self, limit: u32) -> Result<Vec<KeptReport>, StoreError>;

    /// The report of a week.
    async fn report_of(&self, week: Timestamp) -> Result<Option<KeptReport>, StoreError>;

    /// Forgets hours before a moment; answers how many rows. Reports are kept.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}
