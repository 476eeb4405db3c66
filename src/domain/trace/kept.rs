//! A recorder of tests: it keeps what it is told.

use std::sync::Mutex;

use super::span::{Span, SpanSink};

/// Keeps what it is told.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Vec<Span>>);

impl SpanSink for Kept {
    fn take(&self, span: Span) {
        self.0.lock().unwrap().push(span);
    }
}

impl Kept {
    /// All so far, in the order of their ends.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap().clone()
    }
}
