//! SVG: vectors where all of it can be said in the display list, else its pixels. Nothing outside of it is read, no script runs.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::drawing::Drawing;
use super::svg_fonts::{self, Faces};
use super::svg_tree;
use crate::layout::fonts::FontBook;

/// Bytes of SVG that are read.
const MOST_BYTES: usize = 16 << 20;
/// Pixels on the longer side where an SVG is drawn as pixels.
const LONGEST_SIDE: f64 = 2_048.0;

/// Reads an SVG; `None` where it is broken, too large, or draws nothing.
pub fn read_svg(bytes: &[u8], fonts: &FontBook) -> Option<Drawing> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let faces = if text.contains("text") {
        Faces::of(fonts)
    } else {
        Faces::none()
    };
    let tree = Tree::from_str(text, &options(fonts, &faces)).ok()?;
    let (width, height) = (
        f64::from(tree.size().width()),
        f64::from(tree.size().height()),
    );
    if !tree.root().has_children() {
        return None;
    }
    match svg_tree::items(&tree) {
        Some(items) => Some(Drawing {
            width,
            height,
            items,
        }),
        None => pixels(&tree).map(|png| Drawing::of_image(width, height, png)),
    }
}

/// What is written inside may be read; addresses of any kind lead nowhere.
fn options<'a>(fonts: &'a FontBook, faces: &'a Faces) -> Options<'a> {
    Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        font_resolver: svg_fonts::resolver(fonts, faces),
        fontdb: faces.database(),
        ..Options::default()
    }
}

/// The picture as a PNG.
fn pixels(tree: &Tree) -> Option<Vec<u8>> {
    let (width, height) = (
        f64::from(tree.size().width()),
        f64::from(tree.size().height()),
    );
    let scale = LONGEST_SIDE / width.max(height);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "held between one and the longest side"
    )]
    let side = |length: f64| (length * scale).ceil().clamp(1.0, LONGEST_SIDE) as u32;
    let mut pixmap = Pixmap::new(side(width), side(height))?;
    let scale = crate::layout::page::narrow(scale);
    resvg::render(
        tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    pixmap.encode_png().ok()
}
