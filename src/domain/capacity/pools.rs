//! A pool over the time of a report: what was asked of it, what stood ready, and the most it can do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::hours::{DAY, Demand, HOUR, STRETCH, Supply};
use super::waits::Waits;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::Tiers;
use crate::domain::time::Timestamp;

/// The share of all slots that may be busy at the peak: 30 % stay free (specification, *Capacity Headroom Policy*).
pub const USABLE: f64 = 0.7;

/// The most that a pool may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Which pool.
    pub pool: PoolName,
    /// Whose jobs it takes.
    pub tiers: Tiers,
    /// Jobs a worker runs at once.
    pub slots: u32,
    /// Workers, at most: of each node, or of all where `fleet`.
    pub workers: u32,
    /// Whether `workers` are those of all nodes together.
    pub fleet: bool,
    /// What a job is thought to take before any was measured.
    pub expected_service: Duration,
}

impl Limits {
    /// Those of a node's pool: its bounds, under its ceilings.
    pub fn of(settings: &PoolSettings) -> Self {
        let slots = settings.slots.max(1);
        let ceilings = settings.autoscale.ceilings.iter();
        let allowed = ceilings
            .map(|ceiling| ceiling.slots / slots)
            .fold(settings.bounds.max, u32::min);
        let fleet = settings.fleet_max > 0;
        Self {
            pool: settings.name,
            tiers: settings.tiers,
            slots,
            workers: if fleet {
                settings.fleet_max
            } else {
                allowed.max(1)
            },
            fleet,
            expected_service: settings.expected_service,
        }
    }

    /// The jobs that it can start in a [`STRETCH`] with its headroom left, where each takes `service` seconds.
    pub fn peak(&self, nodes: u32, service: f64) -> f64 {
        let slots = f64::from(self.workers_of(nodes)) * f64::from(self.slots);
        slots * USABLE * STRETCH.as_secs_f64() / service.max(1e-6)
    }

    /// Workers of all nodes, at most.
    pub fn workers_of(&self, nodes: u32) -> u32 {
        if self.fleet {
            self.workers
        } else {
            self.workers.saturating_mul(nodes.max(1))
        }
    }
}

/// What was asked of a pool.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Jobs accepted.
    pub jobs: u64,
    /// The most in a [`STRETCH`], and in which hour.
    pub peak: Option<(u64, Timestamp)>,
    /// The peak of each whole day, oldest first; `None` where nothing is known of it.
    pub days: Vec<Option<f64>>,
    /// Jobs by hour of the day, UTC.
    pub by_hour: [u64; 24],
    /// Seconds that a job takes.
    pub service: Option<f64>,
    pub measured: u64,
    pub waits: Waits,
    /// Hours of which something is known.
    pub hours: usize,
    /// The peak load of each day's busiest hour, in slots: for the baseline.
    pub busiest: Vec<f64>,
}

impl Asked {
    /// Of the jobs that a pool takes, in the whole days up to `until`.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(super) fn of(
        demand: &[Demand],
        limits: &Limits,
        from: Timestamp,
        until: Timestamp,
    ) -> Self {
        let mut asked = Self::default();
        let mut hours: BTreeMap<Timestamp, (u64, u64)> = BTreeMap::new();
        let (mut busy, mut measured) = (0.0, 0);
        let ours = |one: &&Demand| {
            one.kind == limits.pool.kind
                && limits.tiers.serve(one.tier)
                && one.hour >= from
                && one.hour < until
        };
        for one in demand.iter().filter(ours) {
            let hour = hours.entry(one.hour).or_default();
            // Peaks of several tiers in one hour need not be at once: their sum is on the safe side.
            *hour = (hour.0 + one.arrived, hour.1 + one.peak);
            busy += one.busy;
            measured += one.measured;
            asked.waits.add(&one.waits);
        }
        asked.service = (measured > 0).then(|| busy / measured as f64);
        asked.measured = measured;
        asked.hours = hours.len();
        let mut days: BTreeMap<Timestamp, (u64, u64)> = BTreeMap::new();
        for (at, (arrived, peak)) in &hours {
            asked.jobs += arrived;
            asked.by_hour[hour_of_day(*at)] += arrived;
            if asked.peak.is_none_or(|(most, _)| *peak > most) {
                asked.peak = Some((*peak, *at));
            }
            let day = days.entry(at.start_of(DAY)).or_default();
            *day = (day.0.max(*arrived), day.1.max(*peak));
        }
        let service = asked
            .service
            .unwrap_or(limits.expected_service.as_secs_f64());
        let mut day = days.keys().next().copied().unwrap_or(until);
        while day.plus(DAY) <= until {
            asked
                .days
                .push(days.get(&day).map(|(_, peak)| *peak as f64));
            day = day.plus(DAY);
        }
        let load = |(arrived, _): &(u64, u64)| *arrived as f64 * service / HOUR.as_secs_f64();
        asked.busiest = days.values().map(load).collect();
        asked
    }

    /// The hour of the day in which most comes.
    pub(super) fn busiest_hour(&self) -> Option<usize> {
        let busiest = self
            .by_hour
            .iter()
            .enumerate()
            .max_by_key(|(_, jobs)| **jobs);
        busiest.filter(|(_, jobs)| **jobs > 0).map(|(hour, _)| hour)
    }
}

