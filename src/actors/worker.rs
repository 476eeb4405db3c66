//! A worker: runs up to `slots` jobs at once, each in a task of its own, and says that it is alive.

use std::collections::BTreeMap;

use actix::prelude::*;
use tokio::task::JoinHandle;

use super::held::Held;
use super::runner::Ground;
use crate::domain::job::Lease;
use crate::domain::pool::event::{WORKER_START, WorkerId};
use std::time::Duration;

/// Order: run a job.
#[derive(Message)]
#[rtype(result = "()")]
pub struct RunJob(pub Box<Held>);

/// Order: stop, having nothing to do.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Retire;

/// Order: end at once, whatever is under way.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Die;

/// Order of a fault plan: panic here and now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PanicNow;

/// Order of a fault plan: take this long over nothing, deaf to everything.
#[derive(Message)]
#[rtype(result = "()")]
pub struct HangUp;

/// What a worker reports to its pool.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub enum WorkerReport {
    /// It is ready.
    Ready(WorkerId),
    /// It is alive.
    Alive(WorkerId),
    /// It is done with a job.
    Finished(WorkerId, Lease, Duration),
    /// It stopped as it was told.
    Retired(WorkerId),
}

/// A worker.
pub struct WorkerActor {
    id: WorkerId,
    ground: Ground,
    pool: Recipient<WorkerReport>,
    tasks: BTreeMap<Lease, JoinHandle<()>>,
    hung: bool,
}

impl WorkerActor {
    /// A worker that reports to `pool`.
    pub fn new(id: WorkerId, ground: Ground, pool: Recipient<WorkerReport>) -> Self {
        Self {
            id,
            ground,
            pool,
            tasks: BTreeMap::new(),
            hung: false,
        }
    }

    fn report(&self, report: WorkerReport) {
        // A pool that is gone drops its workers; there is nobody left to tell.
        self.pool.do_send(report);
    }
}

impl Actor for WorkerActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(64);
        ctx.run_later(WORKER_START, |worker, _| {
            worker.report(WorkerReport::Ready(worker.id));
        });
        ctx.run_interval(self.ground.rules.worker_beat, |worker, ctx| {
            if !worker.pool.connected() {
                ctx.terminate();
            } else if !worker.hung {
                worker.report(WorkerReport::Alive(worker.id));
            }
        });
    }
}

impl Drop for WorkerActor {
    /// Whatever way the worker ends, what it was doing ends with it; the pool sees to the jobs.
    fn drop(&mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
    }
}

impl Handler<RunJob> for WorkerActor {
    type Result = ();

    fn handle(&mut self, RunJob(held): RunJob, ctx: &mut Self::Context) {
        if self.hung {
            return;
        }
        let lease = held.job.lease;
        let ground = self.ground.clone();
        let (done, finished) = tokio::sync::oneshot::channel();
        let task = tokio::task::spawn_local(async move {
            let service = ground.run(*held).await;
            // The worker may be gone by now; then its pool has already seen to the job.
            let _ = done.send(service);
        });
        self.tasks.insert(lease, task);
        ctx.spawn(finished.into_actor(self).map(move |service, worker, _| {
            worker.tasks.remove(&lease);
            let service = service.unwrap_or_default();
            worker.report(WorkerReport::Finished(worker.id, lease, service));
        }));
    }
}

impl Handler<Retire> for WorkerActor {
    type Result = ();

    fn handle(&mut self, _: Retire, ctx: &mut Self::Context) {
        self.report(WorkerReport::Retired(self.id));
        ctx.stop();
    }
}

impl Handler<Die> for WorkerActor {
    type Result = ();

    fn handle(&mut self, _: Die, ctx: &mut Self::Context) {
        ctx.terminate();
    }
}

impl Handler<PanicNow> for WorkerActor {
    type Result = ();

    #[expect(clippy::panic, reason = "this is the fault itself")]
    fn handle(&mut self, _: PanicNow, _: &mut Self::Context) {
        panic!("a fault plan made this worker panic");
    }
}

impl Handler<HangUp> for WorkerActor {
    type Result = ();

    fn handle(&mut self, _: HangUp, _: &mut Self::Context) {
        self.hung = true;
    }
}
