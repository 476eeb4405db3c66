//! One client's event stream: replays what it missed, follows what comes, and is cut when it does not keep up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use tokio::sync::mpsc;

use super::handle::{SseFrame, Subscription};
use super::runner::Ground;
use crate::domain::ids::SessionId;
use crate::storage::error::StoreError;
use crate::storage::events::{EventId, Replay, ToldEvent};

/// Frames that may wait for a client before it is cut.
pub const FRAMES_WAITING: usize = 256;

/// Events that are kept while a replay is asked for. One that gets more asks for another replay instead.
const MISSED_KEPT: usize = 256;

/// An event, and what every session that follows it sends.
#[derive(Debug)]
pub struct Hearing {
    /// The event.
    pub told: ToldEvent,
    frame: SseFrame,
}

impl Hearing {
    /// Writes the frame of an event.
    pub fn of(told: ToldEvent) -> Self {
        let id = told.id.to_string();
        let frame = SseFrame::new(told.event.fact.name(), Some(&id), &told.json);
        Self { told, frame }
    }
}

/// Report: an event of the session's tenant.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub struct Told(pub Arc<Hearing>);

/// Order: something may have been lost on the way here; ask for it again.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct CatchUp;

/// Order: the node is stopping; say so and end.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct DrainSession;

/// Report: the actor that tells of events is gone; the client has to connect again.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct HubGone;

/// Order of a fault plan: panic here and now.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct PanicSession;

/// Report: a session ended.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct SessionEnded(pub SessionId);

/// Where a stream begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// After the last event that the client saw.
    After(EventId),
    /// With what happens from now on.
    Now(EventId),
    /// With what happens from now on, after saying that something may be missing, and why.
    Gap(&'static str, Option<EventId>),
}

impl Beginning {
    fn id(&self) -> Option<EventId> {
        match self {
            Self::After(id) | Self::Now(id) => Some(*id),
            Self::Gap(_, id) => *id,
        }
    }
}

/// One client's event stream.
pub struct SseSession {
    id: SessionId,
    subscription: Subscription,
    beginning: Beginning,
    frames: mpsc::Sender<SseFrame>,
    ground: Ground,
    hub: Recipient<SessionEnded>,
    /// Set by the hub when it could not pass an event on; until it is cleared here the hub passes none.
    behind: Arc<AtomicBool>,
    last: Option<EventId>,
    replaying: bool,
    /// Another replay is needed after the one that is under way.
    again: bool,
    missed: Vec<Arc<Hearing>>,
    cut: Option<&'static str>,
}

/// Where a session's frames go, and whom it tells that it fell behind.
pub struct Ends {
    /// To the client.
    pub frames: mpsc::Sender<SseFrame>,
    /// To the actor that made it.
    pub hub: Recipient<SessionEnded>,
    /// Shared with the actor that made it.
    pub behind: Arc<AtomicBool>,
}

impl SseSession {
    /// A session between these ends.
    pub fn new(
        id: SessionId,
        subscription: Subscription,
        beginning: Beginning,
        ground: Ground,
        ends: Ends,
    ) -> Self {
        Self {
            id,
            subscription,
            last: beginning.id(),
            beginning,
            frames: ends.frames,
            ground,
            hub: ends.hub,
            behind: ends.behind,
            replaying: false,
            again: false,
            missed: Vec::new(),
            cut: None,
        }
    }

    fn wants(&self, told: &ToldEvent) -> bool {
        told.tenant == self.subscription.tenant
            && self
                .subscription
                .document
                .is_none_or(|wanted| Some(wanted) == told.event.document)
            && self
                .subscription
                .job
                .is_none_or(|wanted| Some(wanted) == told.event.job)
    }

    /// Puts an event on the stream, once, and in order.
    fn pass(&mut self, heard: &Hearing, ctx: &mut Context<Self>) {
        let told = &heard.told;
        if self.last.is_some_and(|last| told.id <= last) {
            return;
        }
        self.last = Some(told.id);
        if self.wants(told) {
            self.put(heard.frame.clone(), ctx);
        }
    }

