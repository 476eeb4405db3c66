//! The engine: a heap of events by time and number, a store that answers at once, and the pool that decides.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::run::{PoolRun, PoolSample, Wait};
use super::scenario::{PoolScenario, Scenario, Trouble};
use super::workload::{Arrival, draw, fraction};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ClaimedJob, ExportFormat, ExportOptions, JobSpec, Lease};
use crate::domain::policy::dispatch::{Backlog, BacklogRow, Grant};
use crate::domain::policy::forecast;
use crate::domain::policy::retry::{RetryRules, Verdict, judge};
use crate::domain::pool::command::PoolCommand;
use crate::domain::pool::event::{LossReason, PoolEvent, WORKER_START, WorkerId};
use crate::domain::pool::settings::PoolSettings;
use crate::domain::pool::state::PoolState;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// The moment at which simulated time starts.
pub const START: Timestamp = Timestamp(1_800_000_000_000_000);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Ready(WorkerId),
    Seen,
    Foreseen,
    Granted(usize),
    Ends(WorkerId, Lease, Duration),
    Fails(WorkerId, Lease, Duration),
    Loss(u32),
    Retries(JobId),
    Tick,
}

/// Hears every command of the pool with its moment.
pub type Hear<'a> = &'a mut dyn FnMut(Timestamp, &PoolCommand);

/// What has become of a job.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    epoch: u64,
    ended: u32,
}

struct World<'a> {
    pool: PoolState,
    now: Timestamp,
    tick: Duration,
    heap: BinaryHeap<Reverse<(Timestamp, u64, Due)>>,
    sequence: u64,
    random: StdRng,
    retry: RetryRules,
    troubles: &'a [Trouble],
    arrivals: &'a [Arrival],
    fates: Vec<Fate>,
    ready: BTreeMap<(TenantId, Tier), VecDeque<(Timestamp, JobId)>>,
    grants: Vec<Option<Vec<Grant>>>,
    running: BTreeMap<Lease, WorkerId>,
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
    let kind = settings.name.kind;
    let arrivals = draw(scenario, kind, pool);
    let mut world = World {
        pool: PoolState::new(settings),
        now: START,
        tick: scenario.tick,
        heap: BinaryHeap::new(),
        sequence: 0,
        random: StdRng::seed_from_u64(!scenario.seed ^ (kind as u64 + 1)),
        retry: RetryRules::default(),
        troubles: &pool.troubles,
        fates: vec![Fate::default(); arrivals.len()],
        arrivals: &arrivals,
        ready: BTreeMap::new(),
        grants: Vec::new(),
        running: BTreeMap::new(),
        run: PoolRun::new(kind, arrivals.len()),
        hear,
    };
    world.tell(PoolEvent::Opened);
    for loss in &pool.losses {
        world.at(START.plus(loss.at), Due::Loss(per_mille(loss.share)));
    }
    world.at(START.plus(scenario.tick), Due::Tick);
    world.go_on(START.plus(scenario.duration));
    world.run.doubled = world.fates.iter().filter(|fate| fate.ended > 1).count();
    world.run
}

