//! A part of a trace that is over, as it is recorded.

use std::borrow::Cow;

use super::context::{SpanId, TraceContext};
use crate::domain::time::Timestamp;

/// What part somebody plays in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// It answers a request.
    Server,
    /// It calls another.
    Client,
    /// It puts a job into the queue.
    Producer,
    /// It runs a job from the queue.
    Consumer,
    /// Nobody else takes part.
    Internal,
}

/// What an attribute says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanValue {
    /// A text.
    Text(Cow<'static, str>),
    /// A number.
    Number(i64),
}

impl From<&'static str> for SpanValue {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for SpanValue {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for SpanValue {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for SpanValue {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<u16> for SpanValue {
    fn from(number: u16) -> Self {
        Self::Number(i64::from(number))
    }
}

/// A name of OpenTelemetry's conventions, and what it says.
pub type Attribute = (&'static str, SpanValue);

/// A part of a trace that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it was.
    pub name: String,
    /// Which part of which trace.
    pub context: TraceContext,
    /// The part it belongs to.
    pub parent: Option<SpanId>,
    /// Whether that one is known from another process only.
    pub remote: bool,
    /// What part it plays.
    pub kind: SpanKind,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What is known of it.
    pub attributes: Vec<Attribute>,
    /// What went wrong, in a word.
    pub failed: Option<Cow<'static, str>>,
}

/// Who takes what is recorded. Must neither block nor fail: work goes on whatever becomes of it.
pub trait SpanSink: Send + Sync {
    /// Takes a part that is over.
    fn take(&self, span: Span);
}
