//! EMF: its header, and its records played on a device context (MS-EMF 2.3).

use super::bytes::Bytes;
use super::canvas::Canvas;
use super::curves::Oval;
use super::gdi::Gdi;
use super::gdi_shapes::Joined;
use super::plus::Plus;
use super::read_metafile::Substance;
use super::{emf_bitmaps, emf_objects};
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Matrix};

/// Records that are played.
const MOST_RECORDS: usize = 1_000_000;
/// Points of one record.
const MOST_POINTS: usize = 500_000;

/// A picture's size and what is on it.
pub(super) struct Played {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) items: Vec<Item>,
    pub(super) substance: Option<Substance>,
}

/// What the header says.
struct Header {
    size: (f64, f64),
    origin: (f64, f64),
    density: (f64, f64),
}

/// Plays a file; `None` where it is no EMF.
pub(super) fn play(data: &[u8], fonts: &FontBook, dry: bool) -> Option<Played> {
    let header = header(data)?;
    let mut canvas = Canvas::new(fonts);
    canvas.dry = dry;
    canvas.hairline = header.size.0.max(header.size.1) / 1_500.0;
    let device = Matrix::translate(-header.origin.0, -header.origin.1);
    let mut gdi = Gdi::new(canvas, header.density, device);
    let mut plus = Plus::new(header.size);
    let mut at = Bytes::new(data);
    for _ in 0..MOST_RECORDS {
        let Some((kind, body)) = record(&mut at) else {
            break;
        };
        if kind == 14 || gdi.canvas.is_full() {
            break;
        }
        // Lines that follow each other become one path.
        if !matches!(kind, 27 | 54 | 5 | 6 | 88 | 89) {
            gdi.flush();
        }
        if kind == 70 {
            plus.comment(body, &mut gdi);
        } else if plus.lets_through() {
            // A record that ends early draws nothing.
            let _ = draw(&mut gdi, kind, body);
        }
    }
    let (width, height) = header.size;
    let (items, substance) = gdi.finish();
    Some(Played {
        width,
        height,
        items,
        substance,
    })
}

/// The next record: its type and what follows it.
fn record<'a>(at: &mut Bytes<'a>) -> Option<(u32, &'a [u8])> {
    let kind = at.u32()?;
    let size = usize::try_from(at.u32()?).ok()?;
    let body = at.take(size.checked_sub(8)?)?;
    Some((kind, body))
}

fn header(data: &[u8]) -> Option<Header> {
    let mut at = Bytes::new(data);
    if at.u32()? != 1 || data.get(40..44) != Some(b" EMF") {
        return None;
    }
    let mut at = at.from(8);
    let bounds = at.rect()?;
    let frame = at.rect()?;
    let mut at = at.from(72);
    let (device, metres) = (at.point()?, at.point()?);
    let density = |pixels: f64, mm: f64| {
        if pixels > 0.0 && mm > 0.0 {
            pixels / mm
        } else {
            96.0 / 25.4
        }
    };
    let density = (density(device.0, metres.0), density(device.1, metres.1));
    // The frame is in hundredths of a millimetre.
    let [l, t, r, b] = frame;
    let framed = [
        l * density.0 / 100.0,
        t * density.1 / 100.0,
        r * density.0 / 100.0,
        b * density.1 / 100.0,
    ];
    let [l, t, r, b] = if r > l && b > t { framed } else { bounds };
    let size = (r - l, b - t);
    (size.0 > 0.0 && size.1 > 0.0 && size.0 < 1e6 && size.1 < 1e6).then_some(Header {
        size,
        origin: (l, t),
        density,
    })
}

fn draw(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    match kind {
        2..=8 | 85..=91 => polys(gdi, kind, body),
        9..=36 | 57 => state(gdi, kind, body),
        37..=40 | 82 | 93..=95 => emf_objects::object(gdi, kind, body),
        41..=47 | 54 | 55 => shape(gdi, kind, body),
        59..=68 => path(gdi, kind, body),
        71 | 74 | 75 | 118 => emf_objects::region(gdi, kind, body),
        76..=81 | 114 | 116 => emf_bitmaps::bitmap(gdi, kind, body),
        83 | 84 | 108 => emf_objects::words(gdi, kind, body),
        _ => Some(()),
    }
}

