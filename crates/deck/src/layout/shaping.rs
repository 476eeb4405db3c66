//! From a paragraph's runs to clusters of positioned glyphs, in logical order.

use std::ops::Range;

use harfrust::{Buffer, Direction, Feature, ShapeOptions, ShaperFont, Tag};
use unicode_bidi::{BidiInfo, Level};

use super::fonts::face::Advances;
use super::fonts::{FaceId, FontBook};
use super::symbols;
use crate::model::text::{Caps, Paragraph, RunStyle};

/// How much smaller raised and lowered letters are.
const SCRIPT_SIZE: f64 = 2.0 / 3.0;
/// How much smaller small capitals are.
const SMALL_CAPS: f64 = 0.8;

/// A glyph in its cluster, in points.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapedGlyph {
    /// Its number in the face.
    pub id: u32,
    /// Moved to the right.
    pub dx: f64,
    /// Moved up.
    pub dy: f64,
    /// How far the pen goes on.
    pub advance: f64,
}

/// The smallest stretch of text that glyphs stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its bytes in the text.
    pub text: Range<usize>,
    /// Its glyphs from left to right.
    pub glyphs: Range<usize>,
    /// How wide it is.
    pub advance: f64,
    /// The number of its run in the paragraph.
    pub run: usize,
    /// Its face.
    pub face: FaceId,
    /// The size its glyphs are drawn at.
    pub size: f64,
    /// Its level of embedding; odd ones run to the left.
    pub level: u8,
    /// What it is besides letters.
    pub role: Role,
    /// Whether a line may end after it.
    pub may_break: bool,
}

/// What a cluster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Letters.
    Letters,
    /// White space that may hang over a line's end.
    Space,
    /// A tab.
    Tab,
    /// The end of a line.
    Newline,
}

/// A shaped paragraph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shaped {
    /// Its text, capitals made.
    pub text: String,
    /// Its clusters in logical order.
    pub clusters: Vec<Cluster>,
    /// All their glyphs.
    pub glyphs: Vec<ShapedGlyph>,
    /// Characters no face has.
    pub missing: Vec<char>,
}

/// A stretch of one run at one size.
struct Span {
    text: Range<usize>,
    run: usize,
    size: f64,
    wanted: FaceId,
    /// Faces of a font pack for East Asian and for complex scripts.
    others: [Option<FaceId>; 2],
    spacing: f64,
    kerned: bool,
}

/// The size of a style's letters after shrinking: whole points, halves up, as PowerPoint rounds.
pub fn scaled(size: f64, scale: f64) -> f64 {
    let size = if size.is_finite() {
        size.clamp(1.0, 4000.0)
    } else {
        18.0
    };
    if (scale - 1.0).abs() < 1.0e-6 {
        size
    } else {
        (size * scale + 0.5).floor().max(1.0)
    }
}

/// The level a paragraph starts from.
pub fn base_level(rtl: bool) -> Level {
    if rtl { Level::rtl() } else { Level::ltr() }
}

/// Shapes a paragraph with its sizes multiplied by `scale`. `number` replaces the text of slide-number fields.
pub fn shape(paragraph: &Paragraph, fonts: &FontBook, scale: f64, number: &str) -> Shaped {
    let mut shaped = Shaped::default();
    let mut spans = Vec::new();
    for (index, run) in paragraph.runs.iter().enumerate() {
        let text = if run.field.as_deref() == Some("slidenum") {
            number
        } else {
            &run.text
        };
        add_run(
            &mut shaped.text,
            &mut spans,
            (index, &run.style),
            (text, scale, fonts),
        );
    }
    let bidi = BidiInfo::new(&shaped.text, Some(base_level(paragraph.rtl)));
    let mut clusters = Vec::new();
    for span in &spans {
        for segment in segments(&shaped.text, span, &bidi, fonts, &mut shaped.missing) {
            shape_segment(
                &shaped.text,
                span,
                &segment,
                fonts,
                (&mut clusters, &mut shaped.glyphs),
            );
        }
    }
    mark_breaks(&shaped.text, &mut clusters);
    shaped.clusters = clusters;
    shaped
}

