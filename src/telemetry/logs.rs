//! Logs: to standard error, readable at a terminal, JSON elsewhere; what belongs to a trace names it.

use std::fmt;
use std::io::IsTerminal;

use tokio::task::futures::TaskLocalFuture;
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::domain::trace::context::TraceContext;

tokio::task_local! {
    /// The part of a trace that this task works on. No span: that is written out for each request, and few requests log.
    static PART: TraceContext;
}

/// Starts logging with a filter such as `info` or `slidecraft=debug`. A second start changes nothing.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second subscriber is refused; the first goes on, which is what is wanted in tests.
    let _ = if std::io::stderr().is_terminal() {
        builder.compact().map_event_format(Named).try_init()
    } else {
        let builder = builder.json().flatten_event(true);
        let builder = builder.with_current_span(false).with_span_list(false);
        builder.map_event_format(Named).try_init()
    };
}

/// Does work whose lines carry `trace_id` and `span_id`.
pub fn within<F: Future>(context: TraceContext, work: F) -> TaskLocalFuture<TraceContext, F> {
    PART.scope(context, work)
}

/// Says lines that carry `trace_id` and `span_id`.
pub fn say_within(context: TraceContext, lines: impl FnOnce()) {
    PART.sync_scope(context, lines);
}

/// Lines that name their trace: JSON beside its other fields, where collectors look for it (OpenTelemetry, *Trace Context in
/// non-OTLP Log Formats*), others at their end.
struct Named<F>(F);

impl<S, N, F> FormatEvent<S, N> for Named<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Ok(part) = PART.try_with(|part| *part) else {
            return self.0.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        let TraceContext { trace, span, .. } = part;
        let line = line.trim_end();
        match line.strip_suffix('}').filter(|_| line.starts_with('{')) {
            Some(line) => writeln!(
                writer,
                r#"{line},"trace_id":"{trace}","span_id":"{span}"}}"#
            ),
            None => writeln!(writer, "{line} trace_id={trace} span_id={span}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_of_a_part_of_a_trace_name_it_whatever_they_are_within_besides() {
        let written = Written::default();
        let writer = written.clone();
        let builder = tracing_subscriber::fmt()
            .with_env_filter("warn")
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .map_event_format(Named)
            .with_writer(move || writer.clone());
        let context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        tracing::subscriber::with_default(builder.finish(), || {
            tracing::warn!(job.id = 7, "outside");
            say_within(context.parse().unwrap(), || {
                let inner = tracing::error_span!("inner", trace_id = "other");
                inner.in_scope(|| tracing::warn!(job.id = 7, "within"));
            });
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2, "{text}");
        let [outside, inside] = [&lines[0], &lines[1]];
        assert_eq!(outside.get("trace_id"), None);
        assert_eq!(
            inside["trace_id"],
            json!("0af7651916cd43dd8448eb211c80319c")
        );
        assert_eq!(inside["span_id"], json!("b7ad6b7169203331"));
        assert_eq!(
            (&inside["message"], &inside["job.id"]),
            (&json!("within"), &json!(7))
        );
    }
}
