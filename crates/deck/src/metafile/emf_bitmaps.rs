//! Records of EMF that copy bitmaps (MS-EMF 2.3.1).

use super::bitmap::{Copying, Operation};
use super::bytes::Bytes;
use super::emf_objects::{dib, dib_places};
use super::gdi::Gdi;
use super::objects::rgb;

pub(super) fn bitmap(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    at.skip(16);
    match kind {
        80 | 81 => from_bits(gdi, kind, body, at),
        79 => skewed(gdi, body, at),
        _ => from_device(gdi, kind, body, at),
    }
}

/// Records that hold nothing but a bitmap and where it goes.
fn from_bits(gdi: &mut Gdi<'_>, kind: u32, body: &[u8], mut at: Bytes<'_>) -> Option<()> {
    let (x, y) = at.point()?;
    let (sx, sy) = at.point()?;
    let (sw, sh) = at.point()?;
    let (header, pixels) = dib_places(&mut at)?;
    at.skip(4);
    let (operation, to) = if kind == 81 {
        let operation = Operation::of_code(at.u32()?);
        let (w, h) = at.point()?;
        (operation, [x, y, w, h])
    } else {
        (Operation::Copy, [x, y, sw, sh])
    };
    let dib = dib(body, header, pixels)?;
    // Rows are counted from the bottom of the bitmap.
    let tall = f64::from(Bytes::new(dib.header).from(8).i32()?.unsigned_abs());
    let from = [sx, (tall - sy - sh).max(0.0), sw, sh];
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

/// Records that copy from another device, whose bitmap may be missing.
fn from_device(gdi: &mut Gdi<'_>, kind: u32, body: &[u8], mut at: Bytes<'_>) -> Option<()> {
    let (x, y) = at.point()?;
    let (w, h) = at.point()?;
    let code = at.u32()?;
    let (sx, sy) = at.point()?;
    at.skip(32);
    let (header, pixels) = dib_places(&mut at)?;
    let Some(dib) = dib(body, header, pixels) else {
        gdi.blank(code, [x, y, w, h]);
        return Some(());
    };
    let (sw, sh) = if matches!(kind, 76 | 78) {
        (w, h)
    } else {
        at.point()?
    };
    let operation = match kind {
        114 => {
            let [_, _, opacity, own] = code.to_le_bytes();
            Operation::Blend(f64::from(opacity) / 255.0, own & 1 != 0)
        }
        116 => Operation::Through(rgb(code)),
        _ => Operation::of_code(code),
    };
    let from = [sx, sy, sw, sh];
    let to = [x, y, w, h];
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

/// A bitmap on a parallelogram, drawn in the box of its corners.
fn skewed(gdi: &mut Gdi<'_>, body: &[u8], mut at: Bytes<'_>) -> Option<()> {
    let (a, b, c) = (at.point()?, at.point()?, at.point()?);
    let (sx, sy) = at.point()?;
    let (sw, sh) = at.point()?;
    at.skip(32);
    let (header, pixels) = dib_places(&mut at)?;
    let dib = dib(body, header, pixels)?;
    let to = [a.0, a.1, b.0 - a.0, c.1 - a.1];
    let operation = Operation::Copy;
    let from = [sx, sy, sw, sh];
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
