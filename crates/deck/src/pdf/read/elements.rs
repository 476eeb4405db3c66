//! Elements of a slide: the picture of its page, text boxes where the text stands, and places that can be clicked.

use kurbo::{Rect, Vec2};

use crate::markdown::template::element;
use crate::model::asset::AssetId;
use crate::model::color::{Color, Rgb};
use crate::model::element::{Content, Crop, Element, Picture, Placeholder};
use crate::model::paint::Fill;
use crate::model::text::{BodyStyle, Distance, Link, Paragraph, Run, RunStyle, Spacing, TextBody};
use crate::model::units::{Emu, Frame, Insets, Size};

use super::lines::{Block, Line};

/// The typeface of text whose font has no name.
const NAMELESS: &str = "Arial";
/// The pitch of a line, in parts of the size of its letters.
const PITCH: f64 = 1.2;
/// Where the baseline is in a line, in parts of its pitch.
const BASELINE: f64 = 0.8;
/// A title stands in this part of the page from above,
const TITLE_DEPTH: f64 = 0.45;
/// is so much larger than most of the page's text,
const TITLE_SIZE: f64 = 1.15;
/// and has no more letters.
const TITLE_LENGTH: usize = 200;

/// Where a page of its own size is on a slide of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// EMU on the slide for a point of the page, as points.
    pub(super) scale: f64,
    left: f64,
    top: f64,
    /// The page in points.
    pub(super) page: (f64, f64),
}

impl Place {
    /// As large as it fits, in the middle.
    pub(super) fn fit(page: (f64, f64), slide: Size) -> Self {
        let (width, height) = (slide.width.points(), slide.height.points());
        let scale = (width / page.0).min(height / page.1);
        // Sizes are whole EMU; a page of that very size is not scaled.
        let scale = if (scale - 1.0).abs() < 1e-4 {
            1.0
        } else {
            scale
        };
        Self {
            scale,
            left: (width - page.0 * scale) / 2.0,
            top: (height - page.1 * scale) / 2.0,
            page,
        }
    }

    /// A rectangle of the page on the slide.
    pub(super) fn frame(&self, rect: Rect) -> Frame {
        Frame {
            x: Emu::from_points(self.left + rect.x0 * self.scale),
            y: Emu::from_points(self.top + rect.y0 * self.scale),
            width: Emu::from_points(rect.width() * self.scale),
            height: Emu::from_points(rect.height() * self.scale),
            ..Frame::default()
        }
    }

    fn whole(&self) -> Frame {
        self.frame(Rect::new(0.0, 0.0, self.page.0, self.page.1))
    }
}

/// Elements of one slide, with ids as they come.
pub(super) struct Elements {
    place: Place,
    /// Those so far, lowest first.
    pub(super) list: Vec<Element>,
}

