//! The engine: a heap of events by time and number, a store that answers at once, and the pool that decides.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use uuid::Uuid;

use super::scenario::{PoolScenario, Scenario};
use super::workload::{Arrival, draw};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ClaimedJob, ExportFormat, ExportOptions, JobKind, JobSpec, Lease};
use crate::domain::policy::dispatch::{Backlog, BacklogRow, Grant};
use crate::domain::pool::command::PoolCommand;
use crate::domain::pool::event::{LossReason, PoolEvent, WORKER_START, WorkerId};
use crate::domain::pool::settings::PoolSettings;
use crate::domain::pool::snapshot::PoolSnapshot;
use crate::domain::pool::state::PoolState;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// The moment at which simulated time starts.
pub const START: Timestamp = Timestamp(1_800_000_000_000_000);

/// How often a pool ticks, as live by default.
const TICK: Duration = Duration::from_secs(1);

/// What came of a pool's run.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolRun {
    /// Which pool.
    pub kind: JobKind,
    /// How long each job waited, in the order in which they started.
    pub waits: Vec<Duration>,
    /// How many arrived.
    pub arrived: usize,
    /// How many ended.
    pub ended: usize,
    /// How many ended more than once; anything but zero is a fault.
    pub doubled: usize,
    /// Attempts that were lost with their worker.
    pub lost_attempts: usize,
    /// The pool once a second.
    pub samples: Vec<PoolSnapshot>,
    /// Worker hours paid for.
    pub worker_hours: f64,
    /// When the last job ended.
    pub drained_at: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Arrives(usize),
    Ready(WorkerId),
    Seen,
    Granted(usize),
    Ends(WorkerId, Lease, Duration),
    Loss(u32),
    Retries(JobId),
    Tick,
}

/// Hears every command of the pool with its moment.
pub type Hear<'a> = &'a mut dyn FnMut(Timestamp, &PoolCommand);

struct World<'a> {
    pool: PoolState,
    now: Timestamp,
    heap: BinaryHeap<Reverse<(Timestamp, u64, Due)>>,
    sequence: u64,
    arrivals: &'a [Arrival],
    by_id: BTreeMap<JobId, usize>,
    ready: BTreeMap<(TenantId, Tier), VecDeque<(Timestamp, JobId)>>,
    epochs: BTreeMap<JobId, u64>,
    grants: Vec<Option<Vec<Grant>>>,
    running: BTreeMap<Lease, WorkerId>,
    ended: BTreeMap<JobId, u32>,
    run: PoolRun,
    hear: Hear<'a>,
}

/// Runs one pool of a scenario.
pub fn simulate(
    scenario: &Scenario,
    settings: PoolSettings,
    pool: &PoolScenario,
    hear: Hear<'_>,
) -> PoolRun {
    let kind = settings.kind;
    let arrivals = draw(scenario, kind, pool);
    let mut world = World {
        pool: PoolState::new(settings),
        now: START,
        heap: BinaryHeap::new(),
        sequence: 0,
        by_id: arrivals
            .iter()
            .enumerate()
            .map(|(index, arrival)| (arrival.job, index))
            .collect(),
        arrivals: &arrivals,
        ready: BTreeMap::new(),
        epochs: BTreeMap::new(),
        grants: Vec::new(),
        running: BTreeMap::new(),
        ended: BTreeMap::new(),
        run: PoolRun {
            kind,
            waits: Vec::new(),
            arrived: arrivals.len(),
            ended: 0,
            doubled: 0,
            lost_attempts: 0,
            samples: Vec::new(),
            worker_hours: 0.0,
            drained_at: Duration::ZERO,
        },
        hear,
    };
    world.tell(PoolEvent::Opened);
    for (index, arrival) in arrivals.iter().enumerate() {
        world.at(START.plus(arrival.at), Due::Arrives(index));
    }
    for loss in &pool.losses {
        world.at(START.plus(loss.at), Due::Loss(per_mille(loss.share)));
    }
    world.at(START.plus(TICK), Due::Tick);
    let end = START.plus(scenario.duration);
    while let Some(Reverse((at, _, due))) = world.heap.pop() {
        world.now = at;
        if due == Due::Tick && at >= end && world.ended.len() == arrivals.len() {
            break;
        }
        world.happen(due);
    }
    world.run.ended = world.ended.len();
    world.run.doubled = world.ended.values().filter(|times| **times > 1).count();
    world.run
}

