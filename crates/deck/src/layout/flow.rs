//! Text bodies: paragraphs set into a box with bullets, spacing, anchors, autofit and columns.

use super::fonts::FontBook;
use super::lines::{self, Line, Measure};
use super::numbering::Counter;
use super::shaping::{self, Shaped};
use crate::model::text::{Align, Autofit, Bullet, Distance, Paragraph, Run, RunStyle, TextBody};

/// A single line is 1.2 times the size of its letters, whatever the face.
pub const PITCH: f64 = 1.2;

/// What text is set with.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The faces.
    pub fonts: &'a FontBook,
    /// What slide-number fields show.
    pub number: &'a str,
    /// What sizes are multiplied by.
    pub scale: f64,
    /// What is taken off the line spacing.
    pub reduction: f64,
}

/// A line with its vertical measures.
#[derive(Clone, Debug)]
pub struct SetLine {
    /// The line.
    pub line: Line,
    /// From its top to its baseline.
    pub ascent: f64,
    /// From its baseline to its bottom.
    pub descent: f64,
}

/// A paragraph set to a width.
#[derive(Clone, Debug)]
pub struct SetParagraph {
    /// Its number in the body.
    pub index: usize,
    /// Its text.
    pub shaped: Shaped,
    /// Its lines.
    pub lines: Vec<SetLine>,
    /// Its mark and where that starts.
    pub mark: Option<(Shaped, RunStyle, f64)>,
    /// Space above.
    pub before: f64,
    /// Space below.
    pub after: f64,
    /// Where its lines end.
    pub right: f64,
    /// How they are set.
    pub align: Align,
}

impl SetParagraph {
    fn height(&self) -> f64 {
        self.lines
            .iter()
            .map(|line| line.ascent + line.descent)
            .sum()
    }
}

/// Sets a body to a width, shrunk as its autofit says or, where that says nothing, until it fits `height`.
pub fn set(body: &TextBody, width: f64, height: f64, setting: Setting<'_>) -> Vec<SetParagraph> {
    let Autofit::Text {
        font_scale,
        line_reduction,
    } = body.body.autofit
    else {
        return set_at(body, width, setting);
    };
    if font_scale.is_some() || line_reduction.is_some() {
        let scale = font_scale
            .filter(|s| s.is_finite())
            .unwrap_or(1.0)
            .clamp(0.01, 4.0);
        let reduction = line_reduction
            .filter(|s| s.is_finite())
            .unwrap_or(0.0)
            .clamp(0.0, 0.9);
        return set_at(
            body,
            width,
            Setting {
                scale,
                reduction,
                ..setting
            },
        );
    }
    let mut set = set_at(body, width, setting);
    // The steps PowerPoint itself stores: sizes down by tenths, spacing by up to a fifth.
    for (scale, reduction) in [
        (1.0, 0.1),
        (0.925, 0.1),
        (0.925, 0.2),
        (0.85, 0.2),
        (0.775, 0.2),
        (0.7, 0.2),
        (0.625, 0.2),
        (0.55, 0.2),
        (0.475, 0.2),
        (0.4, 0.2),
        (0.325, 0.2),
        (0.25, 0.2),
    ] {
        if total_height(shown(body, &set)) <= height + 0.5 {
            break;
        }
        set = set_at(
            body,
            width,
            Setting {
                scale,
                reduction,
                ..setting
            },
        );
    }
    set
}

/// All paragraphs but empty ones at the end: PowerPoint never shrinks text for their sake.
fn shown<'s>(body: &TextBody, set: &'s [SetParagraph]) -> &'s [SetParagraph] {
    let empty = |p: &Paragraph| p.runs.iter().all(|run| run.text.trim().is_empty());
    let last = body.paragraphs.iter().rposition(|p| !empty(p));
    set.get(..last.map_or(0, |at| at + 1)).unwrap_or(set)
}

/// The height of set paragraphs; space above the first and below the last does not count.
pub fn total_height(paragraphs: &[SetParagraph]) -> f64 {
    let mut height = 0.0;
    let mut gap = 0.0;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index > 0 {
            height += gap + paragraph.before;
        }
        height += paragraph.height();
        gap = paragraph.after;
    }
    height
}

/// The width of the widest line.
pub fn widest(paragraphs: &[SetParagraph]) -> f64 {
    paragraphs
        .iter()
        .flat_map(|p| &p.lines)
        .map(|line| line.line.start + line.line.width)
        .fold(0.0, f64::max)
}

fn set_at(body: &TextBody, width: f64, setting: Setting<'_>) -> Vec<SetParagraph> {
    let mut counter = Counter::default();
    body.paragraphs
        .iter()
        .enumerate()
        .map(|(index, paragraph)| set_paragraph(index, paragraph, width, setting, &mut counter))
        .collect()
}

