//! Documents and the versions of their decks.

pub mod around;
#[cfg(test)]
pub mod conformance;
#[cfg(test)]
mod memory;
pub(super) mod row;
pub mod sql;

use async_trait::async_trait;

use super::error::StoreError;
use crate::domain::document::{Document, NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;

/// What became of a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is stored, as this version.
    Version(u64),
    /// The document moved on: this is its newest version.
    Stale(u64),
    /// There is no such document.
    NotFound,
}

/// Documents and the versions of their decks.
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// One document of a tenant.
    async fn document(
        &self,
        tenant: &TenantId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError>;

    /// A tenant's documents, newest first, older than `before`, at most `limit`.
    async fn documents(
        &self,
        tenant: &TenantId,
        before: Option<DocumentId>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError>;

    /// A version of its deck, the newest where none is named.
    async fn deck(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        version: Option<u64>,
    ) -> Result<Option<StoredDeck>, StoreError>;

    /// Stores the version after `expected`, if `expected` is still the newest.
    async fn save(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        expected: u64,
        version: NewVersion,
        now: Timestamp,
    ) -> Result<Saved, StoreError>;

    /// Deletes a document with its decks; its open jobs are cancelled. Answers whether there was one.
    async fn delete(
        &self,
        tenant: &TenantId,
        id: DocumentId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