impl World<'_> {
    fn at(&mut self, due: Timestamp, what: Due) {
        self.sequence += 1;
        self.heap.push(Reverse((due, self.sequence, what)));
    }

    fn tell(&mut self, event: PoolEvent) {
        for command in self.pool.apply(event, self.now) {
            (self.hear)(self.now, &command);
            self.perform(command);
        }
    }

    fn perform(&mut self, command: PoolCommand) {
        match command {
            PoolCommand::StartWorker(worker, delay) => {
                self.at(self.now.plus(delay + WORKER_START), Due::Ready(worker));
            }
            PoolCommand::StopWorker(worker) => self.tell(PoolEvent::WorkerStopped(worker)),
            PoolCommand::Look => self.at(self.now, Due::Seen),
            PoolCommand::Claim(grants) => {
                self.grants.push(Some(grants));
                self.at(self.now, Due::Granted(self.grants.len() - 1));
            }
            PoolCommand::Assign(worker, job) => self.assign(worker, &job),
            PoolCommand::Abandon(job) => {
                self.run.lost_attempts += 1;
                self.running.remove(&job.lease);
                // Half of the first backoff: the mean of its jitter.
                self.at(
                    self.now.plus(Duration::from_millis(500)),
                    Due::Retries(job.lease.job),
                );
            }
            PoolCommand::GiveBack(lease) => self.make_ready(lease.job),
            PoolCommand::Decided(_) | PoolCommand::Escalate => {}
        }
    }

    fn assign(&mut self, worker: WorkerId, job: &ClaimedJob) {
        self.run.waits.push(self.now.since(job.ready_at));
        self.running.insert(job.lease, worker);
        let service = self
            .by_id
            .get(&job.lease.job)
            .and_then(|index| self.arrivals.get(*index));
        let service = service.map_or(Duration::ZERO, |arrival| arrival.service);
        self.at(
            self.now.plus(service),
            Due::Ends(worker, job.lease, service),
        );
    }

    fn make_ready(&mut self, job: JobId) {
        let Some(arrival) = self
            .by_id
            .get(&job)
            .and_then(|index| self.arrivals.get(*index))
        else {
            return;
        };
        let key = (arrival.tenant.clone(), arrival.tier);
        self.ready
            .entry(key)
            .or_default()
            .push_back((self.now, job));
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Arrives(index) => {
                if let Some(arrival) = self.arrivals.get(index) {
                    self.make_ready(arrival.job);
                    self.tell(PoolEvent::Woken);
                }
            }
            Due::Ready(worker) => self.tell(PoolEvent::WorkerReady(worker)),
            Due::Seen => {
                let backlog = self.backlog();
                self.tell(PoolEvent::BacklogSeen(backlog));
            }
            Due::Granted(number) => {
                let grants = self
                    .grants
                    .get_mut(number)
                    .and_then(Option::take)
                    .unwrap_or_default();
                let claimed = self.claim(&grants);
                self.tell(PoolEvent::Claimed(claimed));
            }
            Due::Ends(worker, lease, service) => {
                if self.running.remove(&lease).is_some() {
                    *self.ended.entry(lease.job).or_default() += 1;
                    self.run.drained_at = self.now.since(START);
                    self.tell(PoolEvent::JobFinished {
                        worker,
                        lease,
                        service,
                    });
                }
            }
            Due::Loss(share) => self.lose(share),
            Due::Retries(job) => {
                self.make_ready(job);
                self.tell(PoolEvent::Woken);
            }
            Due::Tick => {
                self.tell(PoolEvent::Tick);
                let seen = self.pool.snapshot(self.now);
                let workers = seen.ready + seen.starting + seen.retiring;
                self.run.worker_hours += f64::from(workers) * TICK.as_secs_f64() / 3_600.0;
                self.run.samples.push(PoolSnapshot {
                    decisions: Vec::new(),
                    ..seen
                });
                self.at(self.now.plus(TICK), Due::Tick);
            }
        }
    }

    fn lose(&mut self, per_mille: u32) {
        let seen = self.pool.snapshot(self.now);
        let count = u64::from(seen.ready) * u64::from(per_mille) / 1_000;
        let workers: Vec<_> = self.pool.workers().collect();
        for worker in workers
            .into_iter()
            .take(usize::try_from(count).unwrap_or(0))
        {
            self.tell(PoolEvent::WorkerLost(worker, LossReason::Killed));
        }
    }

    fn backlog(&self) -> Backlog {
        let rows = self.ready.iter().filter_map(|((tenant, tier), jobs)| {
            let oldest_ready_at = jobs.iter().map(|(at, _)| *at).min()?;
            let (tenant, ready) = (tenant.clone(), jobs.len() as u64);
            Some(BacklogRow {
                tenant,
                tier: *tier,
                ready,
                oldest_ready_at,
            })
        });
        Backlog {
            rows: rows.collect(),
            next_ready_at: None,
        }
    }

    fn claim(&mut self, grants: &[Grant]) -> Vec<ClaimedJob> {
        let mut claimed = Vec::new();
        for grant in grants {
            let key = (grant.tenant.clone(), grant.tier);
            let Some(ready) = self.ready.get_mut(&key) else {
                continue;
            };
            for _ in 0..grant.jobs {
                let Some((ready_at, job)) = ready.pop_front() else {
                    break;
                };
                let epoch = self
                    .epochs
                    .entry(job)
                    .and_modify(|epoch| *epoch += 1)
                    .or_insert(1);
                claimed.push(ClaimedJob {
                    lease: Lease { job, epoch: *epoch },
                    tenant: grant.tenant.clone(),
                    tier: grant.tier,
                    document: DocumentId(Uuid::nil()),
                    spec: JobSpec::Export {
                        format: ExportFormat::Pdf,
                        version: 1,
                        options: ExportOptions::default(),
                    },
                    attempt: u32::try_from(*epoch).unwrap_or(u32::MAX),
                    max_attempts: u32::MAX,
                    ready_at,
                    claimed_at: self.now,
                });
            }
        }
        claimed
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is between 0 and 1"
)]
fn per_mille(share: f64) -> u32 {
    (share * 1_000.0).round() as u32
}