fn set_paragraph(
    index: usize,
    paragraph: &Paragraph,
    width: f64,
    setting: Setting<'_>,
    counter: &mut Counter,
) -> SetParagraph {
    let mut shaped = shaping::shape(paragraph, setting.fonts, setting.scale, setting.number);
    let margin = paragraph.margin.points();
    let hang = (margin + paragraph.indent.points()).max(0.0);
    let mark = counter
        .mark(paragraph)
        .map(|text| mark(paragraph, text, setting));
    let first = mark.as_ref().map_or(hang, |(shaped, _)| {
        let end = hang + shaped.clusters.iter().map(|c| c.advance).sum::<f64>();
        if end <= margin { margin } else { end }
    });
    // A line always has room for something, however deep its margin.
    let right = (width - paragraph.margin_right.points()).max(margin.max(first) + 1.0);
    let measure = Measure {
        first,
        rest: margin,
        right,
        tabs: &paragraph.tabs,
    };
    let lines: Vec<SetLine> = lines::break_lines(&mut shaped, &measure)
        .into_iter()
        .map(|line| measured(paragraph, &shaped, line, setting))
        .collect();
    let em = lines
        .first()
        .map_or(0.0, |_| largest(paragraph, setting.scale))
        * PITCH;
    let space = |distance: Distance| match distance {
        Distance::Percent(part) if part.is_finite() => part.clamp(0.0, 20.0) * em,
        Distance::Points(points) if points.is_finite() => {
            points.clamp(0.0, 2000.0) * setting.scale.min(1.0)
        }
        Distance::Percent(_) | Distance::Points(_) => 0.0,
    };
    SetParagraph {
        index,
        mark: mark.map(|(shaped, style)| (shaped, style, hang)),
        before: space(paragraph.spacing.before),
        after: space(paragraph.spacing.after),
        shaped,
        lines,
        right,
        align: paragraph.align,
    }
}

/// The style of the text at the start of a paragraph, or of its end where it has none.
fn leading_style(paragraph: &Paragraph) -> RunStyle {
    paragraph
        .runs
        .iter()
        .find(|run| !run.text.is_empty())
        .map(|run| run.style.clone())
        .or_else(|| paragraph.end_style.as_deref().cloned())
        .unwrap_or_default()
}

fn mark(paragraph: &Paragraph, text: String, setting: Setting<'_>) -> (Shaped, RunStyle) {
    let mut style = leading_style(paragraph);
    style.underline = None;
    style.baseline = 0.0;
    style.highlight = None;
    style.strike = crate::model::text::Strike::None;
    style.spacing = 0.0;
    style.caps = crate::model::text::Caps::None;
    if let Some(Bullet {
        font, color, size, ..
    }) = &paragraph.bullet
    {
        if let Some(font) = font {
            style.font.clone_from(font);
        }
        if let Some(color) = color {
            style.color = color.clone();
        }
        match size {
            Some(Distance::Percent(part)) => style.size *= part.clamp(0.25, 4.0),
            Some(Distance::Points(points)) => style.size = *points,
            None => {}
        }
    }
    let run = Run {
        text,
        style: style.clone(),
        link: None,
        field: None,
    };
    let alone = Paragraph {
        runs: vec![run],
        rtl: paragraph.rtl,
        ..Paragraph::default()
    };
    let shaped = shaping::shape(&alone, setting.fonts, setting.scale, setting.number);
    (shaped, style)
}

fn largest(paragraph: &Paragraph, scale: f64) -> f64 {
    let found = paragraph
        .runs
        .iter()
        .filter(|run| !run.text.is_empty())
        .map(|run| shaping::scaled(run.style.size, scale))
        .fold(0.0, f64::max);
    if found > 0.0 {
        found
    } else {
        shaping::scaled(leading_style(paragraph).size, scale)
    }
}

/// Gives a line its height: 1.2 em of its largest letters, times or instead of what the paragraph asks.
fn measured(paragraph: &Paragraph, shaped: &Shaped, line: Line, setting: Setting<'_>) -> SetLine {
    let mut ascent: f64 = 0.0;
    let mut descent: f64 = 0.0;
    let mut see = |style: &RunStyle| {
        let size = shaping::scaled(style.size, setting.scale) * PITCH;
        let face = setting.fonts.find(&style.font, style.bold, style.italic);
        let share = setting
            .fonts
            .face(face)
            .map_or(0.8, |face| face.ascent_share);
        ascent = ascent.max(size * share);
        descent = descent.max(size * (1.0 - share));
    };
    let mut last = None;
    for cluster in shaped
        .clusters
        .get(line.clusters.clone())
        .unwrap_or_default()
    {
        if last != Some(cluster.run) {
            last = Some(cluster.run);
            if let Some(run) = paragraph.runs.get(cluster.run) {
                see(&run.style);
            }
        }
    }
    if last.is_none() {
        let at = shaped
            .clusters
            .get(line.clusters.start)
            .or(shaped.clusters.last());
        match at.and_then(|cluster| paragraph.runs.get(cluster.run)) {
            Some(run) => see(&run.style),
            None => see(&paragraph
                .end_style
                .as_deref()
                .cloned()
                .unwrap_or_else(|| leading_style(paragraph))),
        }
    }
    let (ascent, descent) = pitch(paragraph.spacing.line, setting.reduction, ascent, descent);
    SetLine {
        line,
        ascent,
        descent,
    }
}

/// Ascent and descent as line spacing changes them: less is taken from above, more goes to both.
fn pitch(spacing: Distance, reduction: f64, ascent: f64, descent: f64) -> (f64, f64) {
    match spacing {
        Distance::Percent(part) if part.is_finite() => {
            let part = (part.clamp(0.0, 20.0) - reduction).max(0.1);
            if part < 1.0 {
                (
                    (ascent - (1.0 - part) * (ascent + descent)).max(0.0),
                    descent,
                )
            } else {
                (ascent * part, descent * part)
            }
        }
        Distance::Points(points) if points.is_finite() => {
            let pitch = points.clamp(0.0, 2000.0);
            let share = ascent / (ascent + descent).max(0.01);
            (pitch * share, pitch * (1.0 - share))
        }
        Distance::Percent(_) | Distance::Points(_) => (ascent, descent),
    }
}
