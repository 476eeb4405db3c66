//! The display list: pages of paths, glyphs and images in points, y downwards.

use std::sync::Arc;

use super::fonts::FaceId;
use super::picture;
use super::recolor::{self, Change};
use crate::model::asset::{AssetId, AssetSource};
use crate::model::color::Rgb;
use crate::model::element::Crop;
use crate::model::text::Link;

/// An affine map `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    /// Changes nothing.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Moves by a distance.
    pub fn translate(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Turns clockwise by degrees about a point.
    pub fn rotate_at(degrees: f64, x: f64, y: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self::translate(x, y)
            .then_inner(Self([cos, sin, -sin, cos, 0.0, 0.0]))
            .then_inner(Self::translate(-x, -y))
    }

    /// Mirrors about a point.
    pub fn flip_at(horizontally: bool, vertically: bool, x: f64, y: f64) -> Self {
        let sx = if horizontally { -1.0 } else { 1.0 };
        let sy = if vertically { -1.0 } else { 1.0 };
        Self([sx, 0.0, 0.0, sy, x - sx * x, y - sy * y])
    }

    /// This map after `inner`.
    #[must_use]
    pub fn then_inner(self, inner: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [p, q, r, s, t, u] = inner.0;
        Self([
            a * p + c * q,
            b * p + d * q,
            a * r + c * s,
            b * r + d * s,
            a * t + c * u + e,
            b * t + d * u + f,
        ])
    }

    /// The map back; `None` where areas become lines.
    pub fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * d - b * c;
        if !det.is_normal() {
            return None;
        }
        let (a, b, c, d) = (d / det, -b / det, -c / det, a / det);
        Some(Self([a, b, c, d, -(a * e + c * f), -(b * e + d * f)]))
    }

    /// Where a point goes.
    pub fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The coefficients in the narrow form of the painters.
    pub fn narrow(self) -> [f32; 6] {
        self.0.map(narrow)
    }
}

/// A coordinate as the painters take it; what is no number becomes 0, and magnitudes stay drawable.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a page needs no more than single precision"
)]
pub fn narrow(value: f64) -> f32 {
    if value.is_finite() {
        value.clamp(-1.0e6, 1.0e6) as f32
    } else {
        0.0
    }
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Starts anew.
    Move(f64, f64),
    /// A straight line.
    Line(f64, f64),
    /// A quadratic curve: control, end.
    Quad(f64, f64, f64, f64),
    /// A cubic curve: two controls, end.
    Cubic(f64, f64, f64, f64, f64, f64),
    /// Back to the start.
    Close,
}

/// Straight lines from each point to the next.
pub fn polyline(points: &[(f64, f64)]) -> Vec<Segment> {
    let step = |(index, (x, y)): (usize, &(f64, f64))| match index {
        0 => Segment::Move(*x, *y),
        _ => Segment::Line(*x, *y),
    };
    points.iter().enumerate().map(step).collect()
}

/// The outline of an upright rectangle.
pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<Segment> {
    vec![
        Segment::Move(x, y),
        Segment::Line(x + width, y),
        Segment::Line(x + width, y + height),
        Segment::Line(x, y + height),
        Segment::Close,
    ]
}

/// A colour and its opacity, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// The colour.
    pub rgb: Rgb,
    /// The opacity.
    pub alpha: f64,
}

/// What an area or a stroke is coloured with.
#[derive(Clone, Debug, PartialEq)]
pub enum Paint {
    /// One colour.
    Solid(Ink),
    /// Along a line from the first point to the second.
    Linear {
        /// Start and end: x1, y1, x2, y2, in the item's own coordinates.
        line: [f64; 4],
        /// Positions 0 to 1 with their colours, in order.
        stops: Vec<(f64, Ink)>,
    },
    /// In circles about a point.
    Radial {
        /// Centre and radius, in the item's own coordinates.
        circle: [f64; 3],
        /// Positions 0 to 1 with their colours, in order.
        stops: Vec<(f64, Ink)>,
    },
    /// In tiles of two colours, upright on the page however the item turns.
    Pattern {
        /// Where the marks of a tile are.
        rows: super::pattern::Rows,
        /// The marks' colour.
        marks: Ink,
        /// The colour between them.
        ground: Ink,
    },
}

