//! Where traces go, by the settings.

use std::sync::Arc;

use anyhow::Context as _;

use super::stores::Stores;
use crate::config::settings::Settings;
use crate::domain::ids::NodeId;
use crate::domain::trace::tracer::{Recorder, Tracer};
use crate::telemetry::metrics::Telemetry;
use crate::telemetry::otlp::{OtlpSettings, OtlpSink};

/// Who names parts of traces, and who sends them where that is wanted.
pub struct Traces {
    /// Whose they are.
    pub node: NodeId,
    /// Names and records.
    pub tracer: Tracer,
    sink: Option<Arc<OtlpSink>>,
}

impl Traces {
    /// Those of a node.
    pub fn start(
        settings: &Settings,
        stores: &Stores,
        telemetry: &Arc<Telemetry>,
    ) -> anyhow::Result<Self> {
        let node = NodeId(stores.ids.uuid(stores.clock.now()));
        let otlp = &settings.telemetry.otlp;
        let sink = if otlp.is_on() {
            let settings = OtlpSettings {
                endpoint: otlp.endpoint.clone(),
                headers: otlp.headers().unwrap_or_default(),
                timeout: otlp.timeout.0,
                node,
            };
            let sink = OtlpSink::start(settings, telemetry, Arc::clone(&stores.clock));
            Some(Arc::new(sink.context("traces cannot be sent")?))
        } else {
            None
        };
        let recorder = sink.as_ref().map(|sink| Recorder {
            sink: Arc::clone(sink) as _,
            share: otlp.share,
        });
        let tracer = Tracer::new(Arc::clone(&stores.ids), Arc::clone(&stores.clock), recorder);
        Ok(Self { node, tracer, sink })
    }

    /// Sends what is left.
    pub async fn end(&self) {
        if let Some(sink) = self.sink.clone() {
            // It blocks; what it needs of this runtime must go on meanwhile.
            let _ended = tokio::task::spawn_blocking(move || sink.end()).await;
        }
    }
}
