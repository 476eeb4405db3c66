//! A pool: the shell of `domain::pool`. Messages become events, the state decides, commands are performed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::held::Held;
use super::runner::Ground;
use super::worker::{Die, HangUp, PanicNow, Retire, RunJob, WorkerActor, WorkerReport};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::fault::Harm;
use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::policy::autoscale::{CeilingCause, ScaleDecision};
use crate::domain::policy::dispatch::Grant;
use crate::domain::policy::forecast;
use crate::domain::pool::command::PoolCommand;
use crate::domain::pool::event::{LossReason, PoolEvent, WorkerId};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::pool::snapshot::{PoolChange, PoolSnapshot};
use crate::domain::pool::state::PoolState;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::jobs::ClaimRequest;

/// A worker that did not beat for this many beats is taken for hung.
const BEATS_MISSED: u32 = 3;

/// A job of this pool's kind may be ready.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Wake;

/// Question: what do you look like?
#[derive(Message)]
#[rtype(result = "PoolSnapshot")]
pub struct Observe;

/// Order: change your bounds, pause or go on.
#[derive(Message)]
#[rtype(result = "PoolSnapshot")]
pub struct ChangePool(pub PoolChange);

/// Order: claim nothing more, let workers finish. Answers how many still work.
#[derive(Message)]
#[rtype(result = "usize")]
pub struct Drain;

/// Order of a fault plan: do this to `count` workers, which ones is the seed's choice. Answers how many it was done to.
#[derive(Message)]
#[rtype(result = "usize")]
pub struct HarmWorkers {
    /// What.
    pub how: Harm,
    /// To how many.
    pub count: usize,
    /// Whose choice it is.
    pub seed: u64,
}

/// Order: end at once, workers and all.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StopPool;

/// Order of a fault plan: the pool itself panics.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PanicPool;

/// Report to the supervisor: workers are lost too often.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct PoolInTrouble(pub PoolName);

/// Hears every command of a pool in order: the twin test holds live and simulated ones equal.
pub type CommandLog = Arc<dyn Fn(Timestamp, &PoolCommand) + Send + Sync>;

struct KnownWorker {
    address: Addr<WorkerActor>,
    last_seen: Timestamp,
}

/// A pool.
pub struct PoolActor {
    state: PoolState,
    ground: Ground,
    supervisor: Recipient<PoolInTrouble>,
    workers: BTreeMap<WorkerId, KnownWorker>,
    /// Claims that no worker has yet.
    claims: BTreeMap<Lease, Held>,
    log: Option<CommandLog>,
    /// The ceiling that was told last.
    bound: Option<CeilingCause>,
}

impl PoolActor {
    /// A pool with these settings, reporting to `supervisor`.
    pub fn new(
        settings: PoolSettings,
        ground: Ground,
        supervisor: Recipient<PoolInTrouble>,
        log: Option<CommandLog>,
    ) -> Self {
        Self {
            state: PoolState::new(settings),
            ground,
            supervisor,
            workers: BTreeMap::new(),
            claims: BTreeMap::new(),
            log,
            bound: None,
        }
    }

    fn name(&self) -> PoolName {
        self.state.settings().name
    }

    /// The three lines of every handler: translate, apply, perform.
    fn on(&mut self, event: PoolEvent, ctx: &mut Context<Self>) {
        let now = self.ground.clock.now();
        for command in self.state.apply(event, now) {
            if let Some(log) = &self.log {
                log(now, &command);
            }
            self.perform(command, ctx);
        }
    }

