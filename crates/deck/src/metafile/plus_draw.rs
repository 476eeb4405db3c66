//! Areas, lines and text of EMF+.

use super::bytes::Bytes;
use super::curves::Oval;
use super::gdi::Gdi;
use super::gdi_text::set;
use super::plus::{Plus, Record};
use super::plus_objects::points;
use super::plus_state::four;
use crate::layout::page::{Item, Matrix, Paint, PathItem, Segment, Stroke, polyline, rectangle};
use crate::model::paint::{LineCap, LineJoin};

/// Letters of one piece of text.
const MOST_LETTERS: usize = 16_384;

pub(super) fn draw(plus: &Plus, kind: u16, record: Record<'_>, gdi: &mut Gdi<'_>) -> Option<()> {
    let mut at = Bytes::new(record.data);
    let fills = matches!(
        kind,
        0x400A | 0x400C | 0x400E | 0x4010 | 0x4013 | 0x4014 | 0x4016
    );
    let (mut fill, mut stroke) = (None, None);
    if fills {
        fill = Some(plus.objects.paint(at.u32()?, record.flags & 0x8000 != 0)?);
    } else {
        let pen = if kind == 0x4015 {
            u8::try_from(at.u32()?).ok()?
        } else {
            record.number()
        };
        stroke = Some(line(plus, pen)?);
    }
    let segments = outline(plus, kind, record, &mut at)?;
    gdi.canvas.spend(segments.len());
    let item = PathItem {
        matrix: plus.states.matrix(gdi.device),
        segments,
        fill,
        even_odd: true,
        stroke: stroke.map(|stroke| visible(stroke, plus, gdi)),
    };
    gdi.canvas.draw(&plus.states.clip(), Item::Path(item));
    Some(())
}

/// A stroke that is at least as thick as can be seen.
fn visible(mut stroke: Stroke, plus: &Plus, gdi: &Gdi<'_>) -> Stroke {
    let [a, b, c, d, ..] = plus.states.matrix(gdi.device).0;
    let growth = (a * d - b * c).abs().sqrt().max(1e-9);
    stroke.width = stroke.width.max(gdi.canvas.hairline / growth);
    stroke
}

fn outline(plus: &Plus, kind: u16, record: Record<'_>, at: &mut Bytes<'_>) -> Option<Vec<Segment>> {
    let small = record.small();
    match kind {
        0x400A | 0x400B => {
            let count = at.count(if small { 8 } else { 16 })?.min(100_000);
            let mut out = Vec::new();
            for _ in 0..count {
                let [x, y, w, h] = rect(at, small)?;
                out.extend(rectangle(x, y, w, h));
            }
            Some(out)
        }
        0x400C | 0x400D | 0x4019 => {
            let count = at.count(4)?;
            let points = points(at, count, small)?;
            Some(lines(kind, record, &points))
        }
        0x400E | 0x400F => {
            let [x, y, w, h] = rect(at, small)?;
            Some(Oval::within([x, y, x + w, y + h]).whole())
        }
        0x4010..=0x4012 => {
            let (start, sweep) = (at.f32()?.to_radians(), at.f32()?.to_radians());
            let [x, y, w, h] = rect(at, small)?;
            let oval = Oval::within([x, y, x + w, y + h]);
            let mut out = oval.arc(start, sweep);
            if kind != 0x4012 {
                let (x, y) = oval.centre();
                out.extend([Segment::Line(x, y), Segment::Close]);
            }
            Some(out)
        }
        0x4013 => match plus.objects.region(record.number())? {
            super::plus_objects::Region::Outline(segments) => Some(segments.clone()),
            super::plus_objects::Region::Everything => None,
        },
        0x4014 | 0x4015 => plus.objects.path(record.number()).map(<[Segment]>::to_vec),
        _ => {
            let tension = at.f32()?;
            if kind == 0x4018 {
                at.skip(8);
            }
            let count = at.count(4)?;
            let points = points(at, count, small)?;
            Some(spline(&points, tension, kind != 0x4018))
        }
    }
}

fn lines(kind: u16, record: Record<'_>, points: &[(f64, f64)]) -> Vec<Segment> {
    if kind == 0x4019 {
        let mut out = polyline(points.get(..1).unwrap_or_default());
        for three in points.get(1..).unwrap_or_default().chunks_exact(3) {
            if let [(a, b), (c, d), (x, y)] = *three {
                out.push(Segment::Cubic(a, b, c, d, x, y));
            }
        }
        return out;
    }
    let mut out = polyline(points);
    if kind == 0x400C || record.flags & 0x2000 != 0 {
        out.push(Segment::Close);
    }
    out
}

/// A cardinal spline through points.
fn spline(points: &[(f64, f64)], tension: f64, closed: bool) -> Vec<Segment> {
    let count = points.len();
    let Some((x, y)) = points.first() else {
        return Vec::new();
    };
    let at = |index: usize, back: usize, on: usize| {
        let index = if closed {
            (index + count - back % count + on) % count
        } else {
            (index + on).saturating_sub(back).min(count - 1)
        };
        points.get(index).copied().unwrap_or_default()
    };
    let mut out = vec![Segment::Move(*x, *y)];
    let part = tension / 3.0;
    for index in 0..(if closed { count } else { count - 1 }) {
        let (p0, p1) = (at(index, 1, 0), at(index, 0, 0));
        let (p2, p3) = (at(index, 0, 1), at(index, 0, 2));
        out.push(Segment::Cubic(
            p1.0 + (p2.0 - p0.0) * part,
            p1.1 + (p2.1 - p0.1) * part,
            p2.0 - (p3.0 - p1.0) * part,
            p2.1 - (p3.1 - p1.1) * part,
            p2.0,
            p2.1,
        ));
    }
    if closed {
        out.push(Segment::Close);
    }
    out
}

