//! Many pools of one scenario, each with a seed of its own, run side by side: what a region or the world would see.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::comparison::run_under;
use super::run::PoolRun;
use super::scenario::Scenario;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::PolicyName;
use crate::domain::pool::settings::PoolSettings;

/// What came of all pools of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetScore {
    /// Of which kind.
    pub kind: JobKind,
    /// How many pools.
    pub pools: u64,
    /// Jobs that arrived.
    pub arrived: usize,
    /// Jobs that ended.
    pub ended: usize,
    /// Jobs that ended more than once; anything but zero is a fault.
    pub doubled: usize,
    /// Starts that came later than the latency budget allows.
    pub missed: usize,
    /// Worker hours paid for.
    pub worker_hours: f64,
    /// The most workers that any pool had.
    pub most_workers: u32,
    /// The longest that a job waited.
    pub longest: Duration,
}

impl FleetScore {
    fn none(kind: JobKind) -> Self {
        Self {
            kind,
            pools: 0,
            arrived: 0,
            ended: 0,
            doubled: 0,
            missed: 0,
            worker_hours: 0.0,
            most_workers: 0,
            longest: Duration::ZERO,
        }
    }

    fn add(&mut self, run: &PoolRun) {
        self.pools += 1;
        self.arrived += run.arrived;
        self.ended += run.ended;
        self.doubled += run.doubled;
        self.missed += run.missed();
        self.worker_hours += run.worker_hours;
        let most = run.samples.iter().map(|seen| seen.workers).max();
        self.most_workers = self.most_workers.max(most.unwrap_or(0));
        let longest = run.waits.iter().map(|wait| wait.waited).max();
        self.longest = self.longest.max(longest.unwrap_or_default());
    }

    fn join(&mut self, other: &Self) {
        self.pools += other.pools;
        self.arrived += other.arrived;
        self.ended += other.ended;
        self.doubled += other.doubled;
        self.missed += other.missed;
        self.worker_hours += other.worker_hours;
        self.most_workers = self.most_workers.max(other.most_workers);
        self.longest = self.longest.max(other.longest);
    }
}

/// Runs a scenario `times` times on so many threads, each with the next seed; `done` is told of each that has ended.
/// The same scores whatever the threads, but for the last digits of sums.
pub fn run(
    scenario: &Scenario,
    policy: Option<PolicyName>,
    (times, threads): (u64, usize),
    done: &(dyn Fn() + Sync),
) -> Vec<FleetScore> {
    let next = AtomicU64::new(0);
    let work = || {
        let kinds = scenario.pools.keys();
        let mut scores: Vec<_> = kinds.map(|kind| FleetScore::none(*kind)).collect();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= times {
                return scores;
            }
            let scenario = Scenario {
                seed: scenario.seed.wrapping_add(number),
                ..scenario.clone()
            };
            for run in run_under(&scenario, policy, &PoolSettings::of) {
                let score = scores.iter_mut().find(|score| score.kind == run.kind);
                if let Some(score) = score {
                    score.add(&run);
                }
            }
            done();
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut total: Vec<FleetScore> = Vec::new();
        for worker in workers {
            // A panic in a run is a fault of ours, and goes on up.
            let scores = worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            for score in scores {
                match total.iter_mut().find(|known| known.kind == score.kind) {
                    Some(known) => known.join(&score),
                    None => total.push(score),
                }
            }
        }
        total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_is_the_sum_of_its_pools_whatever_the_threads() {
        let text = "name = 'fleet'\nseed = 5\nduration = '1h'\ntick = '10s'\n[pools.convert]\nservice = { p50 = '6s', p95 = '13s' }\narrivals = [{ per_hour = 300.0 }]\n";
        let scenario = Scenario::parse(text).unwrap();
        let told = AtomicU64::new(0);
        let counted = || {
            told.fetch_add(1, Ordering::Relaxed);
        };
        let fleet = run(&scenario, None, (6, 2), &counted);
        assert_eq!(told.into_inner(), 6);
        let alone: Vec<_> = (0..6)
            .flat_map(|number| {
                let scenario = Scenario {
                    seed: 5 + number,
                    ..scenario.clone()
                };
                run_under(&scenario, None, &PoolSettings::of)
            })
            .collect();
        let [score] = fleet.as_slice() else {
            panic!("{fleet:?}");
        };
        assert_eq!((score.pools, score.doubled), (6, 0));
        assert_eq!(
            score.arrived,
            alone.iter().map(|run| run.arrived).sum::<usize>()
        );
        assert_eq!(score.ended, score.arrived);
        assert_eq!(
            score.missed,
            alone.iter().map(PoolRun::missed).sum::<usize>()
        );
        let hours: f64 = alone.iter().map(|run| run.worker_hours).sum();
        assert!((score.worker_hours - hours).abs() < 1e-9);
    }
}
