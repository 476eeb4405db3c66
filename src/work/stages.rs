//! The stages of an attempt as parts of a trace.

use std::sync::{Mutex, PoisonError};

use crate::domain::failure::Failure;
use crate::domain::stage::Stage;
use crate::domain::trace::context::TraceContext;
use crate::domain::trace::span::SpanKind;
use crate::domain::trace::tracer::{Open, Place, Tracer};

/// Where an attempt is in its trace.
pub(super) struct Parts {
    tracer: Tracer,
    run: TraceContext,
    now: Mutex<TraceContext>,
}

impl Parts {
    /// The parts of an attempt.
    pub(super) fn new(tracer: Tracer, run: TraceContext) -> Self {
        Self {
            tracer,
            run,
            now: Mutex::new(run),
        }
    }

    /// The innermost part that is under way.
    pub(super) fn now(&self) -> TraceContext {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go(&self, to: TraceContext) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    /// Begins a stage; it ends when it is dropped.
    pub(super) fn begin(&self, stage: Stage) -> StagePart<'_> {
        let place = Place::Below(self.run);
        let mut open = self.tracer.begin(stage.name(), SpanKind::Internal, place);
        // Whoever is dropped before its end was stopped.
        open.fail("stopped");
        self.go(open.context());
        StagePart { of: self, open }
    }
}

/// A stage that is under way.
pub(super) struct StagePart<'p> {
    of: &'p Parts,
    open: Open,
}

impl StagePart<'_> {
    /// Ends a stage that came to its end, well or not.
    pub(super) fn end<T>(part: Option<Self>, outcome: &Result<T, Failure>) {
        if let Some(mut part) = part {
            match outcome {
                Ok(_) => part.open.well(),
                Err(failure) => part.open.fail(failure.code.name()),
            }
        }
    }
}

impl Drop for StagePart<'_> {
    fn drop(&mut self) {
        self.of.go(self.of.run);
    }
}
