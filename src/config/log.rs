//! `[log]`: what is logged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// A level, or levels by module: `info`, `warn,slidecraft=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info,sea_orm_migration=warn".to_owned(),
        }
    }
}
