//! From set paragraphs to glyph runs, lines under and through them, and links.

use super::flow::{self, SetLine, SetParagraph, Setting};
use super::lines::visual_order;
use super::page::{
    Glyph, GlyphRun, Ink, Item, LinkArea, Matrix, Meaning, Paint, PathItem, bounds, rectangle,
};
use super::paint::ink;
use super::shaping::{Cluster, Role, Shaped};
use super::slide::Scene;
use super::stacked;
use super::underline::{self, Below};
use crate::model::color::Color;
use crate::model::text::{Align, Anchor, Direction, Link, Paragraph, RunStyle, Strike, TextBody};

/// A box for text: left, top, width and height in the coordinates of `matrix`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    /// Where its coordinates go.
    pub matrix: Matrix,
    /// Left, top, width, height.
    pub place: [f64; 4],
}

/// Sets a body into a box whose insets are already taken off.
pub fn typeset(scene: &mut Scene<'_>, body: &TextBody, area: TextBox) {
    if body.body.direction == Direction::Stacked {
        return stacked::set(scene, body, area);
    }
    let [x, y, width, height] = area.place;
    let turn = match body.body.direction {
        Direction::Horizontal => 0.0,
        Direction::Vertical | Direction::EastAsianVertical | Direction::Stacked => 90.0,
        Direction::Vertical270 => 270.0,
    } + if body.body.rotation.is_finite() {
        body.body.rotation
    } else {
        0.0
    };
    let upright = matches!(body.body.direction, Direction::Horizontal);
    let (cx, cy) = (x + width / 2.0, y + height / 2.0);
    let (width, height) = if upright {
        (width, height)
    } else {
        (height, width)
    };
    let matrix = if turn == 0.0 {
        area.matrix
    } else {
        area.matrix.then_inner(Matrix::rotate_at(turn, cx, cy))
    };
    let (left, top) = (cx - width / 2.0, cy - height / 2.0);
    place_body(
        scene,
        body,
        TextBox {
            matrix,
            place: [left, top, width, height],
        },
    );
}

fn place_body(scene: &mut Scene<'_>, body: &TextBody, area: TextBox) {
    let [_, _, width, height] = area.place;
    let number = scene.number.to_string();
    let setting = Setting {
        fonts: scene.fonts,
        number: &number,
        scale: 1.0,
        reduction: 0.0,
    };
    let columns = body.body.columns.map_or(1, |c| c.count.clamp(1, 16));
    let gap = body.body.columns.map_or(0.0, |c| c.gap.points().max(0.0));
    let count = f64::from(columns);
    let column = ((width - gap * (count - 1.0)) / count).max(1.0);
    let measure = if body.body.wrap {
        column
    } else {
        f64::INFINITY
    };
    let set = flow::set(body, measure, height * count, setting);
    let total = flow::total_height(&set);
    let block = if measure.is_finite() {
        column
    } else {
        flow::widest(&set)
    };
    let (left, top) = corner(
        body,
        area.place,
        block,
        if columns > 1 {
            total.min(height)
        } else {
            total
        },
    );
    let shape = Columns {
        count: columns,
        step: column + gap,
        block,
        top,
        limit: top + height.max(1.0),
    };
    place_paragraphs(scene, body, &set, (area.matrix, left, shape));
}

/// The columns that lines are placed into.
struct Columns {
    count: u32,
    step: f64,
    block: f64,
    top: f64,
    limit: f64,
}

fn place_paragraphs(
    scene: &mut Scene<'_>,
    body: &TextBody,
    set: &[SetParagraph],
    (matrix, left, columns): (Matrix, f64, Columns),
) {
    let mut pen = Pen {
        x: left,
        y: columns.top,
        column: 1,
        columns: columns.count,
    };
    for (index, paragraph) in set.iter().enumerate() {
        if index > 0 {
            pen.y += paragraph.before;
        }
        let Some(source) = body.paragraphs.get(paragraph.index) else {
            continue;
        };
        scene.note_missing(&paragraph.shaped.missing);
        scene
            .items
            .push(Item::Begin(meaning(scene.heading, source)));
        for (row, line) in paragraph.lines.iter().enumerate() {
            let tall = line.ascent + line.descent;
            if pen.column < pen.columns && pen.y + tall > columns.limit + 0.5 {
                pen.column += 1;
                pen.x += columns.step;
                pen.y = columns.top;
            }
            let right = if paragraph.right.is_finite() {
                paragraph.right
            } else {
                columns.block
            };
            let spot = LineSpot {
                matrix,
                x: pen.x,
                baseline: pen.y + line.ascent,
                right,
            };
            place_line(scene, source, paragraph, (row, line), spot);
            pen.y += tall;
        }
        scene.items.push(Item::End);
        pen.y += paragraph.after;
    }
}

