//! `[ai]`: who answers questions about decks, within which limits, and what it costs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// `[ai]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ai {
    /// Who is asked first, who when that one cannot answer. Providers without a key are passed over; without any, answers are
    /// quoted from the deck itself (`offline`).
    pub order: Vec<ProviderName>,
    /// How long a question may wait here for a provider that has room.
    pub queue: Span,
    /// How long the first word may take while another provider could be asked.
    pub first_token: Span,
    /// How long may pass between two pieces of an answer.
    pub between: Span,
    /// How long an answer may take in all.
    pub total: Span,
    /// Whether a question whose first word takes longer than 95 in a hundred did is asked at the next provider too, for at
    /// most 2 % of questions; both are paid.
    pub hedge: bool,
    /// OpenAI.
    pub openai: Provider,
    /// Anthropic.
    pub anthropic: Provider,
    /// Anybody who speaks OpenAI's Chat Completions: vLLM, Ollama, a gateway.
    pub compatible: Provider,
    /// What models cost, in dollars for a million tokens.
    pub prices: BTreeMap<String, ModelPrice>,
}

/// A provider, by name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    /// `[ai.openai]`
    Openai,
    /// `[ai.anthropic]`
    Anthropic,
    /// `[ai.compatible]`
    Compatible,
}

/// `[ai.openai]`, `[ai.anthropic]`, `[ai.compatible]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// The key.
    pub key: Secret,
    /// The base address, with the version.
    pub url: String,
    /// The model for the class `fast`, which is asked by default. Empty: none.
    pub fast: String,
    /// The model for the class `strong`. Empty: none.
    pub strong: String,
    /// OpenAI only: speak the Responses API.
    pub responses: bool,
    /// Requests a minute, by your contract.
    pub requests_per_minute: u64,
    /// Tokens a minute, by your contract.
    pub tokens_per_minute: u64,
    /// Requests in flight at most, over all nodes.
    pub in_flight: u32,
}

/// What a model costs, in dollars for a million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelPrice {
    /// Read anew.
    pub input: f64,
    /// Read from the provider's cache.
    pub cached: f64,
    /// Written.
    pub output: f64,
}

fn provider(url: &str, models: [&str; 2], requests: u64, tokens: u64) -> Provider {
    let [fast, strong] = models.map(str::to_owned);
    Provider {
        key: Secret::default(),
        url: url.to_owned(),
        fast,
        strong,
        responses: false,
        requests_per_minute: requests,
        tokens_per_minute: tokens,
        in_flight: 50,
    }
}

impl Default for Ai {
    fn default() -> Self {
        let openai = "https://api.openai.com/v1";
        let anthropic = "https://api.anthropic.com/v1";
        let price = |name: &str, input, cached, output| {
            let price = ModelPrice {
                input,
                cached,
                output,
            };
            (name.to_owned(), price)
        };
        Self {
            order: vec![
                ProviderName::Openai,
                ProviderName::Anthropic,
                ProviderName::Compatible,
            ],
            queue: Span::seconds(10),
            first_token: Span::millis(1_200),
            between: Span::seconds(10),
            total: Span::seconds(50),
            hedge: false,
            openai: provider(openai, ["gpt-5-mini", "gpt-5"], 3_500, 2_000_000),
            anthropic: provider(
                anthropic,
                ["claude-haiku-4-5", "claude-sonnet-4-5"],
                1_000,
                500_000,
            ),
            compatible: provider("", ["", ""], 3_500, 2_000_000),
            prices: [
                price("gpt-5-mini", 0.25, 0.025, 2.0),
                price("gpt-5", 1.25, 0.125, 10.0),
                price("claude-haiku-4-5", 1.0, 0.1, 5.0),
                price("claude-sonnet-4-5", 3.0, 0.3, 15.0),
            ]
            .into(),
        }
    }
}

impl Ai {
    /// A provider by its name.
    pub fn of(&self, name: ProviderName) -> &Provider {
        match name {
            ProviderName::Openai => &self.openai,
            ProviderName::Anthropic => &self.anthropic,
            ProviderName::Compatible => &self.compatible,
        }
    }

    /// Whether a provider is asked: it has a key, or, where it needs none, an address.
    pub fn is_on(&self, name: ProviderName) -> bool {
        let provider = self.of(name);
        match name {
            ProviderName::Openai | ProviderName::Anthropic => provider.key.reveal().is_some(),
            ProviderName::Compatible => !provider.url.is_empty(),
        }
    }

    /// What makes no sense, as sentences.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, sentence: String| {
            if !holds {
                faults.push(sentence);
            }
        };
        let on = self.order.iter().copied().filter(|name| self.is_on(*name));
        for name in on {
            let (provider, table) = (self.of(name), format!("ai.{}", name.name()));
            let has_model = !provider.fast.is_empty() || !provider.strong.is_empty();
            must(
                has_model,
                format!("{table}.fast or {table}.strong must name a model"),
            );
            let whole = provider.url.starts_with("http://") || provider.url.starts_with("https://");
            must(
                whole,
                format!("{table}.url must be an http:// or https:// address"),
            );
            let some = provider.in_flight > 0
                && provider.requests_per_minute > 0
                && provider.tokens_per_minute > 0;
            must(some, format!("{table}: limits must be above 0"));
        }
        let in_time = self.first_token.0 <= self.total.0 && self.between.0 <= self.total.0;
        must(
            in_time,
            "ai.first_token and ai.between must not be above ai.total".to_owned(),
        );
        faults
    }
}

impl ProviderName {
    /// Its name in requests, metrics and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Compatible => "compatible",
        }
    }
}
