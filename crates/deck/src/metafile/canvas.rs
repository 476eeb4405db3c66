//! Where drawing arrives: items bounded in number, and layers opened only when what bounds them changes.

use std::rc::Rc;

use super::read_metafile::Substance;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Layer, Matrix, Paint, PathItem, Segment, Stroke};

/// Items one metafile may make.
const MOST_ITEMS: usize = 100_000;
/// Steps of paths one metafile may make.
const MOST_STEPS: usize = 3_000_000;
/// Changes of the clip one metafile may make; each costs a mask.
const MOST_LAYERS: usize = 2_000;
/// Outlines that may bound each other.
const MOST_BOUNDS: usize = 6;

/// One outline that bounds drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) segments: Vec<Segment>,
    pub(super) even_odd: bool,
}

/// All outlines that bound drawing together; none where empty.
pub(super) type Clip = Rc<Vec<Bound>>;

/// Takes drawing in the units of the picture.
pub(super) struct Canvas<'a> {
    pub(super) fonts: &'a FontBook,
    items: Vec<Item>,
    clip: Clip,
    open: usize,
    layers: usize,
    steps: usize,
    /// Whether what is drawn is only told apart, not kept.
    pub(super) dry: bool,
    /// Whether lines, areas or text were drawn.
    pub(super) vectors: bool,
    /// Whether bitmaps were drawn.
    pub(super) bitmaps: bool,
    /// The width of a line that is as thin as can be seen.
    pub(super) hairline: f64,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(fonts: &'a FontBook) -> Self {
        Self {
            fonts,
            items: Vec::new(),
            clip: Rc::default(),
            open: 0,
            layers: 0,
            steps: 0,
            dry: false,
            vectors: false,
            bitmaps: false,
            hairline: 1.0,
        }
    }

    /// Whether it takes no more.
    pub(super) fn is_full(&self) -> bool {
        self.items.len() >= MOST_ITEMS || self.steps >= MOST_STEPS
    }

    /// Counts steps that are kept for later.
    pub(super) fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps);
    }

    /// Draws something within a clip.
    pub(super) fn draw(&mut self, clip: &Clip, item: Item) {
        if matches!(item, Item::Image(_)) {
            self.bitmaps = true;
        } else {
            self.vectors = true;
        }
        if self.dry || self.is_full() {
            return;
        }
        if !Rc::ptr_eq(clip, &self.clip) && **clip != *self.clip {
            self.enter(clip);
        }
        self.items.push(item);
    }

    /// Draws a path.
    pub(super) fn path(
        &mut self,
        clip: &Clip,
        segments: Vec<Segment>,
        (fill, even_odd): (Option<Paint>, bool),
        stroke: Option<Stroke>,
    ) {
        if segments.len() < 2 || (fill.is_none() && stroke.is_none()) {
            return;
        }
        self.spend(segments.len());
        let item = PathItem {
            matrix: Matrix::IDENTITY,
            segments,
            fill,
            even_odd,
            stroke,
        };
        self.draw(clip, Item::Path(item));
    }

    fn enter(&mut self, clip: &Clip) {
        self.leave();
        self.clip = Rc::clone(clip);
        if self.layers >= MOST_LAYERS {
            return;
        }
        for bound in clip.iter().take(MOST_BOUNDS) {
            self.layers += 1;
            self.open += 1;
            self.spend(bound.segments.len());
            self.items.push(Item::Open(Layer {
                clip: bound.segments.clone(),
                even_odd: bound.even_odd,
                opacity: 1.0,
                mask: Vec::new(),
            }));
        }
    }

    fn leave(&mut self) {
        for _ in 0..self.open {
            self.items.push(Item::Close);
        }
        self.open = 0;
    }

    /// All items, layers closed, and what they are.
    pub(super) fn finish(mut self) -> (Vec<Item>, Option<Substance>) {
        self.leave();
        let substance = match (self.vectors, self.bitmaps) {
            (true, _) => Some(Substance::Vectors),
            (false, true) => Some(Substance::Bitmap),
            (false, false) => None,
        };
        (self.items, substance)
    }
}
