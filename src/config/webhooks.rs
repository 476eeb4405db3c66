//! `[webhooks]`: telling others when jobs end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[webhooks]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Receivers may be on this machine and in private networks, and be called by `http://`.
    pub allow_private: bool,
    /// How long a receiver may take to answer.
    pub timeout: Span,
    /// How often ends of jobs are looked for, and messages that are due.
    pub every: Span,
    /// Webhooks a tenant may have; one more is answered 429.
    pub per_tenant: usize,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            allow_private: false,
            timeout: Span::seconds(15),
            every: Span::seconds(1),
            per_tenant: 20,
        }
    }
}
