//! Chooses who answers: ordered routes for each class of models, within the limits of each provider; what one cannot answer goes
//! to the next before anybody sees it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::call;
use super::chat::{ChatEvent, ChatProvider, ChatRequest, ChatStream, ModelInfo};
use super::endpoint::{Events, Opened};
use super::hedge::{Began, Hedging, race};
use super::route::{Route, input_tokens};
use super::running::{Patience, Running, pass_on};
use super::slots::Held;
use super::tried::{Tried, stopped, told};
use super::trouble::{Trouble, TroubleKind};
use super::watch::RouteWatch;
use crate::domain::chat::ProviderState;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::IdSource;
use crate::domain::policy::quota::Quotas;
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::tracer::Tracer;
use crate::storage::limits::{Limits, Slot, SlotAsked, Subject, Taken};

/// How patient the router is.
#[derive(Clone, Copy, Debug)]
pub struct RouterRules {
    /// How long a request may wait here for a provider that has room.
    pub queue: Duration,
    /// How long the first piece of an answer may take while another provider could be asked.
    pub first_token: Duration,
    /// How long may pass between two pieces.
    pub between: Duration,
    /// How long an answer may take in all.
    pub in_all: Duration,
}

impl Default for RouterRules {
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(10),
            first_token: Duration::from_millis(1_200),
            between: Duration::from_secs(10),
            in_all: Duration::from_secs(50),
        }
    }
}

/// How long is waited at least before all are asked again.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

/// Routes requests to providers.
pub struct Router {
    /// The providers, the first choice first.
    pub routes: Vec<Arc<Route>>,
    /// How patient it is.
    pub rules: RouterRules,
    /// What all nodes limit together.
    pub limits: Arc<dyn Limits>,
    /// Who counts.
    pub watch: Arc<dyn RouteWatch>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Names of held slots.
    pub ids: Arc<IdSource>,
    /// What tenants may use: charged with what an answer took, however it ended.
    pub budgets: Quotas,
    /// Names and records what is asked.
    pub tracer: Tracer,
    /// Whether slow requests may be asked twice.
    pub hedging: Option<Hedging>,
}

/// A provider and the model that is asked there.
type Candidate = (Arc<Route>, String);

#[async_trait]
impl ChatProvider for Router {
    async fn chat(
        &self,
        request: ChatRequest,
        stop: CancellationToken,
    ) -> Result<ChatStream, Failure> {
        let asked_at = self.clock.now();
        let mut candidates = self.candidates(request.model.as_deref())?;
        let mut tried = Tried::default();
        loop {
            tried.again = None;
            for index in 0..candidates.len() {
                let next = candidates.get(index + 1);
                let Some(candidate) = candidates.get(index) else {
                    break;
                };
                if let Some(slot) = self.room(candidate, &request, &mut tried).await {
                    let asked = Asked {
                        request: &request,
                        stop: &stop,
                        since: asked_at,
                        next,
                        slot,
                    };
                    match self.ask(candidate, asked, &mut tried).await {
                        Some(stream) => return Ok(stream),
                        None if stop.is_cancelled() => return Err(stopped()),
                        None => {}
                    }
                }
            }
            // Who will never answer is not asked again.
            candidates.retain(|(route, _)| {
                tried
                    .troubles
                    .get(&route.settings.name)
                    .is_none_or(|trouble| trouble.kind.passes())
            });
            let waited = self.clock.now().since(asked_at);
            let left = self.rules.queue.saturating_sub(waited);
            let again = tried.again.unwrap_or_default().max(SHORTEST_WAIT);
            let in_vain = left.is_zero() || again > left;
            let refused = tried
                .troubles
                .values()
                .any(|trouble| !trouble.kind.may_go_elsewhere());
            if candidates.is_empty() || in_vain || refused {
                return Err(told(&tried));
            }
            tried.turn = self
                .wait(&candidates, &request, again.min(left), &stop)
                .await?;
        }
    }

    fn models(&self) -> Vec<ModelInfo> {
        let mut seen = Vec::new();
        let mut models = Vec::new();
        for route in &self.routes {
            let settings = &route.settings;
            for (class, model) in [("fast", &settings.fast), ("strong", &settings.strong)] {
                let Some(model) = model else { continue };
                let first = !seen.contains(&class);
                seen.push(class);
                models.push(ModelInfo {
                    id: format!("{}/{model}", settings.name),
                    provider: settings.name.clone(),
                    description: format!("The {class} model of {}.", settings.name),
                    class: first.then_some(class),
                });
            }
        }
        models
    }

    fn states(&self) -> Vec<ProviderState> {
        let now = self.clock.now();
        self.routes.iter().map(|route| route.state(now)).collect()
    }
}

/// A request on its way to one provider.
struct Asked<'r> {
    request: &'r ChatRequest,
    stop: &'r CancellationToken,
    since: Timestamp,
    /// Who could be asked instead.
    next: Option<&'r Candidate>,
    slot: Held,
}

