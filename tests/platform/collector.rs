//! A collector of traces on loopback: it keeps the parts that are sent to it (OTLP over HTTP).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use slidecraft::domain::hex::hex;

/// A part of a trace as it came.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// What it was.
    pub(crate) name: String,
    /// Its trace, in hexadecimal digits.
    pub(crate) trace: String,
    /// Its own id.
    pub(crate) id: String,
    /// The id of the part it belongs to; empty at the beginning of a trace.
    pub(crate) parent: String,
    /// Whether it failed.
    pub(crate) failed: bool,
    /// How long it took, in nanoseconds.
    pub(crate) took: u64,
    /// What is said of it; numbers as text.
    pub(crate) says: HashMap<String, String>,
    /// What is said of the process it is from.
    pub(crate) process: HashMap<String, String>,
}

/// What came.
#[derive(Default)]
struct Came {
    parts: Mutex<Vec<Part>>,
    headers: Mutex<Vec<String>>,
}

/// A running collector. It ends with the test.
pub(crate) struct Collector {
    /// `http://host:port`.
    pub(crate) base: String,
    came: Arc<Came>,
}

impl Collector {
    /// Listens on a free port, on a thread of its own.
    pub(crate) fn start() -> Self {
        let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let came = Arc::<Came>::default();
        let state = Data::from(Arc::clone(&came));
        std::thread::spawn(move || {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(state.clone())
                    .route("/v1/traces", web::post().to(take))
            });
            let server = server.workers(1).disable_signals().listen(socket).unwrap();
            actix_web::rt::System::new().block_on(server.run())
        });
        Self { base, came }
    }

    /// All parts so far.
    pub(crate) fn parts(&self) -> Vec<Part> {
        self.came.parts.lock().unwrap().clone()
    }

    /// What requests said who they are from.
    pub(crate) fn authorizations(&self) -> Vec<String> {
        self.came.headers.lock().unwrap().clone()
    }

    /// Holds until parts of these names came of a trace; all parts of it by then.
    pub(crate) async fn trace(&self, trace: &str, names: [&str; 2]) -> Vec<Part> {
        // A bound on hanging, not on speed.
        for _ in 0..1_200 {
            let mut parts = self.parts();
            parts.retain(|part| part.trace == trace);
            let came = |name: &&str| parts.iter().any(|part| part.name == *name);
            if names.iter().all(came) {
                return parts;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not all of {names:?} came: {:?}", self.parts());
    }
}

async fn take(came: Data<Came>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    assert_eq!(
        header("content-type").as_deref(),
        Some("application/x-protobuf")
    );
    came.headers.lock().unwrap().extend(header("authorization"));
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    let mut parts = came.parts.lock().unwrap();
    for resource in sent.resource_spans {
        let process = said(&resource.resource.unwrap().attributes);
        for span in resource.scope_spans.into_iter().flat_map(|it| it.spans) {
            parts.push(Part {
                name: span.name,
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                failed: span.status.is_some_and(|status| status.code == 2),
                took: span.end_time_unix_nano - span.start_time_unix_nano,
                says: said(&span.attributes),
                process: process.clone(),
            });
        }
    }
    HttpResponse::Ok()
        .content_type("application/x-protobuf")
        .finish()
}

fn said(attributes: &[KeyValue]) -> HashMap<String, String> {
    let each = attributes.iter().map(|attribute| {
        let value = attribute.value.clone().and_then(|value| value.value);
        let value = match value {
            Some(Value::StringValue(text)) => text,
            Some(Value::IntValue(number)) => number.to_string(),
            other => panic!("{} is {other:?}", attribute.key),
        };
        (attribute.key.clone(), value)
    });
    each.collect()
}
