//! A call of a provider as a part of a trace, in the words of OpenTelemetry's conventions for generative AI.

use std::time::Duration;

use super::chat::{ChatRequest, TokenUsage};
use crate::domain::trace::span::SpanKind;
use crate::domain::trace::tracer::{Open, Place, Tracer};

/// A call begins, for a request that belongs to a trace or begins one.
pub(super) fn begin(tracer: &Tracer, provider: &str, model: &str, request: &ChatRequest) -> Open {
    let name = format_args!("chat {model}");
    let mut call = tracer.begin(name, SpanKind::Client, Place::within(request.trace));
    call.say(|| {
        vec![
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.provider.name", provider.to_owned().into()),
            ("gen_ai.request.model", model.to_owned().into()),
        ]
    });
    call
}

/// The first text or call came, so long after the request went out.
pub(super) fn begun(call: &mut Open, took: Duration) {
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    call.say(|| vec![("ai.first_token_ms", millis.into())]);
}

/// What was used. Their word for input holds what came from a cache.
pub(super) fn used(call: &mut Open, usage: TokenUsage) {
    call.say(|| {
        vec![
            (
                "gen_ai.usage.input_tokens",
                (usage.input + usage.cached).into(),
            ),
            ("gen_ai.usage.output_tokens", usage.output.into()),
        ]
    });
}
