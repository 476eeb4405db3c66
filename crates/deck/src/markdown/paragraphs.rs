//! Lines of Markdown as paragraphs of the deck: bullets, numbers, sizes by level.

use super::super::model::color::Color;
use super::super::model::text::{
    Align, Bullet, BulletMark, Distance, Link, Paragraph, Run, RunStyle, Spacing, Strike,
};
use super::super::model::units::Emu;
use super::block::{Line, Mark, Span};
use super::template::{FONT, MONO, color};

/// How far each level is set in, in EMU.
const STEP: i64 = 342_900;

/// What text looks like where it stands.
#[derive(Clone, Debug)]
pub struct Look {
    /// Size of the first level, in points.
    pub size: f64,
    /// Colour of the letters.
    pub color: Color,
    /// All of it bold.
    pub bold: bool,
    /// How lines are set.
    pub align: Align,
}

/// The style of a span.
fn style(span: &Span, look: &Look, size: f64, quote: bool) -> RunStyle {
    RunStyle {
        font: if span.code { MONO } else { FONT }.to_owned(),
        // Letters of fixed width look larger at the same size.
        size: if span.code { size * 0.9 } else { size },
        bold: span.bold || look.bold,
        italic: span.italic || quote,
        underline: span.link.as_ref().map(|_| "sng".to_owned()),
        strike: if span.strike {
            Strike::Single
        } else {
            Strike::None
        },
        color: if span.link.is_some() {
            color("hlink")
        } else if quote {
            color("accent6")
        } else {
            look.color.clone()
        },
        ..RunStyle::default()
    }
}

/// Spans as runs; neighbours of one style are one run, a hard break is a run by itself.
pub fn runs(spans: &[Span], look: &Look, size: f64, quote: bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for span in spans {
        let run = Run {
            text: span.text.clone(),
            style: style(span, look, size, quote),
            link: span.link.clone().map(Link::Url),
            field: None,
        };
        match runs.last_mut() {
            Some(last)
                if last.style == run.style
                    && last.link == run.link
                    && last.text != "\n"
                    && run.text != "\n" =>
            {
                last.text.push_str(&run.text);
            }
            _ => runs.push(run),
        }
    }
    if let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end_matches(' ').len());
    }
    runs
}

/// Lines as paragraphs.
pub fn paragraphs(lines: &[Line], look: &Look) -> Vec<Paragraph> {
    let mut numbers = Numbers::default();
    lines
        .iter()
        .map(|line| {
            let start = numbers.start_of(line);
            paragraph(line, look, start)
        })
        .collect()
}

fn paragraph(line: &Line, look: &Look, start: u32) -> Paragraph {
    let level = i64::from(line.level);
    let smaller = f64::from(line.level.min(3)) * 2.0;
    let size = match line.heading {
        Some(_) => look.size + 2.0,
        None => (look.size - smaller).max(12.0),
    };
    let in_list = line.mark != Mark::None;
    let mut look = look.clone();
    if line.heading.is_some() {
        look.bold = true;
        look.color = color("accent1");
    }
    let mark = match line.mark {
        Mark::Bullet => Some(BulletMark::Char(
            if line.level.is_multiple_of(2) {
                "•"
            } else {
                "–"
            }
            .to_owned(),
        )),
        Mark::Number(_) => Some(BulletMark::Number {
            scheme: if line.level.is_multiple_of(2) {
                "arabicPeriod"
            } else {
                "alphaLcPeriod"
            }
            .to_owned(),
            start,
        }),
        Mark::None | Mark::Continued => None,
    };
    let hangs = mark.is_some();
    let quoted = if line.quote { STEP } else { 0 };
    Paragraph {
        level: line.level,
        align: look.align,
        margin: Emu(if in_list { (level + 1) * STEP } else { 0 } + quoted),
        indent: Emu(if hangs { -STEP } else { 0 }),
        bullet: mark.map(|mark| Bullet {
            mark,
            font: None,
            color: Some(color("accent1")),
            size: None,
        }),
        spacing: Spacing {
            line: Distance::Percent(1.0),
            before: Distance::Points(if line.level == 0 { 8.0 } else { 4.0 }),
            after: Distance::Points(0.0),
        },
        runs: runs(&line.spans, &look, size, line.quote),
        ..Paragraph::default()
    }
}

/// What each list that is being counted started with: all its items say the same start, as the format wants it.
#[derive(Default)]
struct Numbers {
    /// By level: the start, and the number of the last item.
    open: Vec<Option<(u32, u32)>>,
}

impl Numbers {
    fn start_of(&mut self, line: &Line) -> u32 {
        let level = usize::from(line.level);
        match line.mark {
            Mark::Number(number) => {
                self.open.resize(level + 1, None);
                let Some(slot) = self.open.get_mut(level) else {
                    return number;
                };
                let start = match *slot {
                    Some((start, last)) if last + 1 == number => start,
                    Some(_) | None => number,
                };
                *slot = Some((start, number));
                start
            }
            Mark::None | Mark::Bullet => {
                self.open.truncate(level);
                1
            }
            Mark::Continued => 1,
        }
    }
}