fn hour_of_day(at: Timestamp) -> usize {
    let into = at.since(at.start_of(DAY));
    usize::try_from(into.as_secs() / HOUR.as_secs()).unwrap_or(0)
}

/// What stood ready in a pool, on all nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Stood {
    /// Workers: the fewest, the mean and the most of an hour's mean.
    pub workers: Option<[f64; 3]>,
    /// The share of slots in use that 95 % of hours did not pass.
    pub utilisation: Option<f64>,
    /// Minutes at which a node had all the workers it may have.
    pub minutes_at_most: f64,
    /// How often a node's pool grew or shrank.
    pub changes: u64,
    /// Processes that had such a pool.
    pub nodes: usize,
    /// Those of the newest hour.
    pub newest_nodes: u32,
    /// Hours that were looked at.
    pub hours: usize,
}

impl Stood {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(super) fn of(supply: &[Supply], pool: PoolName, from: Timestamp, until: Timestamp) -> Self {
        let mut stood = Self::default();
        let mut hours: BTreeMap<Timestamp, Vec<&Supply>> = BTreeMap::new();
        let mut nodes = BTreeSet::new();
        for one in supply {
            if one.pool == pool && one.samples > 0 && one.hour >= from && one.hour < until {
                hours.entry(one.hour).or_default().push(one);
                nodes.insert(one.node);
                stood.minutes_at_most += share(one.at_most.into(), one.samples.into()) * 60.0;
                stood.changes += u64::from(one.changes);
            }
        }
        let newest = hours.values().next_back().map_or(0, Vec::len);
        stood.newest_nodes = u32::try_from(newest).unwrap_or(u32::MAX);
        stood.nodes = nodes.len();
        stood.hours = hours.len();
        let sum = |of: &[&Supply], what: fn(&Supply) -> u64| of.iter().map(|one| what(one)).sum();
        // A node that was there for half an hour has half the samples: its workers count for half of the hour.
        let most = |of: &[&Supply]| of.iter().map(|one| one.samples).max().unwrap_or(1);
        let workers: Vec<f64> = hours
            .values()
            .map(|of| share(sum(of, |one| one.workers), most(of).into()))
            .collect();
        let mut used: Vec<f64> = hours
            .values()
            .map(|of| share(sum(of, |one| one.busy), sum(of, |one| one.slots)))
            .collect();
        used.sort_by(f64::total_cmp);
        stood.utilisation = quantile(&used, 0.95);
        if !workers.is_empty() {
            let mean = workers.iter().sum::<f64>() / workers.len() as f64;
            let fewest = workers.iter().copied().fold(f64::INFINITY, f64::min);
            let most = workers.iter().copied().fold(0.0, f64::max);
            stood.workers = Some([fewest, mean, most]);
        }
        stood
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn share(part: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}

/// The value at a share of sorted ones. `None` of none.
pub(super) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a year has 8,784 hours"
    )]
    let place = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(place.max(1) - 1).copied()
}
