//! From glyphs to words, lines and blocks: what stands close enough together on one baseline, and which lines belong together.
//!
//! All distances are in parts of the size of the letters.

use kurbo::{Point, Vec2};

use super::survey::{Glyph, Look};

/// A gap this wide is a space.
const SPACE: f64 = 0.12;
/// A gap this wide ends a line: what follows is another column or cell.
const COLUMN: f64 = 1.5;
/// Glyphs that stand back by more than this begin anew.
const BACK: f64 = -0.6;
/// Glyphs that are raised or lowered by more than this begin anew.
const RAISED: f64 = 0.45;
/// Glyphs that are drawn again this near are the shadow or the weight of the first.
const AGAIN: f64 = 0.12;
/// How many glyphs back a glyph may be drawn again: a line is at times drawn whole, and then once more.
const MEMORY: usize = 256;
/// Lines of one block are this far apart, at least and at most.
const LEADING: std::ops::Range<f64> = 0.7..1.9;
/// Lines whose sizes differ by more than this part are of different blocks.
const ALIKE: f64 = 0.12;

/// Letters of one look.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) look: Look,
    /// In points.
    pub(super) size: f64,
}

/// Letters on one baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    /// Where the baseline begins, in points.
    pub(super) start: Point,
    /// Where it ends.
    pub(super) end: Point,
    /// Which way it runs; of length one.
    pub(super) way: Vec2,
    /// The size of its largest letters in points.
    pub(super) size: f64,
}

/// Lines below each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    /// At least one.
    pub(super) lines: Vec<Line>,
}

impl Line {
    fn begin(glyph: &Glyph) -> Option<Self> {
        let length = glyph.advance.hypot();
        let way = if length > 0.0 {
            glyph.advance / length
        } else {
            Vec2::new(1.0, 0.0)
        };
        // A line that begins with a space begins after it.
        let visible = !glyph.text.trim().is_empty();
        visible.then(|| Self {
            pieces: vec![Piece {
                text: letters(&glyph.text),
                look: glyph.look.clone(),
                size: glyph.size,
            }],
            start: glyph.at,
            end: glyph.at + glyph.advance,
            way,
            size: glyph.size,
        })
    }

    /// All of its letters.
    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|piece| &*piece.text).collect()
    }

    /// How far along the line a point is from its end, and how far below it.
    fn beyond_end(&self, at: Point) -> (f64, f64) {
        let off = at - self.end;
        (off.dot(self.way), self.way.cross(off))
    }

    /// Adds a glyph that goes on where the line ends; `false` where it does not.
    fn take(&mut self, glyph: &Glyph) -> bool {
        let em = self.size.max(glyph.size);
        let (gap, below) = self.beyond_end(glyph.at);
        let turned = glyph.advance.cross(self.way).abs() > 0.05 * glyph.advance.hypot();
        let backwards = glyph.advance.dot(self.way) < 0.0;
        let apart = !(BACK * em..COLUMN * em).contains(&gap) || below.abs() > RAISED * em;
        if turned || backwards || apart {
            return false;
        }
        let text = letters(&glyph.text);
        let spaced = self
            .pieces
            .last()
            .is_some_and(|piece| piece.text.ends_with(' '));
        let space = gap > SPACE * em.min(glyph.size) && !spaced && !text.starts_with(' ');
        self.add(if space { " " } else { "" }, &text, glyph);
        let (ahead, _) = self.beyond_end(glyph.at + glyph.advance);
        self.end += self.way * ahead.max(0.0);
        if !text.trim().is_empty() {
            self.size = self.size.max(glyph.size);
        }
        true
    }

    fn add(&mut self, space: &str, text: &str, glyph: &Glyph) {
        let blank = text.trim().is_empty();
        let last = self.pieces.last_mut();
        match last {
            Some(piece)
                if blank
                    || (piece.look == glyph.look && (piece.size - glyph.size).abs() < 0.05) =>
            {
                piece.text.push_str(space);
                piece.text.push_str(text);
            }
            last => {
                if let Some(piece) = last {
                    piece.text.push_str(space);
                }
                self.pieces.push(Piece {
                    text: text.to_owned(),
                    look: glyph.look.clone(),
                    size: glyph.size,
                });
            }
        }
    }

    /// Takes spaces off the end.
    fn ended(mut self) -> Self {
        if let Some(last) = self.pieces.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        self
    }
}

