//! `[cost]`: what things cost, so that a job can be priced.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::cost::Prices;

/// `[cost]`, in dollars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cost {
    /// One processor for one hour.
    pub cpu_hour: f64,
    /// One slot's memory held for one hour.
    pub slot_hour: f64,
    /// One GiB moved to or from the object store.
    pub storage_gib: f64,
    /// Processors that run whether there are jobs or not, on all nodes; 0: those of this machine.
    pub warm_cores: f64,
}

impl Default for Cost {
    fn default() -> Self {
        let prices = Prices::default();
        Self {
            cpu_hour: prices.cpu_hour,
            slot_hour: prices.slot_hour,
            storage_gib: prices.storage_gib,
            warm_cores: 0.0,
        }
    }
}

impl Cost {
    /// Dollars of a day without any job: processors, and the memory of slots at rest.
    pub fn idle_day(self, cores_here: usize, slots_at_rest: u32) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few cores")]
        let cores = if self.warm_cores > 0.0 {
            self.warm_cores
        } else {
            cores_here as f64
        };
        24.0 * (cores * self.cpu_hour + f64::from(slots_at_rest) * self.slot_hour)
    }

    /// The prices as jobs are priced by.
    pub fn prices(self) -> Prices {
        Prices {
            cpu_hour: self.cpu_hour,
            slot_hour: self.slot_hour,
            storage_gib: self.storage_gib,
        }
    }
}
