//! How much drawing a page takes, counted while it is surveyed and before anything is drawn.
//!
//! One unit is about a nanosecond of the painter. It has no way to stop halfway and the codec has no clock, so a page that would
//! take too long is drawn in fewer pixels, or not begun; and since units are counted and not timed, every machine decides alike.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of what one page holds are far below 2^53"
)]

use std::panic::resume_unwind;

use hayro_interpret::{DrawMode, StrokeProps};
use kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};

/// Pixels that outlines may run through on one page: the painter keeps some bytes of each until the page is done.
const OUTLINES: f64 = 24_000_000.0;
/// Parts of the pixels to a point that a page may be drawn in, the sharpest first.
const FACTORS: [f64; 5] = [1.0, 0.7, 0.5, 0.35, 0.25];
/// The least of them.
const LEAST: f64 = 0.25;

/// A byte of instructions, followed twice.
const INSTRUCTION: f64 = 32.0;
/// A thing that is drawn, however small.
const THING: f64 = 2_000.0;
/// A part of a path, whatever its length.
const SEGMENT: f64 = 50.0;
/// A pixel of the page itself: cleared, put together, and packed into a picture.
const GROUND: f64 = 10.0;
/// A pixel of a fill, or of one through a mask.
const PIXEL: f64 = 1.0;
/// A pixel of colours that run into each other.
const SHADE: f64 = 5.0;
/// A pixel of a layer: kept, and laid on what is below.
const LAYER: f64 = 20.0;
/// A pixel of a layer that a mask is laid on.
const MASKED: f64 = 17.0;
/// A pixel of a mask, drawn as a page of its own.
const MASK: f64 = 26.0;
/// A pixel that an outline runs through; a stroke has two of them.
const EDGE: f64 = 200.0;
/// Pixels that the outline of a glyph runs through, by its size.
const GLYPH: f64 = 3.0;
/// A pixel of a picture, unpacked, converted and resampled.
const SAMPLE: f64 = 15.0;

/// A byte of a program that runs for a pixel.
const PROGRAM: f64 = 1.0;
/// Colours of a picture for which a program runs; the interpreter remembers that many.
const COLORS: f64 = 262_144.0;
/// A part of a mesh of colours.
const MESH: f64 = 20_000.0;

/// Units by how they grow with the pixels to a point: not at all, along with them, and with their square.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Units {
    fixed: f64,
    along: f64,
    across: f64,
}

impl Units {
    /// All of them at a part of the pixels to a point.
    fn at(self, factor: f64) -> f64 {
        self.fixed + self.along * factor + self.across * factor * factor
    }
}

/// What a page has taken so far.
pub(super) struct Effort {
    units: Units,
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
    /// What there is to do for any page of so many points drawn at so many pixels to a point, in a file whose longest program of
    /// a colour has so many bytes. It may take `most` units when it is drawn in as few pixels as may be.
    pub(super) fn new(
        (width, height): (f64, f64),
        scale: f64,
        (program, most): (u64, f64),
    ) -> Self {
        let page = Rect::new(0.0, 0.0, width * scale, height * scale);
        Self {
            units: Units {
                across: page.area() * GROUND,
                ..Units::default()
            },
            most,
            outlines: 0.0,
            page,
            scale,
            program: program as f64,
        }
    }

    /// Units so far.
    pub(super) fn units(&self) -> Units {
        self.units
    }

    /// Units of a look alone: instructions are followed once then, and nothing is drawn.
    pub(super) fn looked(&self) -> f64 {
        self.units.fixed.min(self.most) / 2.0
    }

    /// The greatest part of the pixels to a point in which the page takes no more than it may, with the units that it takes then.
    pub(super) fn fitting(&self) -> Option<(f64, f64)> {
        let fits = |factor: &f64| self.fits(*factor);
        let factor = FACTORS.into_iter().find(fits)?;
        Some((factor, self.units.at(factor)))
    }

    /// Whether it may be drawn so. A sum that is no number is too much.
    fn fits(&self, factor: f64) -> bool {
        self.units.at(factor) < self.most && self.outlines * factor < OUTLINES
    }

    /// Unwinds where the page takes too much in as few pixels as may be, which `guarded` ends.
    fn check(&self) {
        if !self.fits(LEAST) {
            resume_unwind(Box::new(Spent));
        }
    }

    fn add(&mut self, more: Units) {
        self.units.fixed += more.fixed;
        self.units.along += more.along;
        self.units.across += more.across;
        self.check();
    }

    /// How many bytes of instructions there may be.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and what may be taken is never below nothing"
    )]
    pub(super) fn most_instructions(&self) -> u64 {
        (self.most / INSTRUCTION) as u64
    }

    /// So many bytes of instructions are followed.
    pub(super) fn instructions(&mut self, bytes: u64) {
        self.units.fixed += bytes as f64 * INSTRUCTION;
    }

    /// A path is filled or stroked.
    pub(super) fn path(&mut self, path: &BezPath, transform: Affine, mode: &DrawMode) {
        let transform = transform.then_scale(self.scale);
        let parts = path.elements().len() as f64;
        let run = self.run(path, transform);
        let (sides, dashes) = match mode {
            DrawMode::Fill(_) => (1.0, 0.0),
            DrawMode::Stroke(stroke) => (2.0, dashes(path, stroke)),
            DrawMode::FillAndStroke(_, stroke) => (3.0, dashes(path, stroke)),
            DrawMode::Invisible => (0.0, 0.0),
        };
        self.outlines += run + dashes * 4.0;
        let inside = transform.transform_rect_bbox(path.control_box());
        let filled = inside.intersect(self.page).area().max(0.0);
        self.add(Units {
            fixed: THING + (parts + dashes) * SEGMENT,
            along: run * EDGE * sides,
            across: filled * PIXEL,
        });
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
        self.add(Units {
            fixed: THING,
            along: pixels * GLYPH * EDGE,
            across: 0.0,
        });
    }

    /// A picture of so many pixels is drawn.
    pub(super) fn picture(&mut self, pixels: u64) {
        let pixels = pixels as f64;
        self.add(Units {
            fixed: THING + pixels * SAMPLE + pixels.min(COLORS) * self.program * PROGRAM,
            along: 0.0,
            across: 0.0,
        });
    }

    /// Colours that run into each other are painted, in a mesh of so many parts.
    pub(super) fn shading(&mut self, parts: usize) {
        let pixels = self.page.area();
        self.add(Units {
            fixed: THING + parts as f64 * MESH,
            along: 0.0,
            across: pixels * (SHADE + self.program * PROGRAM),
        });
    }

    /// What came since the effort was so much is done so many times in all.
    pub(super) fn repeat(&mut self, since: Units, times: f64) {
        let more = (times - 1.0).max(0.0);
        let of = |now: f64, then: f64| (now - then) * more;
        self.add(Units {
            fixed: of(self.units.fixed, since.fixed),
            along: of(self.units.along, since.along),
            across: of(self.units.across, since.across),
        });
    }

    /// A layer as large as the page is made.
    pub(super) fn layer(&mut self) {
        self.over_the_page(LAYER);
    }

    /// A layer is seen through a mask.
    pub(super) fn masked(&mut self) {
        self.over_the_page(MASKED);
    }

    /// A mask as large as the page is made.
    pub(super) fn mask(&mut self) {
        self.over_the_page(MASK);
    }

    fn over_the_page(&mut self, units: f64) {
        self.add(Units {
            fixed: THING,
            along: 0.0,
            across: self.page.area() * units,
        });
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