/// Notes after which clusters a line may end.
fn mark_breaks(text: &str, clusters: &mut [Cluster]) {
    let mut breaks = unicode_linebreak::linebreaks(text)
        .filter(|(at, _)| taken(text, *at))
        .peekable();
    for cluster in clusters {
        while breaks.peek().is_some_and(|(at, _)| *at < cluster.text.end) {
            breaks.next();
        }
        cluster.may_break = breaks.peek().is_some_and(|(at, _)| *at == cluster.text.end);
    }
}

/// Whether PowerPoint takes a break that UAX #14 allows: within Latin text only after white space and dashes, so that
/// addresses and `and/or` stay whole.
fn taken(text: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else {
        return true;
    };
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    let latin = |c: char| {
        u32::from(c) < 0x2E80
            && !matches!(u32::from(c), 0x0E00..=0x0FFF | 0x1000..=0x109F | 0x1780..=0x17FF)
    };
    let dash = matches!(last, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{200b}');
    last.is_whitespace() || dash || !latin(last) || !latin(next)
}

fn add_run(
    out: &mut String,
    spans: &mut Vec<Span>,
    (run, style): (usize, &RunStyle),
    (text, scale, fonts): (&str, f64, &FontBook),
) {
    let wanted = fonts.find(&style.font, style.bold, style.italic);
    let others = [&style.font_east_asian, &style.font_complex]
        .map(|name| fonts.packed(name.as_deref()?.trim(), style.bold, style.italic));
    let full = scaled(style.size, scale)
        * if style.baseline == 0.0 {
            1.0
        } else {
            SCRIPT_SIZE
        };
    for c in text.chars() {
        let c = match c {
            '\u{b}' | '\r' => '\n',
            other => symbols::unicode(&style.font, other).unwrap_or(other),
        };
        let start = out.len();
        let small = style.caps == Caps::Small && c.is_lowercase();
        if style.caps == Caps::None {
            out.push(c);
        } else {
            out.extend(c.to_uppercase());
        }
        let size = if small { full * SMALL_CAPS } else { full };
        match spans.last_mut() {
            #[expect(clippy::float_cmp, reason = "the same product of the same numbers")]
            Some(last) if last.run == run && last.size == size => last.text.end = out.len(),
            _ => spans.push(Span {
                text: start..out.len(),
                run,
                size,
                wanted,
                others,
                spacing: if style.spacing.is_finite() {
                    style.spacing
                } else {
                    0.0
                },
                kerned: style.kerning > 0.0 && size >= style.kerning,
            }),
        }
    }
}

/// A stretch of one face, direction and role.
struct Piece {
    text: Range<usize>,
    face: FaceId,
    level: Level,
    role: Option<Role>,
}

/// The face that draws a character: the wanted one, else one of a font pack that the style names for other scripts, else
/// whichever has it.
fn cover(span: &Span, c: char, fonts: &FontBook) -> (FaceId, bool) {
    let named = span.others.iter().flatten();
    let mut named = named.filter(|face| fonts.has(**face, c));
    match named.next() {
        Some(face) if !fonts.has(span.wanted, c) => (*face, true),
        _ => fonts.cover(span.wanted, c),
    }
}

fn segments(
    text: &str,
    span: &Span,
    bidi: &BidiInfo<'_>,
    fonts: &FontBook,
    missing: &mut Vec<char>,
) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let Some(slice) = text.get(span.text.clone()) else {
        return out;
    };
    for (offset, c) in slice.char_indices() {
        let at = span.text.start + offset;
        let end = at + c.len_utf8();
        let (face, known) = cover(span, c, fonts);
        if !known && !missing.contains(&c) {
            missing.push(c);
        }
        let level = bidi.levels.get(at).copied().unwrap_or_else(Level::ltr);
        let role = match c {
            '\n' => Some(Role::Newline),
            '\t' => Some(Role::Tab),
            _ => None,
        };
        match out.last_mut() {
            Some(last)
                if role.is_none()
                    && last.role.is_none()
                    && last.face == face
                    && last.level == level =>
            {
                last.text.end = end;
            }
            _ => out.push(Piece {
                text: at..end,
                face,
                level,
                role,
            }),
        }
    }
    out
}

