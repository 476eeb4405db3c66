//! One page: its items painted on a surface, each under its tag.

use krilla::geom::{Point, Size};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use super::convert;
use super::stock::Stock;
use super::structure::{Leaf, Structure};
use crate::layout::page::{GlyphRun, ImageItem, Item, Layer, Matrix, Page, narrow, rectangle};

/// Layers deeper than this are drawn as part of the one they are in; PDF/A allows 28 levels of all kinds.
const DEEPEST: usize = 8;

/// Paints a page and tells what its parts mean.
pub(super) fn paint(
    page: &Page,
    surface: &mut Surface<'_>,
    stock: &mut Stock<'_>,
    exact: bool,
) -> Structure {
    let mut structure = Structure::default();
    let mut layers = Vec::new();
    for item in &page.items {
        match item {
            Item::Path(path) => {
                structure.draw(surface, Leaf::Ornament, |surface| {
                    convert::draw(surface, path);
                });
            }
            Item::Glyphs(run) => structure.draw(surface, Leaf::Text, |surface| {
                draw_glyphs(surface, run, stock, exact);
            }),
            Item::Image(image) => structure.draw(surface, Leaf::Picture, |surface| {
                draw_image(surface, image, stock);
            }),
            Item::Open(layer) => {
                let deep = layers.len() >= DEEPEST;
                layers.push(if deep { 0 } else { open(surface, layer) });
            }
            Item::Close => close(surface, layers.pop()),
            Item::Begin(role) => structure.begin(surface, role),
            Item::End => structure.end(surface),
            Item::Link(_) => {}
        }
    }
    while let Some(layer) = layers.pop() {
        close(surface, Some(layer));
    }
    structure
}

/// Opens a layer; answers how many states of the surface it is made of.
fn open(surface: &mut Surface<'_>, layer: &Layer) -> u8 {
    let mut states = 0;
    if !layer.clip.is_empty() {
        // A bound without any inside shows nothing.
        let clip =
            convert::path(&layer.clip).or_else(|| convert::path(&rectangle(-2.0, -2.0, 1.0, 1.0)));
        if let Some(clip) = clip {
            surface.push_clip_path(&clip, &convert::rule(layer.even_odd));
            states += 1;
        }
    }
    if !layer.mask.is_empty() {
        let mask = convert::mask(surface, &layer.mask);
        surface.push_mask(mask);
        states += 1;
    }
    if layer.opacity < 0.999 {
        surface.push_opacity(convert::part(layer.opacity));
        states += 1;
    }
    states
}

fn close(surface: &mut Surface<'_>, states: Option<u8>) {
    for _ in 0..states.unwrap_or(0) {
        surface.pop();
    }
}

/// Draws letters. `exact` leaves out glyphs that stand for characters no face has, as PDF/A asks.
fn draw_glyphs(surface: &mut Surface<'_>, run: &GlyphRun, stock: &mut Stock<'_>, exact: bool) {
    let Some(font) = stock.font(run.face) else {
        return;
    };
    let size = run.size.max(0.01);
    let shown: Vec<_> = run.glyphs.iter().filter(|g| !exact || g.id != 0).collect();
    let Some(first) = shown.first() else {
        return;
    };
    let mut placed = Vec::with_capacity(shown.len());
    let start = if exact { first.x } else { 0.0 };
    let mut pen = start;
    for (index, glyph) in shown.iter().enumerate() {
        // The pen goes on to where the next glyph stands, so that letter spacing is kept.
        let next = shown
            .get(index + 1)
            .map_or(glyph.x + glyph.advance, |next| next.x);
        placed.push(KrillaGlyph::new(
            GlyphId::new(glyph.id),
            narrow((next - pen) / size),
            narrow((glyph.x - pen) / size),
            narrow(glyph.rise / size),
            0.0,
            glyph.text.clone(),
            None,
        ));
        pen = next;
    }
    surface.push_transform(&convert::transform(run.matrix));
    surface.set_fill(Some(convert::solid(run.ink)));
    surface.set_stroke(None);
    let start = Point::from_xy(narrow(run.x + start), narrow(run.y));
    surface.draw_glyphs(start, &placed, font, &run.text, narrow(size), false);
    surface.pop();
}

fn draw_image(surface: &mut Surface<'_>, item: &ImageItem, stock: &mut Stock<'_>) {
    let Some(image) = stock.image(item) else {
        return;
    };
    let [x, y, w, h] = item.place;
    let crop = item.crop;
    let (full_w, full_h) = (
        w / (1.0 - crop.left - crop.right),
        h / (1.0 - crop.top - crop.bottom),
    );
    let clip = if item.clip.is_empty() {
        rectangle(x, y, w, h)
    } else {
        item.clip.clone()
    };
    let (Some(clip), Some(size)) = (
        convert::path(&clip),
        Size::from_wh(narrow(full_w), narrow(full_h)),
    ) else {
        return;
    };
    let corner = Matrix::translate(x - crop.left * full_w, y - crop.top * full_h);
    surface.push_transform(&convert::transform(item.matrix));
    surface.push_clip_path(&clip, &convert::rule(false));
    surface.push_opacity(convert::part(item.opacity));
    surface.push_transform(&convert::transform(corner));
    surface.draw_image(image, size);
    for _ in 0..4 {
        surface.pop();
    }
}
