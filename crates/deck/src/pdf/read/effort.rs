//! How much drawing a page takes, counted while it is surveyed and before anything is drawn.
//!
//! One unit is about a nanosecond of the painter. It has no way to stop halfway and the codec has no clock, so a page that would
//! take too long is not begun; and since units are counted and not timed, every machine decides alike.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of what one page holds are far below 2^53"
)]

use std::panic::resume_unwind;

use hayro_interpret::{DrawMode, StrokeProps};
use kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};

/// Units for one page.
const PAGE: f64 = 1.5e9;
/// Pixels that outlines may run through on one page: the painter keeps some bytes of each until the page is done.
const OUTLINES: f64 = 24_000_000.0;

/// A part of a path, whatever its length.
const SEGMENT: f64 = 50.0;
/// A pixel of a fill, a layer or a mask.
const PIXEL: f64 = 1.5;
/// A pixel that an outline runs through.
const EDGE: f64 = 10.0;
/// A pixel of a picture, unpacked, converted and resampled.
const SAMPLE: f64 = 15.0;

/// A byte of a program that runs for a pixel.
const PROGRAM: f64 = 1.0;
/// Colours of a picture for which a program runs; the interpreter remembers that many.
const COLORS: f64 = 262_144.0;
/// A part of a mesh of colours.
const MESH: f64 = 20_000.0;

/// What a page has taken so far.
pub(super) struct Effort {
    units: f64,
    most: f64,
    outlines: f64,
    /// The page in pixels.
    page: Rect,
    /// Pixels to a point.
    scale: f64,
    /// Bytes of the longest program of a colour.
    program: f64,
}

/// What a page unwinds with that takes too much.
struct Spent;

impl Effort {
    /// None yet, for a page of so many points drawn at so many pixels to a point, in a file whose longest program of a colour
    /// has so many bytes.
    pub(super) fn new((width, height): (f64, f64), scale: f64, program: u64) -> Self {
        Self {
            units: 0.0,
            most: PAGE,
            outlines: 0.0,
            page: Rect::new(0.0, 0.0, width * scale, height * scale),
            scale,
            program: program as f64,
        }
    }

    /// The same for a page that may take less than others.
    pub(super) fn at_most(mut self, units: f64) -> Self {
        self.most = self.most.min(units);
        self
    }

    /// Units so far; where they were too many, as many as there may be.
    pub(super) fn units(&self) -> f64 {
        self.units.min(self.most)
    }

    /// Adds to it. Unwinds where the page takes too much, which `guarded` ends.
    pub(super) fn add(&mut self, units: f64) {
        self.units += units;
        // A sum that is no number is too much as well.
        let within = self.units < self.most && self.outlines < OUTLINES;
        if !within {
            resume_unwind(Box::new(Spent));
        }
    }

    /// A path is filled or stroked.
    pub(super) fn path(&mut self, path: &BezPath, transform: Affine, mode: &DrawMode) {
        let transform = transform.then_scale(self.scale);
        let parts = path.elements().len() as f64;
        let run = self.run(path, transform);
        let dashes = match mode {
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => dashes(path, stroke),
            DrawMode::Fill(_) | DrawMode::Invisible => 0.0,
        };
        self.outlines += run + dashes * 4.0;
        let inside = transform.transform_rect_bbox(path.control_box());
        let filled = inside.intersect(self.page).area().max(0.0);
        self.add((parts + dashes) * SEGMENT + run * EDGE + filled * PIXEL);
    }

    /// How many pixels of the page a path runs through, at most.
    fn run(&self, path: &BezPath, transform: Affine) -> f64 {
        let across = self.page.width() + self.page.height();
        let mut pen = Point::ZERO;
        let mut run = 0.0;
        for element in path.elements() {
            let through = match *element {
                PathEl::MoveTo(to) => {
                    pen = to;
                    continue;
                }
                PathEl::LineTo(to) => vec![to],
                PathEl::QuadTo(a, to) => vec![a, to],
                PathEl::CurveTo(a, b, to) => vec![a, b, to],
                PathEl::ClosePath => continue,
            };
            for to in through {
                run += (transform * to).distance(transform * pen).min(across);
                pen = to;
            }
        }
        run
    }

    /// A glyph of this size in points is drawn.
    pub(super) fn glyph(&mut self, size: f64) {
        let pixels = (size * self.scale).min(self.page.width() + self.page.height());
        self.outlines += pixels * 4.0;
        self.add(SEGMENT * 4.0 + pixels * 4.0 * EDGE);
    }

    /// A picture of so many pixels is drawn.
    pub(super) fn picture(&mut self, pixels: u64) {
        let pixels = pixels as f64;
        self.add(pixels * SAMPLE + pixels.min(COLORS) * self.program * PROGRAM);
    }

    /// Colours that run into each other are painted, in a mesh of so many parts.
    pub(super) fn shading(&mut self, parts: usize) {
        let pixels = self.page.area();
        self.add(pixels * (SAMPLE + self.program * PROGRAM) + parts as f64 * MESH);
    }

    /// What came since the effort was so much is done so many times in all.
    pub(super) fn repeat(&mut self, since: f64, times: f64) {
        self.add((self.units - since) * (times - 1.0).max(0.0));
    }

    /// A layer or a mask as large as the page is made.
    pub(super) fn layer(&mut self) {
        self.add(self.page.area() * PIXEL);
    }
}

/// A number of things to reckon with.
pub(super) fn count(things: usize) -> f64 {
    things as f64
}

/// How many dashes a stroke falls into.
fn dashes(path: &BezPath, stroke: &StrokeProps) -> f64 {
    let period: f32 = stroke.dash_array.iter().sum();
    if stroke.dash_array.is_empty() || period <= 0.0 {
        return 0.0;
    }
    path.perimeter(1.0) / f64::from(period) * stroke.dash_array.len() as f64
}
