//! The state of a pool and its one transition function.
//!
//! Invariants, held by property tests: a claim is in one place only; a worker never holds more jobs than slots; a job
//! that was claimed is finished, abandoned or given back exactly once; workers that do not retire never outnumber the
//! maximum.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::command::PoolCommand;
use super::event::{PoolEvent, WorkerId};
use super::outlook::Outlook;
use super::settings::PoolSettings;
use super::snapshot::{Decided, PoolChange, PoolSnapshot};
use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::policy::autoscale::{
    Autoscaler, Bounds, Direction, Observation, PolicyName, ScaleDecision, ScaleReason,
};
use crate::domain::policy::dispatch::{self, Backlog, Ledger};
use crate::domain::policy::restart::{Restart, RestartBudget};
use crate::domain::time::Timestamp;

/// Decisions kept for operators.
const DECISIONS_KEPT: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting,
    Ready,
    Retiring,
}

#[derive(Clone, Debug)]
struct Worker {
    phase: Phase,
    jobs: BTreeMap<Lease, ClaimedJob>,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct PoolState {
    settings: PoolSettings,
    workers: BTreeMap<WorkerId, Worker>,
    next_worker: u64,
    waiting: VecDeque<ClaimedJob>,
    backlog: Backlog,
    looking: bool,
    look_again: bool,
    claiming: bool,
    paused: bool,
    draining: bool,
    ledger: Ledger,
    mean_service: f64,
    started: u64,
    scaler: Autoscaler,
    restarts: RestartBudget,
    restarted: u64,
    decisions: VecDeque<Decided>,
    outlook: Outlook,
}

impl PoolState {
    /// A pool that is not open yet.
    pub fn new(settings: PoolSettings) -> Self {
        Self {
            mean_service: settings.expected_service.as_secs_f64(),
            settings,
            workers: BTreeMap::new(),
            next_worker: 1,
            waiting: VecDeque::new(),
            backlog: Backlog::default(),
            looking: false,
            look_again: false,
            claiming: false,
            paused: false,
            draining: false,
            ledger: Ledger::default(),
            started: 0,
            scaler: Autoscaler::default(),
            restarts: RestartBudget::default(),
            restarted: 0,
            decisions: VecDeque::new(),
            outlook: Outlook::default(),
        }
    }

    /// What it was told when it was made, with what operators changed since.
    pub fn settings(&self) -> &PoolSettings {
        &self.settings
    }

    /// Takes in what happened and answers what is to be done.
    pub fn apply(&mut self, event: PoolEvent, now: Timestamp) -> Vec<PoolCommand> {
        let mut commands = Vec::new();
        let out = &mut commands;
        match event {
            PoolEvent::Opened => {
                self.start_workers(self.settings.bounds.baseline, out);
                self.look(out);
            }
            PoolEvent::WorkerReady(worker) => self.worker_ready(worker, now, out),
            PoolEvent::WorkerStopped(worker) => {
                if let Some(gone) = self.workers.remove(&worker) {
                    Self::abandon(gone, out);
                }
            }
            PoolEvent::WorkerLost(worker, _) => self.worker_lost(worker, now, out),
            PoolEvent::BacklogSeen(backlog) => self.backlog_seen(backlog, now, out),
            PoolEvent::LookFailed => self.looking = false,
            PoolEvent::Claimed(jobs) => self.claimed(jobs, now, out),
            PoolEvent::ClaimFailed => self.claiming = false,
            PoolEvent::JobFinished {
                worker,
                lease,
                service,
            } => {
                self.job_finished(worker, lease, service, now, out);
            }
            PoolEvent::Woken => self.look(out),
            PoolEvent::Foreseen(told, arrived) => {
                let share = self.outlook.answered(arrived, now);
                self.scaler.foresee(told, share);
            }
            PoolEvent::Tick => {
                if self.outlook.due(self.started, now) && self.foresees() {
                    self.outlook.asked();
                    out.push(PoolCommand::Foresee);
                }
                self.scale(now, out);
                self.look(out);
            }
            PoolEvent::Changed(change) => self.changed(&change, now, out),
            PoolEvent::Draining => self.drain(out),
        }
        commands
    }