    fn put(&mut self, frame: SseFrame, ctx: &mut Context<Self>) {
        match self.frames.try_send(frame) {
            Ok(()) => self.ground.telemetry.sse_sent(),
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.cut = Some("slow");
                ctx.terminate();
            }
            Err(mpsc::error::TrySendError::Closed(_)) => ctx.terminate(),
        }
    }

    /// Replays what was told since the last event; what comes meanwhile waits.
    fn catch_up(&mut self, ctx: &mut Context<Self>) {
        if self.replaying {
            self.again = true;
            self.missed.clear();
            return;
        }
        let Some(after) = self.last else {
            self.gap("the node lost sight of the events for a moment", None, ctx);
            return;
        };
        self.replaying = true;
        let events = Arc::clone(&self.ground.events);
        let tenant = self.subscription.tenant.clone();
        let asked = async move {
            // Asked first, so that it is not newer than what is replayed.
            let newest = events.newest(&tenant).await?;
            Ok((newest, events.replay(&tenant, after).await?))
        };
        let answered = asked.into_actor(self);
        ctx.spawn(answered.map(|answer, session, ctx| session.replayed(answer, ctx)));
    }

    fn replayed(&mut self, answer: Result<(EventId, Replay), StoreError>, ctx: &mut Context<Self>) {
        self.replaying = false;
        match answer {
            Ok((newest, replay)) => {
                if replay.gap {
                    let first = replay.events.first();
                    // The id after which nothing is missing: a client that comes back with it is not told of this gap again.
                    let id = first.map_or(newest, |told| told.id.before());
                    self.last = Some(id);
                    self.gap("some events are no longer kept", Some(id), ctx);
                }
                for told in replay.events {
                    self.pass(&Hearing::of(told), ctx);
                }
            }
            Err(_) => self.gap("the event store does not answer", None, ctx),
        }
        if std::mem::take(&mut self.again) {
            self.catch_up(ctx);
            return;
        }
        for heard in std::mem::take(&mut self.missed) {
            self.pass(&heard, ctx);
        }
    }

    fn gap(&mut self, reason: &str, id: Option<EventId>, ctx: &mut Context<Self>) {
        let data = serde_json::json!({
            "reason": reason,
            "advice": "read the jobs and documents you follow once, then go on with this stream",
        });
        let id = id.map(|id| id.to_string());
        self.put(SseFrame::new("gap", id.as_deref(), &data.to_string()), ctx);
    }
}

impl Actor for SseSession {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.ground.telemetry.sse_opened();
        // A client that leaves drops its end of the channel.
        let closed = self.frames.clone();
        ctx.spawn(
            async move { closed.closed().await }
                .into_actor(self)
                .map(|(), _, ctx| ctx.terminate()),
        );
        match self.beginning {
            Beginning::After(_) => {}
            // A client that is cut before its first event comes back with this id, and misses nothing.
            Beginning::Now(id) => {
                self.put(SseFrame::new("hello", Some(&id.to_string()), "{}"), ctx);
            }
            Beginning::Gap(reason, id) => self.gap(reason, id, ctx),
        }
        if self.last.is_some() {
            self.catch_up(ctx);
        }
    }
}

impl Drop for SseSession {
    fn drop(&mut self) {
        self.ground.telemetry.sse_closed(self.cut);
        self.hub.do_send(SessionEnded(self.id));
    }
}

impl Handler<Told> for SseSession {
    type Result = ();

    fn handle(&mut self, Told(heard): Told, ctx: &mut Self::Context) {
        if !self.replaying {
            self.pass(&heard, ctx);
        } else if self.missed.len() >= MISSED_KEPT {
            self.again = true;
            self.missed.clear();
        } else if !self.again {
            self.missed.push(heard);
        }
    }
}

impl Handler<CatchUp> for SseSession {
    type Result = ();

    fn handle(&mut self, _: CatchUp, ctx: &mut Self::Context) {
        // Before the replay is asked for: what the hub held back until here is in it.
        self.behind.store(false, Ordering::SeqCst);
        self.catch_up(ctx);
    }
}

impl Handler<DrainSession> for SseSession {
    type Result = ();

    fn handle(&mut self, _: DrainSession, ctx: &mut Self::Context) {
        let data = "{\"reason\":\"the node is stopping; connect again\"}";
        self.put(SseFrame::new("drain", None, data), ctx);
        self.cut = Some("drain");
        ctx.terminate();
    }
}

impl Handler<HubGone> for SseSession {
    type Result = ();

    fn handle(&mut self, _: HubGone, ctx: &mut Self::Context) {
        self.cut = Some("hub_gone");
        ctx.terminate();
    }
}

impl Handler<PanicSession> for SseSession {
    type Result = ();

    #[expect(clippy::panic, reason = "this is the fault itself")]
    fn handle(&mut self, _: PanicSession, _: &mut Self::Context) {
        panic!("a fault plan made this session panic");
    }
}