fn rect(at: &mut Bytes<'_>, small: bool) -> Option<[f64; 4]> {
    if small {
        let ((x, y), (w, h)) = (at.small_point()?, at.small_point()?);
        return Some([x, y, w, h]);
    }
    four(at)
}

fn line(plus: &Plus, pen: u8) -> Option<Stroke> {
    let pen = plus.objects.pen(pen)?;
    let width = pen.width * plus.states.pixels(pen.unit);
    let pattern: &[f64] = match pen.dash {
        1 => &[3.0, 1.0],
        2 => &[1.0, 1.0],
        3 => &[3.0, 1.0, 1.0, 1.0],
        4 => &[3.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        5 => &pen.dashes,
        _ => &[],
    };
    Some(Stroke {
        paint: pen.paint.clone(),
        width,
        dashes: pattern
            .iter()
            .map(|dash| (dash * width).max(1e-3))
            .collect(),
        cap: match pen.cap {
            1 => LineCap::Square,
            2 => LineCap::Round,
            _ => LineCap::Flat,
        },
        join: match pen.join {
            1 => LineJoin::Bevel,
            2 => LineJoin::Round,
            _ => LineJoin::Miter,
        },
    })
}

/// Text in a box, and letters each at a place of its own.
pub(super) fn words(plus: &Plus, kind: u16, record: Record<'_>, gdi: &mut Gdi<'_>) -> Option<()> {
    let mut at = Bytes::new(record.data);
    let font = plus.objects.font(record.number())?;
    let paint = plus.objects.paint(at.u32()?, record.flags & 0x8000 != 0)?;
    let ink = match paint {
        Paint::Solid(ink) => ink,
        Paint::Linear { stops, .. } | Paint::Radial { stops, .. } => stops.first()?.1,
        Paint::Pattern { marks, .. } => marks,
    };
    gdi.canvas.vectors = true;
    let size = font.size * plus.states.pixels(font.unit);
    let ink = (ink.rgb, ink.alpha);
    let matrix = plus.states.matrix(gdi.device);
    if kind == 0x4036 {
        let options = at.u32()?;
        at.skip(4);
        let count = at.count(10)?.min(MOST_LETTERS);
        // Numbers of glyphs in a face that is not here say nothing.
        if options & 1 == 0 {
            return None;
        }
        let units: Vec<u16> = (0..count).map_while(|_| at.u16()).collect();
        let places = points(&mut at, count, false)?;
        for (unit, (x, y)) in units.iter().zip(places) {
            let letter = String::from_utf16_lossy(&[*unit]);
            let set = set(gdi.canvas.fonts, (&letter, &font.log), size, ink, &|_| None);
            put(
                plus,
                set.runs,
                matrix.then_inner(Matrix::translate(x, y)),
                gdi,
            );
        }
        return Some(());
    }
    boxed(plus, (at, font), (size, ink), gdi)
}

type InkOf = (crate::model::color::Rgb, f64);

/// Text in a box, line by line.
fn boxed(
    plus: &Plus,
    (mut at, font): (Bytes<'_>, &super::plus_objects::Font),
    (size, ink): (f64, InkOf),
    gdi: &mut Gdi<'_>,
) -> Option<()> {
    let matrix = plus.states.matrix(gdi.device);
    let format = plus.objects.format(at.u32()?);
    let count = usize::try_from(at.u32()?).ok()?.min(MOST_LETTERS);
    let [x, y, w, h] = four(&mut at)?;
    let units: Vec<u16> = (0..count).map_while(|_| at.u16()).collect();
    let text = String::from_utf16_lossy(&units);
    let rows: Vec<&str> = text.lines().collect();
    let tall = size * 1.2 * f64::from(u32::try_from(rows.len()).unwrap_or(1));
    let mut baseline = size * 0.95
        + match format.1 {
            1 => y + (h - tall) / 2.0,
            2 => y + h - tall,
            _ => y,
        };
    for row in rows {
        let set = set(gdi.canvas.fonts, (row, &font.log), size, ink, &|_| None);
        let left = match format.0 {
            1 => x + (w - set.width) / 2.0,
            2 => x + w - set.width,
            _ => x,
        };
        put(
            plus,
            set.runs,
            matrix.then_inner(Matrix::translate(left, baseline)),
            gdi,
        );
        baseline += size * 1.2;
    }
    Some(())
}

fn put(plus: &Plus, runs: Vec<crate::layout::page::GlyphRun>, at: Matrix, gdi: &mut Gdi<'_>) {
    for mut run in runs {
        run.matrix = at;
        if !run.text.trim().is_empty() {
            gdi.canvas.draw(&plus.states.clip(), Item::Glyphs(run));
        }
    }
}
