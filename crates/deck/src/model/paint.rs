//! Paint: fills, lines and effects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::AssetId;
use super::color::Color;
use super::element::Crop;
use super::recolor::Recolor;
use super::units::{Emu, is_false, is_one, one};

/// How an area is painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fill {
    /// Not at all.
    None,
    /// In one colour.
    Solid {
        /// The colour.
        color: Color,
    },
    /// In a gradient.
    Gradient {
        /// Its colours, by position.
        stops: Vec<GradientStop>,
        /// How it runs.
        shape: GradientShape,
        /// Whether it turns with the element.
        #[serde(default, skip_serializing_if = "is_false")]
        rotate_with_shape: bool,
    },
    /// In a two-coloured pattern.
    Pattern {
        /// Its name in the file: `pct20`, `dkUpDiag`, …
        preset: String,
        /// The colour of its marks.
        foreground: Color,
        /// The colour behind them.
        background: Color,
    },
    /// With a picture.
    Picture {
        /// Its bytes.
        asset: AssetId,
        /// What is cut off.
        #[serde(default, skip_serializing_if = "Crop::is_none")]
        crop: Crop,
        /// Repeated rather than stretched.
        #[serde(default, skip_serializing_if = "is_false")]
        tile: bool,
        /// Opacity, 0 to 1.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        opacity: f64,
        /// What is done to its colours, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recolor: Vec<Recolor>,
    },
}

/// One colour of a gradient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GradientStop {
    /// Where, 0 to 1.
    pub position: f64,
    /// Which.
    pub color: Color,
}

/// How a gradient runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GradientShape {
    /// Along a direction.
    Linear {
        /// Degrees clockwise from left-to-right.
        angle: f64,
        /// Whether the angle follows the shape's proportions.
        scaled: bool,
    },
    /// In circles from a focus.
    Circle {
        /// Focus as fractions of width and height.
        focus: (f64, f64),
    },
    /// In rectangles from a focus.
    Rectangle {
        /// Focus as fractions of width and height.
        focus: (f64, f64),
    },
    /// In the shape's own outline.
    Shape {
        /// Focus as fractions of width and height.
        focus: (f64, f64),
    },
}

/// How an outline is stroked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its paint.
    pub fill: Fill,
    /// Its width.
    pub width: Emu,
    /// Its dashes by name in the file (`dash`, `sysDot`, …); solid where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dash: Option<String>,
    /// How its ends are cut.
    #[serde(default, skip_serializing_if = "LineCap::is_flat")]
    pub cap: LineCap,
    /// How its corners are made.
    #[serde(default, skip_serializing_if = "LineJoin::is_round")]
    pub join: LineJoin,
    /// Parallel strokes by name in the file (`dbl`, `thickThin`, …); one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compound: Option<String>,
    /// The arrow at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Arrow>,
    /// The arrow at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<Arrow>,
}

/// How ends are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineCap {
    /// At the end point.
    #[default]
    Flat,
    /// By a half circle.
    Round,
    /// By half a square.
    Square,
}

impl LineCap {
    /// Whether it is the usual one.
    pub fn is_flat(&self) -> bool {
        *self == Self::Flat
    }
}

/// How corners are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineJoin {
    /// Rounded.
    #[default]
    Round,
    /// Cut off.
    Bevel,
    /// Pointed.
    Miter,
}

impl LineJoin {
    /// Whether it is the usual one.
    pub fn is_round(&self) -> bool {
        *self == Self::Round
    }
}

/// An arrow head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrow {
    /// Its name in the file: `triangle`, `stealth`, `oval`, `diamond`, `arrow`.
    pub kind: String,
    /// Width: `sm`, `med` or `lg`.
    pub width: String,
    /// Length: `sm`, `med` or `lg`.
    pub length: String,
}

/// Effects around an element.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Effects {
    /// A shadow behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
    /// Light around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glow: Option<Glow>,
    /// How far its edges fade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_edge: Option<Emu>,
    /// Whether it is mirrored below itself.
    #[serde(skip_serializing_if = "is_false")]
    pub reflection: bool,
}

/// A shadow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// Inside the shape rather than behind it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub inner: bool,
    /// Its colour.
    pub color: Color,
    /// How blurred.
    pub blur: Emu,
    /// How far away.
    pub distance: Emu,
    /// Degrees clockwise from the right.
    pub angle: f64,
}

/// Light around an element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Glow {
    /// Its colour.
    pub color: Color,
    /// How far it reaches.
    pub radius: Emu,
}