/// How a path is stroked.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub paint: Paint,
    /// Its width in points.
    pub width: f64,
    /// Lengths of dashes and gaps in points; solid where empty.
    pub dashes: Vec<f64>,
    /// How its ends are cut.
    pub cap: crate::model::paint::LineCap,
    /// How its corners are made.
    pub join: crate::model::paint::LineJoin,
}

/// A path with its paint.
#[derive(Clone, Debug, PartialEq)]
pub struct PathItem {
    /// Where its own coordinates go.
    pub matrix: Matrix,
    /// Its steps.
    pub segments: Vec<Segment>,
    /// What is inside.
    pub fill: Option<Paint>,
    /// Whether inside is told by the even-odd rule rather than the non-zero one.
    pub even_odd: bool,
    /// Its outline.
    pub stroke: Option<Stroke>,
}

/// One glyph of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the face.
    pub id: u32,
    /// Where its origin is along the baseline, from the run's own.
    pub x: f64,
    /// How far above the baseline.
    pub rise: f64,
    /// How far the pen goes on.
    pub advance: f64,
    /// The bytes of the run's text that it stands for.
    pub text: std::ops::Range<usize>,
}

/// Glyphs of one face, size and colour on one baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphRun {
    /// Where its own coordinates go.
    pub matrix: Matrix,
    /// Where the baseline starts.
    pub x: f64,
    /// The baseline.
    pub y: f64,
    /// The face in the font book.
    pub face: FaceId,
    /// The size in points.
    pub size: f64,
    /// The colour.
    pub ink: Ink,
    /// The text it shows, in logical order.
    pub text: String,
    /// Its glyphs from left to right.
    pub glyphs: Vec<Glyph>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageItem {
    /// Where its own coordinates go.
    pub matrix: Matrix,
    /// The hash of its bytes.
    pub asset: AssetId,
    /// Its bytes where they are part of another picture; the deck's asset where absent.
    pub bytes: Option<Arc<[u8]>>,
    /// Left, top, width and height of what is seen of it.
    pub place: [f64; 4],
    /// What is cut off before it is stretched into the place.
    pub crop: Crop,
    /// The outline that bounds it; the place itself where empty.
    pub clip: Vec<Segment>,
    /// Opacity, 0 to 1.
    pub opacity: f64,
    /// What is done to its colours, in order.
    pub recolor: Vec<Change>,
    /// What a screen reader says.
    pub alt: Option<String>,
}

impl ImageItem {
    /// Its bytes: its own, or the asset's.
    pub fn bytes(&self, assets: &dyn AssetSource) -> Option<Arc<[u8]>> {
        self.bytes.clone().or_else(|| assets.asset(&self.asset))
    }

    /// Its pixels in the colours that it is shown in; `None` where it is missing or broken.
    pub fn pixels(&self, assets: &dyn AssetSource) -> Option<image::RgbaImage> {
        let mut pixels = picture::decode(&self.bytes(assets)?)?;
        recolor::pixels(&self.recolor, &mut pixels);
        Some(pixels)
    }
}

/// What the items up to the layer's close have in common, in the coordinates of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Nothing outside of it is seen; no bound where empty.
    pub clip: Vec<Segment>,
    /// Whether inside is told by the even-odd rule rather than the non-zero one.
    pub even_odd: bool,
    /// Opacity of all of it together, 0 to 1.
    pub opacity: f64,
    /// How much is seen where: all where these are white, nothing where they are black or not there. All everywhere
    /// where there are none.
    pub mask: Vec<PathItem>,
}

/// What items are to a reader who does not see them, up to the matching end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A heading of a level from 1.
    Heading(u16),
    /// A paragraph.
    Paragraph,
    /// An entry of a list.
    ListItem,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell {
        /// It heads its row or column.
        header: bool,
        /// How many columns and rows it covers.
        span: (u32, u32),
    },
    /// A picture, a chart or a drawing, with what is said of it.
    Figure(Option<String>),
    /// Nothing: background and ornament.
    Decoration,
}

/// An area that leads somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkArea {
    /// Left, top, right and bottom on the page.
    pub bounds: [f64; 4],
    /// Where to.
    pub link: Link,
}

