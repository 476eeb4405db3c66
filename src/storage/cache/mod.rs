//! Caches: bounded, with a time to live; a write always invalidates, and what was read before it is never kept after it.

#[cfg(test)]
pub mod conformance;
pub mod in_process;
pub mod keys;
pub mod redis;
pub mod single_flight;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// How often a key was forgotten, as far as the cache knows. Taken before a value is read from where it lives, and given
/// back with it: a value that was read before a change is then never kept after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// How often on this node.
    pub here: u64,
    /// When by any node, where that is known.
    pub shared: Option<u64>,
}

/// A bounded cache of bytes. It may forget anything at any time, so nothing is ever kept in it alone.
#[async_trait]
pub trait Cache: Send + Sync {
    /// What is kept under a key and still fresh.
    async fn get(&self, key: &str) -> Option<Bytes>;

    /// The key's stamp, to be taken before its value is read from the store.
    async fn stamp(&self, key: &str) -> Stamp;

    /// Keeps bytes under a key for `ttl`, unless the key was forgotten since `stamp`.
    async fn put(&self, key: &str, bytes: Bytes, ttl: Duration, stamp: Stamp);

    /// Forgets a key. When this returns, nobody on this node is given what was read before, and nobody on another once it
    /// heard of the change.
    async fn forget(&self, key: &str);
}
