//! EMF+: records inside the comments of an EMF, played where they do not merely repeat its own (MS-EMFPLUS 2.3).

use super::bytes::Bytes;
use super::gdi::Gdi;
use super::plus_objects::Objects;
use super::plus_state::States;
use super::{plus_draw, plus_image};

/// Bytes of one object that is sent in parts.
const MOST_BYTES: usize = 128 << 20;

/// What is known of EMF+ while a file is played.
pub(super) struct Plus {
    /// Whether there is any that has to be played.
    alone: bool,
    /// Whether records of the EMF itself are asked for in between.
    device: bool,
    pub(super) states: States,
    pub(super) objects: Objects,
    /// An object that is sent in parts: its flags and what came so far.
    partial: Option<(u16, Vec<u8>)>,
}

/// A record: its flags and its data.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) flags: u16,
    pub(super) data: &'a [u8],
}

impl Record<'_> {
    /// The number of the object it is about.
    pub(super) fn number(self) -> u8 {
        self.flags.to_le_bytes()[0]
    }

    /// Whether coordinates have 16 bits.
    pub(super) fn small(self) -> bool {
        self.flags & 0x4000 != 0
    }
}

impl Plus {
    pub(super) fn new(size: (f64, f64)) -> Self {
        Self {
            alone: false,
            device: false,
            states: States::new(size),
            objects: Objects::default(),
            partial: None,
        }
    }

    /// Whether records of the EMF itself are to be played.
    pub(super) fn lets_through(&self) -> bool {
        !self.alone || self.device
    }

    /// Plays the records of a comment, if it holds any.
    pub(super) fn comment(&mut self, body: &[u8], gdi: &mut Gdi<'_>) {
        let mut at = Bytes::new(body);
        at.skip(4);
        if at.take(4) != Some(b"EMF+") {
            return;
        }
        while let Some((kind, record)) = next(&mut at) {
            if gdi.canvas.is_full() {
                break;
            }
            if kind == 0x4001 {
                self.begin(record);
            }
            if self.alone {
                self.device = kind == 0x4004;
                // A record that ends early draws nothing.
                let _ = self.play(kind, record, gdi);
            }
        }
    }

    /// The first record tells whether the EMF says all of it in its own words too.
    fn begin(&mut self, record: Record<'_>) {
        self.alone = record.flags & 1 == 0;
        let mut at = Bytes::new(record.data);
        at.skip(8);
        if let (Some(x), Some(y)) = (at.u32(), at.u32()) {
            self.states.resolution(f64::from(x), f64::from(y));
        }
    }

    fn play(&mut self, kind: u16, record: Record<'_>, gdi: &mut Gdi<'_>) -> Option<()> {
        match kind {
            0x4008 => self.object(record, gdi),
            0x400A..=0x4019 => plus_draw::draw(self, kind, record, gdi),
            0x401A | 0x401B => plus_image::draw(self, kind, record, gdi),
            0x401C | 0x4036 => plus_draw::words(self, kind, record, gdi),
            0x4025..=0x4035 => self.states.change(kind, record, &self.objects, gdi.device),
            _ => Some(()),
        }
    }

    fn object(&mut self, record: Record<'_>, gdi: &Gdi<'_>) -> Option<()> {
        let what = record.flags & 0x7FFF;
        if record.flags & 0x8000 == 0 {
            match self.partial.take() {
                Some((pending, mut bytes)) if pending == what => {
                    bytes.extend_from_slice(record.data);
                    self.objects.read(what, &bytes, gdi.canvas.fonts)
                }
                _ => self.objects.read(what, record.data, gdi.canvas.fonts),
            }
        } else {
            // Parts of an object say first how long all of it is.
            let part = record.data.get(4..)?;
            match &mut self.partial {
                Some((pending, bytes)) if *pending == what => {
                    if bytes.len() + part.len() > MOST_BYTES {
                        self.partial = None;
                        return None;
                    }
                    bytes.extend_from_slice(part);
                }
                _ => self.partial = Some((what, part.to_vec())),
            }
            Some(())
        }
    }
}

fn next<'a>(at: &mut Bytes<'a>) -> Option<(u16, Record<'a>)> {
    let (kind, flags) = (at.u16()?, at.u16()?);
    let size = usize::try_from(at.u32()?).ok()?;
    let length = usize::try_from(at.u32()?).ok()?;
    let body = at.take(size.checked_sub(12)?)?;
    let data = body.get(..length)?;
    Some((kind, Record { flags, data }))
}
