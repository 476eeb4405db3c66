//! A store of keys with something around every call of it: its time taken.

use std::sync::Arc;

use async_trait::async_trait;

use super::{ApiKey, KeyStore};
use crate::domain::ids::KeyId;
use crate::domain::time::Timestamp;
use crate::storage::around::Around;
use crate::storage::error::StoreError;

/// A store of keys with something around its calls.
pub struct KeysAround<A> {
    inner: Arc<dyn KeyStore>,
    around: A,
}

impl<A: Around> KeysAround<A> {
    /// Puts `around` around every call of `inner`.
    pub fn new(inner: Arc<dyn KeyStore>, around: A) -> Self {
        Self { inner, around }
    }
}

#[async_trait]
impl<A: Around> KeyStore for KeysAround<A> {
    async fn add(&self, key: ApiKey) -> Result<(), StoreError> {
        self.around.around("key_add", self.inner.add(key)).await
    }

    async fn by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let found = self.inner.by_hash(hash);
        self.around.around("key_by_hash", found).await
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.around.around("keys", self.inner.list()).await
    }

    async fn revoke(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let revoked = self.inner.revoke(id, now);
        self.around.around("key_revoke", revoked).await
    }
}
