//! Where capacity reports are made: the stores that know the figures, and what this installation may have.

use std::sync::Arc;
use std::time::Duration;

use super::CapacityStore;
use crate::domain::capacity::hours::hour;
use crate::domain::capacity::making::report;
use crate::domain::capacity::pools::Limits;
use crate::domain::capacity::report::{COSTS_OF, CapacityReport, Figures};
use crate::domain::cost_report;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::jobs::JobStore;

/// Makes reports.
#[derive(Clone)]
pub struct CapacityDesk {
    /// Hours and reports.
    pub hours: Arc<dyn CapacityStore>,
    /// What jobs cost.
    pub jobs: Arc<dyn JobStore>,
    /// What there may be at most, by pool.
    pub limits: Vec<Limits>,
    /// Dollars of a day without any job.
    pub idle_day: f64,
}

impl CapacityDesk {
    /// A report at `now` that looks as far back as `since`.
    pub async fn report(
        &self,
        now: Timestamp,
        since: Duration,
    ) -> Result<CapacityReport, StoreError> {
        let from = hour(now.minus(since));
        let spent = self.jobs.spent(now.minus(COSTS_OF)).await?;
        Ok(report(&Figures {
            from,
            now,
            demand: self.hours.demand(from).await?,
            supply: self.hours.supply(from).await?,
            limits: self.limits.clone(),
            costs: cost_report::report(&spent, COSTS_OF, self.idle_day),
        }))
    }
}
