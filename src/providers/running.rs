//! An answer that has begun: passed on, timed, counted, and ended when nobody reads it any more.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::call;
use super::chat::{ChatEvent, ChatStream, TokenUsage};
use super::endpoint::Events;
use super::route::Route;
use super::slots::Held;
use super::trouble::{Trouble, TroubleKind};
use super::watch::RouteWatch;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::policy::quota::{Metered, Quota};
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::tracer::Open;
use crate::storage::limits::{Limits, Subject};

/// What an answer holds while it runs; all of it is given back when it is dropped.
pub(super) struct Running {
    pub(super) route: Arc<Route>,
    pub(super) model: String,
    pub(super) limits: Arc<dyn Limits>,
    pub(super) watch: Arc<dyn RouteWatch>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) started: Timestamp,
    /// Tokens that were taken from the rate before it was known what is used.
    pub(super) reserved: u64,
    /// Tokens that are read, by our own count.
    pub(super) input: u64,
    /// Bytes that were written so far.
    pub(super) written: usize,
    /// The provider has the request: it reads it, and charges for that.
    pub(super) sent: bool,
    /// Who asked, and what they may use.
    pub(super) tenant: TenantId,
    pub(super) budget: Quota,
    pub(super) holder: Uuid,
    pub(super) slot: Option<Held>,
    pub(super) settled: bool,
    /// The call as a part of a trace.
    pub(super) part: Open,
}

impl Running {
    /// It ended: what it used is counted, and what was reserved too much given back.
    fn settle(&mut self, usage: TokenUsage) -> TokenUsage {
        self.settled = true;
        let usage = self.route.priced(&self.model, usage);
        call::used(&mut self.part, usage);
        let name = self.route.settings.name.as_str();
        self.watch.used(name, &self.model, usage);
        let more = i64::try_from(usage.total()).unwrap_or(i64::MAX)
            - i64::try_from(self.reserved).unwrap_or(i64::MAX);
        let [_, tokens] = self.route.rates(0);
        let (limits, subject) = (Arc::clone(&self.limits), Subject::provider(name));
        let (payer, budget) = (Subject::tenant(&self.tenant), self.budget);
        spawn(async move {
            limits
                .charge(&subject, tokens.name, tokens.rate, more)
                .await;
            for (metered, spent) in [
                (Metered::AiTokens, usage.total()),
                (Metered::AiMoney, usage.micro_dollars),
            ] {
                if let Some(rate) = budget.of(metered)
                    && spent > 0
                {
                    let spent = i64::try_from(spent).unwrap_or(i64::MAX);
                    limits.charge(&payer, metered.name(), rate, spent).await;
                }
            }
        });
        usage
    }

    fn ended_well(&self) {
        let now = self.clock.now();
        self.route.ended_well(now, now.since(self.started));
        self.watch.asked(&self.route.settings.name, "ok");
    }

    pub(super) fn ended_ill(&mut self, trouble: &Trouble) {
        // What it refused or broke off before a word it does not charge for.
        self.sent = self.written > 0;
        self.part.fail(trouble.kind.name());
        self.route.ended_ill(self.clock.now(), trouble);
        self.watch
            .asked(&self.route.settings.name, trouble.kind.name());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.settled {
            // Who stops reading has had what was written until then, and the provider charges for it.
            let usage = TokenUsage {
                input: if self.sent { self.input } else { 0 },
                output: self.written as u64 / 4,
                estimated: true,
                ..TokenUsage::default()
            };
            self.settle(usage);
        }
        drop(self.slot.take());
        let name = &self.route.settings.name;
        let (in_flight, waiting) = self.route.slots.load();
        self.watch.load(name, in_flight, waiting);
        let (limits, subject) = (Arc::clone(&self.limits), Subject::provider(name));
        let holder = self.holder;
        spawn(async move { limits.free_slot(&subject, holder).await });
    }
}

/// Where no runtime is left, the process ends, and what it held lapses.
fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(work);
    }
}

/// How long may pass between two pieces, and in all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) between: Duration,
    pub(super) in_all: Duration,
}

/// Passes on what comes, after what came already.
pub(super) fn pass_on(
    running: Running,
    first: Vec<ChatEvent>,
    rest: Events,
    stop: CancellationToken,
    patience: Patience,
) -> ChatStream {
    let first = stream::iter(first.into_iter().map(Ok::<_, Trouble>));
    let state = (running, first.chain(rest).boxed(), stop, false);
    stream::unfold(state, move |(mut running, mut events, stop, over)| async move {
        if over {
            return None;
        }
        let next = tokio::select! {
            biased;
            () = stop.cancelled() => {
                let stopped = Failure::new(FailureCode::ProviderUnavailable, "the answer was stopped");
                return Some((Err(stopped), (running, stream::empty().boxed(), stop, true)));
            }
            next = within(&running, patience, events.next()) => next,
        };
        let (event, over) = seen(&mut running, next);
        Some((event, (running, events, stop, over)))
    })
    .boxed()
}

async fn within(
    running: &Running,
    patience: Patience,
    next: impl Future<Output = Option<Result<ChatEvent, Trouble>>>,
) -> Result<ChatEvent, Trouble> {
    let spent = running.clock.now().since(running.started);
    let left = patience.in_all.saturating_sub(spent).min(patience.between);
    match timeout(left, next).await {
        Ok(Some(event)) => event,
        Ok(None) => Err(Trouble::new(
            TroubleKind::Connection,
            "the answer was cut off",
        )),
        Err(_) => Err(Trouble::new(TroubleKind::Timeout, "the answer stood still")),
    }
}

fn seen(
    running: &mut Running,
    next: Result<ChatEvent, Trouble>,
) -> (Result<ChatEvent, Failure>, bool) {
    match next {
        Ok(ChatEvent::Done { reason, mut usage }) => {
            if usage.estimated {
                usage.input = running.input;
            }
            running.ended_well();
            let usage = running.settle(usage);
            (Ok(ChatEvent::Done { reason, usage }), true)
        }
        Ok(event) => {
            if let ChatEvent::Text(text) = &event {
                running.written += text.len();
            }
            (Ok(event), false)
        }
        Err(trouble) => {
            running.ended_ill(&trouble);
            let message = format!("{}: {}", running.route.settings.name, trouble.message);
            (
                Err(Failure::new(FailureCode::ProviderUnavailable, message)),
                true,
            )
        }
    }
}
