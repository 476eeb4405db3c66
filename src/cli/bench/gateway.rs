//! Ways to an answer that are measured with one client: straight to the provider, through the router, through another gateway.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures_util::StreamExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::figures::{Quantiles, Times};
use crate::app::secrets::id_source;
use crate::domain::policy::quota::Quotas;
use crate::domain::tenant::Tier;
use crate::domain::time::{Clock, SystemClock, Timestamp};
use crate::domain::trace::tracer::Tracer;
use crate::providers::breaker::BreakerRules;
use crate::providers::chat::{ChatEvent, ChatMessage, ChatProvider, ChatRequest};
use crate::providers::endpoint::{Endpoint, Upstream};
use crate::providers::route::{Route, RouteSettings};
use crate::providers::router::{Router, RouterRules};
use crate::providers::watch::RouteWatch;
use crate::providers::wire::Wire;
use crate::storage::limits::in_process::InProcessLimits;

/// The model that is asked for.
const MODEL: &str = "fake";

/// A way to an answer.
#[derive(Clone)]
pub enum Way {
    /// To an address, by nothing but an HTTP client.
    Straight(Arc<Endpoint>),
    /// Through the router, with all its counting.
    Router(Arc<Router>),
}

/// How one answer came.
#[derive(Clone, Debug)]
pub struct Came {
    /// Until its first piece.
    pub first: Duration,
    /// Until its end.
    pub whole: Duration,
    /// From the moment that each piece says it was sent until it was here; none where they do not say.
    pub relayed: Vec<Duration>,
}

/// How many came, and how.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Outcome {
    /// Answers a second.
    pub per_second: f64,
    /// Requests without one.
    pub failed: u64,
    /// Until the first piece.
    pub first: Quantiles,
    /// Until the end.
    pub whole: Quantiles,
    /// Of single pieces, where they say when they were sent.
    pub relayed: Quantiles,
}

impl Way {
    /// Straight to a base address.
    pub fn straight(base: &str, key: Option<&str>) -> Self {
        Self::Straight(Arc::new(endpoint(base, key)))
    }

    /// Through a router of our own, counted as in a node.
    pub fn router(base: &str, watch: Arc<dyn RouteWatch>) -> anyhow::Result<Self> {
        let settings = RouteSettings {
            name: "compatible".to_owned(),
            fast: Some(MODEL.to_owned()),
            requests_per_minute: 10_000_000,
            tokens_per_minute: 10_000_000_000,
            in_flight: 10_000,
            ..RouteSettings::default()
        };
        let upstream = Arc::new(endpoint(base, None));
        let route = Route::new(settings, upstream, BreakerRules::default());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Ok(Self::Router(Arc::new(Router {
            routes: vec![Arc::new(route)],
            rules: RouterRules::default(),
            limits: Arc::new(InProcessLimits::new(Arc::clone(&clock))),
            watch,
            tracer: Tracer::new(Arc::new(id_source()?), Arc::clone(&clock), None),
            clock,
            ids: Arc::new(id_source()?),
            budgets: Quotas::default(),
            hedging: None,
        })))
    }

    /// Asks once.
    pub async fn ask(&self) -> anyhow::Result<Came> {
        let started = SystemClock.now();
        let request = request()?;
        let mut events = match self {
            Self::Straight(endpoint) => {
                let opened = endpoint.open(MODEL, &request, None).await;
                let opened = opened.map_err(|trouble| anyhow!("{}", trouble.message))?;
                let events = opened.events;
                events
                    .map(|event| event.map_err(|trouble| trouble.message))
                    .boxed()
            }
            Self::Router(router) => {
                let answer = router.chat(request, CancellationToken::new()).await;
                let answer = answer.map_err(|failure| anyhow!("{}", failure.message))?;
                answer
                    .map(|event| event.map_err(|failure| failure.message))
                    .boxed()
            }
        };
        let (mut first, mut relayed) = (None, Vec::new());
        while let Some(event) = events.next().await {
            match event.map_err(anyhow::Error::msg)? {
                ChatEvent::Text(text) => {
                    let now = SystemClock.now();
                    first.get_or_insert(now.since(started));
                    relayed.extend(stamps(&text).map(|sent| now.since(sent)));
                }
                ChatEvent::Done { .. } => {
                    let first = first.context("the answer was empty")?;
                    let whole = SystemClock.now().since(started);
                    return Ok(Came {
                        first,
                        whole,
                        relayed,
                    });
                }
                ChatEvent::Routed { .. } | ChatEvent::Calling { .. } | ChatEvent::Call(_) => {}
            }
        }
        bail!("the answer had no end")
    }