    /// What the pool shows of itself.
    pub fn snapshot(&self, now: Timestamp) -> PoolSnapshot {
        let bounds = self.settings.bounds;
        let seen = self.observe(now);
        PoolSnapshot {
            pool: self.settings.name,
            starting: self.count(Phase::Starting),
            ready: self.count(Phase::Ready),
            retiring: self.count(Phase::Retiring),
            desired: seen.workers,
            min: bounds.min,
            baseline: bounds.baseline,
            peak: bounds.peak,
            max: bounds.max,
            fleet_max: self.settings.fleet_max,
            policy: self.settings.autoscale.name,
            slots_per_worker: self.settings.slots,
            slots: seen.slots,
            busy: seen.busy,
            depth: seen.depth,
            oldest_wait_seconds: seen.oldest_wait.as_secs_f64(),
            service_seconds: self.mean_service,
            paused: self.paused,
            ceiling: self.scaler.binding(),
            restarts: self.restarted,
            decisions: self.decisions.iter().cloned().collect(),
        }
    }

    /// The claims that are held, for beats.
    pub fn leases(&self) -> impl Iterator<Item = Lease> {
        let held = self
            .workers
            .values()
            .flat_map(|worker| worker.jobs.keys().copied());
        held.chain(self.waiting.iter().map(|job| job.lease))
    }

    /// The workers that run or can run jobs, oldest first.
    pub fn workers(&self) -> impl Iterator<Item = WorkerId> {
        self.workers
            .iter()
            .filter(|(_, worker)| worker.phase == Phase::Ready)
            .map(|(id, _)| *id)
    }

    /// What the scaling policy may know.
    fn observe(&self, now: Timestamp) -> Observation {
        let busy: usize = self.workers.values().map(|worker| worker.jobs.len()).sum();
        let ready = self.count(Phase::Ready);
        let local = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        Observation {
            depth: self.backlog.depth() + local,
            oldest_wait: self
                .backlog
                .oldest()
                .map_or(Duration::ZERO, |at| now.since(at)),
            busy: u32::try_from(busy).unwrap_or(u32::MAX),
            slots: ready * self.settings.slots,
            workers: ready + self.count(Phase::Starting),
            slots_per_worker: self.settings.slots,
            started: self.started,
            service: Duration::from_secs_f64(self.mean_service.max(0.0)),
        }
    }

