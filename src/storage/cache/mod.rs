//! Caches: bounded, with a time to live; a write always invalidates.

pub mod in_process;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// A bounded cache of bytes. It may forget anything at any time, so nothing is ever kept in it alone.
#[async_trait]
pub trait Cache: Send + Sync {
    /// What is kept under a key and still fresh.
    async fn get(&self, key: &str) -> Option<Bytes>;

    /// Keeps bytes under a key for `ttl`.
    async fn put(&self, key: &str, bytes: Bytes, ttl: Duration);

    /// Forgets a key.
    async fn forget(&self, key: &str);
}
