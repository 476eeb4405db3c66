//! Job events: takes what the bus tells and passes it to the sessions and waiters that it concerns.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use tokio::sync::{mpsc, oneshot};

use super::handle::{SseFrame, Subscription};
use super::runner::Ground;
use super::sse_session::{
    Beginning, CatchUp, DrainSession, Ends, FRAMES_WAITING, Hearing, HubGone, PanicSession,
    SessionEnded, SseSession, Told,
};
use crate::domain::ids::{JobId, SessionId};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::events::ToldEvent;

/// The receiving end of a session.
#[derive(MessageResponse)]
pub struct Frames(pub mpsc::Receiver<SseFrame>);

/// Order: start a session that begins there; answered by its frames.
#[derive(Message)]
#[rtype(result = "Frames")]
pub struct Open(pub Subscription, pub Beginning);

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

/// Order: end at once, sessions and all.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StopEvents;

/// Order of a fault plan: one session panics.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PanicOne;

/// Order of a fault plan: the actor itself panics.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PanicHub;

#[derive(Message)]
#[rtype(result = "()")]
struct Heard(ToldEvent);

#[derive(Message)]
#[rtype(result = "()")]
struct LostSight;

/// A session, and whether it was told to ask for what could not be passed on.
struct Listening {
    address: Addr<SseSession>,
    behind: Arc<AtomicBool>,
}

impl Listening {
    /// Passes an event on. A session whose mailbox is full gets no more until it has seen that it is behind; then it
    /// replays, and what was held back is in the replay.
    fn pass(&self, told: &Told) {
        if !self.behind.load(Ordering::SeqCst) && self.address.try_send(told.clone()).is_err() {
            self.catch_up();
        }
    }

    fn catch_up(&self) {
        if !self.behind.swap(true, Ordering::SeqCst) {
            #[expect(
                clippy::disallowed_methods,
                reason = "at most one waits for a session, and one that does not fit would be lost"
            )]
            self.address.do_send(CatchUp);
        }
    }
}

/// The job-event actor.
pub struct JobEventsActor {
    ground: Ground,
    sessions: BTreeMap<TenantId, BTreeMap<SessionId, Listening>>,
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

    fn everyone(&self) -> impl Iterator<Item = &Listening> {
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
        let Some(sessions) = self.sessions.get(&told.tenant) else {
            return;
        };
        let told = Told(Arc::new(Hearing::of(told)));
        for session in sessions.values() {
            session.pass(&told);
        }
    }
}

impl Handler<LostSight> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, _: LostSight, ctx: &mut Self::Context) {
        self.listen(ctx);
        // Whoever waits finds its channel closed, and looks for itself.
        self.waiters.clear();
        self.everyone().for_each(Listening::catch_up);
    }
}

impl Handler<Open> for JobEventsActor {
    type Result = Frames;

    fn handle(&mut self, Open(subscription, beginning): Open, ctx: &mut Self::Context) -> Frames {
        let now: Timestamp = self.ground.clock.now();
        let id = SessionId(self.ground.ids.uuid(now));
        let (frames, received) = mpsc::channel(FRAMES_WAITING);
        let tenant = subscription.tenant.clone();
        let behind = Arc::new(AtomicBool::new(false));
        let ends = Ends {
            frames,
            hub: ctx.address().recipient(),
            behind: Arc::clone(&behind),
        };
        let session = SseSession::new(id, subscription, beginning, self.ground.clone(), ends);
        let address = session.start();
        self.sessions
            .entry(tenant)
            .or_default()
            .insert(id, Listening { address, behind });
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
        self.waiters.clear();
        let mut told = 0;
        for session in self.everyone() {
            #[expect(
                clippy::disallowed_methods,
                reason = "once for a session, however full its mailbox is"
            )]
            session.address.do_send(DrainSession);
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
            drop(session.address.try_send(PanicSession));
        }
    }
}

impl Handler<StopEvents> for JobEventsActor {
    type Result = ();

    fn handle(&mut self, _: StopEvents, ctx: &mut Self::Context) {
        ctx.terminate();
    }
}

impl Handler<PanicHub> for JobEventsActor {
    type Result = ();

    #[expect(clippy::panic, reason = "this is the fault itself")]
    fn handle(&mut self, _: PanicHub, _: &mut Self::Context) {
        panic!("a fault plan made the job-event actor panic");
    }
}

impl Drop for JobEventsActor {
    /// A session without its actor would stay open and tell nothing: its client has to connect again, and resumes.
    fn drop(&mut self) {
        for session in self.everyone() {
            #[expect(
                clippy::disallowed_methods,
                reason = "once for a session, however full its mailbox is"
            )]
            session.address.do_send(HubGone);
        }
    }
}
