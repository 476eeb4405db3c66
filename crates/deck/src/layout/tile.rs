//! Pictures that are repeated over a box.

use super::page::{Item, Matrix};
use super::picture::{Placing, dimensions, open, place};
use super::slide::Scene;
use crate::model::asset::AssetId;
use crate::model::paint::Tiling;

/// A pixel in points, 96 to the inch.
const POINTS: f64 = 0.75;
/// Tiles that are drawn at most.
const MOST: f64 = 2_000.0;

/// Draws a picture again and again in its own size, 96 pixels to the inch; once over the whole place where it is not made of
/// pixels, or would be there too often.
pub(super) fn tile(scene: &mut Scene<'_>, asset: &AssetId, tiling: &Tiling, placing: Placing) {
    let bytes = scene.assets.asset(asset);
    let Some((wide, high)) = bytes.and_then(|bytes| dimensions(&bytes)) else {
        return place(scene, &[asset], placing);
    };
    let [x, y, w, h] = placing.place;
    let across = Row::of(
        (x, w),
        (
            wide,
            tiling.scale.0,
            tiling.align.0,
            tiling.offset.0.points(),
        ),
    );
    let down = Row::of(
        (y, h),
        (
            high,
            tiling.scale.1,
            tiling.align.1,
            tiling.offset.1.points(),
        ),
    );
    let (Some(across), Some(down)) = (across, down) else {
        return place(scene, &[asset], placing);
    };
    if f64::from(across.count) * f64::from(down.count) > MOST {
        return place(scene, &[asset], placing);
    }
    open(scene, &placing, 1.0);
    for row in 0..down.count {
        let (top, odd_row) = down.at(row);
        for column in 0..across.count {
            let (left, odd_column) = across.at(column);
            let (center_x, center_y) = (left + across.size / 2.0, top + down.size / 2.0);
            let (mirrored, turned) = (tiling.flip.0 && odd_column, tiling.flip.1 && odd_row);
            let flip = Matrix::flip_at(mirrored, turned, center_x, center_y);
            let tile = Placing {
                matrix: placing.matrix.then_inner(flip),
                place: [left, top, across.size, down.size],
                clip: Vec::new(),
                ..placing.clone()
            };
            place(scene, &[asset], tile);
        }
    }
    scene.items.push(Item::Close);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was held to be from 1 to `MOST`"
)]
fn clamped(count: f64) -> u16 {
    count as u16
}

/// Tiles one after the other along a side, in points.
struct Row {
    first: f64,
    size: f64,
    count: u16,
    /// Whether the first one is an odd number of tiles from the one that the row is laid by.
    odd: bool,
}

impl Row {
    /// A row over a side from `from`, `length` long, of tiles that have so many pixels, are scaled so and stand there.
    fn of(
        (from, length): (f64, f64),
        (pixels, scale, align, offset): (u32, f64, f64, f64),
    ) -> Option<Self> {
        let size = f64::from(pixels) * POINTS * scale.abs();
        let anchor = from + (length - size) * align.clamp(0.0, 1.0) + offset;
        let before = ((from - anchor) / size).floor();
        let first = anchor + before * size;
        let count = ((from + length - first) / size).ceil();
        let fits = (1.0..=MOST).contains(&count) && first.is_finite();
        fits.then_some(Self {
            first,
            size,
            count: clamped(count),
            odd: before.rem_euclid(2.0) >= 1.0,
        })
    }

    /// Where a tile begins, and whether it is mirrored where every other one is.
    fn at(&self, index: u16) -> (f64, bool) {
        let odd = (index % 2 == 1) != self.odd;
        (self.first + f64::from(index) * self.size, odd)
    }
}