    fn perform(&mut self, command: PoolCommand, ctx: &mut Context<Self>) {
        match command {
            PoolCommand::StartWorker(id, delay) if delay.is_zero() => self.start_worker(id, ctx),
            PoolCommand::StartWorker(id, delay) => {
                ctx.run_later(delay, move |pool, ctx| pool.start_worker(id, ctx));
            }
            PoolCommand::StopWorker(id) => match self.workers.get(&id) {
                Some(worker) if worker.address.try_send(Retire).is_ok() => {}
                Some(_) | None => self.on(PoolEvent::WorkerStopped(id), ctx),
            },
            PoolCommand::Look => self.look(ctx),
            PoolCommand::Claim(grants) => self.claim(grants, ctx),
            PoolCommand::Foresee => self.foresee(ctx),
            PoolCommand::Assign(id, job) => self.assign(id, job.lease, ctx),
            PoolCommand::Abandon(job) => self.abandon(*job, ctx),
            PoolCommand::GiveBack(lease) => self.give_back(lease, ctx),
            PoolCommand::Decided(decision) => {
                self.tell_decision(decision, ctx);
                let name = self.name();
                self.ground
                    .telemetry
                    .scaled(name, decision.direction, decision.reason);
                tracing::info!(
                    pool.name = name.name(),
                    from = decision.from,
                    to = decision.to,
                    reason = decision.reason.name(),
                    "the pool was scaled"
                );
            }
            PoolCommand::Escalate => self.supervisor.do_send(PoolInTrouble(self.name())),
        }
    }

    /// Operators follow what pools do as customers follow their jobs.
    fn tell_decision(&self, decision: ScaleDecision, ctx: &mut Context<Self>) {
        let ground = self.ground.clone();
        let event = JobEvent {
            tenant: Some(TenantId::operators()),
            document: None,
            job: None,
            kind: Some(self.name().kind),
            at: ground.clock.now(),
            fact: Fact::PoolScaled {
                node: ground.node,
                pool: self.name(),
                decision,
            },
        };
        let told = async move { ground.tell(&TenantId::operators(), event).await };
        ctx.spawn(told.into_actor(self));
    }

    fn start_worker(&mut self, id: WorkerId, ctx: &mut Context<Self>) {
        let worker = WorkerActor::new(id, self.ground.clone(), ctx.address().recipient());
        let known = KnownWorker {
            address: worker.start(),
            last_seen: self.ground.clock.now(),
        };
        self.workers.insert(id, known);
    }

    fn look(&mut self, ctx: &mut Context<Self>) {
        let (jobs, kind, now) = (
            Arc::clone(&self.ground.jobs),
            self.name().kind,
            self.ground.clock.now(),
        );
        let asked = async move { jobs.backlog(kind, now).await };
        ctx.spawn(asked.into_actor(self).map(|answer, pool, ctx| match answer {
            Ok(backlog) => pool.on(PoolEvent::BacklogSeen(backlog), ctx),
            Err(error) => {
                tracing::warn!(pool.name = pool.name().name(), error = %error, "the queue could not be seen");
                pool.on(PoolEvent::LookFailed, ctx);
            }
        }));
    }

    /// Learns from what arrived on all nodes. A forecast that cannot be made is none; the next follows in its time.
    fn foresee(&mut self, ctx: &mut Context<Self>) {
        let (jobs, kind) = (Arc::clone(&self.ground.jobs), self.name().kind);
        let (tiers, now) = (self.state.settings().tiers, self.ground.clock.now());
        let foreseen = async move {
            let (since, until) = (
                forecast::bucket(now.minus(forecast::PAST)),
                forecast::bucket(now),
            );
            let arrived = jobs.arrived(kind, since, forecast::BUCKET).await;
            let arrived = arrived.inspect_err(
                |error| tracing::warn!(error = %error, "what arrived could not be seen"),
            );
            let own = arrived.unwrap_or_default().into_iter();
            let own = own.filter(|arrived| tiers.serve(arrived.tier));
            let past = forecast::past(own.map(|arrived| (arrived.from, arrived.jobs)), until);
            let last = past.last().copied().unwrap_or(0.0);
            let told = tokio::task::spawn_blocking(move || forecast::foresee(&past, until));
            (told.await.ok().flatten(), last)
        };
        ctx.spawn(foreseen.into_actor(self).map(|(told, last), pool, ctx| {
            if let Some(told) = &told {
                tracing::debug!(pool.name = pool.name().name(), by = ?told.by, "what arrives is foreseen");
            }
            pool.on(PoolEvent::Foreseen(told, last), ctx);
        }));
    }

