//! What providers of models do, counted. OpenTelemetry's names for the same are in `docs/adr/021-providers-and-the-router.md`.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use super::metrics::Telemetry;
use crate::domain::chat::TokenUsage;
use crate::domain::slo::Objective;
use crate::providers::watch::RouteWatch;

impl RouteWatch for Telemetry {
    fn asked(&self, provider: &str, outcome: &'static str) {
        let provider = provider.to_owned();
        self.with(|| {
            counter!("slidecraft_ai_requests_total", "provider" => provider, "outcome" => outcome)
                .increment(1);
        });
    }

    fn first_token(&self, provider: &str, model: &str, took: Duration) {
        let (provider, model) = (provider.to_owned(), model.to_owned());
        self.with(|| {
            histogram!("slidecraft_ai_first_token_seconds", "provider" => provider, "model" => model)
                .record(took);
        });
        self.standings
            .add(Objective::Ai, Objective::Ai.is_kept_in(took));
    }

    fn used(&self, provider: &str, model: &str, usage: TokenUsage) {
        self.with(|| {
            for (kind, tokens) in [
                ("input", usage.input),
                ("cached", usage.cached),
                ("output", usage.output),
                ("reasoning", usage.reasoning),
            ] {
                let (provider, model) = (provider.to_owned(), model.to_owned());
                counter!("slidecraft_ai_tokens_total", "provider" => provider, "model" => model, "type" => kind)
                    .increment(tokens);
            }
        });
    }

    fn failed_over(&self, from: &str, to: &str, reason: &'static str) {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.with(|| {
            counter!("slidecraft_ai_failovers_total", "from" => from, "to" => to, "reason" => reason)
                .increment(1);
        });
    }

    fn hedged(&self, began: bool) {
        let outcome = if began { "began" } else { "failed" };
        self.with(|| {
            counter!("slidecraft_ai_hedges_total", "outcome" => outcome).increment(1);
        });
    }

    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 requests")]
    fn load(&self, provider: &str, in_flight: usize, waiting: usize) {
        self.with(|| {
            gauge!("slidecraft_ai_in_flight", "provider" => provider.to_owned())
                .set(in_flight as f64);
            gauge!("slidecraft_ai_waiting", "provider" => provider.to_owned()).set(waiting as f64);
        });
    }

    fn held(&self, took: Duration) {
        self.with(|| histogram!("slidecraft_ai_gateway_overhead_seconds").record(took));
    }
}
