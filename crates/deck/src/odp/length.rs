//! Lengths, percentages and colours as OpenDocument writes them (ODF 1.3 part 3, 18.2 and 18.3).

use crate::model::color::{Color, Rgb};
use crate::model::units::Emu;

/// A length with its unit, in points. `None` for anything else, also for what is no number.
pub(super) fn points(text: &str) -> Option<f64> {
    let text = text.trim();
    let at = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(at);
    let scale = match unit {
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "in" | "inch" => 72.0,
        "pt" => 1.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    let number: f64 = number.trim().parse().ok()?;
    number.is_finite().then_some(number * scale)
}

/// A length with its unit.
pub(super) fn emu(text: &str) -> Option<Emu> {
    points(text).map(Emu::from_points)
}

/// A percentage as a fraction.
pub(super) fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    number.is_finite().then_some(number / 100.0)
}

/// An angle in degrees, counted against the clock as OpenDocument does. Bare numbers are tenths of a degree.
pub(super) fn degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, scale) = if let Some(number) = text.strip_suffix("deg") {
        (number, 1.0)
    } else if let Some(number) = text.strip_suffix("grad") {
        (number, 0.9)
    } else if let Some(number) = text.strip_suffix("rad") {
        (number, 180.0 / std::f64::consts::PI)
    } else {
        (text, 0.1)
    };
    let number: f64 = number.trim().parse().ok()?;
    number.is_finite().then_some(number * scale)
}

/// A colour of an opacity. `None` for `transparent` and its like.
pub(super) fn color(text: &str, alpha: f64) -> Option<Color> {
    let rgb = Rgb::parse(text.trim())?;
    Some(Color {
        alpha: alpha.clamp(0.0, 1.0),
        ..Color::opaque(rgb)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_points_whatever_their_unit() {
        assert_eq!(points("2.54cm"), Some(72.0));
        assert_eq!(points("25.4mm"), Some(72.0));
        assert_eq!(points("-1in"), Some(-72.0));
        assert_eq!(points("12pt"), Some(12.0));
        for wrong in ["", "12", "cm", "NaNcm", "1em", "1e999cm"] {
            assert_eq!(points(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn angles_without_a_unit_are_tenths() {
        assert_eq!(degrees("900"), Some(90.0));
        assert_eq!(degrees("45deg"), Some(45.0));
        assert_eq!(degrees("100grad"), Some(90.0));
    }
}
