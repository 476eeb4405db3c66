//! What the parts of a chart are drawn with: fills, lines and letters.

use super::look::{HAIRLINE, Look};
use crate::layout::page::{
    Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, bounds, polyline, rectangle,
};
use crate::layout::paint;
use crate::layout::shaping;
use crate::layout::slide::Scene;
use crate::layout::typeset::{TextBox, typeset};
use crate::model::chart::{Chart, Lettering, LineLook};
use crate::model::color::Color;
use crate::model::paint::{Fill, Line, LineCap, LineJoin};
use crate::model::text::{Align, Anchor, BodyStyle, Paragraph, Run, RunStyle, TextBody};
use crate::model::units::{Emu, Insets};

/// Longer texts are not broken into rows, in bytes, and are cut at once where they have to be, in letters.
const MOST_WRAPPED: usize = 2_000;
const MOST_CUT: usize = 200;

/// A chart being drawn.
pub(super) struct Canvas<'c, 'a> {
    pub(super) scene: &'c mut Scene<'a>,
    pub(super) matrix: Matrix,
    pub(super) chart: &'c Chart,
    /// The whole box of the chart: left, top, width, height.
    pub(super) space: [f64; 4],
    /// What is drawn of which nothing is said.
    pub(super) look: Look,
    /// Size of letters in points.
    pub(super) size: f64,
}

/// The letters of a part.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    pub(super) size: f64,
    color: Color,
    bold: bool,
    italic: bool,
}

impl Letters {
    /// The height of a line.
    pub(super) fn height(&self) -> f64 {
        self.size * 1.2
    }
}

/// Sizes of letters that can be drawn.
pub(super) fn sane(size: Option<f64>) -> Option<f64> {
    size.filter(|size| size.is_finite() && (1.0..=400.0).contains(size))
}

impl Canvas<'_, '_> {
    /// The letters of a part: its own over those of the whole chart.
    pub(super) fn letters(&self, own: &Lettering, bold: bool) -> Letters {
        Letters {
            size: sane(own.size).unwrap_or(self.size),
            color: own.color.clone().unwrap_or_else(|| self.look.text.clone()),
            bold: own.bold.unwrap_or(bold),
            italic: own.italic.unwrap_or(false),
        }
    }

    /// How a line is stroked: as it says, else in an ink and a width in points; `None` where it is not drawn.
    pub(super) fn pen(&self, own: Option<&LineLook>, (usual, width): (Ink, f64)) -> Option<Stroke> {
        let own = own.cloned().unwrap_or_default();
        if own.none {
            return None;
        }
        let ink = own.color.as_ref().map_or(usual, paint::ink);
        let width = own.width.filter(|width| width.is_finite()).unwrap_or(width);
        let color = Color {
            alpha: ink.alpha,
            ..Color::opaque(ink.rgb)
        };
        let line = Line {
            fill: Fill::Solid { color },
            width: Emu::from_points(width.clamp(0.0, 400.0)),
            dash: own.dash,
            cap: LineCap::Flat,
            join: LineJoin::Round,
            compound: None,
            head: None,
            tail: None,
        };
        paint::stroke(&line, self.space)
    }

    /// Draws straight lines from point to point.
    pub(super) fn line(&mut self, points: &[(f64, f64)], pen: Option<&Stroke>) {
        if points.len() > 1 {
            self.shape(polyline(points), (None, pen.cloned()));
        }
    }

    /// Draws an outline, filled and stroked.
    pub(super) fn shape(
        &mut self,
        segments: Vec<Segment>,
        (fill, stroke): (Option<Paint>, Option<Stroke>),
    ) {
        if fill.is_none() && stroke.is_none() {
            return;
        }
        self.scene.items.push(Item::Path(PathItem {
            matrix: self.matrix,
            segments,
            fill,
            even_odd: false,
            stroke,
        }));
    }

