//! The audit log: what operators did, who it was, and what was before and after. It only grows.

#[cfg(test)]
pub mod conformance;
pub mod sql;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::StoreError;
use crate::domain::ids::AuditId;
use crate::domain::time::Timestamp;

/// Something that an operator did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id; later ones are greater.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: `key:` and the beginning of an API key, `token:` and the subject of a token, or `command line`.
    pub who: String,
    /// From which address, where it came over the network.
    pub from: Option<String>,
    /// The request it was, in our logs.
    pub request: Option<String>,
    /// What was done, such as `pool.change`.
    pub action: String,
    /// To what.
    pub target: String,
    /// How it was before.
    pub before: Option<Value>,
    /// How it was after, or what was asked.
    pub after: Option<Value>,
}

/// The audit log.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry; answers when it is on disk.
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// At most `limit` entries before `before`, newest first.
    async fn entries(
        &self,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError>;
}
