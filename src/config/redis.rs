//! `[redis]`: what nodes share: events, wake-ups, the cache and limits.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// `[redis]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Redis {
    /// `redis://:password@host:6379`, `rediss://` with TLS, `redis-cluster://` or `rediss-cluster://` for a cluster. Empty:
    /// everything stays in this process, which is right for a single node.
    pub url: Secret,
    /// A file of certificates (PEM) to trust for TLS. Empty: those of the system.
    pub ca: PathBuf,
    /// What all names in Redis begin with, so that several installations can share one.
    pub prefix: String,
    /// How long a command may take.
    pub timeout: Span,
    /// The part of every shared limit that a node grants by itself while Redis is away, 0 to 1.
    pub share_alone: f64,
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            url: Secret::default(),
            ca: PathBuf::new(),
            prefix: "slidecraft".to_owned(),
            timeout: Span::millis(500),
            share_alone: 0.5,
        }
    }
}
