//! Pictures in other colours than their own: what a deck says of it, as changes of pixels and inks.

use super::page::Ink;
use super::paint::ink;
use crate::model::color::Rgb;
use crate::model::recolor::Recolor;

/// Changes that are made at most; files have one or two.
const MOST: usize = 16;
/// Parts that fractions are counted in.
const PARTS: f64 = 1000.0;

/// One change with nothing left to resolve. Pictures that are changed alike compare equal, so that they are drawn from
/// the same pixels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// To shades of grey.
    Gray,
    /// To black and white: what is as light as this, is white.
    BiLevel(u8),
    /// Brightness and contrast in thousandths, -1000 to 1000.
    Luminance(i16, i16),
    /// From a colour to another by how light it is.
    Duotone(Rgb, Rgb),
    /// A colour becomes another of this opacity; `None` where opacity stays.
    Swap(Rgb, Rgb, Option<u8>),
}

/// The changes that a deck asks for, resolved.
pub fn changes(recolor: &[Recolor]) -> Vec<Change> {
    let changes = recolor.iter().take(MOST).map(change);
    changes
        .filter(|change| *change != Change::Luminance(0, 0))
        .collect()
}

fn change(recolor: &Recolor) -> Change {
    match recolor {
        Recolor::Grayscale => Change::Gray,
        Recolor::BiLevel { threshold } => Change::BiLevel(byte(threshold * 255.0)),
        Recolor::Luminance {
            brightness,
            contrast,
        } => Change::Luminance(thousandths(*brightness), thousandths(*contrast)),
        Recolor::Duotone { dark, light } => Change::Duotone(dark.rgb, light.rgb),
        Recolor::ColorChange {
            from,
            to,
            keep_opacity,
        } => {
            let alpha = byte(ink(to).alpha * 255.0);
            Change::Swap(from.rgb, to.rgb, (!keep_opacity).then_some(alpha))
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte first; what is no number is 0"
)]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped first; what is no number is 0"
)]
fn thousandths(value: f64) -> i16 {
    (value * PARTS).round().clamp(-PARTS, PARTS) as i16
}

/// How light a colour is, as televisions weigh it (BT.601).
fn luma(Rgb { r, g, b }: Rgb) -> u8 {
    let [r, g, b] = [r, g, b].map(u32::from);
    u8::try_from((77 * r + 151 * g + 28 * b) >> 8).unwrap_or(u8::MAX)
}

impl Change {
    fn apply(&self, own: Rgb, alpha: u8) -> (Rgb, u8) {
        let gray = |value| Rgb {
            r: value,
            g: value,
            b: value,
        };
        match self {
            Self::Gray => (gray(luma(own)), alpha),
            Self::BiLevel(threshold) => {
                let white = luma(own) >= *threshold;
                (if white { Rgb::WHITE } else { Rgb::BLACK }, alpha)
            }
            Self::Luminance(brightness, contrast) => {
                let curve = |channel| lit(channel, *brightness, *contrast);
                let (r, g, b) = (curve(own.r), curve(own.g), curve(own.b));
                (Rgb { r, g, b }, alpha)
            }
            Self::Duotone(dark, light) => (between(*dark, *light, luma(own)), alpha),
            Self::Swap(from, to, opacity) if own == *from => {
                let seen = opacity.map_or(alpha, |own| {
                    u8::try_from(u16::from(own) * u16::from(alpha) / 255).unwrap_or(u8::MAX)
                });
                (*to, seen)
            }
            Self::Swap(..) => (own, alpha),
        }
    }
}

/// A channel with brightness and contrast: half of the brightness is given before contrast spreads what is about the
/// middle, half after, so that a picture can be washed out to a light grey and never leaves white.
fn lit(channel: u8, brightness: i16, contrast: i16) -> u8 {
    let half = f64::from(brightness) / PARTS * 127.5;
    let contrast = f64::from(contrast) / PARTS;
    let slope = if contrast >= 0.0 {
        1.0 / (1.0 - contrast).max(1.0 / 256.0)
    } else {
        1.0 + contrast
    };
    byte((f64::from(channel) + half - 127.5) * slope + 127.5 + half)
}

fn between(dark: Rgb, light: Rgb, part: u8) -> Rgb {
    let part = u32::from(part);
    let channel = |dark: u8, light: u8| {
        let sum = u32::from(dark) * (255 - part) + u32::from(light) * part + 127;
        u8::try_from(sum / 255).unwrap_or(u8::MAX)
    };
    Rgb {
        r: channel(dark.r, light.r),
        g: channel(dark.g, light.g),
        b: channel(dark.b, light.b),
    }
}

fn all(changes: &[Change], own: Rgb, alpha: u8) -> (Rgb, u8) {
    let step = |(own, alpha), change: &Change| change.apply(own, alpha);
    changes.iter().fold((own, alpha), step)
}

