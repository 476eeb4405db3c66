//! `[objects]`: where uploads, assets and artifacts lie.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::span::Span;

/// `[objects]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Objects {
    /// A bucket of an S3 API. Empty: a folder below `[data] folder`.
    pub bucket: String,
    /// Its region; `auto` for R2. Empty: as the usual AWS chain says (`AWS_REGION`, profile, the machine).
    pub region: String,
    /// The address of the API where it is not AWS's own, such as `https://<account>.r2.cloudflarestorage.com`.
    pub endpoint: String,
    /// The bucket in the path and not in the host name.
    pub path_style: bool,
    /// The key's public half. Empty: as the usual AWS chain says.
    pub access_key: String,
    /// The key's secret half.
    pub secret_key: Secret,
    /// How long a connection may take to come up.
    pub connect_timeout: Span,
    /// How long one try may take, and how long a body may stall.
    pub timeout: Span,
    /// How often something that can be repeated is tried again.
    pub retries: usize,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            bucket: String::new(),
            region: String::new(),
            endpoint: String::new(),
            path_style: false,
            access_key: String::new(),
            secret_key: Secret::default(),
            connect_timeout: Span::seconds(3),
            timeout: Span::seconds(20),
            retries: 4,
        }
    }
}

impl Objects {
    /// What makes no sense, as a sentence.
    pub fn fault(&self) -> Option<&'static str> {
        if self.access_key.is_empty() != self.secret_key.reveal().is_none() {
            return Some("objects: access_key and secret_key come together");
        }
        if self.timeout.0.is_zero() || self.connect_timeout.0.is_zero() {
            return Some("objects: timeout and connect_timeout are longer than nothing");
        }
        None
    }
}
