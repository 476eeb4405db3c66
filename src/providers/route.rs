//! One provider as the router sees it: its models, its bounds, and how it does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::breaker::{Breaker, BreakerRules};
use super::chat::{ChatRequest, TokenUsage};
use super::endpoint::Upstream;
use super::hedge::FirstTokens;
use super::slots::Slots;
use super::trouble::{Trouble, TroubleKind};
use crate::domain::chat::ProviderState;
use crate::domain::policy::rate::Rate;
use crate::domain::time::Timestamp;
use crate::storage::limits::Asked;

/// What a model costs, in dollars for a million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Read anew.
    pub input: f64,
    /// Read from the provider's cache.
    pub cached: f64,
    /// Written.
    pub output: f64,
}

impl Price {
    /// What was used, priced.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "token counts and prices are small and not negative"
    )]
    pub fn of(self, usage: TokenUsage) -> TokenUsage {
        let dollars_by_million = usage.input as f64 * self.input
            + usage.cached as f64 * self.cached
            + usage.output as f64 * self.output;
        TokenUsage {
            micro_dollars: dollars_by_million.round() as u64,
            ..usage
        }
    }
}

/// What is known of a provider.
#[derive(Clone, Debug, Default)]
pub struct RouteSettings {
    /// Its name, in requests and metrics.
    pub name: String,
    /// Its model for the class `fast`.
    pub fast: Option<String>,
    /// Its model for the class `strong`.
    pub strong: Option<String>,
    /// What its models cost.
    pub prices: BTreeMap<String, Price>,
    /// Requests a minute.
    pub requests_per_minute: u64,
    /// Tokens a minute.
    pub tokens_per_minute: u64,
    /// Requests in flight at most.
    pub in_flight: usize,
}

/// A provider.
pub struct Route {
    /// What is known of it.
    pub settings: RouteSettings,
    /// Where it is.
    pub upstream: Arc<dyn Upstream>,
    /// Its slots.
    pub slots: Arc<Slots>,
    health: Mutex<Health>,
}

struct Health {
    breaker: Breaker,
    /// It asked to be left alone until then.
    left_alone_until: Timestamp,
    /// How long a request takes, smoothed; seconds.
    service: f64,
    requests: u64,
    failures: u64,
    last_trouble: Option<String>,
    first_tokens: FirstTokens,
}

impl Route {
    /// A provider that is well.
    pub fn new(settings: RouteSettings, upstream: Arc<dyn Upstream>, rules: BreakerRules) -> Self {
        Self {
            slots: Slots::new(settings.in_flight),
            settings,
            upstream,
            health: Mutex::new(Health {
                breaker: Breaker::new(rules),
                left_alone_until: Timestamp(i64::MIN),
                service: 1.0,
                requests: 0,
                failures: 0,
                last_trouble: None,
                first_tokens: FirstTokens::default(),
            }),
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rates of a request of about so many tokens.
    pub fn rates(&self, tokens: u64) -> [Asked; 2] {
        let minute = |amount| Rate {
            amount,
            window: Duration::from_secs(60),
        };
        let (requests, most) = (
            self.settings.requests_per_minute,
            self.settings.tokens_per_minute,
        );
        [
            Asked {
                name: "requests",
                rate: minute(requests),
                cost: 1,
            },
            Asked {
                name: "tokens",
                rate: minute(most),
                cost: tokens.min(most),
            },
        ]
    }

    /// Whether it can be asked now; else in how long.
    pub fn admits(&self, now: Timestamp) -> Result<(), Duration> {
        let mut health = self.health();
        if health.left_alone_until > now {
            return Err(health.left_alone_until.since(now));
        }
        if health.breaker.admits(now) {
            return Ok(());
        }
        let again = health.breaker.again_in(now);
        Err(again.unwrap_or(Duration::from_millis(50)))
    }

    /// It wants to be left alone for so long.
    pub fn leave_alone(&self, now: Timestamp, wait: Duration) {
        let mut health = self.health();
        health.left_alone_until = health.left_alone_until.max(now.plus(wait));
    }

    /// The first token of a request took so long.
    pub(super) fn first_token_took(&self, took: Duration) {
        self.health().first_tokens.seen(took);
    }

    /// After how long a first token is later than nearly all were; none while too little is known.
    pub(super) fn slow_first_token(&self) -> Option<Duration> {
        self.health().first_tokens.p95()
    }

    /// A request ended well, after so long.
    pub fn ended_well(&self, now: Timestamp, took: Duration) {
        let mut health = self.health();
        health.requests += 1;
        health.service = health.service.mul_add(0.8, took.as_secs_f64() * 0.2);
        health.breaker.ended(true, now);
    }

    /// A request ended in trouble.
    pub fn ended_ill(&self, now: Timestamp, trouble: &Trouble) {
        {
            let mut health = self.health();
            health.requests += 1;
            health.failures += 1;
            health.last_trouble = Some(format!("{}: {}", trouble.kind.name(), trouble.message));
            // Being busy is no illness, but the try of a half-open breaker has ended all the same.
            health.breaker.ended(!trouble.kind.is_ill(), now);
        }
        let busy = trouble.kind == TroubleKind::RateLimited;
        let wait = trouble
            .retry_after
            .or(busy.then_some(Duration::from_secs(1)));
        if let Some(wait) = wait {
            self.leave_alone(now, wait);
        }
    }

    /// How long a request would wait for a slot, by Little's law.
    #[expect(
        clippy::cast_precision_loss,
        reason = "far fewer than 2^52 requests wait"
    )]
    pub fn predicted_wait(&self) -> Duration {
        let (_, waiting) = self.slots.load();
        let each = self.health().service / self.slots.most().max(1) as f64;
        Duration::try_from_secs_f64((waiting + 1) as f64 * each).unwrap_or(Duration::MAX)
    }

    /// How it does.
    pub fn state(&self, now: Timestamp) -> ProviderState {
        let (in_flight, waiting) = self.slots.load();
        let health = self.health();
        let alone = health.left_alone_until.since(now);
        ProviderState {
            name: self.settings.name.clone(),
            in_flight,
            slots: self.slots.most(),
            waiting,
            breaker: health.breaker.standing(now).name(),
            left_alone_ms: u64::try_from(alone.as_millis()).unwrap_or(u64::MAX),
            requests: health.requests,
            failures: health.failures,
            last_trouble: health.last_trouble.clone(),
        }
    }

    /// What is used of a model, priced.
    pub fn priced(&self, model: &str, usage: TokenUsage) -> TokenUsage {
        let price = self.settings.prices.get(model).copied().unwrap_or_default();
        price.of(usage)
    }
}

/// About how many tokens a request reads.
pub fn input_tokens(request: &ChatRequest) -> u64 {
    let messages: usize = request
        .messages
        .iter()
        .map(|message| serde_json::to_string(message).map_or(0, |text| text.len()))
        .sum();
    let tools: usize = request
        .tools
        .iter()
        .map(|tool| tool.parameters.to_string().len() + 100)
        .sum();
    ((request.system.len() + messages + tools) / 4) as u64
}
