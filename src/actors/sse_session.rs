//! One client's event stream: replays what it missed, follows what comes, and is cut when it does not keep up.

use std::sync::Arc;

use actix::prelude::*;
use tokio::sync::mpsc;

use super::handle::{SseFrame, Subscription};
use super::runner::Ground;
use crate::domain::ids::SessionId;
use crate::storage::events::{EventId, ToldEvent};

/// Frames that may wait for a client before it is cut.
pub const FRAMES_WAITING: usize = 256;

/// Report: an event of the session's tenant.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub struct Told(pub ToldEvent);

/// Order: say that something was lost and catch up.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct CatchUp;

/// Order: the node is stopping; say so and end.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct DrainSession;

/// Order of a fault plan: panic here and now.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub struct PanicSession;

/// Report: a session ended.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct SessionEnded(pub SessionId);

/// One client's event stream.
pub struct SseSession {
    id: SessionId,
    subscription: Subscription,
    frames: mpsc::Sender<SseFrame>,
    ground: Ground,
    hub: Recipient<SessionEnded>,
    last: Option<EventId>,
    replaying: bool,
    missed: Vec<ToldEvent>,
    cut: Option<&'static str>,
}

impl SseSession {
    /// A session that puts its frames on `frames` and reports its end to `hub`.
    pub fn new(
        id: SessionId,
        subscription: Subscription,
        frames: mpsc::Sender<SseFrame>,
        ground: Ground,
        hub: Recipient<SessionEnded>,
    ) -> Self {
        Self {
            id,
            subscription,
            frames,
            ground,
            hub,
            last: None,
            replaying: false,
            missed: Vec::new(),
            cut: None,
        }
    }

    fn wants(&self, told: &ToldEvent) -> bool {
        told.tenant == self.subscription.tenant
            && self
                .subscription
                .document
                .is_none_or(|wanted| wanted == told.event.document)
            && self
                .subscription
                .job
                .is_none_or(|wanted| Some(wanted) == told.event.job)
    }

    /// Puts an event on the stream, once, and in order.
    fn pass(&mut self, told: &ToldEvent, ctx: &mut Context<Self>) {
        if self.last.is_some_and(|last| told.id <= last) {
            return;
        }
        self.last = Some(told.id);
        if self.wants(told) {
            let frame = SseFrame {
                event: told.event.fact.name(),
                id: Some(told.id.to_string()),
                data: Arc::clone(&told.json),
            };
            self.put(frame, ctx);
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

    /// Replays what was told after `after`; what comes meanwhile waits.
    fn replay(&mut self, after: EventId, ctx: &mut Context<Self>) {
        self.replaying = true;
        let events = Arc::clone(&self.ground.events);
        let tenant = self.subscription.tenant.clone();
        let asked = async move { events.replay(&tenant, after).await };
        ctx.spawn(asked.into_actor(self).map(move |answer, session, ctx| {
            session.replaying = false;
            match answer {
                Ok(replay) => {
                    if replay.gap {
                        session.gap("some events are no longer kept", ctx);
                    }
                    for told in &replay.events {
                        session.pass(told, ctx);
                    }
                }
                Err(_) => session.gap("the event store does not answer", ctx),
            }
            for told in std::mem::take(&mut session.missed) {
                session.pass(&told, ctx);
            }
        }));
    }

    fn gap(&mut self, reason: &str, ctx: &mut Context<Self>) {
        let data = serde_json::json!({
            "reason": reason,
            "advice": "read the jobs and documents you follow once, then go on with this stream",
        });
        self.put(
            SseFrame {
                event: "gap",
                id: None,
                data: data.to_string().into(),
            },
            ctx,
        );
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
        match self
            .subscription
            .last_event_id
            .as_deref()
            .map(str::parse::<EventId>)
        {
            None => {}
            Some(Ok(after)) => {
                self.last = Some(after);
                self.replay(after, ctx);
            }
            Some(Err(())) => self.gap("the Last-Event-ID is not one of ours", ctx),
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

    fn handle(&mut self, Told(told): Told, ctx: &mut Self::Context) {
        if self.replaying {
            self.missed.push(told);
        } else {
            self.pass(&told, ctx);
        }
    }
}

impl Handler<CatchUp> for SseSession {
    type Result = ();

    fn handle(&mut self, _: CatchUp, ctx: &mut Self::Context) {
        match self.last {
            Some(last) => self.replay(last, ctx),
            None => self.gap("the node lost sight of the events for a moment", ctx),
        }
    }
}

impl Handler<DrainSession> for SseSession {
    type Result = ();

    fn handle(&mut self, _: DrainSession, ctx: &mut Self::Context) {
        let data: Arc<str> = "{\"reason\":\"the node is stopping; connect again\"}".into();
        self.put(
            SseFrame {
                event: "drain",
                id: None,
                data,
            },
            ctx,
        );
        self.cut = Some("drain");
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
