//! Pens, brushes, fonts, regions, gradients and text of EMF.

use super::bitmap::Dib;
use super::bytes::Bytes;
use super::gdi::Gdi;
use super::gdi_text::Words;
use super::objects::{Brush, LogFont, Object, Pen, rgb};
use crate::layout::page::{Ink, Paint, mapped, rectangle};
use crate::model::color::Rgb;

/// Rectangles of one region.
const MOST_RECTS: usize = 10_000;
/// Letters of one piece of text.
const MOST_LETTERS: usize = 16_384;

pub(super) fn object(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    let number = at.u32()?;
    match kind {
        37 => gdi.select(number),
        38 => {
            let (style, width) = (at.u32()?, at.point()?.0);
            let color = rgb(at.u32()?);
            let dashes = Vec::new();
            let pen = Pen {
                style,
                width,
                color,
                dashes,
            };
            gdi.create(number, Object::Pen(pen));
        }
        39 => {
            let brush = Brush::of_style(at.u32()?, rgb(at.u32()?));
            gdi.create(number, Object::Brush(brush));
        }
        40 => gdi.delete(number),
        82 => gdi.create(number, Object::Font(font(&mut at)?)),
        93 | 94 => {
            at.skip(4);
            let (header, pixels) = dib_places(&mut at)?;
            // Offsets count from the record's beginning, eight bytes before its body.
            let dib = dib(body, header, pixels);
            let mean = dib.and_then(Dib::mean).unwrap_or(Rgb::WHITE);
            gdi.create(number, Object::Brush(Brush::Pattern(mean)));
        }
        _ => {
            at.skip(16);
            gdi.create(number, Object::Pen(extended_pen(&mut at)?));
        }
    }
    Some(())
}

fn extended_pen(at: &mut Bytes<'_>) -> Option<Pen> {
    let (style, width) = (at.u32()?, f64::from(at.u32()?));
    let (brush, color) = (at.u32()?, rgb(at.u32()?));
    at.skip(4);
    let count = at.count(4)?.min(64);
    let dashes = (0..count)
        .map(|_| at.u32().map(f64::from))
        .collect::<Option<_>>()?;
    // A cosmetic pen is one pixel wide whatever it says.
    let width = if style & 0x1_0000 == 0 { 0.0 } else { width };
    let style = if brush == 1 { 5 } else { style };
    Some(Pen {
        style,
        width,
        color,
        dashes,
    })
}

fn font(at: &mut Bytes<'_>) -> Option<LogFont> {
    let height = at.long()?;
    at.skip(4);
    let escapement = at.long()?;
    at.skip(4);
    let weight = at.i32()?;
    let (italic, underline, strike) = (at.u8()?, at.u8()?, at.u8()?);
    at.skip(5);
    let name: Vec<u16> = (0..32)
        .map_while(|_| at.u16())
        .take_while(|c| *c != 0)
        .collect();
    Some(LogFont {
        height,
        escapement,
        bold: weight >= 600,
        italic: italic != 0,
        underline: underline != 0,
        strike: strike != 0,
        face: String::from_utf16_lossy(&name),
    })
}

/// Where header and pixels of a bitmap are: offset and length of each.
pub(super) fn dib_places(at: &mut Bytes<'_>) -> Option<((u32, u32), (u32, u32))> {
    Some(((at.u32()?, at.u32()?), (at.u32()?, at.u32()?)))
}

/// A bitmap by the places a record names, counted from the record's beginning.
pub(super) fn dib(body: &[u8], header: (u32, u32), pixels: (u32, u32)) -> Option<Dib<'_>> {
    let at = Bytes::new(body);
    let part = |(offset, length): (u32, u32)| at.slice(offset.checked_sub(8)?, length);
    let dib = Dib {
        header: part(header)?,
        pixels: part(pixels)?,
    };
    (!dib.header.is_empty() && !dib.pixels.is_empty()).then_some(dib)
}

pub(super) fn region(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    match kind {
        75 => {
            let (length, mode) = (at.u32()?, at.u32()?);
            if length == 0 {
                gdi.clip_reset();
            } else {
                let rects = rects(&mut at)?;
                gdi.clip_to_rects(&rects, mode);
            }
        }
        118 => gradient(gdi, body)?,
        _ => {
            at.skip(20);
            let brush = if kind == 71 {
                match gdi.object(at.u32()?) {
                    Some(Object::Brush(brush)) => brush,
                    _ => return None,
                }
            } else {
                gdi.state.brush.clone()
            };
            for rect in rects(&mut at)? {
                gdi.fill_rect(rect, &brush);
            }
        }
    }
    Some(())
}

