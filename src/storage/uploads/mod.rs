//! Uploads in parts, durably: what clients announced, so that any node can go on with it, and nothing stays for ever.

#[cfg(test)]
pub mod conformance;
pub mod sql;

use async_trait::async_trait;

use super::error::StoreError;
use super::jobs::IdempotencyKey;
use crate::domain::ids::UploadId;
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::upload::{Upload, UploadState};

/// What became of a new upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// It is stored.
    New,
    /// The same request was made before: its upload.
    Repeated(UploadId),
    /// The key was used for another request.
    KeyReused,
}

/// Uploads in parts.
#[async_trait]
pub trait UploadStore: Send + Sync {
    /// Stores an upload, under the key of its request where it has one.
    async fn announce(
        &self,
        upload: Upload,
        key: Option<IdempotencyKey>,
    ) -> Result<Announced, StoreError>;

    /// One upload of a tenant.
    async fn upload(&self, tenant: &TenantId, id: UploadId) -> Result<Option<Upload>, StoreError>;

    /// How many uploads of a tenant are open or complete.
    async fn waiting(&self, tenant: &TenantId) -> Result<u64, StoreError>;

    /// Moves an upload from one state to another; answers whether it was in the first.
    async fn advance(
        &self,
        id: UploadId,
        from: UploadState,
        to: UploadState,
    ) -> Result<bool, StoreError>;

    /// Uploads that expired by `now` or were given up, at most `limit`.
    async fn overdue(&self, now: Timestamp, limit: u32) -> Result<Vec<Upload>, StoreError>;

    /// Forgets an upload; one that is not there is no error.
    async fn forget(&self, id: UploadId) -> Result<(), StoreError>;
}
