//! The lease keeper: beats for every claim that this node holds, sees to the chores and, on the one node that leads, ends
//! claims whose holder went away and tidies up.
//!
//! It runs on an arbiter of its own: a busy arbiter starves its timers, and a late beat would cost a healthy job its lease.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::runner::Ground;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{ClaimedJob, Lease};
use crate::domain::job_state::JobState;
use crate::domain::time::Timestamp;
use crate::storage::jobs::{Expired, Term};
use crate::work::chore::Chore;

/// Lapsed claims that are seen to in one go.
const REAP_AT_ONCE: u32 = 100;

/// How often idempotency keys that ran out are forgotten, and ended jobs counted.
const TIDY_EVERY: Duration = Duration::from_secs(600);

/// An attempt that ended earlier than this is in the store, or never will be.
const STORED_BY_THEN: Duration = Duration::from_secs(120);

/// The lease keeper.
pub struct LeaseKeeper {
    ground: Ground,
    lead: Option<Lead>,
    beating: bool,
    reaping: bool,
}

/// The lead of all nodes, as long as it is believed.
#[derive(Clone, Copy)]
struct Lead {
    term: Term,
    renew_at: Timestamp,
}

impl LeaseKeeper {
    /// A keeper of this node's claims.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            lead: None,
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
        let (ground, lead) = (self.ground.clone(), self.lead);
        let reap = async move {
            let lead = keep_lead(&ground, lead).await?;
            match ground.jobs.expired(ground.clock.now(), REAP_AT_ONCE).await {
                Ok(lapsed) => {
                    for claim in lapsed {
                        rescue(&ground, lead.term, claim).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error, "lapsed leases could not be looked for");
                }
            }
            Some(lead)
        };
        ctx.spawn(reap.into_actor(self).map(|lead, keeper, _| {
            keeper.lead = lead;
            keeper.reaping = false;
        }));
    }

    fn tidy(&mut self, ctx: &mut Context<Self>) {
        let Some(Lead { term, .. }) = self.lead else {
            return;
        };
        let ground = self.ground.clone();
        let tidied = async move {
            let now = ground.clock.now();
            match ground.jobs.forget_keys(now).await {
                Ok(0) => {}
                Ok(keys) => tracing::debug!(keys, "idempotency keys that ran out were forgotten"),
                Err(error) => {
                    tracing::warn!(error = %error, "idempotency keys could not be forgotten");
                }
            }
            let up_to = now.minus(STORED_BY_THEN);
            if let Err(error) = ground.jobs.count_ended(term, up_to).await {
                tracing::warn!(error = %error, "ended jobs could not be counted");
            }
        };
        ctx.spawn(tidied.into_actor(self));
    }

    /// Does a round of a chore; the next begins when this one has ended and its time has passed.
    fn chore(&mut self, chore: Arc<dyn Chore>, ctx: &mut Context<Self>) {
        let clock = Arc::clone(&self.ground.clock);
        let ours = self.lead.is_some() || !chore.led();
        let round = async move {
            if !ours {
                return chore;
            }
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

/// Takes or keeps the lead. `None`: another node has it, or the store does not answer.
async fn keep_lead(ground: &Ground, lead: Option<Lead>) -> Option<Lead> {
    let now = ground.clock.now();
    if let Some(lead) = lead.filter(|lead| now < lead.renew_at) {
        return Some(lead);
    }
    let lease = ground.rules.lease;
    match ground.jobs.lead(ground.node, now, now.plus(lease)).await {
        Ok(term) => {
            let term = term?;
            if lead.is_none_or(|lead| lead.term != term) {
                tracing::info!(term = term.0, "this node leads");
            }
            let renew_at = now.plus(lease / 3);
            Some(Lead { term, renew_at })
        }
        Err(error) => {
            tracing::warn!(error = %error, "the lead could not be kept");
            None
        }
    }
}

/// Ends a lapsed attempt. Two rescuers do no harm: the second one's completion is stale.
async fn rescue(ground: &Ground, term: Term, Expired { job, deadline }: Expired) {
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
        trace: job.trace,
    };
    tracing::warn!(job.id = %lease.job, job.epoch = lease.epoch, deadline, "a lapsed attempt was ended");
    ground.end_lost(&claimed, node, failure, Some(term)).await;
    // Not before: an attempt that hears of it first would end itself as stopped.
    ground.held.stop(lease);
}

impl Actor for LeaseKeeper {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(self.ground.rules.beat, Self::beat);
        ctx.run_interval(self.ground.rules.reap, Self::reap);
        ctx.run_interval(TIDY_EVERY, Self::tidy);
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
