//! From logical coordinates to those of the device (MS-EMF 2.1.21).

use crate::layout::page::Matrix;

/// How logical units are meant.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    /// The number of the mode: 1 pixels, 2 to 6 fixed units, 7 and 8 by window and viewport.
    pub(super) mode: u32,
    pub(super) window_origin: (f64, f64),
    pub(super) window_extent: (f64, f64),
    pub(super) viewport_origin: (f64, f64),
    pub(super) viewport_extent: (f64, f64),
    /// The transform before all of it.
    pub(super) world: Matrix,
    /// Pixels of the device in a millimetre.
    pub(super) density: (f64, f64),
}

impl Mapping {
    pub(super) fn new(density: (f64, f64)) -> Self {
        Self {
            mode: 1,
            window_origin: (0.0, 0.0),
            window_extent: (1.0, 1.0),
            viewport_origin: (0.0, 0.0),
            viewport_extent: (1.0, 1.0),
            world: Matrix::IDENTITY,
            density,
        }
    }

    /// The map from logical to device coordinates.
    pub(super) fn matrix(&self) -> Matrix {
        let (sx, sy) = self.scale();
        let (wx, wy) = self.window_origin;
        let (vx, vy) = self.viewport_origin;
        Matrix([sx, 0.0, 0.0, sy, vx - wx * sx, vy - wy * sy]).then_inner(self.world)
    }

    /// The factor by which lengths grow, of one sign.
    pub(super) fn growth(&self) -> f64 {
        let [a, b, c, d, ..] = self.matrix().0;
        (a * d - b * c).abs().sqrt()
    }

    fn scale(&self) -> (f64, f64) {
        let (dx, dy) = self.density;
        let unit = match self.mode {
            2 => 0.1,
            3 => 0.01,
            4 => 0.254,
            5 => 0.0254,
            6 => 25.4 / 1440.0,
            7 | 8 => return self.by_window(),
            _ => return (1.0, 1.0),
        };
        (dx * unit, -dy * unit)
    }

    fn by_window(&self) -> (f64, f64) {
        let part = |view: f64, window: f64| {
            if window == 0.0 || view == 0.0 {
                1.0
            } else {
                view / window
            }
        };
        let sx = part(self.viewport_extent.0, self.window_extent.0);
        let sy = part(self.viewport_extent.1, self.window_extent.1);
        if self.mode == 8 {
            return (sx, sy);
        }
        let both = sx.abs().min(sy.abs());
        (both.copysign(sx), both.copysign(sy))
    }
}