/// The rectangles of region data (MS-EMF 2.2.24).
fn rects(at: &mut Bytes<'_>) -> Option<Vec<[f64; 4]>> {
    at.skip(8);
    let count = at.u32()?;
    at.skip(20);
    let count = usize::try_from(count).ok()?.min(MOST_RECTS);
    Some((0..count).map_while(|_| at.rect()).collect())
}

/// Rectangles and triangles whose corners have colours; triangles take the mean of theirs.
fn gradient(gdi: &mut Gdi<'_>, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    at.skip(16);
    let vertices = at.count(16)?.min(MOST_RECTS);
    let shapes = usize::try_from(at.u32()?).ok()?.min(MOST_RECTS);
    let mode = at.u32()?;
    let mut corners = Vec::with_capacity(vertices);
    for _ in 0..vertices {
        let (x, y) = at.point()?;
        let mut channel = || at.u16().map(|v| v.to_be_bytes()[0]);
        let rgb = Rgb {
            r: channel()?,
            g: channel()?,
            b: channel()?,
        };
        channel()?;
        corners.push(((x, y), Ink { rgb, alpha: 1.0 }));
    }
    let clip = gdi.state.clip.clone();
    let corner = |at: &mut Bytes<'_>| {
        let index = usize::try_from(at.u32()?).ok()?;
        corners.get(index).copied()
    };
    for _ in 0..shapes {
        let (((x, y), from), ((right, bottom), to)) = (corner(&mut at)?, corner(&mut at)?);
        let matrix = gdi.matrix();
        if mode == 2 {
            let ((p, q), third) = corner(&mut at)?;
            let points = [(x, y), (right, bottom), (p, q)];
            let outline = mapped(&crate::layout::page::polyline(&points), matrix);
            let mean = crate::layout::paint::mix(from, third, 0.5);
            let paint = Some(Paint::Solid(mean));
            gdi.canvas.path(&clip, outline, (paint, false), None);
            continue;
        }
        let outline = mapped(&rectangle(x, y, right - x, bottom - y), matrix);
        let ((x1, y1), (x2, y2)) = if mode == 0 {
            (matrix.apply(x, y), matrix.apply(right, y))
        } else {
            (matrix.apply(x, y), matrix.apply(x, bottom))
        };
        let paint = Paint::Linear {
            line: [x1, y1, x2, y2],
            stops: vec![(0.0, from), (1.0, to)],
        };
        gdi.canvas.path(&clip, outline, (Some(paint), false), None);
    }
    Some(())
}

/// Text in two widths of letters, and the short form of it.
pub(super) fn words(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    if kind == 108 {
        return small_words(gdi, &mut at);
    }
    at.skip(28);
    let point = at.point()?;
    let count = usize::try_from(at.u32()?).ok()?;
    let (text_at, options) = (at.u32()?, at.u32()?);
    let rect = at.rect()?;
    let advances_at = at.u32()?;
    // Numbers of glyphs in a face that is not here say nothing.
    if options & 0x10 != 0 || count > MOST_LETTERS {
        return None;
    }
    let text = letters(
        &mut at.from(usize::try_from(text_at.checked_sub(8)?).ok()?),
        count,
        kind == 84,
    )?;
    let advances: Vec<f64> = match advances_at.checked_sub(8) {
        Some(offset) => {
            let mut at = at.from(usize::try_from(offset).ok()?);
            (0..count).map_while(|_| at.u32().map(f64::from)).collect()
        }
        None => Vec::new(),
    };
    gdi.words(&Words {
        text: &text,
        at: point,
        advances: &advances,
        rect: (options & 6 != 0).then_some(rect),
        options,
    });
    Some(())
}

fn small_words(gdi: &mut Gdi<'_>, at: &mut Bytes<'_>) -> Option<()> {
    let point = at.point()?;
    let count = usize::try_from(at.u32()?).ok()?;
    let options = at.u32()?;
    at.skip(12);
    let rect = if options & 0x100 == 0 {
        Some(at.rect()?)
    } else {
        None
    };
    if count > MOST_LETTERS {
        return None;
    }
    let text = letters(at, count, options & 0x200 == 0)?;
    gdi.words(&Words {
        text: &text,
        at: point,
        advances: &[],
        rect: rect.filter(|_| options & 6 != 0),
        options,
    });
    Some(())
}

fn letters(at: &mut Bytes<'_>, count: usize, wide: bool) -> Option<String> {
    if wide {
        let units: Vec<u16> = (0..count).map_while(|_| at.u16()).collect();
        return Some(String::from_utf16_lossy(&units));
    }
    Some(at.take(count)?.iter().map(|b| char::from(*b)).collect())
}
