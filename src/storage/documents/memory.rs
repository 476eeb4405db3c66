//! Documents in memory, beside the queue in memory. Held to the same suite.

use async_trait::async_trait;

use super::{DocumentStore, Saved};
use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::jobs::memory::{Kept, MemoryJobStore};

fn is_of(kept: &Kept, tenant: &TenantId) -> bool {
    kept.document.tenant == *tenant
}

#[async_trait]
impl DocumentStore for MemoryJobStore {
    async fn document(
        &self,
        tenant: &TenantId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        let tables = self.lock();
        let kept = tables.documents.get(&id).filter(|kept| is_of(kept, tenant));
        Ok(kept.map(|kept| kept.document.clone()))
    }

    async fn documents(
        &self,
        tenant: &TenantId,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let tables = self.lock();
        let found = tables
            .documents
            .values()
            .rev()
            .filter(|kept| is_of(kept, tenant))
            .map(|kept| kept.document.clone())
            .filter(|document| before.is_none_or(|before| document.id < before));
        Ok(found.take(limit as usize).collect())
    }

    async fn deck(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        version: Option<u64>,
    ) -> Result<Option<StoredDeck>, StoreError> {
        let tables = self.lock();
        let kept = tables.documents.get(&id).filter(|kept| is_of(kept, tenant));
        Ok(kept.and_then(|kept| {
            let wanted = version.unwrap_or(kept.document.version);
            let mut decks = kept.decks.iter();
            decks.find(|deck| deck.version == wanted).cloned()
        }))
    }

    async fn save(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        expected: u64,
        version: NewVersion,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        let mut tables = self.lock();
        let Some(kept) = tables
            .documents
            .get_mut(&id)
            .filter(|kept| is_of(kept, tenant))
        else {
            return Ok(Saved::NotFound);
        };
        if kept.document.version != expected {
            return Ok(Saved::Stale(kept.document.version));
        }
        Ok(Saved::Version(kept.append(version, now)))
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tables = self.lock();
        let owned = tables
            .documents
            .get(&id)
            .is_some_and(|kept| is_of(kept, tenant));
        if !owned {
            return Ok(false);
        }
        tables.documents.remove(&id);
        for job in tables.jobs.values_mut() {
            // What has ended stays as it is.
            if job.document == id
                && let Ok(state) = job.state.clone().cancel(now)
            {
                job.state = state;
            }
        }
        Ok(true)
    }
}
