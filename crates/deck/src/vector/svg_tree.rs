//! The tree of an SVG, walked into items. Filters, masks, patterns and blending end the walk: then it is drawn as pixels.

use resvg::usvg::{BlendMode, ClipPath, FillRule, Group, Image, ImageKind, Node, Tree};

use super::drawing::image;
use super::svg_paint::{Unsayable, matrix, path, segments};
use crate::layout::page::{Item, Layer, Matrix, Segment, bounds, mapped};

/// Items of one SVG; beyond them pixels are the smaller thing.
const MOST_ITEMS: usize = 50_000;
/// Groups nest no deeper than this.
const DEEPEST: usize = 64;

/// All items, or `None` where something in it cannot be said.
pub(super) fn items(tree: &Tree) -> Option<Vec<Item>> {
    let mut out = Vec::new();
    group(&mut out, tree.root(), Matrix::IDENTITY, 0).ok()?;
    Some(out)
}

fn group(out: &mut Vec<Item>, group: &Group, at: Matrix, depth: usize) -> Result<(), Unsayable> {
    if group.mask().is_some()
        || !group.filters().is_empty()
        || group.blend_mode() != BlendMode::Normal
        || depth > DEEPEST
        || out.len() > MOST_ITEMS
    {
        return Err(Unsayable);
    }
    let at = at.then_inner(matrix(group.transform()));
    let mut layers = Vec::new();
    let mut next = group.clip_path();
    while let Some(clip) = next {
        layers.push(clip_layer(clip, at)?);
        if layers.len() > DEEPEST {
            return Err(Unsayable);
        }
        next = clip.clip_path();
    }
    let opacity = f64::from(group.opacity().get());
    if opacity < 0.999 {
        let whole = Layer {
            clip: Vec::new(),
            even_odd: false,
            opacity,
            mask: Vec::new(),
        };
        layers.push(whole);
    }
    let count = layers.len();
    out.extend(layers.into_iter().map(Item::Open));
    for node in group.children() {
        self::node(out, node, at, depth)?;
    }
    out.extend((0..count).map(|_| Item::Close));
    Ok(())
}

fn node(out: &mut Vec<Item>, node: &Node, at: Matrix, depth: usize) -> Result<(), Unsayable> {
    match node {
        Node::Group(inner) => group(out, inner, at, depth + 1),
        Node::Path(shape) if shape.is_visible() => path(out, shape, at),
        Node::Image(picture) if picture.is_visible() => raster(out, picture, at, depth),
        Node::Text(text) => group(out, text.flattened(), at, depth + 1),
        Node::Path(_) | Node::Image(_) => Ok(()),
    }
}

fn raster(out: &mut Vec<Item>, picture: &Image, at: Matrix, depth: usize) -> Result<(), Unsayable> {
    let bytes = match picture.kind() {
        ImageKind::JPEG(bytes)
        | ImageKind::PNG(bytes)
        | ImageKind::GIF(bytes)
        | ImageKind::WEBP(bytes) => bytes,
        ImageKind::SVG(tree) => return group(out, tree.root(), at, depth + 1),
    };
    let (width, height) = (picture.size().width(), picture.size().height());
    let place = [0.0, 0.0, f64::from(width), f64::from(height)];
    out.push(image(at, place, bytes.to_vec()));
    Ok(())
}

/// A clip path as one outline. Shapes of one that lie over each other would cut holes and cannot be said.
fn clip_layer(clip: &ClipPath, at: Matrix) -> Result<Layer, Unsayable> {
    let at = at.then_inner(matrix(clip.transform()));
    let mut shapes = Vec::new();
    clip_shapes(&mut shapes, clip.root(), at, 0)?;
    let mut seen: Vec<[f64; 4]> = Vec::new();
    for (shape, _) in &shapes {
        let area = bounds(shape, Matrix::IDENTITY);
        if seen.iter().any(|other| overlap(*other, area)) || seen.len() > DEEPEST {
            return Err(Unsayable);
        }
        seen.push(area);
    }
    let even_odd = shapes.iter().any(|(_, even_odd)| *even_odd);
    let clip: Vec<Segment> = shapes.into_iter().flat_map(|(shape, _)| shape).collect();
    if clip.is_empty() {
        // An empty clip path hides all of it.
        let nothing = vec![Segment::Move(0.0, 0.0), Segment::Close];
        return Ok(Layer {
            clip: nothing,
            even_odd,
            opacity: 1.0,
            mask: Vec::new(),
        });
    }
    Ok(Layer {
        clip,
        even_odd,
        opacity: 1.0,
        mask: Vec::new(),
    })
}

fn clip_shapes(
    out: &mut Vec<(Vec<Segment>, bool)>,
    group: &Group,
    at: Matrix,
    depth: usize,
) -> Result<(), Unsayable> {
    if depth > DEEPEST || group.clip_path().is_some() {
        return Err(Unsayable);
    }
    let at = at.then_inner(matrix(group.transform()));
    for node in group.children() {
        match node {
            Node::Group(inner) => clip_shapes(out, inner, at, depth + 1)?,
            Node::Path(shape) => {
                let even_odd = shape.fill().is_some_and(|f| f.rule() == FillRule::EvenOdd);
                out.push((mapped(&segments(shape.data()), at), even_odd));
            }
            Node::Text(text) => clip_shapes(out, text.flattened(), at, depth + 1)?,
            Node::Image(_) => {}
        }
    }
    Ok(())
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}
