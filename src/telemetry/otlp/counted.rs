//! Counts what is sent to a collector, and complains now and then of what is not.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::super::metrics::Telemetry;
use crate::domain::time::{Clock, Timestamp};

/// How long passes at least between two complaints.
const COMPLAINTS: Duration = Duration::from_secs(60);

/// Counts what is sent, and complains now and then of what is not.
pub(super) struct Counted<E> {
    exporter: E,
    waiting: Arc<AtomicUsize>,
    telemetry: Arc<Telemetry>,
    clock: Arc<dyn Clock>,
    complained: AtomicI64,
}

impl<E> Counted<E> {
    /// Counts what an exporter sends, and takes it from what waits.
    pub(super) fn new(
        exporter: E,
        waiting: &Arc<AtomicUsize>,
        telemetry: &Arc<Telemetry>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            exporter,
            waiting: Arc::clone(waiting),
            telemetry: Arc::clone(telemetry),
            clock,
            complained: AtomicI64::new(i64::MIN),
        }
    }
}

impl<E> Counted<E> {
    fn complain(&self, error: &OTelSdkError, spans: usize) {
        if self.may_complain() {
            tracing::warn!(error = %error, spans, "the collector does not take traces; they are lost, and work goes on");
        }
    }

    /// Whether the last complaint is long enough ago for another one.
    fn may_complain(&self) -> bool {
        let now = self.clock.now();
        let complained = Timestamp(self.complained.load(Ordering::Relaxed));
        let may = now.since(complained) >= COMPLAINTS;
        if may {
            self.complained.store(now.0, Ordering::Relaxed);
        }
        may
    }
}

impl<E> fmt::Debug for Counted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        let outcome = if sent.is_ok() { "sent" } else { "failed" };
        self.telemetry.spans(outcome, spans);
        if let Err(error) = &sent {
            self.complain(error, spans);
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::form::tests::span;
    use super::*;
    use crate::domain::time::ManualClock;

    /// Refuses or takes.
    #[derive(Debug, Default)]
    struct Scripted(Mutex<Vec<OTelSdkResult>>);

    impl SpanExporter for Scripted {
        async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().pop().unwrap()
        }
    }

    #[test]
    fn nobody_is_told_of_a_collector_that_is_away_more_than_once_a_minute() {
        let (waiting, telemetry) = (Arc::default(), Arc::new(Telemetry::default()));
        let clock = Arc::new(ManualClock::default());
        let counted = Counted::new(Scripted::default(), &waiting, &telemetry, clock.clone());
        let mut complaints = 0;
        for _ in 0..150 {
            complaints += u32::from(counted.may_complain());
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(complaints, 3);
    }

    #[tokio::test]
    async fn what_is_sent_and_what_is_not_is_counted_and_waits_no_longer() {
        let telemetry = Arc::new(Telemetry::default());
        let waiting = Arc::new(AtomicUsize::new(3));
        let refused = Err(OTelSdkError::InternalFailure("away".to_owned()));
        let exporter = Scripted(Mutex::new(vec![Ok(()), refused]));
        let clock = Arc::new(ManualClock::default());
        let counted = Counted::new(exporter, &waiting, &telemetry, clock);
        assert!(counted.export(vec![span(), span()]).await.is_err());
        assert!(counted.export(vec![span()]).await.is_ok());
        let text = telemetry.render();
        assert!(
            text.contains("slidecraft_trace_spans_total{outcome=\"failed\"} 2"),
            "{text}"
        );
        assert!(
            text.contains("slidecraft_trace_spans_total{outcome=\"sent\"} 1"),
            "{text}"
        );
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
    }
}
