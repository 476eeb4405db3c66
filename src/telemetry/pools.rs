//! What is told of pools: their workers, slots and decisions, and what holds them down.

use metrics::{counter, gauge};

use super::metrics::Telemetry;
use crate::domain::policy::autoscale::{CeilingCause, Direction, ScaleReason};
use crate::domain::pool::event::LossReason;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::PoolSnapshot;

/// What is counted of a pool, before any of it happened.
pub(super) fn counted_from_zero(pool: &'static str) {
    for reason in LossReason::ALL {
        counter!("slidecraft_worker_restarts_total", "pool" => pool, "reason" => reason.name())
            .absolute(0);
    }
    for reason in ScaleReason::ALL.map(ScaleReason::name) {
        for direction in ["up", "down"] {
            counter!("slidecraft_autoscale_events_total", "pool" => pool, "direction" => direction, "reason" => reason).absolute(0);
        }
    }
}

impl Telemetry {
    /// A worker was lost.
    pub fn worker_lost(&self, pool: PoolName, reason: LossReason) {
        self.with(|| {
            counter!("slidecraft_worker_restarts_total", "pool" => pool.name(), "reason" => reason.name())
                .increment(1);
        });
    }

    /// A scaling decision.
    pub fn scaled(&self, pool: PoolName, direction: Direction, reason: ScaleReason) {
        let direction = match direction {
            Direction::Up => "up",
            Direction::Down => "down",
        };
        self.with(|| {
            counter!("slidecraft_autoscale_events_total", "pool" => pool.name(), "direction" => direction, "reason" => reason.name())
                .increment(1);
        });
    }

    /// A pool of a tier is opened: what is counted of it is there from the start, as with the pools of all kinds.
    pub fn pool_opened(&self, pool: PoolName) {
        let pool = pool.name();
        self.with(|| {
            counted_from_zero(pool);
            for cause in CeilingCause::ALL {
                gauge!("slidecraft_autoscale_ceiling_bound", "pool" => pool, "ceiling" => cause.name())
                    .set(0.0);
            }
        });
    }

    /// A pool as it is.
    pub fn pool(&self, seen: &PoolSnapshot) {
        let pool = seen.pool.name();
        self.with(|| {
            for (state, workers) in [
                ("starting", seen.starting),
                ("ready", seen.ready),
                ("retiring", seen.retiring),
            ] {
                gauge!("slidecraft_workers", "pool" => pool, "state" => state).set(workers);
            }
            gauge!("slidecraft_worker_slots", "pool" => pool).set(seen.slots);
            gauge!("slidecraft_worker_slots_busy", "pool" => pool).set(seen.busy);
            gauge!("slidecraft_autoscale_desired_workers", "pool" => pool).set(seen.desired);
            gauge!("slidecraft_autoscale_max_workers", "pool" => pool).set(seen.max);
            gauge!("slidecraft_autoscale_fleet_max_workers", "pool" => pool).set(seen.fleet_max);
            for cause in CeilingCause::ALL {
                let binds = seen.ceiling.is_some_and(|ceiling| ceiling.cause == cause);
                gauge!("slidecraft_autoscale_ceiling_bound", "pool" => pool, "ceiling" => cause.name())
                    .set(f64::from(u8::from(binds)));
            }
            gauge!("slidecraft_queue_oldest_ready_age_seconds", "pool" => pool)
                .set(seen.oldest_wait_seconds);
        });
    }
}