/// What a paragraph is to a reader who does not see it.
fn meaning(heading: bool, paragraph: &Paragraph) -> Meaning {
    match paragraph.bullet {
        _ if heading => Meaning::Heading(1),
        Some(_) => Meaning::ListItem,
        None => Meaning::Paragraph,
    }
}

/// Where a block of text starts in its box, by anchor and, where lines do not wrap, by alignment.
fn corner(body: &TextBody, place: [f64; 4], block: f64, shown: f64) -> (f64, f64) {
    let [x, y, width, height] = place;
    // Text that does not wrap is set about the point its alignment and anchor hold.
    let left = if body.body.wrap {
        x
    } else {
        match body.paragraphs.first().map(|p| p.align) {
            Some(Align::Center) => x + (width - block) / 2.0,
            Some(Align::Right) => x + width - block,
            _ if body.body.anchor_center => x + (width - block) / 2.0,
            _ => x,
        }
    };
    let top = match body.body.anchor {
        Anchor::Top => y,
        Anchor::Middle => y + (height - shown) / 2.0,
        Anchor::Bottom => y + height - shown,
    };
    (left, top)
}

struct Pen {
    x: f64,
    y: f64,
    column: u32,
    columns: u32,
}

#[derive(Clone, Copy)]
struct LineSpot {
    matrix: Matrix,
    x: f64,
    baseline: f64,
    right: f64,
}

fn place_line(
    scene: &mut Scene<'_>,
    source: &Paragraph,
    set: &SetParagraph,
    (row, line): (usize, &SetLine),
    spot: LineSpot,
) {
    let slack = spot.right - line.line.start - line.line.width;
    let align = set.align;
    let shift = match align {
        Align::Center => slack / 2.0,
        Align::Right => slack,
        Align::Left | Align::Justify | Align::Distribute => 0.0,
    };
    // In a paragraph that reads to the left, margins count from the right.
    let start = if source.rtl && matches!(align, Align::Right) {
        spot.right - line.line.start - line.line.width
    } else {
        line.line.start + shift
    };
    if row == 0 {
        place_mark(
            scene,
            source,
            set,
            LineSpot {
                x: spot.x + shift,
                ..spot
            },
        );
    }
    let order = visual_order(&set.shaped.clusters, &line.line.clusters);
    let stretch = (align == Align::Justify && !line.line.ended) || align == Align::Distribute;
    let spaces = order
        .iter()
        .filter(|i| {
            set.shaped
                .clusters
                .get(**i)
                .is_some_and(|c| c.role == Role::Space)
        })
        .count();
    let extra = if stretch && spaces > 0 && slack > 0.0 {
        slack / f64::from(u32::try_from(spaces).unwrap_or(1))
    } else {
        0.0
    };
    let at = LineSpot {
        x: spot.x + start,
        ..spot
    };
    let hyperlink = scene.hyperlink();
    let style = |run: usize| {
        let Some(run) = source.runs.get(run) else {
            return (RunStyle::default(), None);
        };
        let mut style = run.style.clone();
        if let (Some(_), Some(rgb)) = (&run.link, hyperlink) {
            style.color = Color::opaque(rgb);
            style.underline.get_or_insert_with(|| "sng".to_owned());
        }
        (style, run.link.clone())
    };
    place_clusters(scene, &set.shaped, &order, at, &style, extra);
}

fn place_mark(scene: &mut Scene<'_>, source: &Paragraph, set: &SetParagraph, spot: LineSpot) {
    if let Some((mark, style, hang)) = &set.mark {
        let width: f64 = mark.clusters.iter().map(|c| c.advance).sum();
        let x = if source.rtl {
            spot.right - hang - width
        } else {
            *hang
        };
        let at = LineSpot {
            x: spot.x + x,
            ..spot
        };
        let order: Vec<usize> = (0..mark.clusters.len()).collect();
        scene.note_missing(&mark.missing);
        place_clusters(scene, mark, &order, at, &|_| (style.clone(), None), 0.0);
    }
}

type StyleOf<'s> = &'s dyn Fn(usize) -> (RunStyle, Option<Link>);

fn place_clusters(
    scene: &mut Scene<'_>,
    shaped: &Shaped,
    order: &[usize],
    spot: LineSpot,
    style: StyleOf<'_>,
    extra: f64,
) {
    let mut x = spot.x;
    let mut group: Vec<(&Cluster, f64)> = Vec::new();
    for index in order {
        let Some(cluster) = shaped.clusters.get(*index) else {
            continue;
        };
        let breaks = group
            .last()
            .is_some_and(|(last, _)| !continues(last, cluster));
        if breaks {
            flush(scene, shaped, &group, spot, style);
            group.clear();
        }
        group.push((cluster, x));
        x += cluster.advance
            + if cluster.role == Role::Space {
                extra
            } else {
                0.0
            };
    }
    flush(scene, shaped, &group, spot, style);
}

