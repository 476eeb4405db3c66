//! A decision to change a pool, with its reason: the same value is a metric label, an event, a log field and a row for operators.

use serde::{Deserialize, Serialize};

/// Which way a pool goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More workers.
    Up,
    /// Fewer workers.
    Down,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleReason {
    /// The mean depth was too high.
    DepthMean,
    /// The mean wait was too long.
    WaitMean,
    /// The depth was too high all the time.
    DepthSustained,
    /// Too many slots were busy.
    Utilisation,
    /// The depth was low all the time.
    DepthLow,
    /// There was nothing to do all the time.
    Empty,
    /// What arrives needs as many, by Little's law.
    Demand,
    /// What waits could not start in time otherwise.
    Backlog,
    /// Far more arrives than a moment ago.
    Burst,
    /// As much is foreseen.
    Forecast,
    /// An operator changed the bounds.
    Bounds,
}

impl ScaleReason {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::DepthMean,
        Self::WaitMean,
        Self::DepthSustained,
        Self::Utilisation,
        Self::DepthLow,
        Self::Empty,
        Self::Demand,
        Self::Backlog,
        Self::Burst,
        Self::Forecast,
        Self::Bounds,
    ];

    /// Its name in metrics, events and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::DepthMean => "depth_mean",
            Self::WaitMean => "wait_mean",
            Self::DepthSustained => "depth_sustained",
            Self::Utilisation => "utilisation",
            Self::DepthLow => "depth_low",
            Self::Empty => "empty",
            Self::Demand => "demand",
            Self::Backlog => "backlog",
            Self::Burst => "burst",
            Self::Forecast => "forecast",
            Self::Bounds => "bounds",
        }
    }
}

/// A decision to change the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaleDecision {
    /// Workers before.
    pub from: u32,
    /// Workers wanted.
    pub to: u32,
    /// Which way.
    pub direction: Direction,
    /// Why.
    pub reason: ScaleReason,
}

impl ScaleDecision {
    /// From one number of workers to another; `None` where they are the same.
    pub fn between(from: u32, to: u32, reason: ScaleReason) -> Option<Self> {
        let direction = if to > from {
            Direction::Up
        } else {
            Direction::Down
        };
        (from != to).then_some(Self {
            from,
            to,
            direction,
            reason,
        })
    }
}