    /// Asks from so many callers, each anew as soon as it is answered.
    pub async fn at_once(&self, callers: usize, seconds: u64) -> Outcome {
        let until = SystemClock.now().plus(Duration::from_secs(seconds));
        let mut all = JoinSet::new();
        for _ in 0..callers {
            let way = self.clone();
            all.spawn(async move {
                let mut came = Vec::new();
                while SystemClock.now() < until {
                    came.push(way.ask().await);
                }
                came
            });
        }
        let started = SystemClock.now();
        let came = all.join_all().await.into_iter().flatten().collect();
        outcome(came, SystemClock.now().since(started))
    }

    /// Asks at a fixed rate, whether or not what was asked before is answered.
    pub async fn paced(&self, rate: u32, seconds: u64) -> Outcome {
        let start = SystemClock.now().plus(Duration::from_millis(100));
        let mut all = JoinSet::new();
        for number in 0..u32::try_from(u64::from(rate) * seconds).unwrap_or(u32::MAX) {
            let moment = start.plus(Duration::from_secs(1) * number / rate);
            tokio::time::sleep(moment.since(SystemClock.now())).await;
            let way = self.clone();
            all.spawn(async move { way.ask().await });
        }
        let came = all.join_all().await;
        outcome(came, SystemClock.now().since(start))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn outcome(all: Vec<anyhow::Result<Came>>, took: Duration) -> Outcome {
    let (mut first, mut whole, mut relayed) = <(Times, Times, Times)>::default();
    let mut failed = 0;
    let mut answered = 0_u64;
    for came in all {
        let Ok(came) = came else {
            failed += 1;
            continue;
        };
        answered += 1;
        first.add(came.first);
        whole.add(came.whole);
        for time in came.relayed {
            relayed.add(time);
        }
    }
    Outcome {
        per_second: answered as f64 / took.as_secs_f64(),
        failed,
        first: first.quantiles(),
        whole: whole.quantiles(),
        relayed: relayed.quantiles(),
    }
}

/// The moments that a text names, as `slidecraft dev fake-provider --stamps` writes them.
pub fn stamps(text: &str) -> impl Iterator<Item = Timestamp> {
    text.split('@').skip(1).filter_map(|part| {
        let digits = part.split(|letter: char| !letter.is_ascii_digit()).next();
        digits?.parse().ok().map(Timestamp)
    })
}

fn endpoint(base: &str, key: Option<&str>) -> Endpoint {
    let client = reqwest::Client::builder().pool_max_idle_per_host(1_000);
    let key = key.map(str::to_owned);
    Endpoint::new(
        Wire::OpenAiChat,
        base,
        key,
        client.build().unwrap_or_default(),
    )
}

fn request() -> anyhow::Result<ChatRequest> {
    Ok(ChatRequest {
        tenant: "bench".parse()?,
        tier: Tier::Standard,
        model: None,
        system: "You answer questions about a deck.".to_owned(),
        messages: vec![ChatMessage::User {
            text: "Write one slide about market growth.".to_owned(),
        }],
        tools: Arc::new([]),
        max_output_tokens: 150,
        slides: Arc::new([]),
        trace: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_from_what_was_sent() {
        let found: Vec<i64> = stamps("@17 and @23 @x").map(|stamp| stamp.0).collect();
        assert_eq!(found, [17, 23]);
    }
}
