//! A document store whose questions to the database are timed.

use std::sync::Arc;

use async_trait::async_trait;

use super::metrics::Telemetry;
use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::{Clock, Timestamp};
use crate::storage::documents::{DocumentStore, Saved};
use crate::storage::error::StoreError;

/// A document store that is timed.
pub struct MeteredDocumentStore {
    inner: Arc<dyn DocumentStore>,
    clock: Arc<dyn Clock>,
    telemetry: Arc<Telemetry>,
}

impl MeteredDocumentStore {
    /// Times that store.
    pub fn new(
        inner: Arc<dyn DocumentStore>,
        clock: Arc<dyn Clock>,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        Self {
            inner,
            clock,
            telemetry,
        }
    }

    async fn timed<T>(
        &self,
        query: &'static str,
        asked: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = self.clock.now();
        let answer = asked.await;
        let took = self.clock.now().since(started);
        self.telemetry.db_query(query, took);
        answer
    }
}

#[async_trait]
impl DocumentStore for MeteredDocumentStore {
    async fn document(
        &self,
        tenant: &TenantId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        self.timed("document", self.inner.document(tenant, id))
            .await
    }

    async fn documents(
        &self,
        tenant: &TenantId,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.timed("documents", self.inner.documents(tenant, before, limit))
            .await
    }

    async fn deck(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        version: Option<u64>,
    ) -> Result<Option<StoredDeck>, StoreError> {
        self.timed("deck", self.inner.deck(tenant, id, version))
            .await
    }

    async fn save(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        expected: u64,
        version: NewVersion,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        let saved = self.inner.save(tenant, id, expected, version, now);
        self.timed("save", saved).await
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.timed("delete", self.inner.delete(tenant, id, now))
            .await
    }
}
