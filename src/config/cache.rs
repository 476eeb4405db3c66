//! `[cache]`: what is kept in memory in front of the stores.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[cache]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cache {
    /// Bytes at most.
    pub bytes: u64,
    /// How long a deck is kept; a write forgets it at once.
    pub document_ttl: Span,
    /// How long a job's status is kept; every event of the job forgets it at once.
    pub job_ttl: Span,
    /// How long the list of models is kept.
    pub models_ttl: Span,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            document_ttl: Span::seconds(300),
            job_ttl: Span::seconds(10),
            models_ttl: Span::seconds(3_600),
        }
    }
}
