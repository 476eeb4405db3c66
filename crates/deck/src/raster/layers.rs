//! What is drawn on: the picture, layers above it that are laid down with an opacity, and what bounds each.

use tiny_skia::{FillRule, Mask, MaskType, Pixmap, PixmapPaint, Transform};

use super::png::{draw_path, path, transform};
use crate::layout::page::{Layer, Matrix, PathItem, narrow};

/// Layers deeper than this are drawn as part of the one they are in.
const DEEPEST: usize = 24;

/// The picture and the layers that are open.
pub(super) struct Layers {
    bottom: Pixmap,
    open: Vec<Open>,
    /// Layers that were opened beyond the depth.
    beyond: usize,
}

struct Open {
    /// Its own picture, where its opacity or a mask asks for one.
    own: Option<(Pixmap, f32)>,
    /// How much of its own picture is seen where.
    seen: Option<Mask>,
    /// What bounds it, within what bounds the layers below.
    mask: Option<Mask>,
}

impl Layers {
    pub(super) fn new(bottom: Pixmap) -> Self {
        Self {
            bottom,
            open: Vec::new(),
            beyond: 0,
        }
    }

    /// What to draw on, and what bounds it.
    pub(super) fn top(&mut self) -> (&mut Pixmap, Option<&Mask>) {
        let mut pixmap = &mut self.bottom;
        let mut mask = None;
        for layer in &mut self.open {
            mask = layer.mask.as_ref();
            if let Some((own, _)) = &mut layer.own {
                pixmap = own;
            }
        }
        (pixmap, mask)
    }

    /// Opens a layer whose coordinates are mapped by `at`.
    pub(super) fn open(&mut self, layer: &Layer, base: Matrix) {
        let at = transform(base);
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        let (width, height) = (self.bottom.width(), self.bottom.height());
        let below = self.open.last().and_then(|below| below.mask.clone());
        let rule = if layer.even_odd {
            FillRule::EvenOdd
        } else {
            FillRule::Winding
        };
        let mask = match (path(&layer.clip), below) {
            (None, below) if layer.clip.is_empty() => below,
            // A bound without any inside shows nothing: an empty mask.
            (None, _) => Mask::new(width, height),
            (Some(clip), Some(mut mask)) => {
                mask.intersect_path(&clip, rule, true, at);
                Some(mask)
            }
            (Some(clip), None) => Mask::new(width, height).map(|mut mask| {
                mask.fill_path(&clip, rule, true, at);
                mask
            }),
        };
        let opacity = narrow(layer.opacity.clamp(0.0, 1.0));
        let seen = seen(&layer.mask, (width, height), base);
        let own = (opacity < 0.999 || seen.is_some())
            .then(|| Pixmap::new(width, height))
            .flatten();
        self.open.push(Open {
            own: own.map(|pixmap| (pixmap, opacity)),
            seen,
            mask,
        });
    }

    /// Closes the layer that was opened last.
    pub(super) fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(Open {
            own: Some((own, opacity)),
            seen,
            ..
        }) = self.open.pop()
        else {
            return;
        };
        let paint = PixmapPaint {
            opacity,
            ..PixmapPaint::default()
        };
        // Its items were bounded already.
        let (below, _) = self.top();
        let at = Transform::identity();
        below.draw_pixmap(0, 0, own.as_ref(), &paint, at, seen.as_ref());
    }

    /// The finished picture.
    pub(super) fn finish(mut self) -> Pixmap {
        while !self.open.is_empty() {
            self.beyond = 0;
            self.close();
        }
        self.bottom
    }
}

/// What lets as much through as its paths are light; `None` where there are none.
fn seen(paths: &[PathItem], (width, height): (u32, u32), base: Matrix) -> Option<Mask> {
    if paths.is_empty() {
        return None;
    }
    let mut light = Pixmap::new(width, height)?;
    for item in paths {
        draw_path((&mut light, None), item, base);
    }
    Some(Mask::from_pixmap(light.as_ref(), MaskType::Luminance))
}
