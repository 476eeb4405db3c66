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
    /// Dollars of a day of the installation without any job: processors, and the memory of slots at rest.
    pub fn idle_day(self, cores_here: usize, slots_at_rest: u32) -> f64 {
        if self.warm_cores > 0.0 {
            self.day(self.warm_cores, slots_at_rest)
        } else {
            self.idle_day_here(cores_here, slots_at_rest)
        }
    }

    /// The same of this node alone, whatever the others are.
    pub fn idle_day_here(self, cores_here: usize, slots_at_rest: u32) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few cores")]
        let cores = cores_here as f64;
        self.day(cores, slots_at_rest)
    }

    fn day(self, cores: f64, slots: u32) -> f64 {
        24.0 * (cores * self.cpu_hour + f64::from(slots) * self.slot_hour)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_costs_what_it_is_and_an_installation_what_its_operator_said() {
        let one = Cost {
            cpu_hour: 0.04,
            slot_hour: 0.01,
            ..Cost::default()
        };
        let fleet = Cost {
            warm_cores: 10.0,
            ..one
        };
        for (cost, alone, all) in [(one, 2.4, 2.4), (fleet, 2.4, 10.08)] {
            assert!((cost.idle_day_here(2, 2) - alone).abs() < 1e-9);
            assert!((cost.idle_day(2, 2) - all).abs() < 1e-9);
        }
    }
}
