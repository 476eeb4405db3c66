//! `[chaos]`: whether things may be broken on purpose, and how much of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::Span;

/// `[chaos]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Chaos {
    /// Whether `/v1/admin/chaos` does anything.
    pub enabled: bool,
    /// The longest that a fault may hold.
    pub longest: Span,
    /// The largest share of workers, calls or events that one may strike.
    pub most: f64,
    /// How long after a kill none may follow.
    pub recovery: Span,
}

impl Default for Chaos {
    fn default() -> Self {
        Self {
            enabled: false,
            longest: Span::seconds(900),
            most: 0.5,
            recovery: Span::seconds(30),
        }
    }
}
