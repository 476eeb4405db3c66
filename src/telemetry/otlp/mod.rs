//! Sends parts of traces to a collector (OTLP over HTTP), in batches and from a thread of its own: work never waits for it.

mod counted;
mod form;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter as Exporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SpanProcessor};

use self::counted::Counted;
use super::metrics::Telemetry;
use crate::domain::ids::NodeId;
use crate::domain::time::Clock;
use crate::domain::trace::span::{Span, SpanSink};

/// Parts that wait at most, some 5 MB of them: ten seconds of 800 jobs a second. What comes then is dropped.
const WAITING: usize = 8_192;
/// Parts in a request at most.
const TOGETHER: usize = 512;
/// How long parts wait for others to be sent with.
const EVERY: Duration = Duration::from_secs(1);
/// How long the last parts may take when the node stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Where parts are sent, and as whom.
#[derive(Clone, Debug)]
pub struct OtlpSettings {
    /// The collector, such as `http://localhost:4318`.
    pub endpoint: String,
    /// Headers of every request.
    pub headers: HashMap<String, String>,
    /// How long a request may take.
    pub timeout: Duration,
    /// This process.
    pub node: NodeId,
}

/// Sends what it takes.
pub struct OtlpSink {
    batches: BatchSpanProcessor,
    scope: InstrumentationScope,
    waiting: Arc<AtomicUsize>,
    telemetry: Arc<Telemetry>,
}

impl fmt::Debug for OtlpSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpSink").finish_non_exhaustive()
    }
}

impl OtlpSink {
    /// Sends to a collector. It need not be there.
    pub fn start(
        settings: OtlpSettings,
        telemetry: &Arc<Telemetry>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ExporterBuildError> {
        let endpoint = settings.endpoint.trim_end_matches('/');
        let exporter = Exporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_headers(settings.headers)
            .with_timeout(settings.timeout)
            .build()?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Counted::new(exporter, &waiting, telemetry, clock);
        let batching = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(TOGETHER)
            .with_scheduled_delay(EVERY)
            .build();
        let mut batches = BatchSpanProcessor::new(counted, batching);
        let resource = Resource::builder()
            .with_service_name("slidecraft")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new(
                "service.instance.id",
                settings.node.to_string(),
            ))
            .build();
        batches.set_resource(&resource);
        Ok(Self {
            batches,
            scope: InstrumentationScope::builder("slidecraft").build(),
            waiting,
            telemetry: Arc::clone(telemetry),
        })
    }

    /// Sends what waits, and no more after that. Blocks, for three seconds at most.
    pub fn end(&self) {
        // What was not sent is counted; there is nobody left to care.
        let _ended = self.batches.shutdown_with_timeout(LAST_WORDS);
    }
}

impl SpanSink for OtlpSink {
    fn take(&self, span: Span) {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.telemetry.spans("dropped", 1);
            return;
        }
        self.batches.on_end(form::data(span, &self.scope));
    }
}