fn polys(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let small = kind >= 85;
    let mut at = Bytes::new(body);
    at.skip(16);
    let kind = if small { kind - 83 } else { kind };
    let point_bytes = if small { 4 } else { 8 };
    if matches!(kind, 7 | 8) {
        let polys = at.count(4)?;
        let mut total = at.count(point_bytes)?.min(MOST_POINTS);
        let counts: Vec<usize> = (0..polys)
            .map(|_| at.u32().and_then(|n| usize::try_from(n).ok()))
            .collect::<Option<_>>()?;
        let mut all = Vec::new();
        for count in counts {
            if count > total {
                break;
            }
            total -= count;
            all.push(points(&mut at, count, small)?);
        }
        if kind == 8 {
            gdi.polygons(&all);
        } else {
            for line in &all {
                gdi.polyline(line);
            }
        }
        return Some(());
    }
    let count = at.count(point_bytes)?.min(MOST_POINTS);
    let points = points(&mut at, count, small)?;
    match kind {
        2 => gdi.beziers(&points),
        3 => gdi.polygon(&points),
        4 => gdi.polyline(&points),
        5 => gdi.curves_to(&points),
        _ => gdi.lines_to(&points),
    }
    Some(())
}

fn points(at: &mut Bytes<'_>, count: usize, small: bool) -> Option<Vec<(f64, f64)>> {
    (0..count)
        .map(|_| if small { at.small_point() } else { at.point() })
        .collect()
}

fn state(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    let state = &mut gdi.state;
    match kind {
        9 => state.mapping.window_extent = at.point()?,
        10 => state.mapping.window_origin = at.point()?,
        11 => state.mapping.viewport_extent = at.point()?,
        12 => state.mapping.viewport_origin = at.point()?,
        17 => state.mapping.mode = at.u32()?,
        18 => state.opaque = at.u32()? == 2,
        19 => state.alternate = at.u32()? == 1,
        22 => state.text_align = at.u32()?,
        24 => state.text_color = super::objects::rgb(at.u32()?),
        25 => state.background = super::objects::rgb(at.u32()?),
        26 => gdi.clip_move(at.point()?),
        27 => gdi.move_to(at.point()?),
        29 => gdi.clip_exclude(at.rect()?),
        30 => gdi.clip_rect(at.rect()?),
        31 | 32 => {
            let (xn, xd, yn, yd) = (at.long()?, at.long()?, at.long()?, at.long()?);
            let extent = if kind == 31 {
                &mut state.mapping.viewport_extent
            } else {
                &mut state.mapping.window_extent
            };
            if xd != 0.0 && yd != 0.0 {
                *extent = (extent.0 * xn / xd, extent.1 * yn / yd);
            }
        }
        33 => gdi.save(),
        34 => gdi.restore(at.i32()?),
        35 => state.mapping.world = transform(&mut at)?,
        36 => {
            let by = transform(&mut at)?;
            let world = &mut state.mapping.world;
            *world = match at.u32()? {
                1 => Matrix::IDENTITY,
                2 => world.then_inner(by),
                3 => by.then_inner(*world),
                _ => by,
            };
        }
        57 => state.clockwise = at.u32()? == 2,
        _ => {}
    }
    Some(())
}

/// An affine map of six numbers, held where products of a few stay finite.
pub(super) fn transform(at: &mut Bytes<'_>) -> Option<Matrix> {
    let mut six = [0.0; 6];
    for value in &mut six {
        *value = at.f32()?.clamp(-1e9, 1e9);
    }
    Some(Matrix(six))
}

fn shape(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    let mut at = Bytes::new(body);
    match kind {
        41 => {
            let (x, y) = at.point()?;
            let radius = f64::from(at.u32()?);
            let (start, sweep) = (at.f32()?, at.f32()?);
            let oval = Oval::within([x - radius, y - radius, x + radius, y + radius]);
            // Angles are counted against the clock.
            gdi.arc_to(oval, -start.to_radians(), -sweep.to_radians());
        }
        42 => gdi.ellipse(at.rect()?),
        43 => gdi.rectangle(at.rect()?),
        44 => gdi.round_rectangle(at.rect()?, at.point()?),
        45..=47 => {
            let rect = at.rect()?;
            let ends = (at.point()?, at.point()?);
            let joined = match kind {
                45 => Joined::Open,
                46 => Joined::Chord,
                _ => Joined::Pie,
            };
            gdi.arc(rect, ends, joined);
        }
        54 => gdi.line_to(at.point()?),
        _ => {
            let oval = Oval::within(at.rect()?);
            let (from, to) = (oval.towards(at.point()?), oval.towards(at.point()?));
            let sweep = super::curves::sweep(from, to, gdi.state.clockwise);
            gdi.arc_to(oval, from, sweep);
        }
    }
    Some(())
}

fn path(gdi: &mut Gdi<'_>, kind: u32, body: &[u8]) -> Option<()> {
    match kind {
        59 => gdi.begin_path(),
        60 => gdi.end_path(),
        61 => gdi.close_figure(),
        62 => gdi.draw_path(true, false),
        63 => gdi.draw_path(true, true),
        64 => gdi.draw_path(false, true),
        67 => gdi.clip_to_path(Bytes::new(body).u32()?),
        68 => {
            gdi.path = None;
            gdi.made.clear();
        }
        _ => {}
    }
    Some(())
}
