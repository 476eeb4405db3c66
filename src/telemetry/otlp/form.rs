//! A part of a trace in the form of OpenTelemetry's SDK.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind as Kind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use crate::domain::time::Timestamp;
use crate::domain::trace::span::{Attribute, Span, SpanKind, SpanValue};

/// A part in the words of OpenTelemetry.
pub(super) fn data(span: Span, scope: &InstrumentationScope) -> SpanData {
    let context = span.context;
    let mut attributes: Vec<KeyValue> = span.attributes.into_iter().map(attribute).collect();
    let status = match span.failed {
        Some(why) => {
            attributes.push(KeyValue::new("error.type", why.into_owned()));
            Status::error("")
        }
        None => Status::Unset,
    };
    SpanData {
        span_context: SpanContext::new(
            TraceId::from_bytes(context.trace.bytes()),
            SpanId::from_bytes(context.span.bytes()),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: span
            .parent
            .map_or(SpanId::INVALID, |parent| SpanId::from_bytes(parent.bytes())),
        parent_span_is_remote: span.remote,
        span_kind: match span.kind {
            SpanKind::Server => Kind::Server,
            SpanKind::Client => Kind::Client,
            SpanKind::Producer => Kind::Producer,
            SpanKind::Consumer => Kind::Consumer,
            SpanKind::Internal => Kind::Internal,
        },
        name: span.name.into(),
        start_time: moment(span.started),
        end_time: moment(span.ended),
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status,
        instrumentation_scope: scope.clone(),
    }
}

fn attribute((name, value): Attribute) -> KeyValue {
    match value {
        SpanValue::Text(text) => KeyValue::new(name, text),
        SpanValue::Number(number) => KeyValue::new(name, number),
    }
}

fn moment(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A part that failed.
    pub(in super::super) fn span() -> SpanData {
        let context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let span = Span {
            name: "run".into(),
            context: context.parse().unwrap(),
            parent: None,
            remote: false,
            kind: SpanKind::Consumer,
            started: Timestamp(5),
            ended: Timestamp(7),
            attributes: vec![("job.attempt", 2_u32.into())],
            failed: Some("panicked".into()),
        };
        data(span, &InstrumentationScope::builder("slidecraft").build())
    }

    #[test]
    fn a_part_that_failed_says_so_in_the_words_of_the_conventions() {
        let data = span();
        assert_eq!(
            data.span_context.trace_id().to_string(),
            "0af7651916cd43dd8448eb211c80319c"
        );
        assert_eq!(data.parent_span_id, SpanId::INVALID);
        assert_eq!(
            data.end_time.duration_since(data.start_time).unwrap(),
            Duration::from_micros(2)
        );
        assert!(data.attributes.contains(&KeyValue::new("job.attempt", 2)));
        assert!(
            data.attributes
                .contains(&KeyValue::new("error.type", "panicked"))
        );
        assert_eq!(data.status, Status::error(""));
    }
}
