//! Objects, text and bitmaps of WMF.

use super::bitmap::{Copying, Dib, Operation};
use super::bytes::Bytes;
use super::gdi::Gdi;
use super::gdi_text::Words;
use super::objects::{Brush, LogFont, Object, Pen, rgb};
use super::wmf::yx;
use crate::model::color::Rgb;

pub(super) fn object(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    match function {
        0x012D => gdi.select(u32::from(at.u16()?)),
        // Regions are not read; what one would bound is shown.
        0x012C => gdi.clip_reset(),
        0x01F0 => gdi.delete(u32::from(at.u16()?)),
        // Every record that makes an object takes a number, even where what it says cannot be read.
        _ => {
            let made = made(function, body).unwrap_or(Object::Other);
            gdi.create_next(made);
        }
    }
    Some(())
}

fn made(function: u16, body: &[u8]) -> Option<Object> {
    let mut at = Bytes::new(body);
    Some(match function {
        0x02FA => {
            let (style, width) = (u32::from(at.u16()?), at.small_point()?.0);
            let color = rgb(at.u32()?);
            let dashes = Vec::new();
            Object::Pen(Pen {
                style,
                width,
                color,
                dashes,
            })
        }
        0x02FC => {
            let (style, color) = (u32::from(at.u16()?), rgb(at.u32()?));
            Object::Brush(Brush::of_style(style, color))
        }
        0x02FB => Object::Font(font(&mut at)?),
        0x0142 => {
            let dib = Dib::packed(body.get(4..)?);
            let mean = dib.and_then(Dib::mean).unwrap_or(Rgb::WHITE);
            Object::Brush(Brush::Pattern(mean))
        }
        _ => Object::Other,
    })
}

fn font(at: &mut Bytes<'_>) -> Option<LogFont> {
    let height = at.short()?;
    at.skip(2);
    let escapement = at.short()?;
    at.skip(2);
    let weight = at.i16()?;
    let (italic, underline, strike) = (at.u8()?, at.u8()?, at.u8()?);
    at.skip(5);
    let face = at
        .rest()
        .iter()
        .take(32)
        .take_while(|b| **b != 0)
        .map(|b| char::from(*b))
        .collect();
    Some(LogFont {
        height,
        escapement,
        bold: weight >= 600,
        italic: italic != 0,
        underline: underline != 0,
        strike: strike != 0,
        face,
    })
}

pub(super) fn words(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    let latin = |bytes: &[u8]| -> String { bytes.iter().map(|b| char::from(*b)).collect() };
    if function == 0x0521 {
        let count = usize::from(at.u16()?);
        let text = latin(at.take(count)?);
        at.skip(count % 2);
        let point = yx(&mut at)?;
        gdi.words(&Words {
            text: &text,
            at: point,
            advances: &[],
            rect: None,
            options: 0,
        });
        return Some(());
    }
    let point = yx(&mut at)?;
    let count = usize::from(at.u16()?);
    let options = u32::from(at.u16()?);
    let rect = if options & 6 == 0 {
        None
    } else {
        let ((l, t), (r, b)) = (at.small_point()?, at.small_point()?);
        Some([l, t, r, b])
    };
    let text = latin(at.take(count)?);
    at.skip(count % 2);
    let advances: Vec<f64> = (0..count).map_while(|_| at.short()).collect();
    gdi.words(&Words {
        text: &text,
        at: point,
        advances: &advances,
        rect,
        options,
    });
    Some(())
}

pub(super) fn bitmap(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    let box_of = |at: &mut Bytes<'_>| -> Option<[f64; 4]> {
        let ((w, h), (x, y)) = (yx(at)?, yx(at)?);
        Some([x, y, w, h])
    };
    let code = if function == 0x0D33 {
        at.skip(6);
        0
    } else {
        at.u32()?
    };
    if function == 0x061D {
        let to = box_of(&mut at)?;
        gdi.blank(code, to);
        return Some(());
    }
    if function == 0x0F43 {
        at.skip(2);
    }
    let stretched = matches!(function, 0x0F43 | 0x0B41);
    let (from, to) = if stretched {
        (box_of(&mut at)?, box_of(&mut at)?)
    } else {
        let (sx, sy) = yx(&mut at)?;
        let to = box_of(&mut at)?;
        ([sx, sy, to[2], to[3]], to)
    };
    let Some(dib) = Dib::packed(at.rest()).filter(|dib| !dib.pixels.is_empty()) else {
        gdi.blank(code, to);
        return Some(());
    };
    // Rows are counted from the bottom of the bitmap.
    let tall = f64::from(Bytes::new(dib.header).from(8).i32()?.unsigned_abs());
    let from = [
        from[0],
        (tall - from[1] - from[3]).max(0.0),
        from[2],
        from[3],
    ];
    let operation = Operation::of_code(code);
    gdi.bitmap(
        dib,
        &Copying {
            to,
            from,
            operation,
        },
    );
    Some(())
}
