//! Begins parts of traces, and tells them when they are over to whoever records them.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use super::context::{SpanId, TraceContext, TraceId};
use super::span::{Attribute, Span, SpanKind, SpanSink};
use crate::domain::ids::IdSource;
use crate::domain::time::{Clock, Timestamp};

/// Begins parts of traces. Without a recorder it only gives out their names, which logs and other processes go by.
#[derive(Clone)]
pub struct Tracer {
    ids: Arc<IdSource>,
    clock: Arc<dyn Clock>,
    recorder: Option<Recorder>,
}

/// Who records, and how much.
#[derive(Clone)]
pub struct Recorder {
    /// Who takes what is over.
    pub sink: Arc<dyn SpanSink>,
    /// The share of traces that begin here which is recorded, 0 to 1. Of a trace that began elsewhere its beginner decides.
    pub share: f64,
}

impl std::fmt::Debug for Tracer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracer")
            .field("records", &self.recorder.is_some())
            .finish_non_exhaustive()
    }
}

/// Where a part belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the beginning of a new trace.
    Root,
    /// Below a part of another process.
    Remote(TraceContext),
    /// Below a part of this process.
    Below(TraceContext),
}

impl Place {
    /// Below a part of another process, where there is one.
    pub fn after(remote: Option<TraceContext>) -> Self {
        remote.map_or(Self::Root, Self::Remote)
    }

    /// Below a part of this process, where there is one.
    pub fn within(part: Option<TraceContext>) -> Self {
        part.map_or(Self::Root, Self::Below)
    }

    fn parent(self) -> Option<TraceContext> {
        match self {
            Self::Root => None,
            Self::Remote(parent) | Self::Below(parent) => Some(parent),
        }
    }
}

impl Tracer {
    /// A tracer with these names and times.
    pub fn new(ids: Arc<IdSource>, clock: Arc<dyn Clock>, recorder: Option<Recorder>) -> Self {
        Self {
            ids,
            clock,
            recorder,
        }
    }

    /// Begins a part now. It ends when it is dropped.
    pub fn begin(&self, name: impl Display, kind: SpanKind, place: Place) -> Open {
        let started = self.clock.now();
        self.begin_at(started, name, kind, place)
    }

    /// Begins a part that began at a moment. Its name is put together where somebody records it, and not else.
    pub fn begin_at(
        &self,
        started: Timestamp,
        name: impl Display,
        kind: SpanKind,
        place: Place,
    ) -> Open {
        let context = self.context(place);
        let recorder = self
            .recorder
            .as_ref()
            .filter(|_| context.sampled())
            .map(|recorder| Recording {
                sink: Arc::clone(&recorder.sink),
                clock: Arc::clone(&self.clock),
                span: Some(Span {
                    name: name.to_string(),
                    context,
                    parent: place.parent().map(|parent| parent.span),
                    remote: matches!(place, Place::Remote(_)),
                    kind,
                    started,
                    ended: started,
                    attributes: Vec::new(),
                    failed: None,
                }),
            });
        Open { context, recorder }
    }

    fn context(&self, place: Place) -> TraceContext {
        let span = self.named(SpanId::of);
        if let Some(parent) = place.parent() {
            return parent.child(span);
        }
        let trace = self.named(TraceId::of);
        let share = self.recorder.as_ref().map_or(0.0, |it| it.share);
        TraceContext::root(trace, span, trace.fraction() < share)
    }

    /// A random name.
    fn named<const N: usize, T>(&self, of: impl Fn([u8; N]) -> Option<T>) -> T {
        loop {
            let mut bytes = [0; N];
            self.ids.fill(&mut bytes);
            if let Some(name) = of(bytes) {
                return name;
            }
        }
    }
}

/// A part that is not over yet.
#[must_use = "it ends when it is dropped"]
pub struct Open {
    context: TraceContext,
    recorder: Option<Recording>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl Open {
    /// What parts below it are told.
    pub fn context(&self) -> TraceContext {
        self.context
    }

    /// Says more of it; nothing is asked where nobody records.
    pub fn say(&mut self, more: impl FnOnce() -> Vec<Attribute>) {
        if let Some(span) = self.span() {
            span.attributes.extend(more());
        }
    }

    /// It went wrong, in a word.
    pub fn fail(&mut self, why: impl Into<Cow<'static, str>>) {
        if let Some(span) = self.span() {
            span.failed = Some(why.into());
        }
    }

    /// It went well after all.
    pub fn well(&mut self) {
        if let Some(span) = self.span() {
            span.failed = None;
        }
    }

    /// It ended at a moment.
    pub fn end_at(mut self, ended: Timestamp) {
        if let Some(recording) = &mut self.recorder {
            recording.end(ended);
        }
    }

    /// It is not to be recorded after all.
    pub fn forget(mut self) {
        if let Some(recording) = &mut self.recorder {
            recording.span = None;
        }
    }

    fn span(&mut self) -> Option<&mut Span> {
        self.recorder.as_mut()?.span.as_mut()
    }
}

/// A part that is recorded when it is over, whatever way it ends.
struct Recording {
    sink: Arc<dyn SpanSink>,
    clock: Arc<dyn Clock>,
    span: Option<Span>,
}

impl Recording {
    fn end(&mut self, ended: Timestamp) {
        if let Some(mut span) = self.span.take() {
            span.ended = ended.max(span.started);
            self.sink.take(span);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.end(self.clock.now());
    }
}
