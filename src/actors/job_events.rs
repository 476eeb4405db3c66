//! Job events: takes what the bus tells and passes it to the sessions and waiters that it concerns.

use std::collections::BTreeMap;

use actix::prelude::*;
use tokio::sync::{mpsc, oneshot};

use super::handle::{SseFrame, Subscription};
use super::runner::Ground;
use super::sse_session::{
    CatchUp, DrainSession, FRAMES_WAITING, PanicSession, SessionEnded, SseSession, Told,
};
use crate::domain::ids::{JobId, SessionId};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::events::ToldEvent;

/// The receiving end of a session.
#[derive(MessageResponse)]
pub struct Frames(pub mpsc::Receiver<SseFrame>);

/// Order: start a session; answered by its frames.
#[derive(Message)]
#[rtype(result = "Frames")]
pub struct Open(pub Subscription);

/// Order: say when a job ends.
#[derive(Message)]
#[rtype(result = "()")]
pub struct TellEnd(pub JobId, pub oneshot::Sender<()>);

/// Order: the node is stopping; end all sessions.
#[derive(Message)]
#[rtype(result = "usize")]
pub struct DrainAll;

/// Question: how many sessions are open?
#[derive(Message)]
#[rtype(result = "usize")]
pub struct CountSessions;

/// Order of a fault plan: one session panics.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PanicOne;

#[derive(Message)]
#[rtype(result = "()")]
struct Heard(ToldEvent);

#[derive(Message)]
#[rtype(result = "()")]
struct LostSight;

/// The job-event actor.
pub struct JobEventsActor {
    ground: Ground,
    sessions: BTreeMap<TenantId, BTreeMap<SessionId, Addr<SseSession>>>,
    waiters: BTreeMap<JobId, Vec<oneshot::Sender<()>>>,
}

impl JobEventsActor {
    /// An actor that follows the bus of `ground`.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            sessions: BTreeMap::new(),
            waiters: BTreeMap::new(),
        }
    }

    /// Reads the bus for as long as the actor lives. A closed channel means that we fell behind: subscribe again, and
    /// let everyone catch up.
    fn listen(&self, ctx: &mut Context<Self>) {
        let mut told = self.ground.events.subscribe();
        let me = ctx.address();
        ctx.spawn(
            async move {
                while let Some(event) = told.recv().await {
                    if me.send(Heard(event)).await.is_err() {
                        return;
                    }
                }
                // An actor that is gone needs to catch up with nothing.
                drop(me.try_send(LostSight));
            }
            .into_actor(self),
        );
    }

    fn everyone(&self) -> impl Iterator<Item = &Addr<SseSession>> {
        self.sessions.values().flat_map(BTreeMap::values)
    }
}

impl Actor for JobEventsActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(4_096);
        self.listen(ctx);
    }
}

impl Handler<Heard> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, Heard(told): Heard, _: &mut Self::Context) {
        if told.event.fact.is_terminal()
            && let Some(job) = told.event.job
        {
            for waiter in self.waiters.remove(&job).unwrap_or_default() {
                // Whoever waited may have left.
                let _ = waiter.send(());
            }
        }
        for session in self
            .sessions
            .get(&told.tenant)
            .into_iter()
            .flat_map(BTreeMap::values)
        {
            // A full mailbox means a session that does not keep up; it finds the gap by itself when it does.
            if session.try_send(Told(told.clone())).is_err() {
                drop(session.try_send(CatchUp));
            }
        }
    }
}

impl Handler<LostSight> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, _: LostSight, ctx: &mut Self::Context) {
        self.listen(ctx);
        self.waiters.clear();
        for session in self.everyone() {
            drop(session.try_send(CatchUp));
        }
    }
}

impl Handler<Open> for JobEventsActor {
    type Result = Frames;

    fn handle(&mut self, Open(subscription): Open, ctx: &mut Self::Context) -> Frames {
        let now: Timestamp = self.ground.clock.now();
        let id = SessionId(self.ground.ids.uuid(now));
        let (frames, received) = mpsc::channel(FRAMES_WAITING);
        let tenant = subscription.tenant.clone();
        let hub = ctx.address().recipient();
        let session = SseSession::new(id, subscription, frames, self.ground.clone(), hub);
        self.sessions
            .entry(tenant)
            .or_default()
            .insert(id, session.start());
        Frames(received)
    }
}

impl Handler<SessionEnded> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, SessionEnded(id): SessionEnded, _: &mut Self::Context) {
        self.sessions.retain(|_, sessions| {
            sessions.remove(&id);
            !sessions.is_empty()
        });
    }
}

impl Handler<TellEnd> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, TellEnd(job, waiter): TellEnd, _: &mut Self::Context) {
        let waiters = self.waiters.entry(job).or_default();
        waiters.retain(|waiter| !waiter.is_closed());
        waiters.push(waiter);
    }
}

impl Handler<DrainAll> for JobEventsActor {
    type Result = usize;

    fn handle(&mut self, _: DrainAll, _: &mut Self::Context) -> usize {
        let mut told = 0;
        for session in self.everyone() {
            drop(session.try_send(DrainSession));
            told += 1;
        }
        told
    }
}

impl Handler<CountSessions> for JobEventsActor {
    type Result = usize;

    fn handle(&mut self, _: CountSessions, _: &mut Self::Context) -> usize {
        self.everyone().count()
    }
}

impl Handler<PanicOne> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, _: PanicOne, _: &mut Self::Context) {
        if let Some(session) = self.everyone().next() {
            drop(session.try_send(PanicSession));
        }
    }
}
