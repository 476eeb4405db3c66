//! Lines and areas of a device context, drawn at once or added to its path.

use super::curves::{Oval, rounded, sweep};
use super::gdi::Gdi;
use crate::layout::page::{Segment, mapped, polyline, rectangle};

/// How the ends of an arc are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// Not at all.
    Open,
    /// By a straight line.
    Chord,
    /// By way of the centre.
    Pie,
}

impl Gdi<'_> {
    /// Draws an outline given in logical units: filled and stroked where closed, else stroked.
    pub(super) fn outline(&mut self, segments: &[Segment], closed: bool) {
        let segments = mapped(segments, self.matrix());
        if let Some(path) = &mut self.path {
            self.canvas.spend(segments.len());
            if !self.canvas.is_full() {
                path.extend(segments);
            }
            return;
        }
        self.put(segments, closed, true);
    }

    /// Draws an outline of the picture's own units by pen and brush.
    fn put(&mut self, segments: Vec<Segment>, filled: bool, stroked: bool) {
        let brush = self.state.brush.paint(self.behind());
        let fill = brush.filter(|_| filled);
        let pen = &self.state.pen;
        let stroke = pen
            .stroke(self.growth(), self.canvas.hairline)
            .filter(|_| stroked);
        let clip = self.state.clip.clone();
        self.canvas
            .path(&clip, segments, (fill, self.state.alternate), stroke);
    }

    /// Puts down lines that wait.
    pub(super) fn flush(&mut self) {
        if !self.pending.is_empty() {
            let segments = std::mem::take(&mut self.pending);
            self.put(segments, false, true);
        }
    }

    pub(super) fn move_to(&mut self, point: (f64, f64)) {
        self.state.position = point;
        let (x, y) = self.matrix().apply(point.0, point.1);
        match &mut self.path {
            Some(path) => path.push(Segment::Move(x, y)),
            None if !self.pending.is_empty() => self.pending.push(Segment::Move(x, y)),
            None => {}
        }
    }

    pub(super) fn line_to(&mut self, point: (f64, f64)) {
        self.lines_to(&[point]);
    }

    /// Straight lines from where the pen is.
    pub(super) fn lines_to(&mut self, points: &[(f64, f64)]) {
        let start = self.start();
        let matrix = self.matrix();
        self.canvas.spend(points.len());
        if self.canvas.is_full() {
            return;
        }
        let steps = points.iter().map(|(x, y)| {
            let (x, y) = matrix.apply(*x, *y);
            Segment::Line(x, y)
        });
        let out = match &mut self.path {
            Some(path) => path,
            None => &mut self.pending,
        };
        out.extend(start);
        out.extend(steps);
        if let Some(last) = points.last() {
            self.state.position = *last;
        }
    }

    /// Curves from where the pen is.
    pub(super) fn curves_to(&mut self, points: &[(f64, f64)]) {
        let start = self.start();
        let steps = mapped(&cubics(points), self.matrix());
        self.canvas.spend(steps.len());
        if self.canvas.is_full() {
            return;
        }
        let out = match &mut self.path {
            Some(path) => path,
            None => &mut self.pending,
        };
        out.extend(start);
        out.extend(steps);
        if let Some(last) = points.last() {
            self.state.position = *last;
        }
    }

    /// The move that lines to come need, where nothing led to the pen's place.
    fn start(&self) -> Option<Segment> {
        let (x, y) = self.state.position;
        let (x, y) = self.matrix().apply(x, y);
        let so_far = self.path.as_ref().unwrap_or(&self.pending);
        (so_far.is_empty() || matches!(so_far.last(), Some(Segment::Close)))
            .then_some(Segment::Move(x, y))
    }

    pub(super) fn polygon(&mut self, points: &[(f64, f64)]) {
        let mut segments = polyline(points);
        segments.push(Segment::Close);
        self.outline(&segments, true);
    }

    /// Several polygons that are filled as one.
    pub(super) fn polygons(&mut self, all: &[Vec<(f64, f64)>]) {
        let mut segments = Vec::new();
        for points in all {
            segments.extend(polyline(points));
            segments.push(Segment::Close);
        }
        self.outline(&segments, true);
    }

    pub(super) fn polyline(&mut self, points: &[(f64, f64)]) {
        self.outline(&polyline(points), false);
    }

    /// Curves of their own: the first point is where they start.
    pub(super) fn beziers(&mut self, points: &[(f64, f64)]) {
        if let Some(((x, y), rest)) = points.split_first() {
            let mut segments = vec![Segment::Move(*x, *y)];
            segments.extend(cubics(rest));
            self.outline(&segments, false);
        }
    }

    pub(super) fn rectangle(&mut self, [l, t, r, b]: [f64; 4]) {
        self.outline(&rectangle(l, t, r - l, b - t), true);
    }

    pub(super) fn round_rectangle(&mut self, rect: [f64; 4], corner: (f64, f64)) {
        self.outline(&rounded(rect, corner), true);
    }

    pub(super) fn ellipse(&mut self, rect: [f64; 4]) {
        self.outline(&Oval::within(rect).whole(), true);
    }

    /// Part of an ellipse, from where one point lies to where another does.
    pub(super) fn arc(
        &mut self,
        rect: [f64; 4],
        (from, to): ((f64, f64), (f64, f64)),
        joined: Joined,
    ) {
        let oval = Oval::within(rect);
        let (start, end) = (oval.towards(from), oval.towards(to));
        let mut segments = oval.arc(start, sweep(start, end, self.state.clockwise));
        match joined {
            Joined::Open => {}
            Joined::Chord => segments.push(Segment::Close),
            Joined::Pie => {
                let (x, y) = oval.centre();
                segments.extend([Segment::Line(x, y), Segment::Close]);
            }
        }
        self.outline(&segments, joined != Joined::Open);
    }

    /// A line to the start of an arc, and the arc.
    pub(super) fn arc_to(&mut self, oval: Oval, start: f64, sweep: f64) {
        let (x, y) = oval.at(start);
        self.line_to((x, y));
        let arc = oval.arc(start, sweep);
        let steps = mapped(arc.get(1..).unwrap_or_default(), self.matrix());
        match &mut self.path {
            Some(path) => path.extend(steps),
            None => self.pending.extend(steps),
        }
        self.state.position = oval.at(start + sweep);
    }

    /// Fills an upright rectangle with a brush and no pen.
    pub(super) fn fill_rect(&mut self, [l, t, r, b]: [f64; 4], brush: &super::objects::Brush) {
        let segments = mapped(&rectangle(l, t, r - l, b - t), self.matrix());
        let paint = brush.paint(self.behind());
        let clip = self.state.clip.clone();
        self.canvas.path(&clip, segments, (paint, false), None);
    }

    pub(super) fn begin_path(&mut self) {
        self.path = Some(Vec::new());
    }

    pub(super) fn end_path(&mut self) {
        self.made = self.path.take().unwrap_or_default();
    }

    pub(super) fn close_figure(&mut self) {
        match &mut self.path {
            Some(path) => path.push(Segment::Close),
            None => self.made.push(Segment::Close),
        }
    }

    /// Draws the path that was made, which is then gone.
    pub(super) fn draw_path(&mut self, filled: bool, stroked: bool) {
        let segments = std::mem::take(&mut self.made);
        self.put(segments, filled, stroked);
    }
}

fn cubics(points: &[(f64, f64)]) -> Vec<Segment> {
    points
        .chunks_exact(3)
        .filter_map(|three| match three {
            [(a, b), (c, d), (x, y)] => Some(Segment::Cubic(*a, *b, *c, *d, *x, *y)),
            _ => None,
        })
        .collect()
}
