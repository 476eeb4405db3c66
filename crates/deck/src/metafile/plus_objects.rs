//! The objects of EMF+: brushes, pens, paths, regions, images and fonts (MS-EMFPLUS 2.2.1).

use std::collections::BTreeMap;

use super::bytes::Bytes;
use super::emf::transform;
use super::objects::LogFont;
use super::plus_image::{Picture, read_picture};
use super::plus_state::four;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Ink, Matrix, Paint, Segment, rectangle};
use crate::model::color::Rgb;

/// Points of one path.
const MOST_POINTS: usize = 500_000;

/// A colour as EMF+ writes it: 0xAARRGGBB.
pub(super) fn argb(value: u32) -> Ink {
    let [b, g, r, a] = value.to_le_bytes();
    Ink {
        rgb: Rgb { r, g, b },
        alpha: f64::from(a) / 255.0,
    }
}

/// A pen.
pub(super) struct Pen {
    pub(super) unit: u32,
    pub(super) width: f64,
    pub(super) dash: i32,
    pub(super) cap: i32,
    pub(super) join: i32,
    /// Dashes of its own, in widths.
    pub(super) dashes: Vec<f64>,
    pub(super) paint: Paint,
}

/// A region, as far as it is one outline.
pub(super) enum Region {
    Everything,
    Outline(Vec<Segment>),
}

/// A font.
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) unit: u32,
    pub(super) log: LogFont,
}

enum Object {
    Brush(Paint),
    Pen(Pen),
    Path(Vec<Segment>),
    Region(Region),
    Image(Picture),
    Font(Font),
    /// How text stands in its box: at the start, in the middle, at the end; across and down.
    Format(u32, u32),
}

/// Objects by number.
#[derive(Default)]
pub(super) struct Objects(BTreeMap<u8, Object>);

impl Objects {
    /// Reads an object; `what` holds its kind and its number.
    pub(super) fn read(&mut self, what: u16, data: &[u8], fonts: &FontBook) -> Option<()> {
        let [number, kind] = what.to_le_bytes();
        let mut at = Bytes::new(data);
        let object = match kind {
            1 => Object::Brush(brush(&mut at)?),
            2 => Object::Pen(pen(&mut at)?),
            3 => Object::Path(path(&mut at)?),
            4 => Object::Region(region(&mut at)?),
            5 => Object::Image(read_picture(&mut at, fonts)?),
            6 => Object::Font(font(&mut at)?),
            7 => {
                at.skip(12);
                Object::Format(at.u32()?, at.u32()?)
            }
            _ => return None,
        };
        self.0.insert(number, object);
        Some(())
    }

    /// A brush by its number, or the colour that stands in its place.
    pub(super) fn paint(&self, brush: u32, is_color: bool) -> Option<Paint> {
        if is_color {
            return Some(Paint::Solid(argb(brush)));
        }
        let Object::Brush(paint) = self.0.get(&u8::try_from(brush).ok()?)? else {
            return None;
        };
        Some(paint.clone())
    }

    pub(super) fn pen(&self, number: u8) -> Option<&Pen> {
        let Object::Pen(pen) = self.0.get(&number)? else {
            return None;
        };
        Some(pen)
    }

    pub(super) fn path(&self, number: u8) -> Option<&[Segment]> {
        let Object::Path(path) = self.0.get(&number)? else {
            return None;
        };
        Some(path)
    }

    pub(super) fn region(&self, number: u8) -> Option<&Region> {
        let Object::Region(region) = self.0.get(&number)? else {
            return None;
        };
        Some(region)
    }

    pub(super) fn image(&self, number: u8) -> Option<&Picture> {
        let Object::Image(image) = self.0.get(&number)? else {
            return None;
        };
        Some(image)
    }

    pub(super) fn font(&self, number: u8) -> Option<&Font> {
        let Object::Font(font) = self.0.get(&number)? else {
            return None;
        };
        Some(font)
    }

    pub(super) fn format(&self, number: u32) -> (u32, u32) {
        match u8::try_from(number).ok().and_then(|n| self.0.get(&n)) {
            Some(Object::Format(across, down)) => (*across, *down),
            _ => (0, 0),
        }
    }
}

fn brush(at: &mut Bytes<'_>) -> Option<Paint> {
    at.skip(4);
    match at.u32()? {
        0 => Some(Paint::Solid(argb(at.u32()?))),
        1 => {
            at.skip(4);
            let (mark, behind) = (argb(at.u32()?), argb(at.u32()?));
            Some(Paint::Solid(crate::layout::paint::mix(behind, mark, 0.3)))
        }
        3 => {
            at.skip(8);
            Some(Paint::Solid(argb(at.u32()?)))
        }
        4 => linear(at),
        _ => Some(Paint::Solid(argb(0xFF80_8080))),
    }
}

