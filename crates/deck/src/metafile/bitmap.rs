//! Bitmaps of metafiles: device-independent ones made whole files again, and what raster operations make of them.

use std::io::Cursor;

use image::{ImageFormat, RgbaImage};

use super::gdi::Gdi;
use super::objects::Brush;
use crate::layout::page::{Item, Matrix};
use crate::layout::picture::decode;
use crate::model::color::Rgb;
use crate::model::element::Crop;
use crate::vector::drawing::image;

/// A raster operation, as far as it is told apart (MS-WMF 2.1.1.31).
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Operation {
    /// The bitmap replaces what is there.
    Copy,
    /// White lets through what is there.
    And,
    /// Black lets through what is there.
    Or,
    /// By the bitmap's own opacity, times a factor; opacity is counted where the flag is set.
    Blend(f64, bool),
    /// A colour lets through what is there.
    Through(Rgb),
}

impl Operation {
    pub(super) fn of_code(code: u32) -> Self {
        match code {
            0x0088_00C6 => Self::And,
            0x00EE_0086 | 0x0066_0046 => Self::Or,
            _ => Self::Copy,
        }
    }
}

/// The header and palette of a bitmap, and its pixels.
#[derive(Clone, Copy)]
pub(super) struct Dib<'a> {
    pub(super) header: &'a [u8],
    pub(super) pixels: &'a [u8],
}

impl<'a> Dib<'a> {
    /// One whose pixels follow its palette.
    pub(super) fn packed(data: &'a [u8]) -> Option<Self> {
        let (header, pixels) = data.split_at_checked(header_length(data)?)?;
        Some(Self { header, pixels })
    }

    /// The bitmap as a file of its own: BMP, or the JPEG or PNG that it is.
    pub(super) fn file(self) -> Option<Vec<u8>> {
        let compression = word(self.header, 16).filter(|_| self.header.len() >= 40);
        if matches!(compression, Some(4 | 5)) {
            return Some(self.pixels.to_vec());
        }
        let offset = u32::try_from(self.header.len()).ok()?.checked_add(14)?;
        let size = u32::try_from(self.pixels.len()).ok()?.checked_add(offset)?;
        let mut file = Vec::with_capacity(self.header.len() + self.pixels.len() + 14);
        file.extend_from_slice(b"BM");
        file.extend_from_slice(&size.to_le_bytes());
        file.extend_from_slice(&[0; 4]);
        file.extend_from_slice(&offset.to_le_bytes());
        file.extend_from_slice(self.header);
        file.extend_from_slice(self.pixels);
        Some(file)
    }

    /// Its pixels; opacity is its own where asked and where it has any.
    fn decoded(self, with_opacity: bool) -> Option<RgbaImage> {
        let mut pixels = decode(&self.file()?)?;
        let bits = half(self.header, 14)?;
        if !with_opacity || bits != 32 || self.header.len() < 40 {
            return Some(pixels);
        }
        let (width, height) = pixels.dimensions();
        let from_the_top = word(self.header, 8)?.cast_signed() < 0;
        let row = usize::try_from(width).ok()?.checked_mul(4)?.max(1);
        for (y, line) in (0..height).zip(self.pixels.chunks_exact(row)) {
            let y = if from_the_top { y } else { height - 1 - y };
            for (x, pixel) in (0..width).zip(line.chunks_exact(4)) {
                if let Some(out) = pixels.get_pixel_mut_checked(x, y) {
                    out.0 = plain(pixel);
                }
            }
        }
        Some(pixels)
    }

    /// The file that an operation makes of it.
    fn under(self, operation: Operation) -> Option<Vec<u8>> {
        let own = matches!(operation, Operation::Blend(_, true));
        let through = |[r, g, b, a]: [u8; 4]| match operation {
            Operation::And if [r, g, b] == [255; 3] => 0,
            Operation::Or if [r, g, b] == [0; 3] => 0,
            Operation::Through(rgb) if rgb == Rgb { r, g, b } => 0,
            Operation::Blend(..) => a,
            Operation::Copy | Operation::And | Operation::Or | Operation::Through(_) => 255,
        };
        if matches!(operation, Operation::Copy | Operation::Blend(_, false)) {
            return self.file();
        }
        let mut pixels = self.decoded(own)?;
        for pixel in pixels.pixels_mut() {
            pixel.0[3] = through(pixel.0);
        }
        png(&pixels)
    }

