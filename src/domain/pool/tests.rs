//! What must always hold of a pool, whatever happens to it.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::command::PoolCommand;
use super::event::{LossReason, PoolEvent, WorkerId};
use super::settings::PoolSettings;
use super::snapshot::PoolChange;
use super::state::PoolState;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ClaimedJob, ExportFormat, ExportOptions, JobKind, JobSpec, Lease};
use crate::domain::policy::dispatch::{Backlog, BacklogRow, Grant};
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;

/// A store of jobs and a set of workers, driven by the commands of the pool: the world as the pool sees it.
struct World {
    pool: PoolState,
    now: Timestamp,
    ready: BTreeMap<String, Vec<JobId>>,
    epochs: BTreeMap<JobId, u64>,
    running: BTreeMap<Lease, WorkerId>,
    ended: BTreeMap<JobId, u32>,
    starting: Vec<WorkerId>,
    alive: Vec<WorkerId>,
    made: u128,
    looks: u32,
    claims: Vec<Vec<Grant>>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            pool: PoolState::new(PoolSettings::of(JobKind::Export)),
            now: Timestamp(1_800_000_000_000_000),
            ready: BTreeMap::new(),
            epochs: BTreeMap::new(),
            running: BTreeMap::new(),
            ended: BTreeMap::new(),
            starting: Vec::new(),
            alive: Vec::new(),
            made: 0,
            looks: 0,
            claims: Vec::new(),
        };
        world.tell(PoolEvent::Opened);
        world
    }

    fn tell(&mut self, event: PoolEvent) {
        let commands = self.pool.apply(event, self.now);
        for command in commands {
            match command {
                PoolCommand::StartWorker(worker, _) => self.starting.push(worker),
                PoolCommand::StopWorker(worker) => {
                    assert!(
                        !self.running.values().any(|holder| *holder == worker),
                        "stopped while busy"
                    );
                    self.alive.retain(|known| *known != worker);
                    self.tell(PoolEvent::WorkerStopped(worker));
                }
                PoolCommand::Look => self.looks += 1,
                PoolCommand::Claim(grants) => self.claims.push(grants),
                PoolCommand::Assign(worker, job) => {
                    assert!(self.alive.contains(&worker), "assigned to a dead worker");
                    assert_eq!(
                        self.running.insert(job.lease, worker),
                        None,
                        "in two places"
                    );
                }
                PoolCommand::Abandon(job) => self.back(job.lease),
                PoolCommand::GiveBack(lease) => self.back(lease),
                PoolCommand::Decided(_) | PoolCommand::Escalate | PoolCommand::Foresee => {}
            }
        }
        let slots = usize::try_from(self.pool.settings().slots).unwrap();
        for worker in &self.alive {
            assert!(
                self.running
                    .values()
                    .filter(|holder| *holder == worker)
                    .count()
                    <= slots
            );
        }
        let seen = self.pool.snapshot(self.now);
        assert!(
            seen.starting + seen.ready <= seen.max,
            "more workers than allowed"
        );
    }

    fn back(&mut self, lease: Lease) {
        self.running.remove(&lease);
        self.ready
            .entry("lost".to_owned())
            .or_default()
            .push(lease.job);
    }

    fn submit(&mut self, tenant: &str) {
        self.made += 1;
        self.ready
            .entry(tenant.to_owned())
            .or_default()
            .push(JobId(Uuid::from_u128(self.made)));
        self.tell(PoolEvent::Woken);
    }

    fn answer_look(&mut self) {
        if self.looks == 0 {
            return;
        }
        self.looks -= 1;
        let rows = self.ready.iter().filter(|(_, jobs)| !jobs.is_empty());
        let rows = rows.map(|(tenant, jobs)| BacklogRow {
            tenant: tenant.parse().unwrap(),
            tier: Tier::Standard,
            ready: jobs.len() as u64,
            oldest_ready_at: self.now,
        });
        let backlog = Backlog {
            rows: rows.collect(),
            next_ready_at: None,
        };
        self.tell(PoolEvent::BacklogSeen(backlog));
    }

    fn answer_claim(&mut self) {
        if self.claims.is_empty() {
            return;
        }
        let mut jobs = Vec::new();
        for grant in self.claims.remove(0) {
            let ready = self.ready.entry(grant.tenant.to_string()).or_default();
            let count = ready.len().min(grant.jobs as usize);
            for id in ready.drain(..count) {
                let epoch = self
                    .epochs
                    .entry(id)
                    .and_modify(|epoch| *epoch += 1)
                    .or_insert(1);
                jobs.push(ClaimedJob {
                    lease: Lease {
                        job: id,
                        epoch: *epoch,
                    },
                    tenant: grant.tenant.clone(),
                    tier: grant.tier,
                    document: DocumentId(Uuid::nil()),
                    spec: JobSpec::Export {
                        format: ExportFormat::Pdf,
                        version: 1,
                        options: ExportOptions::default(),
                    },
                    attempt: 1,
                    max_attempts: 5,
                    ready_at: self.now,
                    claimed_at: self.now,
                    trace: None,
                });
            }
        }
        self.tell(PoolEvent::Claimed(jobs));
    }

    fn finish(&mut self, which: usize) {
        let Some((lease, worker)) = self
            .running
            .iter()
            .nth(which % self.running.len().max(1))
            .map(|(l, w)| (*l, *w))
        else {
            return;
        };
        self.running.remove(&lease);
        *self.ended.entry(lease.job).or_default() += 1;
        self.tell(PoolEvent::JobFinished {
            worker,
            lease,
            service: Duration::from_millis(100),
        });
    }

    fn start(&mut self) {
        if !self.starting.is_empty() {
            let worker = self.starting.remove(0);
            self.alive.push(worker);
            self.tell(PoolEvent::WorkerReady(worker));
        }
    }

    fn kill(&mut self, which: usize) {
        if !self.alive.is_empty() {
            let worker = self.alive.remove(which % self.alive.len());
            self.tell(PoolEvent::WorkerLost(worker, LossReason::Killed));
        }
    }

    fn step(&mut self, action: u8, which: usize) {
        match action {
            0..=2 => self.submit(["a", "b", "c"][which % 3]),
            3 | 4 => self.answer_look(),
            5 | 6 => self.answer_claim(),
            7 | 8 => self.finish(which),
            9 => self.start(),
            10 => self.kill(which),
            11 => {
                self.now = self.now.plus(Duration::from_secs(30));
                self.tell(PoolEvent::Tick);
            }
            _ => self.tell(PoolEvent::Changed(PoolChange {
                max: Some(5 + u32::try_from(which % 20).unwrap()),
                min: Some(1 + u32::try_from(which % 5).unwrap()),
                ..PoolChange::default()
            })),
        }
    }

    /// Lets everything that is under way end.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            self.now = self.now.plus(Duration::from_secs(1));
            self.tell(PoolEvent::Tick);
            self.start();
            self.answer_look();
            self.answer_claim();
            self.finish(0);
            if self.running.is_empty() && self.ready.values().all(Vec::is_empty) {
                return;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_job_ends_once_whatever_happens(steps in prop::collection::vec((0_u8..13, any::<usize>()), 0..300)) {
        let mut world = World::new();
        for (action, which) in steps {
            world.step(action, which);
        }
        world.settle();
        prop_assert_eq!(world.ended.len() as u128, world.made);
        prop_assert!(world.ended.values().all(|times| *times == 1));
        prop_assert_eq!(world.pool.leases().count(), 0);
    }

    #[test]
    fn no_tenant_starves_behind_a_loud_one(loud in 50_usize..400) {
        let mut world = World::new();
        while !world.starting.is_empty() {
            world.start();
        }
        for _ in 0..loud {
            world.submit("loud");
        }
        world.submit("quiet");
        let quiet = *world.ready["quiet"].last().unwrap();
        let mut finished_before = 0;
        while !world.running.keys().any(|lease| lease.job == quiet) {
            world.tell(PoolEvent::Tick);
            world.answer_look();
            world.answer_claim();
            world.finish(0);
            finished_before += 1;
            prop_assert!(finished_before <= 33, "the quiet tenant waits behind the loud one");
        }
    }
}

#[test]
fn a_draining_pool_gives_back_what_no_worker_has() {
    let mut world = World::new();
    world.submit("a");
    world.answer_look();
    world.start();
    world.answer_look();
    world.tell(PoolEvent::Draining);
    world.answer_claim();
    assert_eq!(world.running.len(), 0);
    assert_eq!(world.ready["lost"].len() + world.ready["a"].len(), 1);
}

#[test]
fn workers_lost_too_often_are_reported_upward() {
    let mut pool = PoolState::new(PoolSettings::of(JobKind::Export));
    let now = Timestamp(0);
    pool.apply(PoolEvent::Opened, now);
    let escalated = (1..=30_u64).any(|n| {
        pool.apply(PoolEvent::WorkerReady(WorkerId(n)), now);
        let commands = pool.apply(
            PoolEvent::WorkerLost(WorkerId(n), LossReason::Panicked),
            now,
        );
        commands.contains(&PoolCommand::Escalate)
    });
    assert!(escalated);
}