/// Whether two neighbours on a line can be one glyph run.
fn continues(last: &Cluster, next: &Cluster) -> bool {
    let touching = last.text.end == next.text.start || next.text.end == last.text.start;
    touching
        && last.run == next.run
        && last.face == next.face
        && last.level == next.level
        && (last.size - next.size).abs() < 1.0e-9
        && last.role != Role::Tab
        && next.role != Role::Tab
}

fn flush(
    scene: &mut Scene<'_>,
    shaped: &Shaped,
    group: &[(&Cluster, f64)],
    spot: LineSpot,
    style: StyleOf<'_>,
) {
    let (Some((first, x)), Some((last, end))) = (group.first(), group.last()) else {
        return;
    };
    let (style, link) = style(first.run);
    let end = end + last.advance;
    let size = first.size;
    let full = if style.baseline == 0.0 {
        size
    } else {
        size * 1.5
    };
    let baseline = spot.baseline
        - full
            * if style.baseline.is_finite() {
                style.baseline.clamp(-2.0, 2.0)
            } else {
                0.0
            };
    if let Some(color) = &style.highlight {
        let area = rectangle(*x, spot.baseline - full * 0.95, end - x, full * PITCH_BOX);
        scene.items.push(filled(spot.matrix, area, ink(color)));
    }
    let run = glyph_run(
        shaped,
        group,
        (spot.matrix, *x, baseline),
        ink(&style.color),
    );
    if !run.glyphs.is_empty() && !run.text.trim().is_empty() {
        scene.items.push(Item::Glyphs(run));
    }
    underlined(scene, group, &style, (spot.matrix, baseline));
    for at in struck(style.strike) {
        let area = rectangle(*x, baseline + size * at, end - x, (size * 0.05).max(0.3));
        scene
            .items
            .push(filled(spot.matrix, area, ink(&style.color)));
    }
    if let Some(link) = link {
        let area = rectangle(*x, spot.baseline - full * 0.95, end - x, full * PITCH_BOX);
        let bounds = bounds(&area, spot.matrix);
        scene.items.push(Item::Link(LinkArea { bounds, link }));
    }
}

/// How far below the baseline lines through letters are, in em.
fn struck(strike: Strike) -> &'static [f64] {
    match strike {
        Strike::None => &[],
        Strike::Single => &[-0.28],
        Strike::Double => &[-0.33, -0.21],
    }
}

/// Draws the line below letters, where they have one.
fn underlined(
    scene: &mut Scene<'_>,
    group: &[(&Cluster, f64)],
    style: &RunStyle,
    (matrix, baseline): (Matrix, f64),
) {
    let Some(name) = style.underline.as_deref().filter(|name| *name != "none") else {
        return;
    };
    let color = style.underline_color.as_deref().unwrap_or(&style.color);
    // Spaces have no line below them where only words have one.
    let gap = |cluster: &Cluster| name == "words" && cluster.role == Role::Space;
    for word in group.split(|(cluster, _)| gap(cluster)) {
        let (Some((first, x)), Some((last, end))) = (word.first(), word.last()) else {
            continue;
        };
        let below = Below {
            matrix,
            x: *x,
            end: end + last.advance,
            baseline,
            size: first.size,
        };
        underline::draw(&mut scene.items, name, below, ink(color));
    }
}

/// Height of the area behind letters, in em.
const PITCH_BOX: f64 = 1.2;

fn filled(matrix: Matrix, segments: Vec<super::page::Segment>, ink: Ink) -> Item {
    Item::Path(PathItem {
        matrix,
        segments,
        fill: Some(Paint::Solid(ink)),
        even_odd: false,
        stroke: None,
    })
}

fn glyph_run(
    shaped: &Shaped,
    group: &[(&Cluster, f64)],
    (matrix, x, y): (Matrix, f64, f64),
    ink: Ink,
) -> GlyphRun {
    let start = group.iter().map(|(c, _)| c.text.start).min().unwrap_or(0);
    let end = group.iter().map(|(c, _)| c.text.end).max().unwrap_or(0);
    let mut glyphs = Vec::new();
    for (cluster, at) in group {
        let mut pen = at - x;
        for glyph in shaped
            .glyphs
            .get(cluster.glyphs.clone())
            .unwrap_or_default()
        {
            glyphs.push(Glyph {
                id: glyph.id,
                x: pen + glyph.dx,
                rise: glyph.dy,
                advance: glyph.advance,
                text: cluster.text.start - start..cluster.text.end - start,
            });
            pen += glyph.advance;
        }
    }
    let first = group.first().map(|(c, _)| *c);
    GlyphRun {
        matrix,
        x,
        y,
        face: first.map_or(super::fonts::FaceId(0), |c| c.face),
        size: first.map_or(1.0, |c| c.size),
        ink,
        text: shaped.text.get(start..end).unwrap_or_default().to_owned(),
        glyphs,
    }
}
