//! The server: takes requests, answers as the knobs say, and writes down who left before the end.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer};
use futures_util::stream;
use serde_json::{Value, json};

use super::answers::{STAMP, Script, script};
use super::knobs::{Fault, Knobs};
use crate::domain::time::{Clock, Timestamp};
use crate::domain::trace::context::HEADER;
use crate::providers::wire::Wire;

/// How many traces are remembered.
const REMEMBERED: usize = 100;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Requests.
    pub requests: u64,
    /// Answers that were sent to their end.
    pub finished: u64,
    /// When clients left before the end of their answer.
    pub left_at: Vec<Timestamp>,
    /// Answers on their way.
    pub in_flight: u64,
    /// The most of them at once.
    pub most_in_flight: u64,
    /// The newest traces that requests belonged to, by their `traceparent`.
    pub traces: VecDeque<String>,
}

/// A fake provider: clones are the same one.
#[derive(Clone)]
pub struct FakeProvider {
    knobs: Arc<Mutex<Knobs>>,
    record: Arc<Mutex<Record>>,
    clock: Arc<dyn Clock>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeProvider {
    /// One that does what the knobs say.
    pub fn new(knobs: Knobs, clock: Arc<dyn Clock>) -> Self {
        Self {
            knobs: Arc::new(Mutex::new(knobs)),
            record: Arc::default(),
            clock,
        }
    }

    /// From now on it does something else.
    pub fn turn(&self, knobs: Knobs) {
        *lock(&self.knobs) = knobs;
    }

    /// What was seen so far.
    pub fn record(&self) -> Record {
        lock(&self.record).clone()
    }

    /// Serves on a socket, in so many threads; the base address is `http://…/v1`.
    pub fn serve(&self, socket: std::net::TcpListener, threads: usize) -> std::io::Result<Server> {
        let state = Data::new(self.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .app_data(web::PayloadConfig::new(32 << 20))
                .route("/v1/chat/completions", web::post().to(on_chat))
                .route("/v1/responses", web::post().to(on_responses))
                .route("/v1/messages", web::post().to(on_messages))
                .route("/record", web::get().to(on_record))
                // What gateways of other makes ask before they send anything.
                .route("/health", web::get().to(HttpResponse::Ok))
                .route("/v1/models", web::get().to(on_models))
        });
        Ok(server
            .workers(threads)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(socket)?
            .run())
    }
}

async fn on_chat(state: Data<FakeProvider>, asked: HttpRequest, body: Bytes) -> HttpResponse {
    answer(&state, Wire::OpenAiChat, &asked, &body)
}

async fn on_responses(state: Data<FakeProvider>, asked: HttpRequest, body: Bytes) -> HttpResponse {
    answer(&state, Wire::OpenAiResponses, &asked, &body)
}

async fn on_messages(state: Data<FakeProvider>, asked: HttpRequest, body: Bytes) -> HttpResponse {
    answer(&state, Wire::Anthropic, &asked, &body)
}

async fn on_models() -> HttpResponse {
    let model = json!({"id": "fake", "object": "model", "created": 1, "owned_by": "slidecraft"});
    HttpResponse::Ok().json(json!({"object": "list", "data": [model]}))
}

async fn on_record(state: Data<FakeProvider>) -> HttpResponse {
    let record = state.record();
    HttpResponse::Ok().json(json!({
        "requests": record.requests, "finished": record.finished, "left": record.left_at.len(),
        "in_flight": record.in_flight, "most_in_flight": record.most_in_flight,
        "traces": record.traces,
    }))
}

fn answer(state: &FakeProvider, wire: Wire, asked: &HttpRequest, body: &[u8]) -> HttpResponse {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        let words = json!({"error": {"type": "invalid_request_error", "message": "no JSON"}});
        return HttpResponse::BadRequest().json(words);
    };
    let knobs = lock(&state.knobs).clone();
    let number = {
        let mut record = lock(&state.record);
        record.requests += 1;
        let trace = asked.headers().get(HEADER);
        let trace = trace.and_then(|trace| trace.to_str().ok());
        record.traces.extend(trace.map(str::to_owned));
        let surplus = record.traces.len().saturating_sub(REMEMBERED);
        record.traces.drain(..surplus);
        record.requests - 1
    };
    // After as many requests as the limit, one is refused, and the count begins again.
    let left = knobs.limit.map(|limit| limit - number % (limit + 1));
    let fault = knobs.fault(number);
    let fault =
        fault.or((left == Some(0)).then_some(Fault::RateLimited(Some(Duration::from_millis(100)))));
    if let Some(refused) = fault.and_then(|fault| refusal(wire, fault)) {
        return refused;
    }
    let script = script(wire, &knobs, &request);
    let mut response = HttpResponse::Ok();
    limits(&mut response, wire, left);
    response
        .content_type("text/event-stream; charset=utf-8")
        .insert_header(("cache-control", "no-cache"))
        .streaming(sending(state, &knobs, script, fault))
}

fn limits(response: &mut HttpResponseBuilder, wire: Wire, left: Option<u64>) {
    let Some(left) = left else { return };
    let left = left.to_string();
    if wire == Wire::Anthropic {
        response.insert_header(("anthropic-ratelimit-requests-remaining", left));
    } else {
        response.insert_header(("x-ratelimit-remaining-requests", left));
        response.insert_header(("x-ratelimit-reset-requests", "100ms"));
    }
}

