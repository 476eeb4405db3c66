//! Requests as parts of traces: whose they continue, and what is recorded of them.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};

use crate::domain::trace::context::{HEADER, TraceContext};
use crate::domain::trace::span::SpanKind;
use crate::domain::trace::tracer::{Open, Place, Tracer};

/// Where a context travels.
pub(super) const TRACE_PARENT: HeaderName = HeaderName::from_static(HEADER);

/// What asks for nothing but whether we are there: recorded only where the one who asks wants it.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The part of a trace that a request is.
struct SeenTrace(TraceContext);

/// The context that a request came with; none where it is broken, or where there are two.
pub(super) fn came_with(headers: &HeaderMap) -> Option<(HeaderValue, TraceContext)> {
    let mut values = headers.get_all(&TRACE_PARENT);
    let value = values.next().filter(|_| values.next().is_none())?;
    let context = value
        .to_str()
        .ok()?
        .trim_matches([' ', '\t'])
        .parse()
        .ok()?;
    Some((value.clone(), context))
}

/// A request begins, as a part of the trace that it came with or of a new one. Handlers find it by [`part_of`].
pub(super) fn begin(
    tracer: &Tracer,
    came_with: Option<TraceContext>,
    (method, route, path): (&'static str, &str, &str),
    request: &impl HttpMessage,
) -> Open {
    let name = format_args!("{method} {route}");
    let mut part = tracer.begin(name, SpanKind::Server, Place::after(came_with));
    part.say(|| {
        vec![
            ("http.request.method", method.into()),
            ("http.route", route.to_owned().into()),
            ("url.path", path.to_owned().into()),
        ]
    });
    request.extensions_mut().insert(SeenTrace(part.context()));
    part
}

/// A request was answered.
pub(super) fn answered(mut part: Open, asked_for: bool, route: &str, status: u16, id: &str) {
    if PROBES.contains(&route) && !asked_for {
        part.forget();
        return;
    }
    if status >= 500 {
        part.fail(status.to_string());
    }
    part.say(|| {
        vec![
            ("http.response.status_code", status.into()),
            ("request.id", id.to_owned().into()),
        ]
    });
}

/// The part of a trace that a request is.
pub(super) fn part_of(request: &HttpRequest) -> Option<TraceContext> {
    let seen = request.extensions();
    seen.get::<SeenTrace>().map(|SeenTrace(context)| *context)
}
