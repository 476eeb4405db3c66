//! How the standard writes simple values: lengths, fractions, angles, flags (ECMA-376 part 1, 22.9 and 20.1.10).
//!
//! Strict files write units (`1in`, `50%`), Transitional ones bare integers; both are taken everywhere.

use crate::model::units::Emu;
use crate::package::xml::Element as Node;

/// A length: EMU, or a number with a unit.
pub(super) fn emu(text: &str) -> Option<Emu> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Some(Emu(number).clamped());
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.trim().parse().ok().filter(|n: &f64| n.is_finite())?;
    let points = match &text[digits.len()..] {
        "" => return Some(Emu::from_points(number / 12_700.0)),
        "in" => 72.0,
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "pt" => 1.0,
        "pc" | "pi" => 12.0,
        _ => return None,
    };
    Some(Emu::from_points(number * points))
}

/// A finite number.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

/// A fraction of one: 1/100,000, or a number with a percent sign.
pub(super) fn fraction(text: &str) -> Option<f64> {
    match text.trim().strip_suffix('%') {
        Some(percent) => Some(number(percent)? / 100.0),
        None => Some(number(text)? / 100_000.0),
    }
}

/// Degrees from 60,000ths of a degree.
pub(super) fn degrees(text: &str) -> Option<f64> {
    Some(number(text)? / 60_000.0)
}

/// Degrees of a full turn, 0 up to 360.
pub(super) fn turn(text: &str) -> Option<f64> {
    let turned = degrees(text)?.rem_euclid(360.0);
    // So small a negative angle that it rounds up to a whole turn.
    Some(if turned >= 360.0 { 0.0 } else { turned })
}

/// A truth value.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.trim() {
        "1" | "true" | "on" => Some(true),
        "0" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// An attribute read by one of the functions above.
pub(super) fn get<T>(node: Node<'_>, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    node.attribute(name).and_then(|text| read(&text))
}

/// An attribute that is a whole number from zero on.
pub(super) fn count(node: Node<'_>, name: &str) -> Option<u32> {
    get(node, name, |text| text.trim().parse().ok())
}

/// Whether an attribute is there and true.
pub(super) fn is_on(node: Node<'_>, name: &str) -> bool {
    get(node, name, flag) == Some(true)
}

/// A length as the number that guide formulas work on.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths are clamped far below 2^53"
)]
pub(super) fn units(length: Emu) -> f64 {
    length.clamped().0 as f64
}

/// The length nearest to a number of EMU.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is the clamp wanted here"
)]
pub(super) fn length(units: f64) -> Emu {
    Emu(units.round() as i64).clamped()
}

/// A text without control characters that XML allows and no one sees; `None` where nothing is left.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