    fn claim(&mut self, grants: Vec<Grant>, ctx: &mut Context<Self>) {
        let jobs = Arc::clone(&self.ground.jobs);
        let kind = self.name().kind;
        let request = ClaimRequest {
            kind,
            grants,
            node: self.ground.node,
            now: self.ground.clock.now(),
            lease: self.ground.rules.lease,
            deadline: self.ground.rules.deadlines.of(kind),
        };
        let asking = self.ground.held.asking();
        let asked = async move { (jobs.claim(request).await, asking) };
        ctx.spawn(asked.into_actor(self).map(|(answer, asking), pool, ctx| {
            match answer {
                Ok(jobs) => pool.claimed(jobs, ctx),
                Err(error) => {
                    tracing::warn!(pool.name = pool.name().name(), error = %error, "no jobs could be claimed");
                    pool.on(PoolEvent::ClaimFailed, ctx);
                }
            }
            drop(asking);
        }));
    }

    /// Claims are held before anything else happens: they are beaten while they wait for a worker, and a node that stops
    /// knows of them.
    fn claimed(&mut self, jobs: Vec<ClaimedJob>, ctx: &mut Context<Self>) {
        for job in &jobs {
            let held = self.ground.held.hold(job.clone());
            self.claims.insert(job.lease, held);
        }
        self.on(PoolEvent::Claimed(jobs), ctx);
    }

    fn assign(&mut self, id: WorkerId, lease: Lease, ctx: &mut Context<Self>) {
        let Some(held) = self.claims.remove(&lease) else {
            return;
        };
        let sent = self
            .workers
            .get(&id)
            .map(|worker| worker.address.try_send(RunJob(Box::new(held))));
        if !matches!(sent, Some(Ok(()))) {
            self.lose(id, LossReason::Panicked, ctx);
        }
    }

    /// Ends the attempt of a worker that is gone. The job waits for the retry policy, not for its lease to lapse.
    fn abandon(&mut self, job: ClaimedJob, ctx: &mut Context<Self>) {
        let ground = self.ground.clone();
        let message = "the worker went away in the middle of the job";
        let failure = Failure::new(FailureCode::WorkerLost, message);
        let ended = async move { ground.end_lost(&job, ground.node, failure, None).await };
        ctx.spawn(ended.into_actor(self));
    }

    fn give_back(&mut self, lease: Lease, ctx: &mut Context<Self>) {
        let Some(held) = self.claims.remove(&lease) else {
            return;
        };
        let ground = self.ground.clone();
        // Held until the store has it back.
        let given = async move { ground.give_back(&held.job).await };
        ctx.spawn(given.into_actor(self));
    }

    fn lose(&mut self, id: WorkerId, reason: LossReason, ctx: &mut Context<Self>) {
        if let Some(lost) = self.workers.remove(&id) {
            // Its timers keep it alive when nobody holds its address: it has to be told.
            drop(lost.address.try_send(Die));
            self.ground.telemetry.worker_lost(self.name(), reason);
            tracing::warn!(pool.name = self.name().name(), worker.id = %id, reason = reason.name(), "a worker was lost");
            self.on(PoolEvent::WorkerLost(id, reason), ctx);
        }
    }

    /// Looks for workers that are gone or deaf, then lets the pool look and sample.
    fn tick(&mut self, ctx: &mut Context<Self>) {
        let now = self.ground.clock.now();
        let patience = self.ground.rules.worker_beat * BEATS_MISSED;
        let lost: Vec<_> = self
            .workers
            .iter()
            .filter_map(|(id, worker)| {
                let gone = !worker.address.connected();
                let deaf = now.since(worker.last_seen) > patience;
                let reason = if gone {
                    LossReason::Panicked
                } else {
                    LossReason::Hung
                };
                (gone || deaf).then_some((*id, reason))
            })
            .collect();
        for (id, reason) in lost {
            self.lose(id, reason, ctx);
        }
        self.on(PoolEvent::Tick, ctx);
        let seen = self.state.snapshot(now);
        self.ground.telemetry.pool(&seen);
        self.ground.pools.see(&seen);
        self.tell_ceiling(&seen);
    }

