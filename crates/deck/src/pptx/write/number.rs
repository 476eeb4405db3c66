//! How the standard writes simple values: fractions in 1/100,000, angles in 1/60,000 of a degree, type in 1/100 point
//! (ECMA-376 part 1, 20.1.10), each held within what a file may say.

use crate::model::units::Emu;

/// A fraction of one in 1/100,000.
pub(super) fn fraction(value: f64) -> i64 {
    scaled(value, 100_000.0)
}

/// Degrees in 1/60,000.
pub(super) fn angle(degrees: f64) -> i64 {
    scaled(degrees, 60_000.0)
}

/// Degrees in 1/60,000, within a whole turn.
pub(super) fn turn(degrees: f64) -> i64 {
    angle(degrees).rem_euclid(21_600_000)
}

/// Points in 1/100, within what type sizes may be.
pub(super) fn type_size(points: f64) -> i64 {
    scaled(points, 100.0).clamp(100, 400_000)
}

/// Points in 1/100.
pub(super) fn hundredths(points: f64) -> i64 {
    scaled(points, 100.0).clamp(-400_000, 400_000)
}

/// The nearest whole number of parts.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and the result is clamped"
)]
pub(super) fn scaled(value: f64, parts: f64) -> i64 {
    if value.is_finite() {
        ((value * parts).round() as i64).clamp(-2_147_483_647, 2_147_483_647)
    } else {
        0
    }
}

/// A length that may not be negative, as attributes of 32 bits hold it.
pub(super) fn positive(length: Emu) -> i64 {
    length.0.clamp(0, 2_147_483_647)
}

/// A coordinate as attributes of 32 bits hold it (`ST_Coordinate32`).
pub(super) fn coordinate32(length: Emu) -> i64 {
    length.0.clamp(-2_147_483_647, 2_147_483_647)
}