impl World<'_> {
    /// Until nothing arrives any more and all that arrived has ended.
    fn go_on(&mut self, end: Timestamp) {
        let mut coming = self.arrivals.iter();
        let mut next = coming.next();
        loop {
            let due = self.heap.peek().map(|Reverse((at, ..))| *at);
            // What arrives goes before what happens at the same moment.
            if let Some(arrival) = next
                && due.is_none_or(|due| START.plus(arrival.at) <= due)
            {
                self.now = START.plus(arrival.at);
                self.make_ready(arrival.job);
                self.tell(PoolEvent::Woken);
                next = coming.next();
                continue;
            }
            let Some(Reverse((at, _, due))) = self.heap.pop() else {
                return;
            };
            self.now = at;
            if due == Due::Tick && at >= end && self.run.ended == self.arrivals.len() {
                return;
            }
            self.happen(due);
        }
    }

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
            PoolCommand::Foresee => self.at(self.now, Due::Foreseen),
            PoolCommand::Claim(grants) => {
                self.grants.push(Some(grants));
                self.at(self.now, Due::Granted(self.grants.len() - 1));
            }
            PoolCommand::Assign(worker, job) => self.assign(worker, &job),
            PoolCommand::Abandon(job) => {
                self.run.lost_attempts += 1;
                self.running.remove(&job.lease);
                self.fail(job.lease, FailureCode::WorkerLost);
            }
            PoolCommand::GiveBack(lease) => self.make_ready(lease.job),
            PoolCommand::Decided(decision) => {
                let at = self.now.since(START);
                self.run.decisions.push((at, decision));
            }
            PoolCommand::Escalate => {}
        }
    }

    fn assign(&mut self, worker: WorkerId, job: &ClaimedJob) {
        self.run.waits.push(Wait {
            tenant: job.tenant.clone(),
            waited: self.now.since(job.ready_at),
        });
        self.running.insert(job.lease, worker);
        let service = self
            .arrivals
            .get(index(job.lease.job))
            .map_or(Duration::ZERO, |arrival| arrival.service);
        let since = self.now.since(START);
        let trouble = self
            .troubles
            .iter()
            .find(|trouble| trouble.from <= since && since < trouble.until);
        let (after, fails) = match trouble {
            None => (service, false),
            Some(trouble) if fraction(&mut self.random) < trouble.failing => {
                (trouble.fails_after, true)
            }
            Some(trouble) => (service.mul_f64(trouble.slower), false),
        };
        let what = if fails {
            Due::Fails(worker, job.lease, after)
        } else {
            Due::Ends(worker, job.lease, after)
        };
        self.at(self.now.plus(after), what);
    }

    fn make_ready(&mut self, job: JobId) {
        let Some(arrival) = self.arrivals.get(index(job)) else {
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
            Due::Ready(worker) => self.tell(PoolEvent::WorkerReady(worker)),
            Due::Seen => {
                let backlog = self.backlog();
                self.tell(PoolEvent::BacklogSeen(backlog));
            }
            Due::Foreseen => {
                let past = self.past();
                let told = forecast::foresee(&past, forecast::bucket(self.now));
                let arrived = past.last().copied().unwrap_or(0.0);
                self.tell(PoolEvent::Foreseen(told, arrived));
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
                    self.end(lease.job);
                    self.finished(worker, lease, service);
                }
            }
            Due::Fails(worker, lease, service) => {
                if self.running.remove(&lease).is_some() {
                    self.run.failed_attempts += 1;
                    self.fail(lease, FailureCode::ProviderUnavailable);
                    self.finished(worker, lease, service);
                }
            }
            Due::Loss(share) => self.lose(share),
            Due::Retries(job) => {
                self.make_ready(job);
                self.tell(PoolEvent::Woken);
            }
            Due::Tick => self.ticked(),
        }
    }

    /// What arrived in each whole stretch of time up to now, as the store would count it.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn past(&self) -> Vec<f64> {
        let end = forecast::bucket(self.now);
        let mut from = end.minus(forecast::PAST).max(START);
        let mut past = Vec::new();
        let before = |at: Timestamp| {
            self.arrivals
                .partition_point(|arrival| START.plus(arrival.at) < at)
        };
        while from < end {
            let next = from.plus(forecast::BUCKET);
            past.push((before(next) - before(from)) as f64);
            from = next;
        }
        past
    }

    fn finished(&mut self, worker: WorkerId, lease: Lease, service: Duration) {
        self.tell(PoolEvent::JobFinished {
            worker,
            lease,
            service,
        });
    }

    fn ticked(&mut self) {
        self.tell(PoolEvent::Tick);
        let seen = self.pool.snapshot(self.now);
        let workers = seen.ready + seen.starting + seen.retiring;
        self.run.worker_hours += f64::from(workers) * self.tick.as_secs_f64() / 3_600.0;
        self.run.samples.push(PoolSample {
            at: self.now.since(START),
            depth: seen.depth,
            oldest_wait: Duration::from_secs_f64(seen.oldest_wait_seconds.max(0.0)),
            busy: seen.busy,
            slots: seen.slots,
            workers: seen.ready,
        });
        self.at(self.now.plus(self.tick), Due::Tick);
    }

    fn end(&mut self, job: JobId) {
        if let Some(fate) = self.fates.get_mut(index(job)) {
            fate.ended += 1;
            self.run.ended += usize::from(fate.ended == 1);
        }
        self.run.drained_at = self.now.since(START);
    }

    /// An attempt failed: the policy of retries says what follows, as live.
    fn fail(&mut self, lease: Lease, code: FailureCode) {
        let attempt = u32::try_from(lease.epoch).unwrap_or(u32::MAX);
        let jitter = fraction(&mut self.random);
        let failure = Failure::new(code, "simulated");
        match judge(
            &self.retry,
            &failure,
            attempt,
            self.retry.max_attempts,
            jitter,
        ) {
            Verdict::Again(delay) => self.at(self.now.plus(delay), Due::Retries(lease.job)),
            Verdict::Dead => {
                self.run.dead += 1;
                self.end(lease.job);
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
            // Jobs become ready in order of time: the first is the oldest.
            let (oldest_ready_at, _) = *jobs.front()?;
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
                let Some(fate) = self.fates.get_mut(index(job)) else {
                    break;
                };
                fate.epoch += 1;
                claimed.push(ClaimedJob {
                    lease: Lease {
                        job,
                        epoch: fate.epoch,
                    },
                    tenant: grant.tenant.clone(),
                    tier: grant.tier,
                    document: DocumentId(Uuid::nil()),
                    spec: JobSpec::Export {
                        format: ExportFormat::Pdf,
                        version: 1,
                        options: ExportOptions::default(),
                    },
                    attempt: u32::try_from(fate.epoch).unwrap_or(u32::MAX),
                    max_attempts: self.retry.max_attempts,
                    ready_at,
                    claimed_at: self.now,
                    trace: None,
                });
            }
        }
        claimed
    }
}

/// Jobs are numbered from 1 in the order in which they arrive.
fn index(job: JobId) -> usize {
    usize::try_from(job.0.as_u128()).map_or(usize::MAX, |number| number.wrapping_sub(1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is between 0 and 1"
)]
fn per_mille(share: f64) -> u32 {
    (share * 1_000.0).round() as u32
}