/// A gradient from the left side of a rectangle to its right, once transformed.
fn linear(at: &mut Bytes<'_>) -> Option<Paint> {
    let flags = at.u32()?;
    at.skip(4);
    let [x, y, w, h] = four(at)?;
    let mut stops = vec![(0.0, argb(at.u32()?)), (1.0, argb(at.u32()?))];
    at.skip(8);
    let by = if flags & 2 != 0 {
        transform(at)?
    } else {
        Matrix::IDENTITY
    };
    if flags & 4 != 0 {
        let count = at.count(8)?.min(256);
        let places: Vec<f64> = (0..count).map(|_| at.f32()).collect::<Option<_>>()?;
        let inks: Vec<Ink> = (0..count)
            .map(|_| at.u32().map(argb))
            .collect::<Option<_>>()?;
        stops = places
            .into_iter()
            .map(|place| place.clamp(0.0, 1.0))
            .zip(inks)
            .collect();
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let middle = y + h / 2.0;
    let ((x1, y1), (x2, y2)) = (by.apply(x, middle), by.apply(x + w, middle));
    (stops.len() > 1).then_some(Paint::Linear {
        line: [x1, y1, x2, y2],
        stops,
    })
}

fn pen(at: &mut Bytes<'_>) -> Option<Pen> {
    at.skip(8);
    let (flags, unit, width) = (at.u32()?, at.u32()?, at.f32()?);
    let optional = |flag: u32, at: &mut Bytes<'_>| {
        if flags & flag == 0 {
            return Some(0);
        }
        at.i32()
    };
    if flags & 1 != 0 {
        at.skip(24);
    }
    let cap = optional(2, at)?;
    optional(4, at)?;
    let join = optional(8, at)?;
    optional(0x10, at)?;
    let dash = optional(0x20, at)?;
    optional(0x40, at)?;
    optional(0x80, at)?;
    let mut dashes = Vec::new();
    if flags & 0x100 != 0 {
        let count = at.count(4)?.min(64);
        dashes = (0..count).map(|_| at.f32()).collect::<Option<_>>()?;
    }
    optional(0x200, at)?;
    if flags & 0x400 != 0 {
        let count = at.count(4)?;
        at.skip(count.checked_mul(4)?);
    }
    for flag in [0x800, 0x1000] {
        if flags & flag != 0 {
            let length = at.count(1)?;
            at.skip(length);
        }
    }
    Some(Pen {
        unit,
        width,
        dash,
        cap,
        join,
        dashes,
        paint: brush(at)?,
    })
}

fn path(at: &mut Bytes<'_>) -> Option<Vec<Segment>> {
    at.skip(4);
    let count = usize::try_from(at.u32()?).ok()?;
    let flags = at.u32()?;
    if count > MOST_POINTS || flags & 0x1800 != 0 {
        return None;
    }
    let small = flags & 0x4000 != 0;
    let points = points(at, count, small)?;
    let types = at.take(count)?;
    let mut out = Vec::with_capacity(count);
    let mut curve = Vec::new();
    for ((x, y), kind) in points.into_iter().zip(types) {
        match kind & 7 {
            0 => out.push(Segment::Move(x, y)),
            3 => {
                curve.push((x, y));
                if let [(a, b), (c, d), (x, y)] = *curve.as_slice() {
                    out.push(Segment::Cubic(a, b, c, d, x, y));
                    curve.clear();
                }
            }
            _ => out.push(Segment::Line(x, y)),
        }
        if kind & 0x80 != 0 {
            out.push(Segment::Close);
        }
    }
    Some(out)
}

/// Points of 16-bit or of real numbers.
pub(super) fn points(at: &mut Bytes<'_>, count: usize, small: bool) -> Option<Vec<(f64, f64)>> {
    if count > MOST_POINTS {
        return None;
    }
    let next = |at: &mut Bytes<'_>| {
        if small {
            at.small_point()
        } else {
            Some((at.f32()?, at.f32()?))
        }
    };
    (0..count).map(|_| next(at)).collect()
}

fn region(at: &mut Bytes<'_>) -> Option<Region> {
    at.skip(8);
    match at.u32()? {
        0x1000_0000 => {
            let [x, y, w, h] = four(at)?;
            Some(Region::Outline(rectangle(x, y, w, h)))
        }
        0x1000_0001 => {
            at.skip(4);
            path(at).map(Region::Outline)
        }
        // Combined regions bound less than they should.
        _ => Some(Region::Everything),
    }
}

fn font(at: &mut Bytes<'_>) -> Option<Font> {
    at.skip(4);
    let (size, unit) = (at.f32()?, at.u32()?);
    let style = at.u32()?;
    at.skip(4);
    let length = at.count(2)?.min(256);
    let name: Vec<u16> = (0..length).map_while(|_| at.u16()).collect();
    let log = LogFont {
        height: -size,
        escapement: 0.0,
        bold: style & 1 != 0,
        italic: style & 2 != 0,
        underline: style & 4 != 0,
        strike: style & 8 != 0,
        face: String::from_utf16_lossy(&name),
    };
    Some(Font { size, unit, log })
}