    fn count(&self, phase: Phase) -> u32 {
        let count = self
            .workers
            .values()
            .filter(|worker| worker.phase == phase)
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn start_workers(&mut self, count: u32, out: &mut Vec<PoolCommand>) {
        for _ in 0..count {
            self.start_worker(Duration::ZERO, out);
        }
    }

    fn start_worker(&mut self, delay: Duration, out: &mut Vec<PoolCommand>) {
        let id = WorkerId(self.next_worker);
        self.next_worker += 1;
        self.workers.insert(
            id,
            Worker {
                phase: Phase::Starting,
                jobs: BTreeMap::new(),
            },
        );
        out.push(PoolCommand::StartWorker(id, delay));
    }

    fn worker_ready(&mut self, id: WorkerId, now: Timestamp, out: &mut Vec<PoolCommand>) {
        match self.workers.get_mut(&id) {
            Some(worker) if worker.phase == Phase::Starting => worker.phase = Phase::Ready,
            // It was retired while it started, or is not known: it has nothing to do here.
            Some(_) | None => {
                out.push(PoolCommand::StopWorker(id));
                return;
            }
        }
        self.fill(now, out);
    }

    fn worker_lost(&mut self, id: WorkerId, now: Timestamp, out: &mut Vec<PoolCommand>) {
        let Some(lost) = self.workers.remove(&id) else {
            return;
        };
        let retiring = lost.phase == Phase::Retiring;
        Self::abandon(lost, out);
        if self.draining || retiring {
            return;
        }
        self.restarted += 1;
        match self.restarts.lost(&self.settings.restart, now) {
            Restart::After(delay) => self.start_worker(delay, out),
            Restart::Escalate => {
                out.push(PoolCommand::Escalate);
                self.start_worker(self.settings.restart.cap, out);
            }
        }
    }

    fn abandon(gone: Worker, out: &mut Vec<PoolCommand>) {
        for job in gone.jobs.into_values() {
            out.push(PoolCommand::Abandon(Box::new(job)));
        }
    }

    fn look(&mut self, out: &mut Vec<PoolCommand>) {
        if self.looking {
            // What is being seen may be older than what woke us.
            self.look_again = true;
        } else if !self.draining {
            self.looking = true;
            out.push(PoolCommand::Look);
        }
    }

    fn backlog_seen(&mut self, backlog: Backlog, now: Timestamp, out: &mut Vec<PoolCommand>) {
        self.looking = false;
        self.backlog = backlog.of(self.settings.tiers);
        if std::mem::take(&mut self.look_again) && self.backlog.rows.is_empty() {
            self.look(out);
        }
        self.fill(now, out);
    }

    fn claimed(&mut self, jobs: Vec<ClaimedJob>, now: Timestamp, out: &mut Vec<PoolCommand>) {
        self.claiming = false;
        if self.draining {
            out.extend(jobs.into_iter().map(|job| PoolCommand::GiveBack(job.lease)));
            return;
        }
        let none = jobs.is_empty();
        self.waiting.extend(jobs);
        if none {
            // Someone else was faster: what we know is old.
            self.backlog.rows.clear();
        }
        self.fill(now, out);
    }

    fn job_finished(
        &mut self,
        worker: WorkerId,
        lease: Lease,
        service: Duration,
        now: Timestamp,
        out: &mut Vec<PoolCommand>,
    ) {
        let Some(holder) = self.workers.get_mut(&worker) else {
            return;
        };
        let Some(job) = holder.jobs.remove(&lease) else {
            return;
        };
        let seconds = service.as_secs_f64();
        self.ledger.charge(&job.tenant, seconds - self.mean_service);
        self.mean_service += (seconds - self.mean_service) * 0.1;
        if holder.phase == Phase::Retiring && holder.jobs.is_empty() {
            out.push(PoolCommand::StopWorker(worker));
        }
        self.fill(now, out);
    }

    /// Gives waiting jobs to free slots, and claims more where slots are left.
    fn fill(&mut self, now: Timestamp, out: &mut Vec<PoolCommand>) {
        while let Some(worker) = self.freest() {
            let Some(job) = self.waiting.pop_front() else {
                break;
            };
            self.ledger.charge(&job.tenant, self.mean_service);
            if let Some(holder) = self.workers.get_mut(&worker) {
                holder.jobs.insert(job.lease, job.clone());
            }
            self.started += 1;
            out.push(PoolCommand::Assign(worker, Box::new(job)));
        }
        let free = self.free_slots();
        if free == 0 || self.claiming || self.paused || self.draining || self.backlog.depth() == 0 {
            return;
        }
        let rules = self.settings.dispatch;
        let grants = dispatch::next(
            &self.backlog,
            &mut self.ledger,
            free,
            self.mean_service,
            (&rules, now),
        );
        for grant in &grants {
            for row in &mut self.backlog.rows {
                if row.tenant == grant.tenant && row.tier == grant.tier {
                    row.ready = row.ready.saturating_sub(u64::from(grant.jobs));
                }
            }
        }
        self.backlog.rows.retain(|row| row.ready > 0);
        self.claiming = true;
        out.push(PoolCommand::Claim(grants));
    }

    fn freest(&self) -> Option<WorkerId> {
        let slots = usize::try_from(self.settings.slots).unwrap_or(usize::MAX);
        self.workers
            .iter()
            .filter(|(_, worker)| worker.phase == Phase::Ready && worker.jobs.len() < slots)
            .min_by_key(|(id, worker)| (worker.jobs.len(), **id))
            .map(|(id, _)| *id)
    }

    fn free_slots(&self) -> u32 {
        let slots = self.count(Phase::Ready) * self.settings.slots;
        let held: usize = self
            .workers
            .values()
            .filter(|worker| worker.phase == Phase::Ready)
            .map(|worker| worker.jobs.len())
            .sum();
        let taken = u32::try_from(held + self.waiting.len()).unwrap_or(u32::MAX);
        slots.saturating_sub(taken)
    }

    fn foresees(&self) -> bool {
        let policies = &self.settings.autoscale;
        policies.name == PolicyName::Predictive && policies.predictive.forecast && !self.draining
    }

    fn scale(&mut self, now: Timestamp, out: &mut Vec<PoolCommand>) {
        if self.draining {
            return;
        }
        let seen = self.observe(now);
        let policies = &self.settings.autoscale;
        if let Some(decision) = self
            .scaler
            .decide(policies, self.settings.bounds, seen, now)
        {
            self.perform(decision, now, out);
        }
    }

    fn perform(&mut self, decision: ScaleDecision, now: Timestamp, out: &mut Vec<PoolCommand>) {
        match decision.direction {
            Direction::Up => {
                let kept = self.keep_retiring(decision.to - decision.from);
                self.start_workers(decision.to - decision.from - kept, out);
            }
            Direction::Down => self.retire(decision.from - decision.to, out),
        }
        self.decisions.push_front(Decided { at: now, decision });
        self.decisions.truncate(DECISIONS_KEPT);
        out.push(PoolCommand::Decided(decision));
    }

    /// Takes back up to `count` workers that were to retire and are still busy; answers how many.
    fn keep_retiring(&mut self, count: u32) -> u32 {
        let mut kept = 0;
        for worker in self.workers.values_mut() {
            if kept < count && worker.phase == Phase::Retiring && !worker.jobs.is_empty() {
                worker.phase = Phase::Ready;
                kept += 1;
            }
        }
        kept
    }

    /// Retires the workers with least to do, the newest first among equals. They finish what they have.
    fn retire(&mut self, count: u32, out: &mut Vec<PoolCommand>) {
        for _ in 0..count {
            let least = self
                .workers
                .iter()
                .filter(|(_, worker)| worker.phase != Phase::Retiring)
                .min_by_key(|(id, worker)| (worker.jobs.len(), std::cmp::Reverse(**id)))
                .map(|(id, _)| *id);
            let Some(id) = least else { return };
            let Some(worker) = self.workers.get_mut(&id) else {
                return;
            };
            let idle = worker.jobs.is_empty() && worker.phase == Phase::Ready;
            worker.phase = Phase::Retiring;
            if idle {
                out.push(PoolCommand::StopWorker(id));
            }
        }
    }

    fn changed(&mut self, change: &PoolChange, now: Timestamp, out: &mut Vec<PoolCommand>) {
        let old = self.settings.bounds;
        let min = change.min.unwrap_or(old.min);
        let max = change.max.unwrap_or(old.max).max(min);
        let baseline = change.baseline.unwrap_or(old.baseline).clamp(min, max);
        let peak = change.peak.unwrap_or(old.peak).clamp(baseline, max);
        self.settings.bounds = Bounds {
            min,
            baseline,
            peak,
            max,
        };
        self.settings.autoscale.name = change.policy.unwrap_or(self.settings.autoscale.name);
        self.paused = change.paused.unwrap_or(self.paused);
        let from = self.observe(now).workers;
        let to = from.clamp(min, max);
        if let Some(decision) = ScaleDecision::between(from, to, ScaleReason::Bounds) {
            self.perform(decision, now, out);
        }
        self.fill(now, out);
        self.look(out);
    }

    fn drain(&mut self, out: &mut Vec<PoolCommand>) {
        self.draining = true;
        out.extend(
            self.waiting
                .drain(..)
                .map(|job| PoolCommand::GiveBack(job.lease)),
        );
        let all = u32::try_from(self.workers.len()).unwrap_or(u32::MAX);
        self.retire(all, out);
    }
}
