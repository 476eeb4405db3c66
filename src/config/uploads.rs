//! `[uploads]`: large files that clients send in parts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[uploads]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Uploads {
    /// The largest file, in bytes.
    pub bytes: u64,
    /// Uploads of one tenant that may wait to become documents; one more is answered 429.
    pub waiting_per_tenant: u64,
    /// How long an upload is kept that did not become a document.
    pub expiry: Span,
    /// How long the place of a part is good for.
    pub url_ttl: Span,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            bytes: 5 << 30,
            waiting_per_tenant: 100,
            expiry: Span::seconds(86_400),
            url_ttl: Span::seconds(3_600),
        }
    }
}
