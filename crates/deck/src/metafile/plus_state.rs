//! The state that EMF+ draws in: transforms, units and what bounds drawing.

use std::rc::Rc;

use super::bytes::Bytes;
use super::canvas::{Bound, Clip};
use super::emf::transform;
use super::plus::Record;
use super::plus_objects::{Objects, Region};
use crate::layout::page::{Matrix, Segment, mapped, rectangle};

/// States that may be saved at once.
const MOST_SAVED: usize = 256;
/// Outlines that bound each other at most.
const MOST_BOUNDS: usize = 6;
/// Far outside of any picture.
const FAR: f64 = 1.0e6;

#[derive(Clone)]
struct State {
    world: Matrix,
    /// From page units to pixels.
    page: (f64, f64),
    clip: Clip,
}

/// The state and those that were saved.
pub(super) struct States {
    now: State,
    saved: Vec<(u32, State)>,
    resolution: (f64, f64),
}

impl States {
    pub(super) fn new(_size: (f64, f64)) -> Self {
        Self {
            now: State {
                world: Matrix::IDENTITY,
                page: (1.0, 1.0),
                clip: Rc::default(),
            },
            saved: Vec::new(),
            resolution: (96.0, 96.0),
        }
    }

    /// Dots per inch.
    pub(super) fn resolution(&mut self, x: f64, y: f64) {
        if (1.0..=10_000.0).contains(&x) && (1.0..=10_000.0).contains(&y) {
            self.resolution = (x, y);
        }
    }

    /// From world coordinates to those of the picture.
    pub(super) fn matrix(&self, device: Matrix) -> Matrix {
        let (sx, sy) = self.now.page;
        device
            .then_inner(Matrix([sx, 0.0, 0.0, sy, 0.0, 0.0]))
            .then_inner(self.now.world)
    }

    pub(super) fn clip(&self) -> Clip {
        Rc::clone(&self.now.clip)
    }

    /// Pixels of a length in a unit (MS-EMFPLUS 2.1.1.33); world units are left to the transform.
    pub(super) fn pixels(&self, unit: u32) -> f64 {
        let dpi = self.resolution.0;
        match unit {
            3 => dpi / 72.0,
            4 => dpi,
            5 => dpi / 300.0,
            6 => dpi / 25.4,
            _ => 1.0,
        }
    }

    pub(super) fn change(
        &mut self,
        kind: u16,
        record: Record<'_>,
        objects: &Objects,
        device: Matrix,
    ) -> Option<()> {
        let mut at = Bytes::new(record.data);
        match kind {
            0x4025 | 0x4028 => self.save(at.u32()?),
            0x4027 => {
                let (to, from) = (four(&mut at)?, four(&mut at)?);
                self.save(at.u32()?);
                if from[2] != 0.0 && from[3] != 0.0 {
                    let (sx, sy) = (to[2] / from[2], to[3] / from[3]);
                    let by = Matrix([sx, 0.0, 0.0, sy, to[0] - from[0] * sx, to[1] - from[1] * sy]);
                    self.now.world = self.now.world.then_inner(by);
                }
            }
            0x4026 | 0x4029 => {
                let index = at.u32()?;
                let place = self.saved.iter().rposition(|(saved, _)| *saved == index)?;
                self.now = self.saved.get(place)?.1.clone();
                self.saved.truncate(place);
            }
            0x4030 => {
                let scale = at.f32()?;
                let unit = self.pixels(u32::from(record.number()));
                self.now.page = (unit * scale, unit * scale);
            }
            0x402A..=0x402F => self.turn(kind, record, at)?,
            _ => self.bound(kind, record, objects, device)?,
        }
        Some(())
    }

    fn save(&mut self, index: u32) {
        if self.saved.len() < MOST_SAVED {
            self.saved.push((index, self.now.clone()));
        }
    }

    fn turn(&mut self, kind: u16, record: Record<'_>, mut at: Bytes<'_>) -> Option<()> {
        let world = &mut self.now.world;
        let by = match kind {
            0x402A => {
                *world = transform(&mut at)?;
                return Some(());
            }
            0x402B => {
                *world = Matrix::IDENTITY;
                return Some(());
            }
            0x402C => transform(&mut at)?,
            0x402D => Matrix::translate(at.f32()?, at.f32()?),
            0x402E => Matrix([at.f32()?, 0.0, 0.0, at.f32()?, 0.0, 0.0]),
            _ => Matrix::rotate_at(at.f32()?, 0.0, 0.0),
        };
        *world = if record.flags & 0x2000 != 0 {
            by.then_inner(*world)
        } else {
            world.then_inner(by)
        };
        Some(())
    }

    fn bound(
        &mut self,
        kind: u16,
        record: Record<'_>,
        objects: &Objects,
        device: Matrix,
    ) -> Option<()> {
        let matrix = self.matrix(device);
        let mut at = Bytes::new(record.data);
        let bound = match kind {
            0x4032 => {
                let [x, y, w, h] = four(&mut at)?;
                Some((rectangle(x, y, w, h), false))
            }
            0x4033 => Some((objects.path(record.number())?.to_vec(), true)),
            0x4034 => match objects.region(record.number())? {
                Region::Everything => None,
                Region::Outline(segments) => Some((segments.clone(), true)),
            },
            0x4035 => {
                let (dx, dy) = (at.f32()?, at.f32()?);
                let (from, to) = (matrix.apply(0.0, 0.0), matrix.apply(dx, dy));
                let by = Matrix::translate(to.0 - from.0, to.1 - from.1);
                for bound in Rc::make_mut(&mut self.now.clip) {
                    bound.segments = mapped(&bound.segments, by);
                }
                return Some(());
            }
            _ => None,
        };
        let Some((segments, even_odd)) = bound else {
            self.now.clip = Rc::default();
            return Some(());
        };
        let mode = (record.flags >> 8) & 0xF;
        self.combine(mapped(&segments, matrix), even_odd, mode);
        Some(())
    }

    /// Modes: 0 only this, 1 both, 4 all but this. The others show more than they should: all.
    fn combine(&mut self, mut segments: Vec<Segment>, even_odd: bool, mode: u16) {
        let bound = match mode {
            0 | 1 => Bound { segments, even_odd },
            4 => {
                let mut all = rectangle(-FAR, -FAR, 2.0 * FAR, 2.0 * FAR);
                all.append(&mut segments);
                Bound {
                    segments: all,
                    even_odd: true,
                }
            }
            _ => {
                self.now.clip = Rc::default();
                return;
            }
        };
        if mode == 0 {
            self.now.clip = Rc::default();
        }
        let clip = Rc::make_mut(&mut self.now.clip);
        if clip.len() >= MOST_BOUNDS {
            clip.remove(0);
        }
        clip.push(bound);
    }
}

/// Four numbers.
pub(super) fn four(at: &mut Bytes<'_>) -> Option<[f64; 4]> {
    Some([at.f32()?, at.f32()?, at.f32()?, at.f32()?])
}
