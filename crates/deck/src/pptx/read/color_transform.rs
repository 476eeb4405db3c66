//! What colour transforms do (ECMA-376 part 1, 20.1.2.3): in document order, each in the space that PowerPoint uses.
//!
//! Luminance, saturation and hue are those of HSL over sRGB; tint, shade and single channels are linear light.

use crate::model::color::{ColorTransform, Rgb};

/// A colour and its opacity after transforms.
pub(in crate::pptx) fn apply(rgb: Rgb, alpha: f64, transforms: &[ColorTransform]) -> (Rgb, f64) {
    if transforms.is_empty() {
        return (rgb, alpha);
    }
    let mut color = [unit(rgb.r), unit(rgb.g), unit(rgb.b)];
    let mut alpha = alpha;
    for transform in transforms {
        let value = transform.value.unwrap_or(0.0);
        match transform.op.as_str() {
            "alpha" => alpha = value,
            "alphaOff" => alpha += value,
            "alphaMod" => alpha *= value,
            op => color = step(color, op, value),
        }
        alpha = alpha.clamp(0.0, 1.0);
    }
    let [r, g, b] = color.map(byte);
    (Rgb { r, g, b }, alpha)
}

fn step(color: [f64; 3], op: &str, value: f64) -> [f64; 3] {
    let linear = |change: &dyn Fn(f64) -> f64| color.map(|c| encode(change(decode(c))));
    match op {
        "tint" => linear(&|c| c * value + 1.0 - value),
        "shade" => linear(&|c| c * value),
        "inv" => color.map(|c| 1.0 - c),
        "gray" => [0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]; 3],
        "gamma" => color.map(encode),
        "invGamma" => color.map(decode),
        _ => match channel(op) {
            Some(at) => {
                let mut changed = color.map(decode);
                changed[at] = changed_by(changed[at], op, value);
                changed.map(encode)
            }
            None => in_hsl(color, op, value),
        },
    }
}

fn channel(op: &str) -> Option<usize> {
    ["red", "green", "blue"]
        .iter()
        .position(|name| op.starts_with(name))
}

fn changed_by(from: f64, op: &str, value: f64) -> f64 {
    let changed = if op.ends_with("Mod") {
        from * value
    } else if op.ends_with("Off") {
        from + value
    } else {
        value
    };
    changed.clamp(0.0, 1.0)
}

fn in_hsl(color: [f64; 3], op: &str, value: f64) -> [f64; 3] {
    let (mut hue, mut sat, mut lum) = to_hsl(color);
    match op {
        "comp" => hue += 180.0,
        "hue" => hue = value,
        "hueOff" => hue += value,
        "hueMod" => hue *= value,
        "sat" | "satOff" | "satMod" => sat = changed_by(sat, op, value),
        "lum" | "lumOff" | "lumMod" => lum = changed_by(lum, op, value),
        _ => return color,
    }
    hsl(hue, sat, lum)
}

/// Hue in degrees, saturation and luminance.
fn to_hsl([r, g, b]: [f64; 3]) -> (f64, f64, f64) {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let lum = most.midpoint(least);
    let spread = most - least;
    if spread <= 0.0 {
        return (0.0, 0.0, lum);
    }
    let sat = spread / (1.0 - (2.0 * lum - 1.0).abs()).max(f64::EPSILON);
    let sector = if most <= r {
        ((g - b) / spread).rem_euclid(6.0)
    } else if most <= g {
        (b - r) / spread + 2.0
    } else {
        (r - g) / spread + 4.0
    };
    (sector * 60.0, sat.min(1.0), lum)
}

fn hsl(hue: f64, sat: f64, lum: f64) -> [f64; 3] {
    let hue = hue.rem_euclid(360.0) / 30.0;
    let reach = sat * lum.min(1.0 - lum);
    [0.0, 8.0, 4.0].map(|shift| {
        let k = (shift + hue) % 12.0;
        lum - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// A colour from degrees and fractions.
pub(super) fn from_hsl(hue: f64, sat: f64, lum: f64) -> Rgb {
    let [r, g, b] = hsl(hue, sat, lum).map(byte);
    Rgb { r, g, b }
}

/// A colour from linear light.
pub(super) fn from_linear(linear: [f64; 3]) -> Rgb {
    let [r, g, b] = linear.map(encode).map(byte);
    Rgb { r, g, b }
}

/// sRGB to linear light (IEC 61966-2-1).
fn decode(c: f64) -> f64 {
    if c <= 0.040_45 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light to sRGB.
fn encode(c: f64) -> f64 {
    let c = c.clamp(0.0, 1.0);
    if c <= 0.003_130_8 {
        c * 12.92
    } else {
        1.055 * c.powf(1.0 / 2.4) - 0.055
    }
}

fn unit(byte: u8) -> f64 {
    f64::from(byte) / 255.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte first"
)]
fn byte(unit: f64) -> u8 {
    (unit.clamp(0.0, 1.0) * 255.0).round() as u8
}
