//! What bounds the drawing of a device context.

use std::rc::Rc;

use super::canvas::Bound;
use super::gdi::Gdi;
use crate::layout::page::{Matrix, Segment, mapped, rectangle};

/// Outlines kept at most; older ones give way, so that more is shown rather than less.
const MOST_BOUNDS: usize = 6;
/// Far outside of any picture.
const FAR: f64 = 1.0e6;

impl Gdi<'_> {
    /// Shows only what is inside an outline of the picture's own units too.
    fn narrow_to(&mut self, bound: Bound) {
        let clip = Rc::make_mut(&mut self.state.clip);
        if clip.len() >= MOST_BOUNDS {
            clip.remove(0);
        }
        clip.push(bound);
    }

    pub(super) fn clip_reset(&mut self) {
        self.state.clip = Rc::default();
    }

    pub(super) fn clip_rect(&mut self, [l, t, r, b]: [f64; 4]) {
        let segments = mapped(&rectangle(l, t, r - l, b - t), self.matrix());
        self.narrow_to(Bound {
            segments,
            even_odd: false,
        });
    }

    pub(super) fn clip_exclude(&mut self, [l, t, r, b]: [f64; 4]) {
        let mut segments = rectangle(-FAR, -FAR, 2.0 * FAR, 2.0 * FAR);
        segments.extend(mapped(&rectangle(l, t, r - l, b - t), self.matrix()));
        self.narrow_to(Bound {
            segments,
            even_odd: true,
        });
    }

    pub(super) fn clip_move(&mut self, (dx, dy): (f64, f64)) {
        let matrix = self.matrix();
        let (from, to) = (matrix.apply(0.0, 0.0), matrix.apply(dx, dy));
        let by = Matrix::translate(to.0 - from.0, to.1 - from.1);
        for bound in Rc::make_mut(&mut self.state.clip) {
            bound.segments = mapped(&bound.segments, by);
        }
    }

    /// Combines an outline of the picture's own units with what bounds already, by the number of the mode
    /// (MS-EMF 2.1.29): 1 both, 4 all but this, 5 only this. The others show more than they should: all.
    pub(super) fn clip_combine(&mut self, mut bound: Bound, mode: u32) {
        match mode {
            1 => self.narrow_to(bound),
            4 => {
                let mut segments = rectangle(-FAR, -FAR, 2.0 * FAR, 2.0 * FAR);
                segments.append(&mut bound.segments);
                self.narrow_to(Bound {
                    segments,
                    even_odd: true,
                });
            }
            5 => {
                self.clip_reset();
                self.narrow_to(bound);
            }
            _ => self.clip_reset(),
        }
    }

    /// Combines rectangles of device coordinates, seen as one, with what bounds already.
    pub(super) fn clip_to_rects(&mut self, rects: &[[f64; 4]], mode: u32) {
        let segments: Vec<Segment> = rects
            .iter()
            .flat_map(|[l, t, r, b]| rectangle(*l, *t, r - l, b - t))
            .collect();
        self.canvas.spend(segments.len());
        let bound = Bound {
            segments: mapped(&segments, self.device),
            even_odd: false,
        };
        self.clip_combine(bound, mode);
    }

    /// Combines the path that was made with what bounds already.
    pub(super) fn clip_to_path(&mut self, mode: u32) {
        let bound = Bound {
            segments: std::mem::take(&mut self.made),
            even_odd: self.state.alternate,
        };
        self.clip_combine(bound, mode);
    }
}
