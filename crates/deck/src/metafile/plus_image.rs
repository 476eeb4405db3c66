//! Images of EMF+: bitmaps, files of a known form, and metafiles within.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};

use super::bytes::Bytes;
use super::gdi::Gdi;
use super::plus::{Plus, Record};
use super::plus_objects::points;
use super::plus_state::four;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Matrix};
use crate::layout::picture::{MAX_PIXELS, dimensions};
use crate::model::element::Crop;
use crate::vector::drawing::image;

/// An image: a file that can be decoded.
pub(super) struct Picture {
    file: Vec<u8>,
    size: (f64, f64),
}

/// Reads an image; metafiles within a metafile are not played.
pub(super) fn read_picture(at: &mut Bytes<'_>, _fonts: &FontBook) -> Option<Picture> {
    at.skip(4);
    if at.u32()? != 1 {
        return None;
    }
    let (width, height, stride) = (at.i32()?, at.i32()?, at.i32()?);
    let (format, kind) = (at.u32()?, at.u32()?);
    let file = if kind == 1 {
        at.rest().to_vec()
    } else {
        let width = u32::try_from(width).ok()?;
        let height = u32::try_from(height).ok()?;
        plain(at.rest(), (width, height), stride, format)?
    };
    let (width, height) = dimensions(&file)?;
    let size = (f64::from(width), f64::from(height));
    Some(Picture { file, size })
}

/// A PNG of rows of pixels: 24 bits, 32 bits, and those with opacity, plain or multiplied.
fn plain(data: &[u8], (width, height): (u32, u32), stride: i32, format: u32) -> Option<Vec<u8>> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS / 4 {
        return None;
    }
    let bytes = match format {
        0x0002_1808 => 3,
        0x0002_2009 | 0x0026_200A | 0x000E_200B => 4,
        _ => return None,
    };
    let row = usize::try_from(stride).ok()?;
    let needed = usize::try_from(width).ok()?.checked_mul(bytes)?;
    if row < needed || data.len() < row.checked_mul(usize::try_from(height).ok()?)? {
        return None;
    }
    let mut out = RgbaImage::new(width, height);
    for (line, into) in data.chunks_exact(row).zip(out.rows_mut()) {
        for (pixel, into) in line.chunks_exact(bytes).zip(into) {
            let channel = |index: usize| pixel.get(index).copied().unwrap_or(0);
            let alpha = if format & 0x4_0000 != 0 {
                channel(3)
            } else {
                255
            };
            *into = Rgba([channel(2), channel(1), channel(0), alpha]);
        }
    }
    let mut file = Cursor::new(Vec::new());
    out.write_to(&mut file, ImageFormat::Png).ok()?;
    Some(file.into_inner())
}

pub(super) fn draw(plus: &Plus, kind: u16, record: Record<'_>, gdi: &mut Gdi<'_>) -> Option<()> {
    let picture = plus.objects.image(record.number())?;
    let mut at = Bytes::new(record.data);
    at.skip(8);
    let from = four(&mut at)?;
    // From a unit square to where the picture goes.
    let to = if kind == 0x401A {
        let [x, y, w, h] = if record.small() {
            let ((x, y), (w, h)) = (at.small_point()?, at.small_point()?);
            [x, y, w, h]
        } else {
            four(&mut at)?
        };
        Matrix([w, 0.0, 0.0, h, x, y])
    } else {
        let count = at.count(4)?;
        let corners = points(&mut at, count, record.small())?;
        let [(x, y), (right, top), (left, bottom)] = *corners.as_slice() else {
            return None;
        };
        Matrix([right - x, top - y, left - x, bottom - y, x, y])
    };
    let matrix = plus.states.matrix(gdi.device).then_inner(to);
    let Item::Image(mut item) = image(matrix, [0.0, 0.0, 1.0, 1.0], picture.file.clone()) else {
        return None;
    };
    item.crop = cropped(from, picture.size);
    gdi.canvas.draw(&plus.states.clip(), Item::Image(item));
    Some(())
}

fn cropped([x, y, w, h]: [f64; 4], (width, height): (f64, f64)) -> Crop {
    let crop = Crop {
        left: (x / width).clamp(0.0, 1.0),
        top: (y / height).clamp(0.0, 1.0),
        right: (1.0 - (x + w) / width).clamp(0.0, 1.0),
        bottom: (1.0 - (y + h) / height).clamp(0.0, 1.0),
    };
    let sane =
        w > 0.0 && h > 0.0 && crop.left + crop.right < 0.999 && crop.top + crop.bottom < 0.999;
    if sane { crop } else { Crop::default() }
}
