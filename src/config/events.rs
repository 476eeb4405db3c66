//! `[events]`: how much of the event streams is kept for those who come back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[events]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// Events of one tenant that are kept.
    pub keep: usize,
    /// How long an event is kept.
    pub keep_for: Span,
    /// Tenants whose events are kept.
    pub tenants: usize,
    /// Events a reader inside the node may fall behind before it has to ask again.
    pub behind: usize,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            keep: 10_000,
            keep_for: Span::seconds(600),
            tenants: 1_000,
            behind: 4_096,
        }
    }
}