/// Letters as they are written: ligatures apart, and every space the usual one.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ﬀ' => out.push_str("ff"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬃ' => out.push_str("ffi"),
            'ﬄ' => out.push_str("ffl"),
            'ﬅ' | 'ﬆ' => out.push_str("st"),
            '\u{AD}' => out.push('-'),
            letter if letter.is_whitespace() => out.push(' '),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Lines of glyphs, in the order they are drawn.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Option<Line> = None;
    for (at, glyph) in glyphs.iter().enumerate() {
        let before = &glyphs[at.saturating_sub(MEMORY)..at];
        if before.iter().rev().any(|known| is_again(known, glyph)) {
            continue;
        }
        if open.as_mut().is_some_and(|line| line.take(glyph)) {
            continue;
        }
        lines.extend(open.take().map(Line::ended));
        open = Line::begin(glyph);
    }
    lines.extend(open.map(Line::ended));
    lines
}

fn is_again(known: &Glyph, glyph: &Glyph) -> bool {
    known.at.distance(glyph.at) < AGAIN * glyph.size
        && known.text == glyph.text
        && !glyph.text.trim().is_empty()
}

/// Blocks of lines, in the order their first lines are drawn.
pub(super) fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines {
        match blocks.last_mut() {
            Some(block) if block.goes_on(&line) => block.lines.push(line),
            _ => blocks.push(Block { lines: vec![line] }),
        }
    }
    blocks
}

impl Block {
    /// Whether a line is the next of this block.
    fn goes_on(&self, line: &Line) -> bool {
        let Some(last) = self.lines.last() else {
            return false;
        };
        let em = last.size.max(line.size);
        let off = line.start - last.start;
        let (along, below) = (off.dot(last.way), last.way.cross(off));
        let length = |line: &Line| (line.end - line.start).hypot();
        let beside = along < length(last) && along + length(line) > 0.0;
        let parallel = line.way.dot(last.way) > 0.999;
        let alike = (last.size - line.size).abs() <= ALIKE * em;
        parallel && alike && beside && LEADING.contains(&(below / em))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 on.
    fn numbers() -> impl Iterator<Item = f64> {
        (0_u8..).map(f64::from)
    }

    /// A word of 10 points in letters half as wide as high.
    fn word(text: &str, x: f64, y: f64) -> Vec<Glyph> {
        let step = Vec2::new(5.0, 0.0);
        let glyph = |(at, letter): (f64, char)| Glyph {
            text: letter.to_string(),
            at: Point::new(x, y) + step * at,
            advance: step,
            size: 10.0,
            look: Look::default(),
        };
        numbers().zip(text.chars()).map(glyph).collect()
    }

    fn told(glyphs: &[Glyph]) -> Vec<String> {
        lines(glyphs).iter().map(Line::text).collect()
    }

    #[test]
    fn a_gap_is_a_space_and_a_wide_one_ends_the_line() {
        let near = [word("two", 0.0, 0.0), word("words", 17.0, 0.0)].concat();
        assert_eq!(told(&near), ["two words"]);
        let kerned = [word("A", 0.0, 0.0), word("V", 4.0, 0.0)].concat();
        assert_eq!(told(&kerned), ["AV"]);
        let cells = [word("one", 0.0, 0.0), word("two", 40.0, 0.0)].concat();
        assert_eq!(told(&cells), ["one", "two"]);
        let spaced = [word("a ", 0.0, 0.0), word("b ", 13.0, 0.0)].concat();
        assert_eq!(told(&spaced), ["a b"]);
    }

    #[test]
    fn shadows_of_letters_are_no_letters() {
        let twice = [word("Title", 0.0, 0.0), word("Title", 0.5, 0.5)].concat();
        assert_eq!(told(&twice), ["Title"]);
        assert_eq!(told(&word("aa", 0.0, 0.0)), ["aa"]);
    }

    #[test]
    fn ligatures_are_written_apart() {
        assert_eq!(told(&word("o\u{FB03}ce", 0.0, 0.0)), ["office"]);
    }

    #[test]
    fn text_that_is_turned_is_a_line_of_its_own() {
        let mut turned = word("up", 0.0, 0.0);
        for (at, glyph) in numbers().zip(&mut turned) {
            glyph.advance = Vec2::new(0.0, -5.0);
            glyph.at = Point::new(15.0, -5.0 * at);
        }
        let both = [word("one", 0.0, 0.0), turned].concat();
        assert_eq!(told(&both), ["one", "up"]);
    }

    #[test]
    fn lines_below_each_other_are_a_block_and_others_are_not() {
        let page = [
            word("first", 0.0, 0.0),
            word("second", 2.0, 12.0),
            word("far below", 0.0, 60.0),
            word("beside", 200.0, 72.0),
        ];
        let blocks = blocks(lines(&page.concat()));
        let counts: Vec<usize> = blocks.iter().map(|block| block.lines.len()).collect();
        assert_eq!(counts, [2, 1, 1]);
    }
}
