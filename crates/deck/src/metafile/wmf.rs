//! WMF: its header, and its records played on a device context (MS-WMF 2.3).

use super::bytes::Bytes;
use super::canvas::Canvas;
use super::emf::Played;
use super::gdi::Gdi;
use super::gdi_shapes::Joined;
use super::wmf_objects;
use crate::layout::fonts::FontBook;
use crate::layout::page::Matrix;

/// Records that are played.
const MOST_RECORDS: usize = 1_000_000;

/// Plays a file; `None` where it is no WMF or says no size.
pub(super) fn play(data: &[u8], fonts: &FontBook, dry: bool) -> Option<Played> {
    let placed = data.starts_with(&[0xD7, 0xCD, 0xC6, 0x9A]);
    let mut at = Bytes::new(data);
    let mut bounds = None;
    if placed {
        let mut head = at.from(6);
        let (l, t) = head.small_point()?;
        let (r, b) = head.small_point()?;
        bounds = Some([l.min(r), t.min(b), l.max(r), t.max(b)]);
        at = at.from(22);
    }
    let mut records = at;
    records.skip(usize::from(at.from(if placed { 24 } else { 2 }).u16()?) * 2);
    let window = window(records);
    let [l, t, r, b] = match (bounds, window) {
        (Some([l, t, r, b]), _) if r > l && b > t => [l, t, r, b],
        (_, Some(window)) => window,
        _ => return None,
    };
    let (width, height) = (r - l, b - t);
    let mut canvas = Canvas::new(fonts);
    canvas.dry = dry;
    canvas.hairline = width.max(height) / 1_500.0;
    let mut gdi = Gdi::new(canvas, (1.0, 1.0), Matrix::IDENTITY);
    // Whatever the window is, it fills the picture.
    gdi.state.mapping.mode = 8;
    gdi.state.mapping.viewport_extent = (width, height);
    gdi.state.mapping.window_origin = (l, t);
    gdi.state.mapping.window_extent = (width, height);
    play_records(records, &mut gdi);
    let (items, substance) = gdi.finish();
    Some(Played {
        width,
        height,
        items,
        substance,
    })
}

fn play_records(mut records: Bytes<'_>, gdi: &mut Gdi<'_>) {
    for _ in 0..MOST_RECORDS {
        let Some((function, body)) = record(&mut records) else {
            break;
        };
        if function == 0 || gdi.canvas.is_full() {
            break;
        }
        if !matches!(function, 0x0213 | 0x0214) {
            gdi.flush();
        }
        // A record that ends early draws nothing.
        let _ = draw(gdi, function, body);
    }
}

/// The next record: its function and what follows it.
fn record<'a>(at: &mut Bytes<'a>) -> Option<(u16, &'a [u8])> {
    let words = usize::try_from(at.u32()?).ok()?;
    let function = at.u16()?;
    let length = words.checked_mul(2)?.checked_sub(6)?;
    let body = at.take(length.min(at.rest().len()))?;
    Some((function, body))
}

/// Left, top, right and bottom of the first window that is set.
fn window(mut records: Bytes<'_>) -> Option<[f64; 4]> {
    let mut origin = (0.0, 0.0);
    for _ in 0..MOST_RECORDS {
        let (function, body) = record(&mut records)?;
        let mut at = Bytes::new(body);
        match function {
            0x020B => origin = yx(&mut at)?,
            0x020C => {
                let (w, h) = yx(&mut at)?;
                if w != 0.0 && h != 0.0 {
                    let (l, t) = origin;
                    return Some([l, t, l + w.abs(), t + h.abs()]);
                }
            }
            _ => {}
        }
    }
    None
}

/// A point as most records have it: the lower coordinate first.
pub(super) fn yx(at: &mut Bytes<'_>) -> Option<(f64, f64)> {
    let (y, x) = at.small_point()?;
    Some((x, y))
}

/// Left, top, right and bottom, written from the bottom on.
fn btlr(at: &mut Bytes<'_>) -> Option<[f64; 4]> {
    let ((r, b), (l, t)) = (yx(at)?, yx(at)?);
    Some([l, t, r, b])
}

fn draw(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    match function {
        0x012C | 0x012D | 0x0142 | 0x01F0 | 0x01F9 | 0x00F7 | 0x06FF | 0x02FA..=0x02FC => {
            wmf_objects::object(gdi, function, body)
        }
        0x0521 | 0x0A32 => wmf_objects::words(gdi, function, body),
        0x0940 | 0x0B41 | 0x0D33 | 0x0F43 | 0x061D => wmf_objects::bitmap(gdi, function, body),
        0x0213 | 0x0214 | 0x0324 | 0x0325 | 0x0538 | 0x0418 | 0x041B | 0x061C | 0x0817 | 0x081A
        | 0x0830 => shape(gdi, function, body),
        _ => state(gdi, function, body),
    }
}

fn state(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    let state = &mut gdi.state;
    match function {
        0x001E => gdi.save(),
        0x0127 => gdi.restore(i32::from(at.i16()?)),
        0x0102 => state.opaque = at.u16()? == 2,
        0x0106 => state.alternate = at.u16()? == 1,
        0x012E => state.text_align = u32::from(at.u16()?),
        0x0201 => state.background = super::objects::rgb(at.u32()?),
        0x0209 => state.text_color = super::objects::rgb(at.u32()?),
        0x020B => state.mapping.window_origin = yx(&mut at)?,
        0x020C => {
            let (w, h) = yx(&mut at)?;
            if w != 0.0 && h != 0.0 {
                state.mapping.window_extent = (w, h);
            }
        }
        0x020F => {
            let (dx, dy) = yx(&mut at)?;
            let (x, y) = state.mapping.window_origin;
            state.mapping.window_origin = (x + dx, y + dy);
        }
        0x0220 => gdi.clip_move(yx(&mut at)?),
        0x0415 => gdi.clip_exclude(btlr(&mut at)?),
        0x0416 => gdi.clip_rect(btlr(&mut at)?),
        _ => {}
    }
    Some(())
}

fn shape(gdi: &mut Gdi<'_>, function: u16, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    match function {
        0x0213 => gdi.line_to(yx(&mut at)?),
        0x0214 => gdi.move_to(yx(&mut at)?),
        0x0324 | 0x0325 => {
            let count = usize::from(at.u16()?);
            let points: Vec<_> = (0..count).map_while(|_| at.small_point()).collect();
            if function == 0x0324 {
                gdi.polygon(&points);
            } else {
                gdi.polyline(&points);
            }
        }
        0x0538 => {
            let polys = usize::from(at.u16()?);
            let counts: Vec<u16> = (0..polys).map_while(|_| at.u16()).collect();
            let all: Vec<Vec<_>> = counts
                .iter()
                .map(|count| (0..*count).map_while(|_| at.small_point()).collect())
                .collect();
            gdi.polygons(&all);
        }
        0x0418 => gdi.ellipse(btlr(&mut at)?),
        0x041B => gdi.rectangle(btlr(&mut at)?),
        0x061C => {
            let corner = yx(&mut at)?;
            gdi.round_rectangle(btlr(&mut at)?, corner);
        }
        _ => {
            let (to, from) = (yx(&mut at)?, yx(&mut at)?);
            let joined = match function {
                0x0817 => Joined::Open,
                0x0830 => Joined::Chord,
                _ => Joined::Pie,
            };
            gdi.arc(btlr(&mut at)?, (from, to), joined);
        }
    }
    Some(())
}
