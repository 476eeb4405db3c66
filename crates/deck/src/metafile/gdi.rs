//! The device context: its state, what it is saved and restored with, and its current path (MS-EMF 3.1.1).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::canvas::{Canvas, Clip};
use super::mapping::Mapping;
use super::objects::{Brush, LogFont, Object, Pen, stock};
use super::read_metafile::Substance;
use crate::layout::page::{Item, Matrix, Segment};
use crate::model::color::Rgb;

/// States that may be saved at once.
const MOST_SAVED: usize = 512;
/// Objects that may exist at once.
const MOST_OBJECTS: usize = 65_536;

/// All that is saved and restored.
#[derive(Clone)]
pub(super) struct State {
    pub(super) mapping: Mapping,
    pub(super) clip: Clip,
    pub(super) pen: Pen,
    pub(super) brush: Brush,
    pub(super) font: LogFont,
    pub(super) text_color: Rgb,
    pub(super) background: Rgb,
    /// Whether gaps of text, dashes and hatches are painted in the background's colour.
    pub(super) opaque: bool,
    pub(super) text_align: u32,
    /// Whether polygons are filled by the even-odd rule.
    pub(super) alternate: bool,
    pub(super) clockwise: bool,
    /// In logical units.
    pub(super) position: (f64, f64),
}

/// A device context that draws on a canvas.
pub(super) struct Gdi<'a> {
    pub(super) canvas: Canvas<'a>,
    pub(super) state: State,
    saved: Vec<State>,
    objects: BTreeMap<u32, Object>,
    /// The path that is being made, in device coordinates; none where drawing is at once.
    pub(super) path: Option<Vec<Segment>>,
    /// The path that was made last.
    pub(super) made: Vec<Segment>,
    /// Lines that were drawn one after the other and not yet put down.
    pub(super) pending: Vec<Segment>,
    /// What becomes of device coordinates.
    pub(super) device: Matrix,
}

impl<'a> Gdi<'a> {
    pub(super) fn new(canvas: Canvas<'a>, density: (f64, f64), device: Matrix) -> Self {
        let state = State {
            mapping: Mapping::new(density),
            clip: Rc::default(),
            pen: Pen::thin(Rgb::BLACK),
            brush: Brush::Solid(Rgb::WHITE),
            font: LogFont::default(),
            text_color: Rgb::BLACK,
            background: Rgb::WHITE,
            opaque: true,
            text_align: 0,
            alternate: true,
            clockwise: false,
            position: (0.0, 0.0),
        };
        Self {
            canvas,
            state,
            saved: Vec::new(),
            objects: BTreeMap::new(),
            path: None,
            made: Vec::new(),
            pending: Vec::new(),
            device,
        }
    }

    /// From logical coordinates to those of the picture.
    pub(super) fn matrix(&self) -> Matrix {
        self.device.then_inner(self.state.mapping.matrix())
    }

    /// The factor from logical lengths to those of the picture.
    pub(super) fn growth(&self) -> f64 {
        let [a, b, c, d, ..] = self.device.0;
        self.state.mapping.growth() * (a * d - b * c).abs().sqrt()
    }

    pub(super) fn save(&mut self) {
        if self.saved.len() < MOST_SAVED {
            self.saved.push(self.state.clone());
        }
    }

    /// Back to a saved state: counted from the last where negative, from the first where positive.
    pub(super) fn restore(&mut self, which: i32) {
        let count = self.saved.len();
        let distance = usize::try_from(which.unsigned_abs()).unwrap_or(usize::MAX);
        let index = if which < 0 {
            count.checked_sub(distance)
        } else {
            distance.checked_sub(1)
        };
        if let Some(state) = index.and_then(|index| self.saved.get(index).cloned()) {
            self.saved.truncate(index.unwrap_or(0));
            self.state = state;
        }
    }

    /// Keeps an object under a number.
    pub(super) fn create(&mut self, number: u32, object: Object) {
        if self.objects.len() < MOST_OBJECTS {
            self.objects.insert(number, object);
        }
    }

    /// Keeps an object under the lowest free number, as WMF has it.
    pub(super) fn create_next(&mut self, object: Object) {
        let used = self.objects.keys().copied();
        let free = used
            .zip(0_u32..)
            .find_map(|(used, expected)| (used != expected).then_some(expected));
        let next = free.unwrap_or(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        self.create(next, object);
    }

    pub(super) fn delete(&mut self, number: u32) {
        self.objects.remove(&number);
    }

    /// An object by its number, those of the stock included.
    pub(super) fn object(&self, number: u32) -> Option<Object> {
        if number & 0x8000_0000 != 0 {
            return Some(stock(number & 0x7FFF_FFFF));
        }
        self.objects.get(&number).cloned()
    }

    pub(super) fn select(&mut self, number: u32) {
        match self.object(number) {
            Some(Object::Pen(pen)) => self.state.pen = pen,
            Some(Object::Brush(brush)) => self.state.brush = brush,
            Some(Object::Font(font)) => self.state.font = font,
            Some(Object::Other) | None => {}
        }
    }

    /// The background's colour where it is painted.
    pub(super) fn behind(&self) -> Option<Rgb> {
        self.state.opaque.then_some(self.state.background)
    }

    /// What was drawn.
    pub(super) fn finish(mut self) -> (Vec<Item>, Option<Substance>) {
        self.flush();
        self.canvas.finish()
    }
}