impl Router {
    /// Who could answer, the first choice first.
    fn candidates(&self, model: Option<&str>) -> Result<Vec<Candidate>, Failure> {
        let with = |choose: &dyn Fn(&Route) -> Option<String>| -> Vec<Candidate> {
            let found = self.routes.iter();
            found
                .filter_map(|route| Some((Arc::clone(route), choose(route)?)))
                .collect()
        };
        let found = match model {
            None | Some("fast") => with(&|route| {
                route
                    .settings
                    .fast
                    .clone()
                    .or(route.settings.strong.clone())
            }),
            Some("strong") => with(&|route| {
                route
                    .settings
                    .strong
                    .clone()
                    .or(route.settings.fast.clone())
            }),
            Some(named) => with(&|route| {
                let settings = &route.settings;
                let bare = named
                    .strip_prefix(&format!("{}/", settings.name))
                    .unwrap_or(named);
                let known = [&settings.fast, &settings.strong];
                known
                    .into_iter()
                    .flatten()
                    .find(|model| *model == bare)
                    .cloned()
            }),
        };
        if found.is_empty() {
            let models = self.models();
            let names: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
            let asked = model.unwrap_or("fast");
            let message = format!(
                "there is no model `{asked}`; there are fast, strong, {}",
                names.join(", ")
            );
            return Err(Failure::new(FailureCode::BadRequest, message));
        }
        Ok(found)
    }

    /// Whether a provider has room for a request: it is well, its rates are not used up, and a slot is free.
    async fn room(
        &self,
        (route, _): &Candidate,
        request: &ChatRequest,
        tried: &mut Tried,
    ) -> Option<Held> {
        let now = self.clock.now();
        if let Err(wait) = route.admits(now) {
            tried.later(wait);
            return None;
        }
        let Some(slot) = tried.slot(route) else {
            tried.later(route.predicted_wait().min(Duration::from_millis(250)));
            return None;
        };
        let subject = Subject::provider(&route.settings.name);
        let tokens = input_tokens(request) + u64::from(request.max_output_tokens) / 4;
        match self.limits.take(&subject, &route.rates(tokens)).await {
            Taken::Granted(_) => Some(slot),
            Taken::Refused { wait, .. } => {
                tried.later(wait.unwrap_or(self.rules.queue));
                tried.last = Some((route.settings.name.clone(), "own_limit"));
                None
            }
        }
    }

    /// Asks one provider. `None`: it did not begin to answer, and what stood in the way is in `tried`.
    async fn ask(
        &self,
        candidate: &Candidate,
        asked: Asked<'_>,
        tried: &mut Tried,
    ) -> Option<ChatStream> {
        let started = self.clock.now();
        let (route, model) = candidate;
        let running = self
            .running(route, model, asked.request, asked.slot, started)
            .await?;
        let name = route.settings.name.clone();
        if let Some((from, reason)) = tried.last.take()
            && from != name
        {
            self.watch.failed_over(&from, &name, reason);
        }
        self.watch.held(started.since(asked.since));
        let first = self.begin(running, asked.request, asked.next.is_none());
        let begun = tokio::select! {
            biased;
            () = asked.stop.cancelled() => return None,
            begun = self.hedged(candidate, asked.next, asked.request, first) => begun,
        };
        match begun {
            Ok(begun) => {
                let patience = Patience {
                    between: self.rules.between,
                    in_all: self.rules.in_all,
                };
                Some(pass_on(
                    begun.running,
                    begun.first,
                    begun.rest,
                    asked.stop.clone(),
                    patience,
                ))
            }
            Err(trouble) => {
                if trouble.kind.passes() {
                    let wait = route.admits(self.clock.now()).err();
                    tried.later(wait.unwrap_or(Duration::from_millis(200)));
                }
                tried.last = Some((name.clone(), trouble.kind.name()));
                tried.troubles.insert(name, trouble);
                None
            }
        }
    }

    /// Waits for an answer to begin; where that takes longer than usual and the budget allows, asks the next provider too.
    async fn hedged(
        &self,
        (route, _): &Candidate,
        next: Option<&Candidate>,
        request: &ChatRequest,
        first: impl Future<Output = Result<Begun, Trouble>>,
    ) -> Result<Begun, Trouble> {
        let Some(hedging) = &self.hedging else {
            return first.await;
        };
        hedging.asked();
        let (Some(next), Some(slow)) = (next, route.slow_first_token()) else {
            return first.await;
        };
        let started = self.clock.now();
        let second = async {
            if !hedging.take() {
                return None;
            }
            let slot = self.room(next, request, &mut Tried::default()).await?;
            let (other, model) = next;
            let running = self.running(other, model, request, slot, self.clock.now());
            let begun = self.begin(running.await?, request, false).await;
            self.watch.hedged(begun.is_ok());
            begun.ok()
        };
        match race(first, slow, second).await {
            Began::First(begun) => begun,
            Began::Second(begun) => {
                // It would have taken at least so long.
                route.first_token_took(self.clock.now().since(started));
                Ok(begun)
            }
        }
    }