impl Elements {
    /// None yet.
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            list: Vec::new(),
        }
    }

    /// The page as a picture. The text above it says what it shows.
    pub(super) fn picture(&mut self, asset: AssetId) {
        let mut picture = self.next("Page", self.place.whole());
        picture.content = Content::Picture(Picture {
            asset: Some(asset),
            svg: None,
            crop: Crop::default(),
            opacity: 1.0,
            recolor: Vec::new(),
        });
        picture.alt = Some(String::new());
        self.list.push(picture);
    }

    /// Text boxes; answers the title of the page, where one of them seems to be it.
    pub(super) fn text(&mut self, blocks: &[Block]) -> Option<String> {
        let title = title(blocks, self.place.page.1);
        for (at, block) in blocks.iter().enumerate() {
            let Some((frame, body)) = self.body(block) else {
                continue;
            };
            let is_title = title == Some(at);
            let mut shape = self.next(if is_title { "Title" } else { "Text" }, frame);
            shape.placeholder = is_title.then(|| Placeholder {
                role: "title".to_owned(),
                index: None,
            });
            shape.text = Some(body);
            self.list.push(shape);
        }
        let words = blocks.get(title?)?.lines.iter().map(Line::text);
        Some(words.collect::<Vec<_>>().join(" "))
    }

    /// A place that can be clicked. It is filled, since what has no inside takes no clicks, and nothing is seen of it.
    pub(super) fn link(&mut self, rect: Rect, link: Link) {
        let mut area = self.next("Link", self.place.frame(rect));
        area.fill = Some(Fill::Solid {
            color: unseen(Rgb::WHITE),
        });
        area.link = Some(link);
        self.list.push(area);
    }

    fn next(&self, name: &str, frame: Frame) -> Element {
        // The tree of a slide is element 1 in PowerPoint's files.
        let number = self.list.len() + 2;
        element(
            &number.to_string(),
            &format!("{name} {}", number - 1),
            frame,
        )
    }

    /// A block as it stands in its own box, which is turned as its lines are.
    fn body(&self, block: &Block) -> Option<(Frame, TextBody)> {
        let first = block.lines.first()?;
        let (way, down) = (first.way, Vec2::new(-first.way.y, first.way.x));
        let along = |line: &Line| (line.start - first.start).dot(way);
        let left = block.lines.iter().map(along).fold(0.0, f64::min);
        let ends = block
            .lines
            .iter()
            .map(|line| (line.end - first.start).dot(way));
        let right = ends.fold(left, f64::max);
        let mut paragraphs = Vec::with_capacity(block.lines.len());
        let (mut height, mut above) = (0.0, first.start);
        for line in &block.lines {
            let below = (line.start - above).dot(down);
            let pitch = if below > 0.0 {
                below
            } else {
                line.size * PITCH
            };
            paragraphs.push(self.paragraph(line, pitch, along(line) - left));
            height += pitch;
            above = line.start;
        }
        let ascent = first.size * PITCH * BASELINE;
        let middle =
            first.start + way * f64::midpoint(left, right) + down * (height / 2.0 - ascent);
        let box_size = Vec2::new(right - left, height) / 2.0;
        let mut frame = self
            .place
            .frame(Rect::from_points(middle - box_size, middle + box_size));
        let degrees = way.y.atan2(way.x).to_degrees().rem_euclid(360.0);
        frame.rotation = (degrees * 100.0).round() / 100.0 % 360.0;
        let body = BodyStyle {
            insets: Insets {
                left: Emu(0),
                top: Emu(0),
                right: Emu(0),
                bottom: Emu(0),
            },
            wrap: false,
            ..BodyStyle::default()
        };
        Some((frame, TextBody { body, paragraphs }))
    }

    fn paragraph(&self, line: &Line, pitch: f64, margin: f64) -> Paragraph {
        let scale = self.place.scale;
        let runs = line.pieces.iter().map(|piece| Run {
            text: piece.text.clone(),
            style: RunStyle {
                font: piece
                    .look
                    .font
                    .clone()
                    .unwrap_or_else(|| NAMELESS.to_owned()),
                size: tenths(piece.size * scale).clamp(1.0, 4000.0),
                bold: piece.look.bold,
                italic: piece.look.italic,
                color: unseen(piece.look.color.unwrap_or_default()),
                ..RunStyle::default()
            },
            ..Run::default()
        });
        Paragraph {
            runs: runs.filter(|run| !run.text.is_empty()).collect(),
            margin: Emu::from_points(margin * scale),
            spacing: Spacing {
                line: Distance::Points(tenths(pitch * scale)),
                ..Spacing::default()
            },
            ..Paragraph::default()
        }
    }
}

fn tenths(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// The colour that letters have on the picture, with nothing of it seen: they are there to be found and read aloud.
fn unseen(rgb: Rgb) -> Color {
    Color {
        alpha: 0.0,
        ..Color::opaque(rgb)
    }
}

/// Which block is the title: the largest letters in the upper part of the page, where they are larger than most.
fn title(blocks: &[Block], height: f64) -> Option<usize> {
    let mut sizes: Vec<(f64, usize)> = blocks
        .iter()
        .flat_map(|block| &block.lines)
        .map(|line| (line.size, line.text().chars().count()))
        .collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, letters)| letters).sum::<usize>() / 2;
    let mut passed = 0;
    let usual = sizes.iter().find_map(|(size, letters)| {
        passed += letters;
        (passed > half).then_some(*size)
    })?;
    let candidates = blocks.iter().enumerate().filter_map(|(at, block)| {
        let first = block.lines.first()?;
        let upright = first.way.x > 0.999;
        let length: usize = block.lines.iter().map(|l| l.text().chars().count()).sum();
        let says = block
            .lines
            .iter()
            .any(|l| l.text().chars().any(char::is_alphabetic));
        let fits =
            upright && says && length <= TITLE_LENGTH && first.start.y < height * TITLE_DEPTH;
        let alone = blocks.len() == 1;
        (fits && (alone || first.size >= usual * TITLE_SIZE)).then_some((at, first))
    });
    // The first of those that are equally large.
    let best = candidates.reduce(|best, next| {
        if next.1.size > best.1.size {
            next
        } else {
            best
        }
    });
    best.map(|(at, _)| at)
}
