//! A page as a picture: so many pixels as help, packed as what it shows packs best.

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::hayro_syntax::page::Page;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::layout::page::narrow;

use super::effort::count;

/// Pixels to a point where nothing bounds them: 144 to the inch, 1,920 across for a slide of 13⅓ inches.
const SHARP: f64 = 2.0;
/// Pixels of one page.
const PAGE: f64 = 4_000_000.0;
/// Pixels of all pages together.
const ALL: f64 = 300_000_000.0;
/// A page that packs to less than this part of its colours is no photograph.
const DRAWING: usize = 6;
/// How much of a photograph is kept, of 100.
const QUALITY: u8 = 88;

/// Pixels to a point for one of so many pages.
pub(super) fn scale((width, height): (f64, f64), pages: usize) -> f64 {
    let most = PAGE.min(ALL / count(pages));
    SHARP.min((most / (width * height)).sqrt())
}

/// Draws a page in so many pixels to a point; PNG, or JPEG where that is much smaller.
pub(super) fn draw<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>, scale: f64) -> Option<Vec<u8>> {
    let (width, height) = page.render_dimensions();
    let whole = |side: f32| (f64::from(side) * scale).round().clamp(1.0, 16_000.0);
    let (across, down) = (whole(width), whole(height));
    // The painter cuts fractions off, so a little is added to what has to come out.
    let factor = |pixels: f64, points: f32| narrow((pixels + 0.01) / f64::from(points));
    let pixels = PixmapSettings {
        x_scale: factor(across, width),
        y_scale: factor(down, height),
        bg_color: WHITE,
    };
    let drawn = render(
        page,
        cache,
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &pixels,
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    // On white nothing shines through, so what is premultiplied is the colour itself.
    let colors: Vec<u8> = drawn
        .data()
        .iter()
        .flat_map(|pixel| [pixel.r, pixel.g, pixel.b])
        .collect();
    let png = png(&colors, width, height)?;
    if png.len() < colors.len() / DRAWING {
        return Some(png);
    }
    let mut jpeg = Vec::new();
    let packed = JpegEncoder::new_with_quality(&mut jpeg, QUALITY).write_image(
        &colors,
        width,
        height,
        ExtendedColorType::Rgb8,
    );
    let smaller = packed.is_ok() && jpeg.len() < png.len() / 2;
    Some(if smaller { jpeg } else { png })
}

fn png(colors: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive);
    let packed = encoder.write_image(colors, width, height, ExtendedColorType::Rgb8);
    packed.ok().map(|()| out)
}
