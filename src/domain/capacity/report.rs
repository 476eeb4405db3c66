//! The capacity report: for each pool what was asked, what stood ready, what is left, and until when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::growth::Outlook;
use super::hours::{Demand, Supply};
use super::pools::Limits;
use crate::domain::cost_report::CostReport;
use crate::domain::pool::name::PoolName;
use crate::domain::time::Timestamp;

/// What costs are told of: a month.
pub const COSTS_OF: Duration = Duration::from_secs(30 * 86_400);

/// What a report is made from.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Since when.
    pub from: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// What was asked.
    pub demand: Vec<Demand>,
    /// What stood ready.
    pub supply: Vec<Supply>,
    /// What there may be at most, by pool.
    pub limits: Vec<Limits>,
    /// What jobs cost of late.
    pub costs: CostReport,
}

/// A capacity report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapacityReport {
    /// When it was made.
    pub made_at: Timestamp,
    /// Since when it looks.
    pub from: Timestamp,
    /// Until when: the end of the last whole day, UTC.
    pub until: Timestamp,
    /// By pool.
    pub pools: Vec<PoolReport>,
    /// What jobs cost, over [`COSTS_OF`] up to `made_at`, in dollars.
    pub costs: CostReport,
}

/// What becomes of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// There is enough for all that is foreseen.
    Enough,
    /// What is foreseen may pass the limit within eight weeks.
    Plan,
    /// The headroom is gone already.
    Act,
    /// There are less than two weeks of data: nothing is foreseen.
    TooEarly,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Plan => "plan now",
            Self::Act => "act now",
            Self::TooEarly => "too early to say",
        }
    }
}

/// A pool's part of a report. Peaks and limits are jobs in five minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolReport {
    /// Which pool.
    pub pool: PoolName,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What was asked.
    pub demand: DemandFigures,
    /// What stood ready.
    pub supply: SupplyFigures,
    /// The share of all slots there may be that was free at the peak; below 0 more was asked than there may be.
    pub headroom: Option<f64>,
    /// What is foreseen; absent with less than two weeks of data.
    pub forecast: Option<Forecast>,
    /// The same with something changed.
    pub what_ifs: Vec<WhatIf>,
    /// What its settings would be by what was seen.
    pub suggested: Option<Suggested>,
    /// What to do.
    pub actions: Vec<String>,
    /// How far it can be believed.
    pub quality: Quality,
}

/// What was asked of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandFigures {
    /// Jobs accepted.
    pub jobs: u64,
    /// The most in five minutes.
    pub peak: u64,
    /// In the hour from then.
    pub peak_at: Option<Timestamp>,
    /// The peak of each day, oldest first; `null` where nothing is known.
    pub days: Vec<Option<f64>>,
    /// The hour of the day, UTC, in which most came.
    pub busiest_hour: Option<usize>,
    /// What a job takes, in seconds.
    pub service_seconds: f64,
    /// How long jobs waited, in seconds: half of them less, 95 % and 99 % of them.
    pub wait_seconds: Option<[f64; 3]>,
}

/// What stood ready for a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyFigures {
    /// Workers: the fewest, the mean and the most.
    pub workers: Option<[f64; 3]>,
    /// The most there may be.
    pub workers_most: u32,
    /// Jobs a worker runs at once.
    pub slots_per_worker: u32,
    /// The share of slots in use that 95 % of hours did not pass.
    pub utilisation_p95: Option<f64>,
    /// Minutes with all the workers there may be.
    pub minutes_at_most: f64,
    /// How often it grew or shrank.
    pub changes: u64,
    /// The most jobs in five minutes that leave the headroom free.
    pub limit: f64,
}

/// What is foreseen of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Peaks of weeks to come.
    #[serde(flatten)]
    pub outlook: Outlook,
    /// When the limit is reached.
    pub saturates: Saturation,
}

/// When a limit is reached. What is absent is later than all that is foreseen: half a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// Most likely.
    pub at: Option<Timestamp>,
    /// With 80 %: not before, not after.
    pub within_80: [Option<Timestamp>; 2],
    /// With 95 %.
    pub within_95: [Option<Timestamp>; 2],
    /// Weeks until it may be reached, by the near end of the 80 %.
    pub weeks_left: Option<f64>,
}

/// What would be if.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhatIf {
    /// If what.
    pub change: String,
    /// Then the limit is reached so.
    pub saturates: Saturation,
}

/// Numbers for a pool's settings by what was seen, for the yearly review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Workers for the busiest hour of a usual day, with headroom.
    pub baseline: u32,
    /// Workers for the greatest peak, with headroom.
    pub peak: u32,
    /// Workers for all that is foreseen in half a year.
    pub max: u32,
}

/// How far a pool's figures can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Hours there were.
    pub hours: u64,
    /// Hours of which nothing is known of what was asked.
    pub demand_gaps: u64,
    /// Hours in which nobody saw what stood ready.
    pub supply_gaps: u64,
    /// Processes that had this pool: a restart is another one.
    pub processes: usize,
    /// Jobs that times were measured of.
    pub measured: u64,
}

/// The day of a moment, as `2026-11-27`.
pub fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