    /// Says once that more workers are wanted than something bears.
    fn tell_ceiling(&mut self, seen: &PoolSnapshot) {
        let bound = seen.ceiling.map(|ceiling| ceiling.cause);
        if let Some(ceiling) = seen.ceiling.filter(|_| bound != self.bound) {
            tracing::warn!(
                pool.name = self.name().name(),
                ceiling = ceiling.cause.name(),
                workers = ceiling.workers,
                "the pool wants more workers than this bears"
            );
        }
        self.bound = bound;
    }
}

impl Actor for PoolActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(1_024);
        self.ground.telemetry.pool_opened(self.name());
        self.on(PoolEvent::Opened, ctx);
        let tick = self.ground.rules.poll.max(Duration::from_millis(10));
        ctx.run_interval(tick, Self::tick);
    }
}

impl Drop for PoolActor {
    /// Workers do not outlive their pool; the leases of what they did lapse.
    fn drop(&mut self) {
        for worker in self.workers.values() {
            drop(worker.address.try_send(Die));
        }
    }
}

impl Handler<WorkerReport> for PoolActor {
    type Result = ();

    fn handle(&mut self, report: WorkerReport, ctx: &mut Self::Context) {
        let now = self.ground.clock.now();
        match report {
            WorkerReport::Ready(id) => self.on(PoolEvent::WorkerReady(id), ctx),
            WorkerReport::Alive(id) => {
                if let Some(worker) = self.workers.get_mut(&id) {
                    worker.last_seen = now;
                }
            }
            WorkerReport::Finished(worker, lease, service) => {
                self.on(
                    PoolEvent::JobFinished {
                        worker,
                        lease,
                        service,
                    },
                    ctx,
                );
            }
            WorkerReport::Retired(id) => {
                self.workers.remove(&id);
                self.on(PoolEvent::WorkerStopped(id), ctx);
            }
        }
    }
}

impl Handler<Wake> for PoolActor {
    type Result = ();

    fn handle(&mut self, _: Wake, ctx: &mut Self::Context) {
        self.on(PoolEvent::Woken, ctx);
    }
}

impl Handler<Observe> for PoolActor {
    type Result = MessageResult<Observe>;

    fn handle(&mut self, _: Observe, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.state.snapshot(self.ground.clock.now()))
    }
}

impl Handler<ChangePool> for PoolActor {
    type Result = MessageResult<ChangePool>;

    fn handle(&mut self, ChangePool(change): ChangePool, ctx: &mut Self::Context) -> Self::Result {
        self.on(PoolEvent::Changed(change), ctx);
        MessageResult(self.state.snapshot(self.ground.clock.now()))
    }
}

impl Handler<Drain> for PoolActor {
    type Result = usize;

    fn handle(&mut self, _: Drain, ctx: &mut Self::Context) -> usize {
        self.on(PoolEvent::Draining, ctx);
        self.workers.len()
    }
}

impl Handler<HarmWorkers> for PoolActor {
    type Result = usize;

    fn handle(&mut self, harm: HarmWorkers, ctx: &mut Self::Context) -> usize {
        let mut ids: Vec<_> = self.workers.keys().copied().collect();
        let first = harm.seed % u64::try_from(ids.len().max(1)).unwrap_or(1);
        ids.rotate_left(usize::try_from(first).unwrap_or(0));
        ids.truncate(harm.count);
        for id in &ids {
            let Some(worker) = self.workers.get(id) else {
                continue;
            };
            match harm.how {
                Harm::Kill => self.lose(*id, LossReason::Killed, ctx),
                Harm::Panic => drop(worker.address.try_send(PanicNow)),
                Harm::Hang => drop(worker.address.try_send(HangUp)),
            }
        }
        ids.len()
    }
}

impl Handler<StopPool> for PoolActor {
    type Result = ();

    fn handle(&mut self, _: StopPool, ctx: &mut Self::Context) {
        ctx.terminate();
    }
}

impl Handler<PanicPool> for PoolActor {
    type Result = ();

    #[expect(clippy::panic, reason = "this is the fault itself")]
    fn handle(&mut self, _: PanicPool, _: &mut Self::Context) {
        panic!("a fault plan made this pool panic");
    }
}