/// The answer of a request that is refused from the start.
fn refusal(wire: Wire, fault: Fault) -> Option<HttpResponse> {
    let anthropic = wire == Wire::Anthropic;
    let words = |name: &str, code: &str| {
        if anthropic {
            json!({"type": "error", "error": {"type": name, "message": "as scripted"}, "request_id": "req_1"})
        } else {
            json!({"error": {"message": "as scripted", "type": name, "param": null, "code": code}})
        }
    };
    let with = |status: u16| {
        let status = actix_web::http::StatusCode::from_u16(status);
        HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR))
    };
    Some(match fault {
        Fault::RateLimited(wait) => {
            let mut response = with(429);
            if let Some(wait) = wait {
                response.insert_header(("retry-after-ms", wait.as_millis().to_string()));
            }
            response.json(words("rate_limit_error", "rate_limit_exceeded"))
        }
        Fault::RateLimitedHint => with(429)
            .insert_header(("x-should-retry", "true"))
            .json(words("rate_limit_error", "rate_limit_exceeded")),
        Fault::Billing if anthropic => with(429).json(
            json!({"type": "error", "error": {"type": "rate_limit_error",
            "message": "spend limit", "details": {"error_code": "enforced_spend_limit_reached"}}}),
        ),
        Fault::Billing => with(429).json(words("insufficient_quota", "credit_balance_exhausted")),
        Fault::Overloaded => with(if anthropic { 529 } else { 503 })
            .json(words("overloaded_error", "server_is_overloaded")),
        Fault::Server => with(500).json(words("api_error", "server_error")),
        Fault::Auth => with(401).json(words("authentication_error", "invalid_api_key")),
        Fault::ErrorAfter(_) | Fault::StallAfter(_) | Fault::ResetAfter(_) => return None,
    })
}

/// An answer on its way, seen off by the record when it ends.
struct Sending {
    provider: FakeProvider,
    waiting: VecDeque<(Duration, Step)>,
    split: usize,
    stamps: bool,
    rest: VecDeque<Bytes>,
    finished: bool,
}

enum Step {
    Send(String),
    Stall,
    Reset,
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut record = lock(&self.provider.record);
        record.in_flight -= 1;
        if self.finished {
            record.finished += 1;
        } else {
            record.left_at.push(self.provider.clock.now());
        }
    }
}

fn sending(
    provider: &FakeProvider,
    knobs: &Knobs,
    script: Script,
    fault: Option<Fault>,
) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let mut waiting: VecDeque<(Duration, Step)> = VecDeque::new();
    let opening = script
        .opening
        .into_iter()
        .map(|text| (Duration::ZERO, Step::Send(text)));
    waiting.extend(opening);
    let (most, then) = match fault {
        Some(Fault::ErrorAfter(pieces)) => (pieces, Some(Step::Send(script.error))),
        Some(Fault::StallAfter(pieces)) => (pieces, Some(Step::Stall)),
        Some(Fault::ResetAfter(pieces)) => (pieces, Some(Step::Reset)),
        _ => (usize::MAX, None),
    };
    for (number, piece) in script.pieces.into_iter().take(most).enumerate() {
        let wait = if number == 0 {
            knobs.first_token
        } else {
            knobs.between
        };
        waiting.push_back((wait, Step::Send(piece)));
    }
    match then {
        Some(step) => waiting.push_back((Duration::ZERO, step)),
        None => waiting.extend(
            script
                .closing
                .into_iter()
                .map(|text| (Duration::ZERO, Step::Send(text))),
        ),
    }
    {
        let mut record = lock(&provider.record);
        record.in_flight += 1;
        record.most_in_flight = record.most_in_flight.max(record.in_flight);
    }
    let sending = Sending {
        provider: provider.clone(),
        waiting,
        split: knobs.split,
        stamps: knobs.stamps,
        rest: VecDeque::new(),
        finished: false,
    };
    stream::unfold(sending, |mut sending| async move {
        let next = sending.next().await?;
        Some((next, sending))
    })
}

impl Sending {
    async fn next(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        if let Some(bytes) = self.rest.pop_front() {
            // So that each piece goes out by itself.
            tokio::task::yield_now().await;
            return Some(Ok(bytes));
        }
        let Some((wait, step)) = self.waiting.pop_front() else {
            self.finished = true;
            return None;
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        match step {
            Step::Stall => std::future::pending().await,
            Step::Reset => {
                self.finished = true;
                Some(Err(std::io::Error::from(
                    std::io::ErrorKind::ConnectionReset,
                )))
            }
            Step::Send(text) if self.stamps => {
                let now = format!("@{}", self.provider.clock.now().0);
                Some(Ok(Bytes::from(text.replace(STAMP, &now))))
            }
            Step::Send(text) if self.split == 0 => Some(Ok(Bytes::from(text))),
            Step::Send(text) => {
                let pieces = text
                    .as_bytes()
                    .chunks(self.split)
                    .map(Bytes::copy_from_slice);
                self.rest = pieces.collect();
                Some(Ok(self.rest.pop_front().unwrap_or_default()))
            }
        }
    }
}