    /// Draws an upright rectangle that says what it is painted with; nothing where it does not.
    pub(super) fn area(&mut self, place: [f64; 4], fill: Option<&Fill>, line: Option<&LineLook>) {
        let [x, y, w, h] = place;
        let fill = fill.and_then(|fill| paint::paint(fill, place));
        let pen = line.and_then(|line| self.pen(Some(line), (self.look.line, HAIRLINE)));
        self.shape(rectangle(x, y, w, h), (fill, pen));
    }

    /// The paint of marks over an outline: a fill of their own, else an ink.
    pub(super) fn painted(segments: &[Segment], own: Option<&Fill>, ink: Ink) -> Option<Paint> {
        let Some(own) = own else {
            return Some(Paint::Solid(ink));
        };
        let [left, top, right, bottom] = bounds(segments, Matrix::IDENTITY);
        paint::paint(own, [left, top, right - left, bottom - top])
    }

    /// Writes a text into the middle of a box, row by row.
    pub(super) fn write(
        &mut self,
        place: [f64; 4],
        text: &str,
        (letters, align): (&Letters, Align),
    ) {
        let paragraphs = text
            .lines()
            .map(|line| self.paragraph(line, letters, align));
        let body = BodyStyle {
            insets: Insets {
                left: Emu(0),
                top: Emu(0),
                right: Emu(0),
                bottom: Emu(0),
            },
            anchor: Anchor::Middle,
            wrap: false,
            ..BodyStyle::default()
        };
        let body = TextBody {
            body,
            paragraphs: paragraphs.collect(),
        };
        let matrix = self.matrix;
        typeset(self.scene, &body, TextBox { matrix, place });
    }

    /// Writes a text turned by degrees clockwise about a point, to which it is aligned.
    pub(super) fn write_turned(
        &mut self,
        ((x, y), degrees): ((f64, f64), f64),
        text: &str,
        (letters, align): (&Letters, Align),
    ) {
        let upright = self.matrix;
        if degrees != 0.0 {
            self.matrix = upright.then_inner(Matrix::rotate_at(degrees, x, y));
        }
        self.write([x, y, 0.0, 0.0], text, (letters, align));
        self.matrix = upright;
    }

    fn paragraph(&self, text: &str, letters: &Letters, align: Align) -> Paragraph {
        let style = RunStyle {
            size: letters.size,
            color: letters.color.clone(),
            bold: letters.bold,
            italic: letters.italic,
            font: self.scene.deck.theme.fonts.minor.clone(),
            ..RunStyle::default()
        };
        let run = Run {
            text: text.to_owned(),
            style,
            link: None,
            field: None,
        };
        Paragraph {
            align,
            runs: vec![run],
            ..Paragraph::default()
        }
    }

    /// How wide the widest row of a text is.
    pub(super) fn width(&self, text: &str, letters: &Letters) -> f64 {
        let wide = |line: &str| {
            let paragraph = self.paragraph(line, letters, Align::Left);
            let shaped = shaping::shape(&paragraph, self.scene.fonts, 1.0, "");
            let clusters = shaped.clusters.iter();
            clusters.map(|cluster| cluster.advance).sum::<f64>()
        };
        text.lines().map(wide).fold(0.0, f64::max)
    }

    /// A text that ends in dots where it is wider than that.
    pub(super) fn cut(&self, text: &str, letters: &Letters, width: f64) -> String {
        let mut kept: String = text.chars().take(MOST_CUT).collect();
        let mut shown = kept.clone();
        while self.width(&shown, letters) > width && kept.pop().is_some() {
            shown = format!("{}…", kept.trim_end());
        }
        shown
    }

    /// A text broken between words into rows of a width; words that are wider stand alone.
    pub(super) fn wrapped(&self, text: &str, letters: &Letters, width: f64) -> String {
        if text.len() > MOST_WRAPPED || self.width(text, letters) <= width {
            return text.to_owned();
        }
        let mut rows: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match rows.last_mut() {
                Some(row) if self.width(&format!("{row} {word}"), letters) <= width => {
                    row.push(' ');
                    row.push_str(word);
                }
                _ => rows.push(word.to_owned()),
            }
        }
        rows.join("\n")
    }
}
