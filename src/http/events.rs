//! `/v1/events`: what happens to a tenant's jobs and documents, live (WHATWG server-sent events).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use actix_web_lab::util::InfallibleStream;
use futures_util::Stream;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior};
use utoipa::IntoParams;

use super::admission;
use super::identity::{Admin, May, Read};
use super::problem::{Code, Problem};
use super::query::{self, Query};
use super::state::ApiState;
use crate::actors::handle::{SseFrame, Subscription};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job_event::Fact;
use crate::domain::tenant::TenantId;

const CONNECTION_ID: HeaderName = HeaderName::from_static("x-connection-id");
/// The longest event id that is passed on.
const LONGEST_ID: usize = 128;
/// A comment.
const ALIVE: &[u8] = b": keep-alive\n\n";

/// What is followed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Only of this document.
    #[param(format = Uuid)]
    document: Option<String>,
    /// Only of this job.
    #[param(format = Uuid)]
    job: Option<String>,
    /// The last event seen, for clients that cannot set the header.
    last_event_id: Option<String>,
    /// The connection, by the id an earlier stream answered with: a load balancer that hashes it keeps a client on one
    /// node while that is there. Any node goes on with any stream.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    connection: Option<String>,
}

/// Follows events.
///
/// A new stream begins with a `hello` event, whose id is where it begins. `Last-Event-ID` resumes; what can no longer be
/// replayed is said by a `gap` event. A `drain` event says that the node is stopping: connect again. A comment every 15 s
/// shows that the stream is alive.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "followEvents", tag = "events",
    params(EventsQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The last event seen.")),
    responses((status = 200, content_type = "text/event-stream", body = String, description = "Events, without end.",
        headers(("X-Connection-Id" = String, description = "The connection: send it as `connection` when connecting again.")),
        example = "id: 1795477800123-0\nevent: job.started\ndata: {\"event\":\"job.started\",\"attempt\":1,\"waited_ms\":2}\n\n"))
)]
pub async fn follow(
    caller: May<Read>,
    Query(query): Query<EventsQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    ready_to_stream(&request, &state)?;
    let document: Option<DocumentId> = query::read("document", query.document.as_deref())?;
    let job: Option<JobId> = query::read("job", query.job.as_deref())?;
    if let Some(id) = document
        && state
            .documents
            .document(&caller.tenant, id)
            .await?
            .is_none()
    {
        return Err(Problem::not_found("document"));
    }
    if let Some(id) = job
        && state.jobs.job(Some(&caller.tenant), id).await?.is_none()
    {
        return Err(Problem::not_found("job"));
    }
    let connection = connection(&state, query.connection)?;
    let subscription = Subscription {
        tenant: caller.tenant.clone(),
        document,
        job,
        last_event_id: last_event_id(request.headers(), query.last_event_id)?,
    };
    let frames = state.platform.follow(subscription).await?;
    Ok(answer(&state, connection, frames, None))
}

/// What of a stream of operators may be asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PoolEventsQuery {
    /// The last event seen, for clients that cannot set the header.
    last_event_id: Option<String>,
    /// The connection, as with `/v1/events`.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    connection: Option<String>,
}

/// Follows what pools do, on all nodes that share Redis, or on this one.
///
/// `pool.scaled` tells each decision with its reason. The stream begins, resumes and ends as `/v1/events` does.
#[utoipa::path(
    get, path = "/v1/admin/events", operation_id = "followPools", tag = "admin",
    params(PoolEventsQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The last event seen.")),
    responses((status = 200, content_type = "text/event-stream", body = String, description = "Events, without end.",
        headers(("X-Connection-Id" = String, description = "The connection: send it as `connection` when connecting again.")),
        example = "id: 1795477800123-0\nevent: pool.scaled\ndata: {\"event\":\"pool.scaled\",\"pool\":\"convert\",\"from\":5,\"to\":8,\"direction\":\"up\",\"reason\":\"depth_mean\"}\n\n"))
)]
pub async fn follow_pools(
    _: May<Admin>,
    Query(query): Query<PoolEventsQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    ready_to_stream(&request, &state)?;
    let connection = connection(&state, query.connection)?;
    let subscription = Subscription {
        tenant: TenantId::operators(),
        document: None,
        job: None,
        last_event_id: last_event_id(request.headers(), query.last_event_id)?,
    };
    let frames = state.platform.follow(subscription).await?;
    Ok(answer(&state, connection, frames, None))
}

