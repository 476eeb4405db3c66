//! How the parts of a chart look where its file says so: letters, lines and places.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Color;
use super::units::is_false;

/// Letters of a part of a chart; what is absent is as usual there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lettering {
    /// Their size in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
    /// Their colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Whether they are bold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bold: Option<bool>,
    /// Whether they are italic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub italic: Option<bool>,
    /// How they are turned, in degrees clockwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub angle: Option<f64>,
}

impl Lettering {
    /// Whether it says nothing.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A line of a chart; what is absent is as usual there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LineLook {
    /// Not drawn.
    #[serde(skip_serializing_if = "is_false")]
    pub none: bool,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Its width in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Its dashes by name in the file (`dash`, `sysDot`, …); solid where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dash: Option<String>,
}

/// A place in a chart, as fractions of its width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Place {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// Its width, where set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Its height, where set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Of plots: the area between the axes, without their labels.
    #[serde(skip_serializing_if = "is_false")]
    pub inner: bool,
}
