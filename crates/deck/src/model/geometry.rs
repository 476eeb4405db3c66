//! Outlines: presets by name, or paths of their own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::units::is_false;

/// The outline of an element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// One of the presets of ECMA-376 part 1, 20.1.10.56.
    Preset(PresetGeometry),
    /// Paths of its own.
    Custom(CustomGeometry),
}

/// A preset outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PresetGeometry {
    /// Its name in the file: `rect`, `roundRect`, `rightArrow`, …
    pub name: String,
    /// Adjustments by name, in the file's own units (mostly 1/100,000).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub adjustments: BTreeMap<String, i64>,
}

/// An outline of its own, its guide formulas already evaluated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomGeometry {
    /// Its paths, lowest first.
    pub paths: Vec<GeometryPath>,
    /// Where text goes: left, top, right, bottom as fractions of the frame; all of it where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_rect: Option<[f64; 4]>,
}

/// One path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeometryPath {
    /// What the frame's width is in the path's own units.
    pub width: f64,
    /// What the frame's height is in the path's own units.
    pub height: f64,
    /// SVG path data of absolute `M`, `L`, `C`, `Q` and `Z` (SVG 1.1, 8.3); arcs are already cubics.
    pub d: String,
    /// Left out of the fill.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_fill: bool,
    /// Left out of the stroke.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_stroke: bool,
    /// How the fill is shaded.
    #[serde(default, skip_serializing_if = "PathShade::is_none")]
    pub shade: PathShade,
}

/// How a path's fill differs from the shape's (ECMA-376 `ST_PathFillMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathShade {
    /// Not at all.
    #[default]
    None,
    /// Lighter.
    Lighten,
    /// A little lighter.
    LightenLess,
    /// Darker.
    Darken,
    /// A little darker.
    DarkenLess,
}

impl PathShade {
    /// Whether the fill is the shape's own.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}