fn ready_to_stream(request: &HttpRequest, state: &ApiState) -> Result<(), Problem> {
    if !accepts_events(request.headers()) {
        let detail = "This is a stream of text/event-stream; accept that.";
        return Err(Problem::new(Code::NotAcceptable, detail));
    }
    admission::open(state)
}

/// The answer with a stream. With `leaving` it ends with the job it follows.
pub(super) fn answer(
    state: &ApiState,
    connection: String,
    frames: mpsc::Receiver<SseFrame>,
    leaving: Option<Leaving>,
) -> HttpResponse {
    // A client that all others follow by the second would take the next node down with them.
    let reconnect = state.settings.reconnect;
    let retry = reconnect + reconnect.mul_f64(state.ids.fraction());
    let body = EventBody::new(frames, retry, state.settings.heartbeat, leaving);
    HttpResponse::Ok()
        .insert_header((CONNECTION_ID, connection))
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        // Proxies that gather an answer before they pass it on would hold events back.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(InfallibleStream::new(body))
}

/// What is done when a client leaves a stream before it has ended.
pub(super) struct Leaving(Option<Box<dyn FnOnce()>>);

impl Leaving {
    /// That is done.
    pub(super) fn new(then: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(then)))
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(then) = self.0.take() {
            then();
        }
    }
}

/// The id of the connection: the one it had, or a new one.
fn connection(state: &ApiState, asked: Option<String>) -> Result<String, Problem> {
    let id = asked.unwrap_or_else(|| state.uuid().to_string());
    let fits = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let unfit = || query::unfit("connection", "It is 1 to 64 of A-Z a-z 0-9 - and _.");
    if fits { Ok(id) } else { Err(unfit()) }
}

/// The body of a stream: when to connect again, then frames as they come, and comments that show that it is alive. It owns
/// the receiving end: when the client leaves, it is dropped, and the session ends.
struct EventBody {
    retry: Option<Bytes>,
    frames: mpsc::Receiver<SseFrame>,
    heartbeat: Interval,
    leaving: Option<Leaving>,
    ended: bool,
}

impl EventBody {
    fn new(
        frames: mpsc::Receiver<SseFrame>,
        retry: Duration,
        heartbeat: Duration,
        leaving: Option<Leaving>,
    ) -> Self {
        let mut heartbeat = tokio::time::interval(heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            retry: Some(format!("retry: {}\n\n", retry.as_millis()).into()),
            frames,
            heartbeat,
            leaving,
            ended: false,
        }
    }

    /// With the end of the job ends a stream that follows it alone. A client that is left by us, as the node stops, say, has
    /// not left itself.
    fn note(&mut self, frame: Option<&SseFrame>) {
        let Some(leaving) = &mut self.leaving else {
            return;
        };
        let over = frame.is_some_and(|frame| Fact::ends_with(frame.event));
        if over || frame.is_none_or(|frame| frame.event == "drain") {
            leaving.0 = None;
        }
        self.ended |= over;
    }
}

impl Stream for EventBody {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(retry) = self.retry.take() {
            return Poll::Ready(Some(retry));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(frame) = self.frames.poll_recv(context) {
            self.note(frame.as_ref());
            return Poll::Ready(frame.map(SseFrame::into_bytes));
        }
        self.heartbeat
            .poll_tick(context)
            .map(|_| Some(Bytes::from_static(ALIVE)))
    }
}

pub(super) fn accepts_events(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).peekable();
    accepted.peek().is_none()
        || accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .any(|range| matches!(range.trim(), "text/event-stream" | "text/*" | "*/*"))
}

/// The last event the client saw. The header goes first: a browser sets it when it connects again to the same address.
fn last_event_id(headers: &HeaderMap, query: Option<String>) -> Result<Option<String>, Problem> {
    let header = headers.get("last-event-id");
    let header = header.map(|value| value.to_str().map(str::to_owned));
    let id = match header {
        Some(Ok(id)) if !id.is_empty() => Some(id),
        Some(Err(_)) => return Err(unfit()),
        Some(Ok(_)) | None => query.filter(|id| !id.is_empty()),
    };
    match id {
        Some(id) if id.len() > LONGEST_ID => Err(unfit()),
        id => Ok(id),
    }
}

fn unfit() -> Problem {
    let detail = "The Last-Event-ID is not one of ours.";
    Problem::new(Code::InvalidHeader, detail)
}
