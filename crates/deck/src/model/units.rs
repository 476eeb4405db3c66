//! Units of length and the frames made of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A length in English Metric Units: 914,400 to the inch, 12,700 to the point (ECMA-376 part 1, 20.1.10.16).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Emu(pub i64);

impl Emu {
    /// EMU in one point.
    pub const PER_POINT: i64 = 12_700;
    /// EMU in one inch.
    pub const PER_INCH: i64 = 914_400;
    /// The largest magnitude a coordinate may have in a file (ECMA-376 `ST_Coordinate`).
    pub const LIMIT: i64 = 27_273_042_316_900;

    /// A length from points, rounded to the nearest EMU.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is the clamp wanted here"
    )]
    pub fn from_points(points: f64) -> Self {
        Self((points * 12_700.0).round() as i64).clamped()
    }

    /// The length in points.
    #[expect(
        clippy::cast_precision_loss,
        reason = "lengths are clamped far below 2^53"
    )]
    pub fn points(self) -> f64 {
        self.0 as f64 / 12_700.0
    }

    /// The length, held within what a file may say, so that sums of a few never overflow.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self(self.0.clamp(-Self::LIMIT, Self::LIMIT))
    }
}

/// Width and height of a slide or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Width in EMU.
    pub width: Emu,
    /// Height in EMU.
    pub height: Emu,
}

impl Size {
    /// PowerPoint's 16:9 slide, 13.333 by 7.5 inches.
    pub const WIDE: Self = Self {
        width: Emu(12_192_000),
        height: Emu(6_858_000),
    };
    /// Smallest side of a slide: 1 inch (ECMA-376 `ST_SlideSizeCoordinate`).
    pub const MIN_SIDE: Emu = Emu(914_400);
    /// Largest side of a slide: 56 inches.
    pub const MAX_SIDE: Emu = Emu(51_206_400);
}

/// Where an element is and how it is turned. Children of a group are placed in slide space too: no group mathematics
/// is left to the reader of a deck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Left edge before rotation.
    pub x: Emu,
    /// Top edge before rotation.
    pub y: Emu,
    /// Width before rotation.
    pub width: Emu,
    /// Height before rotation.
    pub height: Emu,
    /// Clockwise degrees about the centre.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rotation: f64,
    /// Mirrored left to right.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flip_h: bool,
    /// Mirrored top to bottom.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flip_v: bool,
}

/// Distances from the four edges of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Insets {
    /// From the left edge.
    pub left: Emu,
    /// From the top edge.
    pub top: Emu,
    /// From the right edge.
    pub right: Emu,
    /// From the bottom edge.
    pub bottom: Emu,
}

impl Default for Insets {
    /// 0.1 inch at the sides, 0.05 inch above and below (ECMA-376 `CT_TextBodyProperties`).
    fn default() -> Self {
        Self {
            left: Emu(91_440),
            top: Emu(45_720),
            right: Emu(91_440),
            bottom: Emu(45_720),
        }
    }
}

/// Skips a `false` that is the default.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}

/// Skips a zero that is the default.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(crate) fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Skips a one that is the default.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
pub(crate) fn is_one(value: &f64) -> bool {
    (*value - 1.0).abs() < f64::EPSILON
}

/// A ratio that is one unless told.
pub(crate) fn one() -> f64 {
    1.0
}
