//! Recolour: what is done to the colours of a picture before it is shown (ECMA-376 part 1, 20.1.8).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Color;
use super::units::is_false;

/// One change of a picture's colours; several are made one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recolor {
    /// To shades of grey.
    Grayscale,
    /// To black and white.
    BiLevel {
        /// How light, 0 to 1, is white.
        threshold: f64,
    },
    /// Lighter or darker, with more or less contrast.
    Luminance {
        /// -1 to 1; 0 changes nothing.
        brightness: f64,
        /// -1 to 1; 0 changes nothing.
        contrast: f64,
    },
    /// To the colours between two, by how light it is.
    Duotone {
        /// What black becomes.
        dark: Color,
        /// What white becomes.
        light: Color,
    },
    /// From one colour to another, everywhere; often one that cannot be seen.
    ColorChange {
        /// Which colour.
        from: Color,
        /// What it becomes.
        to: Color,
        /// Whether it stays as opaque as it was.
        #[serde(default, skip_serializing_if = "is_false")]
        keep_opacity: bool,
    },
}