    /// The mean of its colours, for brushes.
    pub(super) fn mean(self) -> Option<Rgb> {
        let pixels = decode(&self.file()?)?;
        let count = u64::try_from(pixels.pixels().len()).ok()?.max(1);
        let sum = |channel: usize| -> u64 {
            let all = pixels.pixels().map(|p| p.0.get(channel).copied());
            all.map(|v| u64::from(v.unwrap_or(0))).sum()
        };
        let mean = |channel| u8::try_from(sum(channel) / count).unwrap_or(u8::MAX);
        Some(Rgb {
            r: mean(0),
            g: mean(1),
            b: mean(2),
        })
    }
}

/// A copy from a bitmap to the picture.
pub(super) struct Copying {
    /// Left, top, width and height in logical units.
    pub(super) to: [f64; 4],
    /// Left, top, width and height in pixels, from the top; all of it where empty.
    pub(super) from: [f64; 4],
    pub(super) operation: Operation,
}

impl Gdi<'_> {
    /// Draws a bitmap.
    pub(super) fn bitmap(&mut self, dib: Dib<'_>, copying: &Copying) {
        if self.canvas.dry {
            self.canvas.bitmaps = true;
            return;
        }
        let Some(file) = dib.under(copying.operation) else {
            return;
        };
        let Some((width, height)) = crate::layout::picture::dimensions(&file) else {
            return;
        };
        let [x, y, w, h] = copying.to;
        let (mirror_x, mirror_y) = (w < 0.0, h < 0.0);
        let flip = Matrix([
            if mirror_x { -1.0 } else { 1.0 },
            0.0,
            0.0,
            if mirror_y { -1.0 } else { 1.0 },
            x,
            y,
        ]);
        let matrix = self.matrix().then_inner(flip);
        let Item::Image(mut item) = image(matrix, [0.0, 0.0, w.abs(), h.abs()], file) else {
            return;
        };
        item.crop = crop(copying.from, (f64::from(width), f64::from(height)));
        if let Operation::Blend(opacity, _) = copying.operation {
            item.opacity = opacity;
        }
        let clip = self.state.clip.clone();
        self.canvas.draw(&clip, Item::Image(item));
    }

    /// Fills where an operation without a bitmap does: with the brush, black or white.
    pub(super) fn blank(&mut self, code: u32, [x, y, w, h]: [f64; 4]) {
        let brush = match code {
            0x0000_0042 => Brush::Solid(Rgb::BLACK),
            0x00FF_0062 => Brush::Solid(Rgb::WHITE),
            0x00F0_0021 => self.state.brush.clone(),
            _ => return,
        };
        self.fill_rect([x, y, x + w, y + h], &brush);
    }
}

fn crop([x, y, w, h]: [f64; 4], (width, height): (f64, f64)) -> Crop {
    if w <= 0.0 || h <= 0.0 {
        return Crop::default();
    }
    let crop = Crop {
        left: (x / width).clamp(0.0, 1.0),
        top: (y / height).clamp(0.0, 1.0),
        right: (1.0 - (x + w) / width).clamp(0.0, 1.0),
        bottom: (1.0 - (y + h) / height).clamp(0.0, 1.0),
    };
    if crop.left + crop.right < 0.999 && crop.top + crop.bottom < 0.999 {
        crop
    } else {
        Crop::default()
    }
}

/// A pixel whose colours are stored in the order blue, green, red and multiplied by its opacity.
fn plain(pixel: &[u8]) -> [u8; 4] {
    let &[b, g, r, a] = pixel else {
        return [0; 4];
    };
    let divided = |v: u8| {
        let v = u32::from(v) * 255 / u32::from(a.max(1));
        u8::try_from(v).unwrap_or(u8::MAX)
    };
    [divided(r), divided(g), divided(b), a]
}

fn png(pixels: &RgbaImage) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    pixels.write_to(&mut out, ImageFormat::Png).ok()?;
    Some(out.into_inner())
}

/// How long header and palette are (MS-WMF 2.2.2.9).
fn header_length(data: &[u8]) -> Option<usize> {
    let size = usize::try_from(word(data, 0)?).ok()?;
    if size == 12 {
        let bits = half(data, 10)?;
        let colors = if bits <= 8 { 1_usize << bits } else { 0 };
        return Some(12 + 3 * colors);
    }
    if !(40..=256).contains(&size) {
        return None;
    }
    let (bits, compression, used) = (half(data, 14)?, word(data, 16)?, word(data, 32)?);
    let colors = match (used, bits) {
        (0, bits) if bits <= 8 => 1_usize << bits,
        (used, _) => usize::try_from(used).ok()?.min(256),
    };
    let masks = if size == 40 && compression == 3 {
        12
    } else {
        0
    };
    Some(size + masks + 4 * colors)
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?
        .first_chunk()
        .map(|b| u32::from_le_bytes(*b))
}

fn half(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?
        .first_chunk()
        .map(|b| u16::from_le_bytes(*b))
}