/// One drawing instruction.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A path.
    Path(PathItem),
    /// Text.
    Glyphs(GlyphRun),
    /// A picture.
    Image(ImageItem),
    /// A link.
    Link(LinkArea),
    /// A layer opens; each is closed on its page.
    Open(Layer),
    /// The last open layer closes.
    Close,
    /// What follows has a meaning. Meanings and layers do not overlap each other by halves.
    Begin(Meaning),
    /// The last meaning ends.
    End,
}

impl Item {
    /// The item where `at` puts it.
    #[must_use]
    pub fn placed(mut self, at: Matrix) -> Self {
        match &mut self {
            Self::Path(path) => path.matrix = at.then_inner(path.matrix),
            Self::Glyphs(run) => run.matrix = at.then_inner(run.matrix),
            Self::Image(image) => image.matrix = at.then_inner(image.matrix),
            Self::Open(layer) => {
                layer.clip = mapped(&layer.clip, at);
                for path in &mut layer.mask {
                    path.matrix = at.then_inner(path.matrix);
                }
            }
            Self::Link(_) | Self::Close | Self::Begin(_) | Self::End => {}
        }
        self
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The id of its slide.
    pub slide: String,
    /// The number of its slide in the deck, from 1.
    pub number: usize,
    /// The text of its title, for the outline.
    pub title: Option<String>,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// What is drawn, lowest first.
    pub items: Vec<Item>,
    /// Characters that no bundled face has, in order of first need.
    pub missing: Vec<char>,
}

/// All pages of a deck.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// In order.
    pub pages: Vec<Page>,
    /// Typefaces that were asked for and what stood in for them, by name.
    pub substitutions: std::collections::BTreeMap<String, String>,
}

/// Left, top, right and bottom of all points of a path once mapped; zeros for an empty one.
pub fn bounds(segments: &[Segment], matrix: Matrix) -> [f64; 4] {
    let mut found: Option<[f64; 4]> = None;
    let mut see = |x: f64, y: f64| {
        let (x, y) = matrix.apply(x, y);
        let [l, t, r, b] = found.unwrap_or([x, y, x, y]);
        found = Some([l.min(x), t.min(y), r.max(x), b.max(y)]);
    };
    for segment in segments {
        match *segment {
            Segment::Move(x, y) | Segment::Line(x, y) => see(x, y),
            Segment::Quad(a, b, x, y) => {
                see(a, b);
                see(x, y);
            }
            Segment::Cubic(a, b, c, d, x, y) => {
                see(a, b);
                see(c, d);
                see(x, y);
            }
            Segment::Close => {}
        }
    }
    found.unwrap_or([0.0; 4])
}

/// A path once mapped.
pub fn mapped(segments: &[Segment], matrix: Matrix) -> Vec<Segment> {
    let map = |segment: &Segment| match *segment {
        Segment::Move(x, y) => {
            let (x, y) = matrix.apply(x, y);
            Segment::Move(x, y)
        }
        Segment::Line(x, y) => {
            let (x, y) = matrix.apply(x, y);
            Segment::Line(x, y)
        }
        Segment::Quad(a, b, x, y) => {
            let ((a, b), (x, y)) = (matrix.apply(a, b), matrix.apply(x, y));
            Segment::Quad(a, b, x, y)
        }
        Segment::Cubic(a, b, c, d, x, y) => {
            let ((a, b), (c, d)) = (matrix.apply(a, b), matrix.apply(c, d));
            let (x, y) = matrix.apply(x, y);
            Segment::Cubic(a, b, c, d, x, y)
        }
        Segment::Close => Segment::Close,
    };
    segments.iter().map(map).collect()
}

impl Segment {
    /// The step with its coordinates as the painters take them, the end point last.
    pub fn narrow(self) -> (Self, [f32; 6]) {
        let wide = match self {
            Self::Move(x, y) | Self::Line(x, y) => [0.0, 0.0, 0.0, 0.0, x, y],
            Self::Quad(a, b, x, y) => [0.0, 0.0, a, b, x, y],
            Self::Cubic(a, b, c, d, x, y) => [a, b, c, d, x, y],
            Self::Close => [0.0; 6],
        };
        (self, wide.map(narrow))
    }
}
