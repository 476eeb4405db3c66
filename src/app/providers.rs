//! Who answers questions about decks, by the settings.

use std::sync::Arc;

use anyhow::Context as _;

use super::faults::Faults;
use super::shared::Shared;
use super::stores::Stores;
use crate::config::ai::{Ai, Provider, ProviderName};
use crate::config::settings::Settings;
use crate::domain::trace::tracer::Tracer;
use crate::providers::breaker::BreakerRules;
use crate::providers::chat::ChatProvider;
use crate::providers::endpoint::Endpoint;
use crate::providers::hedge::Hedging;
use crate::providers::offline::Offline;
use crate::providers::route::{Price, Route, RouteSettings};
use crate::providers::router::{Router, RouterRules};
use crate::providers::wire::Wire;
use crate::telemetry::metrics::Telemetry;

/// The router over the providers that are set up, or the one that needs none.
pub fn provider(
    settings: &Settings,
    stores: &Stores,
    shared: &Shared,
    (telemetry, tracer): (&Arc<Telemetry>, &Tracer),
    faults: &Faults,
) -> anyhow::Result<Arc<dyn ChatProvider>> {
    let ai = &settings.ai;
    let on: Vec<ProviderName> = ai
        .order
        .iter()
        .copied()
        .filter(|name| ai.is_on(*name))
        .collect();
    if on.is_empty() {
        return Ok(faults.provider(Arc::new(Offline)));
    }
    let client = reqwest::Client::builder()
        .connect_timeout(std::time::Duration::from_secs(5))
        .pool_max_idle_per_host(100)
        .build()
        .context("providers of models cannot be called")?;
    let routes = on.into_iter().map(|name| route(ai, name, &client, faults));
    Ok(Arc::new(Router {
        routes: routes.collect(),
        rules: RouterRules {
            queue: ai.queue.0,
            first_token: ai.first_token.0,
            between: ai.between.0,
            in_all: ai.total.0,
        },
        limits: Arc::clone(&shared.limits),
        watch: Arc::clone(telemetry) as _,
        clock: Arc::clone(&stores.clock),
        ids: Arc::clone(&stores.ids),
        tracer: tracer.clone(),
        budgets: settings.quotas.rules(),
        hedging: ai.hedge.then(Hedging::default),
    }))
}

fn route(ai: &Ai, name: ProviderName, client: &reqwest::Client, faults: &Faults) -> Arc<Route> {
    let provider = ai.of(name);
    let wire = match name {
        ProviderName::Anthropic => Wire::Anthropic,
        ProviderName::Openai if provider.responses => Wire::OpenAiResponses,
        ProviderName::Openai | ProviderName::Compatible => Wire::OpenAiChat,
    };
    let key = provider.key.reveal().map(str::to_owned);
    let endpoint = Endpoint::new(wire, &provider.url, key, client.clone());
    let settings = settings(ai, name, provider);
    Arc::new(Route::new(
        settings,
        faults.upstream(Arc::new(endpoint)),
        BreakerRules::default(),
    ))
}

fn settings(ai: &Ai, name: ProviderName, provider: &Provider) -> RouteSettings {
    let named = |model: &String| Some(model.clone()).filter(|model| !model.is_empty());
    let prices = ai.prices.iter().map(|(model, price)| {
        let price = Price {
            input: price.input,
            cached: price.cached,
            output: price.output,
        };
        (model.clone(), price)
    });
    RouteSettings {
        name: name.name().to_owned(),
        fast: named(&provider.fast),
        strong: named(&provider.strong),
        prices: prices.collect(),
        requests_per_minute: provider.requests_per_minute,
        tokens_per_minute: provider.tokens_per_minute,
        in_flight: usize::try_from(provider.in_flight).unwrap_or(usize::MAX),
    }
}
