//! A provider over HTTP: sends a request on its vendor's wire and reads the answer as it comes.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use reqwest::header::HeaderMap;

use super::chat::{ChatEvent, ChatRequest};
use super::frames::Frames;
use super::trouble::{Trouble, TroubleKind};
use super::wire::{Decoder, Wire};
use crate::domain::trace::context::{HEADER, TraceContext};

/// An answer as it comes.
pub type Events = BoxStream<'static, Result<ChatEvent, Trouble>>;

/// An answer that has begun.
pub struct Opened {
    /// What comes.
    pub events: Events,
    /// How long the provider wants to be left alone after this one, by its headers.
    pub exhausted_for: Option<Duration>,
}

/// Who can be asked.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// Sends a request as that part of a trace. Comes back with the head of the answer; dropping the events closes the connection.
    async fn open(
        &self,
        model: &str,
        request: &ChatRequest,
        trace: Option<TraceContext>,
    ) -> Result<Opened, Trouble>;
}

/// A provider over HTTP.
pub struct Endpoint {
    wire: Wire,
    url: String,
    key: Option<String>,
    client: reqwest::Client,
}

/// The most that is read of an error's body.
const ERROR_BYTES: usize = 64 << 10;

impl Endpoint {
    /// A provider at a base address, such as `https://api.openai.com/v1`.
    pub fn new(wire: Wire, base: &str, key: Option<String>, client: reqwest::Client) -> Self {
        Self {
            wire,
            url: format!("{}{}", base.trim_end_matches('/'), wire.path()),
            key,
            client,
        }
    }

    fn request(&self, model: &str, request: &ChatRequest) -> reqwest::RequestBuilder {
        let sent = self
            .client
            .post(&self.url)
            .json(&self.wire.body(model, request));
        match (&self.key, self.wire) {
            (Some(key), Wire::Anthropic) => sent
                .header("x-api-key", key)
                .header("anthropic-version", "2023-06-01"),
            (None, Wire::Anthropic) => sent.header("anthropic-version", "2023-06-01"),
            (Some(key), Wire::OpenAiChat | Wire::OpenAiResponses) => sent.bearer_auth(key),
            (None, Wire::OpenAiChat | Wire::OpenAiResponses) => sent,
        }
    }
}

#[async_trait]
impl Upstream for Endpoint {
    async fn open(
        &self,
        model: &str,
        request: &ChatRequest,
        trace: Option<TraceContext>,
    ) -> Result<Opened, Trouble> {
        let mut sent = self.request(model, request);
        if let Some(trace) = trace {
            sent = sent.header(HEADER, trace.to_string());
        }
        let answer = sent.send().await;
        let answer = answer.map_err(|error| unreachable_trouble(&error))?;
        if !answer.status().is_success() {
            return Err(refused(answer).await);
        }
        let exhausted_for = exhausted(answer.headers());
        let reading = Reading {
            pieces: answer
                .bytes_stream()
                .map(|piece| piece.map(Into::into))
                .boxed(),
            frames: Frames::default(),
            decoder: self.wire.decoder(),
            ready: VecDeque::new(),
            over: false,
        };
        let events = stream::unfold(reading, |mut reading| async move {
            let event = reading.next().await?;
            Some((event, reading))
        });
        Ok(Opened {
            events: events.boxed(),
            exhausted_for,
        })
    }
}

fn unreachable_trouble(error: &reqwest::Error) -> Trouble {
    let kind = if error.is_timeout() && !error.is_connect() {
        TroubleKind::Timeout
    } else {
        TroubleKind::Connection
    };
    // The address may hold a password; what went wrong does not need it.
    let mut reason = String::from("it cannot be reached");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    Trouble::new(kind, reason)
}

async fn refused(answer: reqwest::Response) -> Trouble {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        body.extend_from_slice(&piece);
        if body.len() >= ERROR_BYTES {
            break;
        }
    }
    Trouble::of_answer(status, |name| text(&headers, name), &body)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// How long nothing is left, by the headers of either vendor. OpenAI tells durations (`6m0s`); Anthropic a moment, for which a
/// second is taken: its buckets refill all the time.
fn exhausted(headers: &HeaderMap) -> Option<Duration> {
    let empty = |name: &str| text(headers, name).is_some_and(|left| left.trim() == "0");
    for what in ["requests", "tokens"] {
        if empty(&format!("x-ratelimit-remaining-{what}")) {
            let reset = text(headers, &format!("x-ratelimit-reset-{what}"))?;
            return humantime::parse_duration(reset.trim()).ok();
        }
        if empty(&format!("anthropic-ratelimit-{what}-remaining")) {
            return Some(Duration::from_secs(1));
        }
    }
    None
}

struct Reading {
    pieces: BoxStream<'static, Result<Vec<u8>, reqwest::Error>>,
    frames: Frames,
    decoder: Decoder,
    ready: VecDeque<ChatEvent>,
    over: bool,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<ChatEvent, Trouble>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.over |= matches!(event, ChatEvent::Done { .. });
                return Some(Ok(event));
            }
            if self.over {
                return None;
            }
            let read = match self.pieces.next().await {
                Some(Ok(piece)) => self.take(&piece),
                Some(Err(error)) => Err(unreachable_trouble(&error)),
                None => self
                    .decoder
                    .finish()
                    .map(|events| self.ready.extend(events)),
            };
            if let Err(trouble) = read {
                self.over = true;
                return Some(Err(trouble));
            }
        }
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), Trouble> {
        let frames = self
            .frames
            .feed(piece)
            .map_err(|_| Trouble::new(TroubleKind::Garbled, "an event of the answer has no end"))?;
        for frame in frames {
            self.ready.extend(self.decoder.frame(&frame)?);
        }
        Ok(())
    }
}