/// Changes every pixel.
pub fn pixels(changes: &[Change], picture: &mut image::RgbaImage) {
    if changes.is_empty() {
        return;
    }
    // Neighbours are often of one colour.
    let (mut last, mut becomes) = ([0; 4], None);
    for image::Rgba(pixel) in picture.pixels_mut() {
        if becomes.is_none() || *pixel != last {
            last = *pixel;
            let [r, g, b, alpha] = *pixel;
            let (own, alpha) = all(changes, Rgb { r, g, b }, alpha);
            becomes = Some([own.r, own.g, own.b, alpha]);
        }
        *pixel = becomes.unwrap_or(last);
    }
}

/// An ink once changed: that of a picture that is made of paths.
#[must_use]
pub fn changed(changes: &[Change], own: Ink) -> Ink {
    let (rgb, alpha) = all(changes, own.rgb, u8::MAX);
    Ink {
        rgb,
        alpha: own.alpha * f64::from(alpha) / 255.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::color::Color;

    const RED: Rgb = Rgb { r: 255, g: 0, b: 0 };

    fn rgb(text: &str) -> Rgb {
        Rgb::parse(text).unwrap()
    }

    fn of(recolor: Recolor, own: &str) -> String {
        let (rgb, alpha) = all(&changes(&[recolor]), rgb(own), 255);
        format!("{rgb} {alpha}")
    }

    #[test]
    fn grey_is_as_light_as_the_colour_and_two_levels_split_at_the_threshold() {
        let cases = [
            (Recolor::Grayscale, "#FFFFFF", "#FFFFFF 255"),
            (Recolor::Grayscale, "#FF0000", "#4C4C4C 255"),
            (
                Recolor::BiLevel { threshold: 0.5 },
                "#808080",
                "#FFFFFF 255",
            ),
            (
                Recolor::BiLevel { threshold: 0.5 },
                "#7E7E7E",
                "#000000 255",
            ),
            (
                Recolor::BiLevel {
                    threshold: f64::NAN,
                },
                "#000000",
                "#FFFFFF 255",
            ),
        ];
        for (recolor, own, wanted) in cases {
            assert_eq!(of(recolor, own), wanted);
        }
    }

    #[test]
    fn brightness_and_contrast_meet_at_the_ends() {
        let lum = |brightness, contrast| Recolor::Luminance {
            brightness,
            contrast,
        };
        // Washed out as PowerPoint does it: black becomes a light grey.
        assert_eq!(of(lum(0.7, -0.7), "#000000"), "#CDCDCD 255");
        assert_eq!(of(lum(0.7, -0.7), "#FFFFFF"), "#FFFFFF 255");
        assert_eq!(changes(&[lum(0.0, 0.0)]), [], "nothing is to be done");
        assert_eq!(of(lum(1.0, 0.0), "#000000"), "#FFFFFF 255");
        assert_eq!(of(lum(-1.0, 0.0), "#FFFFFF"), "#000000 255");
        assert_eq!(of(lum(0.0, 1.0), "#7F8081"), "#00FFFF 255");
        assert_eq!(of(lum(0.0, -1.0), "#00FF80"), "#808080 255");
    }

    #[test]
    fn duotones_run_from_dark_to_light_and_a_colour_may_become_another() {
        let duotone = Recolor::Duotone {
            dark: Color::opaque(RED),
            light: Color::opaque(Rgb::WHITE),
        };
        assert_eq!(of(duotone.clone(), "#000000"), "#FF0000 255");
        assert_eq!(of(duotone.clone(), "#808080"), "#FF8080 255");
        assert_eq!(of(duotone, "#FFFFFF"), "#FFFFFF 255");
        let swap = |keep_opacity| Recolor::ColorChange {
            from: Color::opaque(Rgb::WHITE),
            to: Color {
                alpha: 0.0,
                ..Color::opaque(RED)
            },
            keep_opacity,
        };
        assert_eq!(of(swap(false), "#FFFFFF"), "#FF0000 0");
        assert_eq!(of(swap(true), "#FFFFFF"), "#FF0000 255");
        assert_eq!(of(swap(false), "#FFFFFE"), "#FFFFFE 255");
    }

    #[test]
    fn all_pixels_change_one_after_the_other_and_keep_their_opacity() {
        let mut picture = image::RgbaImage::from_pixel(2, 1, image::Rgba([255, 0, 0, 128]));
        picture.put_pixel(1, 0, image::Rgba([255, 255, 255, 255]));
        let steps = [
            Recolor::Grayscale,
            Recolor::ColorChange {
                from: Color::opaque(rgb("#4C4C4C")),
                to: Color {
                    alpha: 0.5,
                    ..Color::opaque(Rgb::BLACK)
                },
                keep_opacity: false,
            },
        ];
        pixels(&changes(&steps), &mut picture);
        assert_eq!(picture.into_raw(), [0, 0, 0, 64, 255, 255, 255, 255]);
        let many = vec![Recolor::Grayscale; 1000];
        assert_eq!(changes(&many).len(), MOST);
    }
}
