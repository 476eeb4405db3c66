//! What an attempt used, and what that costs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one attempt used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time in microseconds, as measured around the work of the codec.
    pub cpu_micros: u64,
    /// Time a slot was held, in microseconds.
    pub slot_micros: u64,
    /// Bytes read from and written to the object store.
    pub storage_bytes: u64,
    /// What providers of models were paid, in millionths of a dollar.
    #[serde(default)]
    pub ai_micro_dollars: u64,
}

/// Prices in dollars, from `[cost]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// One processor for one hour.
    pub cpu_hour: f64,
    /// One slot's memory held for one hour.
    pub slot_hour: f64,
    /// One GiB moved to or from the object store.
    pub storage_gib: f64,
}

impl Default for Prices {
    /// A general-purpose cloud machine at list price: $0.04 a vCPU hour, $0.005 a GiB hour of memory at 0.7 GiB a slot,
    /// and $0.01 a GiB of object traffic with its requests.
    fn default() -> Self {
        Self {
            cpu_hour: 0.04,
            slot_hour: 0.0035,
            storage_gib: 0.01,
        }
    }
}

/// What an attempt cost, in dollars by component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Processor and memory.
    pub compute: f64,
    /// Object store.
    pub storage: f64,
    /// AI provider.
    pub ai: f64,
}

impl Cost {
    /// The sum.
    pub fn total(self) -> f64 {
        self.compute + self.storage + self.ai
    }

    /// Prices what was used.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a price needs no more than 53 bits"
    )]
    pub fn of(usage: Usage, prices: &Prices) -> Self {
        let hours = |micros: u64| Duration::from_micros(micros).as_secs_f64() / 3_600.0;
        Self {
            compute: hours(usage.cpu_micros) * prices.cpu_hour
                + hours(usage.slot_micros) * prices.slot_hour,
            storage: usage.storage_bytes as f64 / 1_073_741_824.0 * prices.storage_gib,
            ai: usage.ai_micro_dollars as f64 / 1_000_000.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_everything_costs_its_price() {
        let hour = 3_600_000_000;
        let usage = Usage {
            cpu_micros: hour,
            slot_micros: hour,
            storage_bytes: 1 << 30,
            ai_micro_dollars: 2_000_000,
        };
        let prices = Prices {
            cpu_hour: 1.0,
            slot_hour: 2.0,
            storage_gib: 4.0,
        };
        assert!((Cost::of(usage, &prices).total() - 9.0).abs() < 1e-9);
    }
}
