//! The lease keeper: beats for every claim that this node holds, finds claims whose holder went away, forgets request
//! names that ran out, and sees to the chores.
//!
//! It runs on an arbiter of its own: a busy arbiter starves its timers, and a late beat would cost a healthy job its lease.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::runner::Ground;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::job_state::JobState;
use crate::storage::jobs::Expired;
use crate::work::chore::Chore;

/// Lapsed claims that are seen to in one go.
const REAP_AT_ONCE: u32 = 100;

/// How often idempotency keys that ran out are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(600);

/// The lease keeper.
pub struct LeaseKeeper {
    ground: Ground,
    beating: bool,
    reaping: bool,
}

impl LeaseKeeper {
    /// A keeper of this node's claims.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            beating: false,
            reaping: false,
        }
    }

    fn beat(&mut self, ctx: &mut Context<Self>) {
        let leases = self.ground.held.leases();
        if self.beating || leases.is_empty() {
            return;
        }
        self.beating = true;
        let ground = self.ground.clone();
        let beat = async move {
            let until = ground.clock.now().plus(ground.rules.lease);
            match ground.jobs.beat(&leases, until).await {
                Ok(beat) => {
                    for lease in beat.stale.into_iter().chain(beat.cancelled) {
                        ground.held.stop(lease);
                    }
                }
                Err(error) => tracing::warn!(error = %error, "the leases could not be renewed"),
            }
        };
        ctx.spawn(
            beat.into_actor(self)
                .map(|(), keeper, _| keeper.beating = false),
        );
    }

    fn reap(&mut self, ctx: &mut Context<Self>) {
        if self.reaping {
            return;
        }
        self.reaping = true;
        let ground = self.ground.clone();
        let reap = async move {
            match ground.jobs.expired(ground.clock.now(), REAP_AT_ONCE).await {
                Ok(lapsed) => {
                    for claim in lapsed {
                        rescue(&ground, claim).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error, "lapsed leases could not be looked for");
                }
            }
        };
        ctx.spawn(
            reap.into_actor(self)
                .map(|(), keeper, _| keeper.reaping = false),
        );
    }

    /// Does a round of a chore; the next begins when this one has ended and its time has passed.
    fn chore(&mut self, chore: Arc<dyn Chore>, ctx: &mut Context<Self>) {
        let clock = Arc::clone(&self.ground.clock);
        let round = async move {
            match chore.run(clock.now()).await {
                Ok(0) => {}
                Ok(seen_to) => tracing::debug!(chore = chore.name(), seen_to, "a chore was done"),
                Err(error) => {
                    tracing::warn!(chore = chore.name(), error = %error, "a chore failed");
                }
            }
            chore
        };
        ctx.spawn(round.into_actor(self).map(|chore, _, ctx| {
            ctx.run_later(chore.every(), |keeper, ctx| keeper.chore(chore, ctx));
        }));
    }
}

/// Forgets the names of requests that may be used anew.
fn forget(keeper: &mut LeaseKeeper, ctx: &mut Context<LeaseKeeper>) {
    let ground = keeper.ground.clone();
    let forget = async move {
        match ground.jobs.forget_keys(ground.clock.now()).await {
            Ok(0) => {}
            Ok(keys) => tracing::debug!(keys, "idempotency keys that ran out were forgotten"),
            Err(error) => tracing::warn!(error = %error, "idempotency keys could not be forgotten"),
        }
    };
    ctx.spawn(forget.into_actor(keeper));
}

/// Ends a lapsed attempt. Two rescuers do no harm: the second one's completion is stale.
async fn rescue(ground: &Ground, Expired { job, deadline }: Expired) {
    let JobState::Running {
        node, started_at, ..
    } = job.state
    else {
        return;
    };
    let failure = if deadline {
        Failure::new(
            FailureCode::DeadlineExceeded,
            "the attempt passed its deadline",
        )
    } else {
        Failure::new(
            FailureCode::LeaseExpired,
            "the node that held the job stopped beating",
        )
    };
    let lease = Lease {
        job: job.id,
        epoch: job.epoch,
    };
    let claimed = ClaimedJob {
        lease,
        tenant: job.tenant,
        tier: job.tier,
        document: job.document,
        spec: job.spec,
        attempt: job.attempts,
        max_attempts: job.max_attempts,
        ready_at: started_at,
        claimed_at: started_at,
    };
    tracing::warn!(job.id = %lease.job, job.epoch = lease.epoch, deadline, "a lapsed attempt was ended");
    ground.end_lost(&claimed, node, failure).await;
    // Not before: an attempt that hears of it first would end itself as stopped.
    ground.held.stop(lease);
}

impl Actor for LeaseKeeper {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(self.ground.rules.beat, Self::beat);
        ctx.run_interval(self.ground.rules.reap, Self::reap);
        ctx.run_interval(FORGET_EVERY, forget);
        for chore in self.ground.chores.clone() {
            ctx.run_later(chore.every(), |keeper, ctx| keeper.chore(chore, ctx));
        }
    }
}

/// Question: are you there?
#[derive(Message)]
#[rtype(result = "()")]
pub struct Ping;

impl Handler<Ping> for LeaseKeeper {
    type Result = ();

    fn handle(&mut self, _: Ping, _: &mut Self::Context) {}
}

/// Order: end at once.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StopKeeper;

impl Handler<StopKeeper> for LeaseKeeper {
    type Result = ();

    fn handle(&mut self, _: StopKeeper, ctx: &mut Self::Context) {
        ctx.terminate();
    }
}
