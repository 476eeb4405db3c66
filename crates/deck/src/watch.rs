//! How long work in the codec is followed, and stopped between slides.

/// Told after each slide; answers whether to go on.
pub trait Watch: Sync {
    /// `done` of `total` slides are done. `false` stops the work with `Stopped`.
    fn step(&self, done: usize, total: usize) -> bool;
}

/// Follows nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn step(&self, _: usize, _: usize) -> bool {
        true
    }
}
