//! What every answer is wrapped in: request id, trace, security headers, a log line, metrics; and errors as problems.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpResponse};
use futures_util::FutureExt;

use super::identity::SeenTenant;
use super::problem::{Code, Problem, Told};
use super::rates::SeenRate;
use super::state::ApiState;
use super::traced::{self, TRACE_PARENT};
use crate::domain::time::Timestamp;
use crate::domain::trace::tracer::Open;
use crate::telemetry::logs;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer that does not say otherwise. Nothing here is to be framed, guessed at or kept by a proxy.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// The name of a request in our logs, for what is written down about it.
pub(super) struct SeenRequest(pub(super) String);

/// What is known of a request before it is answered.
struct Seen {
    state: Arc<ApiState>,
    id: String,
    /// The context of a trace that it came with.
    trace: Option<HeaderValue>,
    part: Open,
    method: &'static str,
    route: String,
    path: String,
    since: Timestamp,
}

/// The outermost layer.
pub(super) async fn wrap(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = request.app_data::<Data<ApiState>>() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let seen = Seen::of(&request, Arc::clone(state));
    request
        .extensions_mut()
        .insert(SeenRequest(seen.id.clone()));
    // One request that panics must not take the others of its thread with it.
    let answered = AssertUnwindSafe(next.call(request)).catch_unwind();
    let answered = logs::within(seen.part.context(), answered).await;
    match answered {
        Ok(Ok(response)) => Ok(seen.finish(response.map_into_boxed_body())),
        Ok(Err(error)) => Err(error),
        Err(_) => {
            logs::say_within(seen.part.context(), || {
                tracing::error!(
                    request.id = seen.id,
                    http.route = seen.route,
                    "a request panicked"
                );
            });
            let problem = Problem::new(Code::Internal, "The request was not finished.");
            let problem = problem.with_header(REQUEST_ID, &seen.id);
            seen.record(500, None);
            Err(problem.into())
        }
    }
}

/// The path as it is logged. A signed link is a right in itself: of such a path only the pattern is told.
fn logged<'a>(route: &'a str, path: &'a str) -> &'a str {
    if route.contains("{token}") {
        route
    } else {
        path
    }
}

impl Seen {
    fn of(request: &ServiceRequest, state: Arc<ApiState>) -> Self {
        let id = asked_id(request.headers()).unwrap_or_else(|| state.uuid().to_string());
        let method = method(request.method());
        let route = request.match_pattern();
        let route = route.unwrap_or_else(|| "unmatched".to_owned());
        let (trace, parent) = traced::came_with(request.headers()).unzip();
        let what = (method, route.as_str(), logged(&route, request.path()));
        let part = traced::begin(&state.tracer, parent, what, request);
        Self {
            id,
            trace,
            part,
            method,
            path: request.path().to_owned(),
            route,
            since: state.now(),
            state,
        }
    }

    fn finish(self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let mut response = self.as_problem(response);
        let headers = response.headers_mut();
        for (name, value) in ALWAYS {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(REQUEST_ID, id);
        }
        if let Some(trace) = &self.trace {
            headers.insert(TRACE_PARENT, trace.clone());
        }
        let rate = response.request().extensions().get::<SeenRate>().copied();
        if let Some(rate) = rate {
            rate.tell(response.headers_mut());
        }
        let tenant = response.request().extensions().get::<SeenTenant>().cloned();
        self.record(response.status().as_u16(), tenant.as_ref());
        response
    }

    /// An error names the request it answers; one that the framework made becomes a problem first.
    fn as_problem(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let status = response.status();
        let told = response.response().extensions().get::<Told>().cloned();
        let told = match told {
            Some(told) => told,
            None if is_of_the_framework(&response) => {
                let said = response.response().error().map(ToString::to_string);
                // What went wrong on our side is nobody's business.
                let said = said.filter(|_| status.is_client_error());
                Told::of_status(status, said.unwrap_or_default())
            }
            None => return response,
        };
        let (request, old) = response.into_parts();
        let mut answer: HttpResponse = told.answer(Some((&self.path, &self.id)));
        for name in [header::ALLOW, header::VARY, header::ACCEPT_ENCODING] {
            if let Some(value) = old.headers().get(&name) {
                answer.headers_mut().insert(name, value.clone());
            }
        }
        ServiceResponse::new(request, answer)
    }

    fn record(self, status: u16, tenant: Option<&SeenTenant>) {
        let took = self.state.now().since(self.since);
        logs::say_within(self.part.context(), || {
            tracing::info!(
                target: "slidecraft::access",
                {
                http.method = self.method,
                http.route = self.route,
                http.path = logged(&self.route, &self.path),
                http.status = status,
                duration_ms = took.as_secs_f64() * 1_000.0,
                request.id = self.id,
                tenant.id = tenant.map(|SeenTenant(tenant)| tenant.as_str())
                },
                "answered"
            );
        });
        self.state
            .telemetry
            .http_request(self.route.clone(), self.method.to_owned(), status, took);
        let wanted = self.trace.is_some();
        traced::answered(self.part, wanted, &self.route, status, &self.id);
    }
}

/// Whether an error was answered by the web framework: ours are JSON, or carry what they tell.
fn is_of_the_framework(response: &ServiceResponse<BoxBody>) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        // Pages of the console say in words what went wrong.
        && kind.is_none_or(|kind| kind != "application/json" && kind != "text/html; charset=utf-8")
}

/// The client's own id of the request, if it is one that is safe to log and to echo.
fn asked_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(&REQUEST_ID)?.to_str().ok()?;
    let fits = (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    fits.then(|| id.to_owned())
}

/// The method as a label: one that nobody knows must not make a label of its own.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_link_is_not_logged() {
        let pattern = "/v1/objects/{token}";
        assert_eq!(logged(pattern, "/v1/objects/secret"), pattern);
        assert_eq!(logged("/v1/jobs/{id}", "/v1/jobs/7"), "/v1/jobs/7");
    }
}
