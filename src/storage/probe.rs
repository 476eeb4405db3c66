//! What a node can do without: whether it answers, and how it is used.

use async_trait::async_trait;

use super::error::StoreError;

/// Something that may be away while jobs go on.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Whether it answers now.
    async fn probe(&self) -> Result<(), StoreError>;
}

/// How a node uses Redis, since it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedisUse {
    /// It answers.
    pub connected: bool,
    /// Commands that were answered.
    pub answered: u64,
    /// Commands that were refused, or not answered in time.
    pub failed: u64,
    /// Commands that were not sent, as it was known to be away.
    pub away: u64,
}
