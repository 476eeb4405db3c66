//! Where values and categories lie in a plot.

use super::look::float;
use super::scale::Range;

/// A plot's place, and how values and categories lie in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane<'p> {
    /// Left, top, width, height.
    pub(super) place: [f64; 4],
    pub(super) range: Range,
    /// The range of the other axis, where that measures values too.
    pub(super) other: Option<Range>,
    /// Whether values run from left to right.
    pub(super) sideways: bool,
    /// How many places for categories there are.
    pub(super) slots: usize,
    /// The slot of each category, where that is not its number.
    pub(super) spots: Option<&'p [usize]>,
    /// Whether the first and the last category stand at the edges rather than half a slot away.
    pub(super) edges: bool,
    /// Whether values, and what lies along the other axis, run the other way round.
    pub(super) reversed: bool,
    pub(super) backwards: bool,
    /// The value at which bars and areas begin.
    pub(super) base: f64,
}

impl Plane<'_> {
    /// Where a value lies: x where values run sideways, else y.
    pub(super) fn along(&self, value: f64) -> f64 {
        let [x, y, w, h] = self.place;
        let part = self.range.part(value);
        let part = if self.reversed { 1.0 - part } else { part };
        if self.sideways {
            x + part * w
        } else {
            y + h - part * h
        }
    }

    /// Where a value of the other axis lies, where that measures values: always from left to right.
    pub(super) fn beside(&self, range: Range, value: f64) -> f64 {
        let part = range.part(value);
        let part = if self.backwards { 1.0 - part } else { part };
        self.place[0] + part * self.place[2]
    }

    /// How much of the other axis a category has.
    pub(super) fn slot(&self) -> f64 {
        let side = if self.sideways {
            self.place[3]
        } else {
            self.place[2]
        };
        let count = self.slots.saturating_sub(usize::from(self.edges)).max(1);
        side / float(count)
    }

    /// Where a part of a category's slot lies, 0 to 1.
    pub(super) fn across(&self, index: usize, part: f64) -> f64 {
        let slot = match self.spots {
            Some(spots) => spots.get(index).copied().unwrap_or(0),
            None => index,
        };
        self.spot(slot, part)
    }

    /// Where a part of a slot lies, 0 to 1.
    pub(super) fn spot(&self, slot: usize, part: f64) -> f64 {
        let part = if self.edges { 0.0 } else { part };
        let at = (float(slot) + part) * self.slot();
        let [x, y, w, h] = self.place;
        match (self.sideways, self.backwards) {
            (true, false) => y + h - at,
            (true, true) => y + at,
            (false, false) => x + at,
            (false, true) => x + w - at,
        }
    }

    /// The point at a place across and a place along.
    pub(super) fn point(&self, across: f64, along: f64) -> (f64, f64) {
        if self.sideways {
            (along, across)
        } else {
            (across, along)
        }
    }

    /// Where bars and areas begin.
    pub(super) fn ground(&self) -> f64 {
        self.along(self.base)
    }
}