    /// Takes the slot that all nodes share, and writes down what the request holds.
    async fn running(
        &self,
        route: &Arc<Route>,
        model: &str,
        request: &ChatRequest,
        slot: Held,
        started: Timestamp,
    ) -> Option<Running> {
        let holder = self.ids.uuid(started);
        let subject = Subject::provider(&route.settings.name);
        let shared = SlotAsked {
            holder,
            most: u32::try_from(route.settings.in_flight).unwrap_or(u32::MAX),
            lapse: self.rules.in_all + Duration::from_secs(5),
        };
        if let Slot::Full { .. } = self.limits.take_slot(&subject, shared).await {
            return None;
        }
        let (in_flight, waiting) = route.slots.load();
        self.watch.load(&route.settings.name, in_flight, waiting);
        let input = input_tokens(request);
        Some(Running {
            route: Arc::clone(route),
            model: model.to_owned(),
            limits: Arc::clone(&self.limits),
            watch: Arc::clone(&self.watch),
            clock: Arc::clone(&self.clock),
            started,
            reserved: input + u64::from(request.max_output_tokens) / 4,
            input,
            written: 0,
            sent: false,
            tenant: request.tenant.clone(),
            budget: *self.budgets.of(request.tier),
            holder,
            slot: Some(slot),
            settled: false,
            part: call::begin(&self.tracer, &route.settings.name, model, request),
        })
    }

    /// Sends a request and reads until the first text or call. The last that could be asked is given more time: nobody is left
    /// to do better.
    async fn begin(
        &self,
        mut running: Running,
        request: &ChatRequest,
        last: bool,
    ) -> Result<Begun, Trouble> {
        let patience = if last {
            self.rules.in_all
        } else {
            self.rules.first_token
        };
        let (route, model) = (Arc::clone(&running.route), running.model.clone());
        running.sent = true;
        let part = running.part.context();
        let opened = open(&route, &model, (request, part), self.clock.as_ref());
        let opened = timeout(patience, opened).await.unwrap_or_else(|_| {
            let detail = "no first token in time";
            Err(Trouble::new(TroubleKind::Timeout, detail))
        });
        let name = &route.settings.name;
        match opened {
            Ok((mut first, rest)) => {
                let took = self.clock.now().since(running.started);
                call::begun(&mut running.part, took);
                self.watch.first_token(name, &model, took);
                route.first_token_took(took);
                let routed = ChatEvent::Routed {
                    provider: name.clone(),
                    model,
                };
                first.insert(0, routed);
                Ok(Begun {
                    running,
                    first,
                    rest,
                })
            }
            Err(trouble) => {
                running.ended_ill(&trouble);
                tracing::info!(provider = %name, trouble = trouble.kind.name(), reason = %trouble.message, "a provider did not answer");
                Err(trouble)
            }
        }
    }

    /// Waits until somebody may have room: for a slot of the provider whose queue is shortest, in turn with other tenants, or for
    /// the time that providers asked for.
    async fn wait(
        &self,
        candidates: &[Candidate],
        request: &ChatRequest,
        most: Duration,
        stop: &CancellationToken,
    ) -> Result<Option<(String, Held)>, Failure> {
        let now = self.clock.now();
        let full = candidates.iter().filter(|(route, _)| {
            route.admits(now).is_ok() && route.slots.load().0 >= route.slots.most()
        });
        let shortest = full.min_by_key(|(route, _)| route.predicted_wait());
        let turn = async {
            match shortest {
                Some((route, _)) => {
                    let held = route.slots.wait(&request.tenant).await;
                    (route.settings.name.clone(), held)
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(stopped()),
            turn = timeout(most, turn) => Ok(turn.ok()),
        }
    }
}

/// An answer that has begun.
struct Begun {
    running: Running,
    first: Vec<ChatEvent>,
    rest: Events,
}

/// Sends a request and reads until the first text or call.
async fn open(
    route: &Route,
    model: &str,
    (request, part): (&ChatRequest, TraceContext),
    clock: &dyn Clock,
) -> Result<(Vec<ChatEvent>, Events), Trouble> {
    let Opened {
        mut events,
        exhausted_for,
    } = route.upstream.open(model, request, Some(part)).await?;
    if let Some(wait) = exhausted_for {
        route.leave_alone(clock.now(), wait);
    }
    let mut first = Vec::new();
    while let Some(event) = events.next().await {
        let event = event?;
        let content = !matches!(event, ChatEvent::Routed { .. });
        first.push(event);
        if content {
            return Ok((first, events));
        }
    }
    Err(Trouble::new(
        TroubleKind::Connection,
        "the answer was empty",
    ))
}