fn shape_segment(
    text: &str,
    span: &Span,
    piece: &Piece,
    fonts: &FontBook,
    (clusters, glyphs): (&mut Vec<Cluster>, &mut Vec<ShapedGlyph>),
) {
    let cluster = |text: Range<usize>, glyphs: Range<usize>, advance: f64, role: Role| Cluster {
        text,
        glyphs,
        advance,
        run: span.run,
        face: piece.face,
        size: span.size,
        level: piece.level.number(),
        role,
        may_break: false,
    };
    if let Some(role) = piece.role {
        clusters.push(cluster(piece.text.clone(), 0..0, 0.0, role));
        return;
    }
    let (Some(slice), Some(face)) = (text.get(piece.text.clone()), fonts.face(piece.face)) else {
        return;
    };
    let Some(buffer) = shaped_buffer(slice, &face.shaper, (piece.level.is_rtl(), span.kerned))
    else {
        return;
    };
    let unit = span.size / face.units_per_em;
    let first = clusters.len();
    for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
        let start = piece.text.start + usize::try_from(info.cluster).unwrap_or(0);
        let index = glyphs.len();
        glyphs.push(ShapedGlyph {
            id: info.glyph_id,
            dx: f64::from(position.x_offset) * unit,
            dy: f64::from(position.y_offset) * unit,
            advance: f64::from(position.x_advance) * unit,
        });
        let advance = f64::from(position.x_advance) * unit;
        match clusters.get_mut(first..).and_then(<[Cluster]>::last_mut) {
            Some(last) if last.text.start == start => {
                last.glyphs.end = index + 1;
                last.advance += advance;
            }
            _ => clusters.push(cluster(
                start..start,
                index..index + 1,
                advance,
                Role::Letters,
            )),
        }
    }
    let fresh = clusters.get_mut(first..).unwrap_or_default();
    finish_clusters(text, fresh, piece);
    for cluster in fresh {
        lend(text, cluster, (fonts.advances(piece.face), glyphs));
        cluster.advance += span.spacing;
    }
}

/// Sets a cluster as wide as the wanted typeface has it, its glyphs in the middle of that.
fn lend(text: &str, cluster: &mut Cluster, (advances, glyphs): (Advances, &mut [ShapedGlyph])) {
    if advances == Advances::Own {
        return;
    }
    let own = cluster.advance / cluster.size;
    let text = text.get(cluster.text.clone()).unwrap_or_default();
    let gain = (advances.of(text, own) - own) * cluster.size;
    let glyphs = glyphs.get_mut(cluster.glyphs.clone()).unwrap_or_default();
    for glyph in &mut *glyphs {
        glyph.dx += gain / 2.0;
    }
    if let Some(last) = glyphs.last_mut() {
        last.advance += gain;
        cluster.advance += gain;
    }
}

/// Puts new clusters into logical order and gives them their ends and roles.
fn finish_clusters(text: &str, clusters: &mut [Cluster], piece: &Piece) {
    clusters.sort_by_key(|cluster| cluster.text.start);
    let mut end = piece.text.end;
    for cluster in clusters.iter_mut().rev() {
        cluster.text.end = end;
        end = cluster.text.start;
        let blank = text
            .get(cluster.text.clone())
            .is_some_and(|t| t.chars().all(|c| c.is_whitespace() && c != '\u{a0}'));
        if blank {
            cluster.role = Role::Space;
        }
    }
}

fn shaped_buffer(text: &str, font: &harfrust::Font, (rtl, kerned): (bool, bool)) -> Option<Buffer> {
    let mut buffer = Buffer::new();
    buffer.push_str(text);
    buffer.set_direction(if rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    buffer.guess_segment_properties();
    // PowerPoint sets Latin text without its optional ligatures, and pairs kerned only where the file says from which size.
    let off = |tag| Feature::new(Tag::new(tag), 0, ..);
    let features = [off(b"liga"), off(b"clig"), off(b"kern")];
    let features = if kerned {
        &features[..2]
    } else {
        &features[..]
    };
    let shaper = ShaperFont::new(font);
    harfrust::shape(&shaper, &mut buffer, ShapeOptions::new().features(features)).ok()?;
    Some(buffer)
}
