//! Times every call of a store.

use std::sync::Arc;

use super::metrics::Telemetry;
use crate::domain::time::Clock;
use crate::storage::around::Around;
use crate::storage::error::StoreError;

/// Times questions to the database.
pub struct TimedQueries {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where it is counted.
    pub telemetry: Arc<Telemetry>,
}

impl Around for TimedQueries {
    async fn around<T: Send>(
        &self,
        op: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = self.clock.now();
        let answer = call.await;
        self.telemetry.db_query(op, self.clock.now().since(started));
        answer
    }
}

/// Times operations on objects.
pub struct TimedObjects {
    /// What kind of store it is.
    pub backend: &'static str,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where it is counted.
    pub telemetry: Arc<Telemetry>,
}

impl Around for TimedObjects {
    async fn around<T: Send>(
        &self,
        op: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = self.clock.now();
        let answer = call.await;
        let took = self.clock.now().since(started);
        self.telemetry
            .storage_op(op, self.backend, answer.is_ok(), took);
        answer
    }
}
