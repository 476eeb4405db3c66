//! Ellipses, arcs and rounded rectangles as cubic curves.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use crate::layout::page::Segment;

/// A box that an ellipse fills.
#[derive(Clone, Copy)]
pub(super) struct Oval {
    centre: (f64, f64),
    radii: (f64, f64),
}

impl Oval {
    /// By left, top, right and bottom.
    pub(super) fn within([left, top, right, bottom]: [f64; 4]) -> Self {
        Self {
            centre: (left.midpoint(right), top.midpoint(bottom)),
            radii: ((right - left).abs() / 2.0, (bottom - top).abs() / 2.0),
        }
    }

    /// Where its middle is.
    pub(super) fn centre(self) -> (f64, f64) {
        self.centre
    }

    /// The parameter of the point on it that lies towards another point.
    pub(super) fn towards(self, (x, y): (f64, f64)) -> f64 {
        let (rx, ry) = (self.radii.0.max(1e-9), self.radii.1.max(1e-9));
        ((y - self.centre.1) / ry).atan2((x - self.centre.0) / rx)
    }

    /// The point of a parameter.
    pub(super) fn at(self, angle: f64) -> (f64, f64) {
        let (sin, cos) = angle.sin_cos();
        (
            self.centre.0 + self.radii.0 * cos,
            self.centre.1 + self.radii.1 * sin,
        )
    }

    /// All of it.
    pub(super) fn whole(self) -> Vec<Segment> {
        let mut out = self.arc(0.0, TAU);
        out.push(Segment::Close);
        out
    }

    /// A part of it: from a parameter over an angle, clockwise where positive. Begins with a move.
    pub(super) fn arc(self, start: f64, sweep: f64) -> Vec<Segment> {
        let sweep = sweep.clamp(-TAU, TAU);
        let parts = (1..=4_u32)
            .find(|n| sweep.abs() <= FRAC_PI_2 * f64::from(*n) + 1e-9)
            .unwrap_or(4);
        let part = sweep / f64::from(parts);
        let bulge = 4.0 / 3.0 * (part / 4.0).tan();
        let (x, y) = self.at(start);
        let mut out = vec![Segment::Move(x, y)];
        let mut from = start;
        for _ in 0..parts {
            let to = from + part;
            let ((rx, ry), (ax, ay), (bx, by)) = (self.radii, self.at(from), self.at(to));
            out.push(Segment::Cubic(
                ax - bulge * rx * from.sin(),
                ay + bulge * ry * from.cos(),
                bx + bulge * rx * to.sin(),
                by - bulge * ry * to.cos(),
                bx,
                by,
            ));
            from = to;
        }
        out
    }
}

/// From one parameter to another: clockwise as the eye sees it, or against it.
pub(super) fn sweep(start: f64, end: f64, clockwise: bool) -> f64 {
    let forward = (end - start).rem_euclid(TAU);
    match (clockwise, forward < 1e-9) {
        (true, true) => TAU,
        (true, false) => forward,
        (false, true) => -TAU,
        (false, false) => forward - TAU,
    }
}

/// A rectangle with rounded corners, by its sides and the width and height of a corner's ellipse.
pub(super) fn rounded([l, t, r, b]: [f64; 4], (wide, high): (f64, f64)) -> Vec<Segment> {
    let (l, r) = (l.min(r), l.max(r));
    let (t, b) = (t.min(b), t.max(b));
    let rx = (wide.abs() / 2.0).min((r - l) / 2.0);
    let ry = (high.abs() / 2.0).min((b - t) / 2.0);
    let corners = [
        ((r - rx, t + ry), -FRAC_PI_2),
        ((r - rx, b - ry), 0.0),
        ((l + rx, b - ry), FRAC_PI_2),
        ((l + rx, t + ry), PI),
    ];
    let mut out = Vec::new();
    for ((cx, cy), start) in corners {
        let oval = Oval {
            centre: (cx, cy),
            radii: (rx, ry),
        };
        let mut arc = oval.arc(start, FRAC_PI_2);
        if let (false, Some(Segment::Move(x, y))) = (out.is_empty(), arc.first().copied()) {
            arc[0] = Segment::Line(x, y);
        }
        out.extend(arc);
    }
    out.push(Segment::Close);
    out
}
