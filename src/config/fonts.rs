//! `[fonts]`: typefaces beside the bundled ones. What the machine has is never asked for by itself, so that pages look alike
//! on every node.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[fonts]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fonts {
    /// A folder of font files (`.ttf`, `.otf`, `.ttc`, `.otc`), read when the program starts; empty for none. All nodes need
    /// the same.
    pub folder: PathBuf,
}
