//! Pens, brushes and fonts of a device context.

use crate::layout::page::{Ink, Paint, Stroke};
use crate::layout::paint::mix;
use crate::model::color::Rgb;
use crate::model::paint::{LineCap, LineJoin};

/// A colour as metafiles write it: 0x00BBGGRR.
pub(super) fn rgb(value: u32) -> Rgb {
    let [r, g, b, _] = value.to_le_bytes();
    Rgb { r, g, b }
}

/// An opaque colour.
pub(super) fn solid(rgb: Rgb) -> Paint {
    Paint::Solid(Ink { rgb, alpha: 1.0 })
}

/// Something that can be selected.
#[derive(Clone, Debug)]
pub(super) enum Object {
    Pen(Pen),
    Brush(Brush),
    Font(LogFont),
    /// Something that draws nothing, such as a palette.
    Other,
}

/// A pen (MS-EMF 2.2.19, 2.2.20).
#[derive(Clone, Debug)]
pub(super) struct Pen {
    pub(super) style: u32,
    /// In logical units.
    pub(super) width: f64,
    pub(super) color: Rgb,
    /// Dashes and gaps of its own, in logical units where the pen is geometric.
    pub(super) dashes: Vec<f64>,
}

impl Pen {
    /// One that draws lines as thin as can be seen.
    pub(super) fn thin(color: Rgb) -> Self {
        Self {
            style: 0,
            width: 0.0,
            color,
            dashes: Vec::new(),
        }
    }

    /// One that draws nothing.
    pub(super) fn null() -> Self {
        Self {
            style: 5,
            ..Self::thin(Rgb::BLACK)
        }
    }

    /// As a stroke, where lengths grow by a factor and lines are no thinner than `least`.
    pub(super) fn stroke(&self, growth: f64, least: f64) -> Option<Stroke> {
        let kind = self.style & 0xF;
        if kind == 5 {
            return None;
        }
        let width = (self.width * growth).abs().max(least);
        let pattern: &[f64] = match kind {
            1 => &[3.0, 1.0],
            2 | 8 => &[1.0, 1.0],
            3 => &[3.0, 1.0, 1.0, 1.0],
            4 => &[3.0, 1.0, 1.0, 1.0, 1.0, 1.0],
            _ => &[],
        };
        let dashes = if kind == 7 {
            self.dashes
                .iter()
                .map(|d| (d * growth).max(least))
                .collect()
        } else {
            // Dashes of thin lines are counted in a few pixels, those of wide ones in their width.
            pattern.iter().map(|d| d * width.max(3.0 * least)).collect()
        };
        Some(Stroke {
            paint: solid(self.color),
            width,
            dashes,
            cap: match self.style & 0xF00 {
                0x100 => LineCap::Square,
                0x200 => LineCap::Flat,
                _ => LineCap::Round,
            },
            join: match self.style & 0xF000 {
                0x1000 => LineJoin::Bevel,
                0x2000 => LineJoin::Miter,
                _ => LineJoin::Round,
            },
        })
    }
}

/// A brush (MS-EMF 2.2.12).
#[derive(Clone, Debug)]
pub(super) enum Brush {
    Null,
    Solid(Rgb),
    /// Lines in one colour over the background's.
    Hatched(Rgb),
    /// A bitmap, by the mean of its colours.
    Pattern(Rgb),
}

impl Brush {
    /// By its style, colour and hatch.
    pub(super) fn of_style(style: u32, color: Rgb) -> Self {
        match style {
            0 => Self::Solid(color),
            2 => Self::Hatched(color),
            1 => Self::Null,
            _ => Self::Pattern(Rgb {
                r: 0x80,
                g: 0x80,
                b: 0x80,
            }),
        }
    }

    /// As a paint over a background, where that is opaque.
    pub(super) fn paint(&self, background: Option<Rgb>) -> Option<Paint> {
        match self {
            Self::Null => None,
            Self::Solid(color) | Self::Pattern(color) => Some(solid(*color)),
            Self::Hatched(color) => {
                let ink = |rgb| Ink { rgb, alpha: 1.0 };
                let quarter = 0.25;
                Some(Paint::Solid(match background {
                    Some(behind) => mix(ink(behind), ink(*color), quarter),
                    None => Ink {
                        rgb: *color,
                        alpha: quarter,
                    },
                }))
            }
        }
    }
}

/// A font as it is asked for (MS-EMF 2.2.13).
#[derive(Clone, Debug)]
pub(super) struct LogFont {
    /// Of letters where negative, of lines where positive; in logical units.
    pub(super) height: f64,
    /// Tenths of a degree against the clock.
    pub(super) escapement: f64,
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) strike: bool,
    pub(super) face: String,
}

impl Default for LogFont {
    fn default() -> Self {
        Self {
            height: -12.0,
            escapement: 0.0,
            bold: false,
            italic: false,
            underline: false,
            strike: false,
            face: "Arial".to_owned(),
        }
    }
}

/// The objects every device context has, by number without the mark of the stock (MS-EMF 2.1.31).
pub(super) fn stock(number: u32) -> Object {
    let grey = |v| Rgb { r: v, g: v, b: v };
    match number {
        0 => Object::Brush(Brush::Solid(Rgb::WHITE)),
        1 => Object::Brush(Brush::Solid(grey(0xC0))),
        2 => Object::Brush(Brush::Solid(grey(0x80))),
        3 => Object::Brush(Brush::Solid(grey(0x40))),
        4 => Object::Brush(Brush::Solid(Rgb::BLACK)),
        5 => Object::Brush(Brush::Null),
        6 => Object::Pen(Pen::thin(Rgb::WHITE)),
        7 => Object::Pen(Pen::thin(Rgb::BLACK)),
        8 => Object::Pen(Pen::null()),
        10..=17 => Object::Font(LogFont::default()),
        _ => Object::Other,
    }
}
