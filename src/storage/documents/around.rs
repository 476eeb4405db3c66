//! A document store with something around every call of it: its time taken, or faults of a plan.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::around::Around;
use crate::storage::documents::{DocumentStore, Saved};
use crate::storage::error::StoreError;

/// A document store with something around its calls.
pub struct DocumentsAround<A> {
    inner: Arc<dyn DocumentStore>,
    around: A,
}

impl<A: Around> DocumentsAround<A> {
    /// Puts `around` around every call of `inner`.
    pub fn new(inner: Arc<dyn DocumentStore>, around: A) -> Self {
        Self { inner, around }
    }
}

#[async_trait]
impl<A: Around> DocumentStore for DocumentsAround<A> {
    async fn document(
        &self,
        tenant: &TenantId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        self.around
            .around("document", self.inner.document(tenant, id))
            .await
    }

    async fn documents(
        &self,
        tenant: &TenantId,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.around
            .around("documents", self.inner.documents(tenant, before, limit))
            .await
    }

    async fn deck(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        version: Option<u64>,
    ) -> Result<Option<StoredDeck>, StoreError> {
        self.around
            .around("deck", self.inner.deck(tenant, id, version))
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
        self.around.around("save", saved).await
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.around
            .around("delete", self.inner.delete(tenant, id, now))
            .await
    }
}
