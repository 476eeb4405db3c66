//! Paint: fills, lines and effects.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::asset::AssetId;
use super::color::Color;
use super::element::Crop;
use super::recolor::Recolor;
use super::units::{Emu, is_false, is_one, is_zero, one};

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
        /// How it is repeated.
        #[serde(default, skip_serializing_if = "Tiling::is_default")]
        tiling: Tiling,
        /// Opacity, 0 to 1.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        opacity: f64,
        /// What is done to its colours, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recolor: Vec<Recolor>,
    },
    /// With what the slide's own background shows behind it, wherever that is set and whatever lies between. Of shapes only:
    /// nothing on all else.
    Background,
}

/// How a picture that is repeated is laid (ECMA-376 part 1, 20.1.8.58).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tiling {
    /// Where the first one stands, from the left top: 0 to 1 of what the box has beside it, so that 0.5 is the middle.
    pub align: (f64, f64),
    /// How far it is moved from there, in EMU.
    pub offset: (Emu, Emu),
    /// How large it is, against its own size.
    pub scale: (f64, f64),
    /// Whether every other one is mirrored, sideways and upside down.
    pub flip: (bool, bool),
}

impl Default for Tiling {
    fn default() -> Self {
        Self {
            align: (0.0, 0.0),
            offset: (Emu(0), Emu(0)),
            scale: (1.0, 1.0),
            flip: (false, false),
        }
    }
}

impl Tiling {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
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
    /// How it is mirrored below itself; `true` is half of it, touching.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "told_reflection"
    )]
    #[schemars(with = "Option<ToldReflection>")]
    pub reflection: Option<Reflection>,
}

/// A picture of an element upside down below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reflection {
    /// How blurred.
    pub blur: Emu,
    /// How far away.
    pub distance: Emu,
    /// Which way, in degrees clockwise from the right.
    pub angle: f64,
    /// Its opacity where it starts, 0 to 1.
    pub start_opacity: f64,
    /// Its opacity where it ends, 0 to 1.
    pub end_opacity: f64,
    /// Where it starts to fade, as a fraction of its height.
    pub start: f64,
    /// Where it ends to fade, as a fraction of its height.
    pub end: f64,
}

impl Default for Reflection {
    /// What PowerPoint calls a half reflection, touching.
    fn default() -> Self {
        Self {
            blur: Emu(6_350),
            distance: Emu(0),
            angle: 90.0,
            start_opacity: 0.5,
            end_opacity: 0.003,
            start: 0.0,
            end: 0.55,
        }
    }
}

/// A reflection as JSON says it: how it looks, or only whether there is one.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum ToldReflection {
    /// The usual one, or none.
    Told(bool),
    /// One of its own look.
    Look(Reflection),
}

fn told_reflection<'de, D: Deserializer<'de>>(told: D) -> Result<Option<Reflection>, D::Error> {
    Ok(match Option::deserialize(told)? {
        None | Some(ToldReflection::Told(false)) => None,
        Some(ToldReflection::Told(true)) => Some(Reflection::default()),
        Some(ToldReflection::Look(look)) => Some(look),
    })
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
    /// How much larger, smaller or slanted it is than the element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Box<ShadowScale>>,
}

/// How a shadow differs from the outline that it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShadowScale {
    /// Times as wide; negative mirrors.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub width: f64,
    /// Times as high; negative mirrors.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub height: f64,
    /// Degrees by which upright edges lean.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skew_x: f64,
    /// Degrees by which level edges lean.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skew_y: f64,
    /// What stays where it is, by its name in the file: `tl`, `t`, …, `ctr`, `b`.
    pub align: String,
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
