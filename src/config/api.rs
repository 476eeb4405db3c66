//! `[api]`: what clients may send, and how long things hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[api]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    /// The largest file that may be sent as a form, in bytes.
    pub upload_bytes: u64,
    /// The largest deck or JSON Patch, in bytes.
    pub json_bytes: u64,
    /// How long a signed link holds.
    pub url_ttl: Span,
    /// How long an `Idempotency-Key` is remembered.
    pub idempotency_ttl: Span,
    /// The longest time a request may wait for a job to end.
    pub longest_wait: Span,
    /// Jobs of one tenant that may be queued or running; one more is answered 429.
    pub open_jobs_per_tenant: u64,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            upload_bytes: 200 << 20,
            json_bytes: 32 << 20,
            url_ttl: Span::seconds(600),
            idempotency_ttl: Span::seconds(86_400),
            longest_wait: Span::seconds(30),
            open_jobs_per_tenant: 20_000,
        }
    }
}
