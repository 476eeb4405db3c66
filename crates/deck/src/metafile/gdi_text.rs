//! Text of a device context, set in the bundled faces and stretched to the advances the file asks for.

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

use super::gdi::Gdi;
use super::objects::{LogFont, solid};
use crate::layout::fonts::FontBook;
use crate::layout::page::{Glyph, GlyphRun, Ink, Item, Matrix, mapped, narrow, rectangle};
use crate::layout::symbols;
use crate::model::color::Rgb;

/// Height of a line's box in em, where a font is asked for by its lines.
const LINE: f64 = 1.15;
/// What stands above and below the baseline, in em.
const ASCENT: f64 = 0.9;
const DESCENT: f64 = 0.21;
/// Letters of one piece of text.
const MOST_LETTERS: usize = 4_096;

/// A piece of text and how it is placed.
pub(super) struct Words<'t> {
    pub(super) text: &'t str,
    /// In logical units.
    pub(super) at: (f64, f64),
    /// How far each letter goes on, in logical units; the face's own where there are too few.
    pub(super) advances: &'t [f64],
    /// What is painted behind, or bounds it, in logical units.
    pub(super) rect: Option<[f64; 4]>,
    /// 2 paints the rectangle, 4 bounds the text by it (MS-EMF 2.1.11).
    pub(super) options: u32,
}

/// Letters of one face with their advances, in units of the picture.
pub(super) struct Set {
    pub(super) runs: Vec<GlyphRun>,
    pub(super) width: f64,
}

/// Sets text on a baseline at 0, 0.
pub(super) fn set(
    fonts: &FontBook,
    (text, font): (&str, &LogFont),
    size: f64,
    (rgb, alpha): (Rgb, f64),
    advance: &dyn Fn(usize) -> Option<f64>,
) -> Set {
    let wanted = fonts.find(&font.face, font.bold, font.italic);
    let mut runs: Vec<GlyphRun> = Vec::new();
    let mut pen = 0.0;
    for (index, c) in text.chars().take(MOST_LETTERS).enumerate() {
        let c = symbols::unicode(&font.face, c).unwrap_or(c);
        let (face, _) = fonts.cover(wanted, c);
        let Some(outlines) = fonts.face(face).map(|face| &face.outlines) else {
            continue;
        };
        let id = outlines.charmap().map(c).unwrap_or_default();
        let metrics = outlines.glyph_metrics(Size::new(narrow(size)), LocationRef::default());
        let own = f64::from(metrics.advance_width(id).unwrap_or_default());
        let on = advance(index).unwrap_or(own);
        if c.is_control() {
            pen += on;
            continue;
        }
        if runs.last().is_none_or(|run| run.face != face) {
            runs.push(GlyphRun {
                matrix: Matrix::IDENTITY,
                x: pen,
                y: 0.0,
                face,
                size,
                ink: Ink { rgb, alpha },
                text: String::new(),
                glyphs: Vec::new(),
            });
        }
        if let Some(run) = runs.last_mut() {
            let start = run.text.len();
            run.text.push(c);
            run.glyphs.push(Glyph {
                id: id.to_u32(),
                x: pen - run.x,
                rise: 0.0,
                advance: on,
                text: start..run.text.len(),
            });
        }
        pen += on;
    }
    Set { runs, width: pen }
}

impl Gdi<'_> {
    /// Draws text by the font, the colours and the alignment that are selected.
    pub(super) fn words(&mut self, words: &Words<'_>) {
        if let (Some(rect), true) = (words.rect, words.options & 2 != 0) {
            let behind = super::objects::Brush::Solid(self.state.background);
            self.fill_rect(rect, &behind);
        }
        let [a, b, c, d, ..] = self.matrix().0;
        let growth_x = f64::hypot(a, b);
        let growth_y = f64::hypot(c, d);
        let font = self.state.font.clone();
        let size = match font.height {
            0.0 => 12.0 * growth_y,
            lines if lines > 0.0 => lines * growth_y / LINE,
            letters => -letters * growth_y,
        };
        if size < 1e-6 || words.text.is_empty() || self.path.is_some() {
            return;
        }
        self.canvas.vectors = true;
        let advance = |index: usize| words.advances.get(index).map(|dx| dx * growth_x);
        let ink = (self.state.text_color, 1.0);
        let set = set(self.canvas.fonts, (words.text, &font), size, ink, &advance);
        let clip = self.state.clip.clone();
        if let (Some(rect), true) = (words.rect, words.options & 4 != 0) {
            self.clip_rect(rect);
        }
        let at = self.place(words.at, size, set.width);
        self.draw_set(set, at, &font, size);
        self.state.clip = clip;
    }

    /// Where the baseline starts, turned as the font and the world are.
    fn place(&mut self, at: (f64, f64), size: f64, width: f64) -> Matrix {
        let align = self.state.text_align;
        let current = align & 1 != 0;
        let (x, y) = if current { self.state.position } else { at };
        let matrix = self.matrix();
        let (px, py) = matrix.apply(x, y);
        let [a, b, ..] = self.state.mapping.world.0;
        let turned = b.atan2(a).to_degrees() - self.state.font.escapement / 10.0;
        let left = match align & 0b110 {
            0b110 => -width / 2.0,
            0b010 => -width,
            _ => 0.0,
        };
        let down = match align & 0b1_1000 {
            0b1_1000 => 0.0,
            0b0_1000 => -size * DESCENT,
            _ => size * ASCENT,
        };
        if current && let Some(back) = matrix.inverse() {
            let end = Matrix::rotate_at(turned, 0.0, 0.0).apply(width, 0.0);
            self.state.position = back.apply(px + end.0, py + end.1);
        }
        Matrix::translate(px, py)
            .then_inner(Matrix::rotate_at(turned, 0.0, 0.0))
            .then_inner(Matrix::translate(left, down))
    }

    fn draw_set(&mut self, set: Set, at: Matrix, font: &LogFont, size: f64) {
        let clip = self.state.clip.clone();
        if self.state.opaque {
            let area = rectangle(0.0, -size * ASCENT, set.width, size * (ASCENT + DESCENT));
            let paint = solid(self.state.background);
            self.canvas
                .path(&clip, mapped(&area, at), (Some(paint), false), None);
        }
        let rules = [(font.underline, 0.1), (font.strike, -0.28)];
        for (_, height) in rules.into_iter().filter(|(asked, _)| *asked) {
            let area = rectangle(0.0, size * height, set.width, size * 0.06);
            let paint = solid(self.state.text_color);
            self.canvas
                .path(&clip, mapped(&area, at), (Some(paint), false), None);
        }
        for mut run in set.runs {
            self.canvas.spend(run.glyphs.len());
            run.matrix = at;
            if !run.text.trim().is_empty() {
                self.canvas.draw(&clip, Item::Glyphs(run));
            }
        }
    }
}
