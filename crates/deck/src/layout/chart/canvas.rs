//! What the parts of a chart are drawn with: fills, lines, letters, and the colours of series.

use crate::layout::page::{
    Ink, Item, Matrix, Paint, PathItem, Segment, Stroke, polyline, rectangle,
};
use crate::layout::paint::ink;
use crate::layout::shaping;
use crate::layout::slide::Scene;
use crate::layout::typeset::{TextBox, typeset};
use crate::model::chart::{Chart, Series};
use crate::model::color::{Color, Rgb};
use crate::model::paint::{LineCap, LineJoin};
use crate::model::text::{Align, Anchor, BodyStyle, Paragraph, Run, RunStyle, TextBody};
use crate::model::units::{Emu, Insets};

/// Letters and axes.
pub(super) const GREY: Ink = grey(0x59);
/// Lines across the plot.
pub(super) const PALE: Ink = grey(0xD9);
/// Widths of lines across the plot and of axes, in points.
pub(super) const HAIRLINE: f64 = 0.75;

const fn grey(v: u8) -> Ink {
    Ink {
        rgb: Rgb { r: v, g: v, b: v },
        alpha: 1.0,
    }
}

/// A chart being drawn.
pub(super) struct Canvas<'c, 'a> {
    pub(super) scene: &'c mut Scene<'a>,
    pub(super) matrix: Matrix,
    pub(super) chart: &'c Chart,
    /// Size of its letters in points.
    pub(super) size: f64,
}

impl Canvas<'_, '_> {
    /// The height of a line of its letters.
    pub(super) fn line_height(&self) -> f64 {
        self.size * 1.2
    }

    /// Fills an outline.
    pub(super) fn fill(&mut self, segments: Vec<Segment>, ink: Ink) {
        self.push(segments, Some(ink), None);
    }

    /// Fills an upright rectangle between two corners, in any order.
    pub(super) fn bar(&mut self, (a, b): (f64, f64), (c, d): (f64, f64), ink: Ink) {
        let segments = rectangle(a.min(c), b.min(d), (a - c).abs(), (b - d).abs());
        self.fill(segments, ink);
    }

    /// Draws straight lines from point to point.
    pub(super) fn line(&mut self, points: &[(f64, f64)], ink: Ink, width: f64) {
        if points.len() > 1 {
            self.push(polyline(points), None, Some((ink, width)));
        }
    }

    fn push(&mut self, segments: Vec<Segment>, fill: Option<Ink>, line: Option<(Ink, f64)>) {
        let stroke = line.map(|(ink, width)| Stroke {
            paint: Paint::Solid(ink),
            width,
            dashes: Vec::new(),
            cap: LineCap::Flat,
            join: LineJoin::Round,
        });
        self.scene.items.push(Item::Path(PathItem {
            matrix: self.matrix,
            segments,
            fill: fill.map(Paint::Solid),
            even_odd: false,
            stroke,
        }));
    }

    /// Writes a text of the usual size into the middle of a box.
    pub(super) fn label(&mut self, place: [f64; 4], text: &str, align: Align) {
        self.write(place, text, (self.size, align));
    }

    /// Writes a text into the middle of a box.
    pub(super) fn write(&mut self, place: [f64; 4], text: &str, (size, align): (f64, Align)) {
        let paragraphs = text.lines().map(|line| self.paragraph(line, size, align));
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

    /// Writes a text that reads upwards, about a point.
    pub(super) fn write_upwards(&mut self, (x, y): (f64, f64), text: &str) {
        let upright = self.matrix;
        self.matrix = upright.then_inner(Matrix::rotate_at(-90.0, x, y));
        self.label([x, y, 0.0, 0.0], text, Align::Center);
        self.matrix = upright;
    }

    fn paragraph(&self, text: &str, size: f64, align: Align) -> Paragraph {
        let style = RunStyle {
            size,
            color: Color::opaque(GREY.rgb),
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

    /// How wide a text of the usual size is.
    pub(super) fn width(&self, text: &str) -> f64 {
        let paragraph = self.paragraph(text, self.size, Align::Left);
        let shaped = shaping::shape(&paragraph, self.scene.fonts, 1.0, "");
        shaped.clusters.iter().map(|cluster| cluster.advance).sum()
    }

    /// The colour of a series, or of one of its points: its own, else the theme's accents in turn.
    pub(super) fn ink(&self, series: &Series, index: usize, point: Option<usize>) -> Ink {
        let own = point.and_then(|at| {
            let mut points = series.points.iter();
            points.find(|p| usize::try_from(p.index) == Ok(at))
        });
        let own = own.map(|point| &point.color).or(series.color.as_ref());
        let accents = self.scene.accents();
        let turn = accents.get(index % accents.len()).copied();
        own.map_or(
            Ink {
                rgb: turn.unwrap_or(GREY.rgb),
                alpha: 1.0,
            },
            ink,
        )
    }
}
