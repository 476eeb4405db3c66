//! Notes pages: the slide small, and under it what its speaker says, over as many pages as that takes.

use super::flow::{self, Setting};
use super::page::{Ink, Item, Matrix, Meaning, Page, Paint, PathItem, Stroke, mapped, rectangle};
use super::slide::Scene;
use super::typeset::{TextBox, typeset};
use crate::model::color::Rgb;
use crate::model::paint::{LineCap, LineJoin};
use crate::model::slide::Slide;
use crate::model::text::{BodyStyle, Paragraph, Run, TextBody};

/// A page of 7.5 by 10 inches, PowerPoint's own, in points.
const PAGE: (f64, f64) = (540.0, 720.0);
/// Space around everything.
const MARGIN: f64 = 36.0;
/// The most height a slide takes.
const SLIDE_HEIGHT: f64 = 300.0;
/// Pages that the notes of one slide take at most.
const MOST_PAGES: usize = 50;

/// The notes pages of a slide that was laid out; none where nothing is said.
pub fn notes_pages(scene: &mut Scene<'_>, slide: &Slide, shown: &Page) -> Vec<Page> {
    let said = slide
        .notes
        .as_ref()
        .map(|notes| notes.paragraphs.as_slice());
    let mut left: Vec<Paragraph> = said.unwrap_or_default().to_vec();
    left.reverse();
    let is_blank = |p: &Paragraph| p.runs.iter().all(|run| run.text.trim().is_empty());
    if left.iter().all(is_blank) {
        return Vec::new();
    }
    let mut pages = Vec::new();
    while !left.is_empty() && pages.len() < MOST_PAGES {
        let mut top = MARGIN;
        if pages.is_empty() {
            top += small_slide(scene, shown) + MARGIN / 2.0;
        }
        let place = [MARGIN, top, PAGE.0 - 2.0 * MARGIN, PAGE.1 - MARGIN - top];
        let paragraphs = fill(scene, &mut left, place);
        let body = TextBody {
            body: BodyStyle::default(),
            paragraphs,
        };
        let matrix = Matrix::IDENTITY;
        typeset(scene, &body, TextBox { matrix, place });
        pages.push(Page {
            slide: slide.id.clone(),
            number: shown.number,
            title: None,
            width: PAGE.0,
            height: PAGE.1,
            items: std::mem::take(&mut scene.items),
            missing: std::mem::take(&mut scene.missing),
        });
    }
    pages
}

/// Draws the slide at the top in a frame; answers its height.
fn small_slide(scene: &mut Scene<'_>, shown: &Page) -> f64 {
    let width = PAGE.0 - 2.0 * MARGIN;
    let scale = (width / shown.width).min(SLIDE_HEIGHT / shown.height);
    let (w, h) = (shown.width * scale, shown.height * scale);
    let left = (PAGE.0 - w) / 2.0;
    let at = Matrix([scale, 0.0, 0.0, scale, left, MARGIN]);
    let said = format!("Slide {}", shown.number);
    scene.items.push(Item::Begin(Meaning::Figure(Some(said))));
    for item in &shown.items {
        let mut item = item.clone();
        match &mut item {
            Item::Path(path) => path.matrix = at.then_inner(path.matrix),
            Item::Glyphs(run) => run.matrix = at.then_inner(run.matrix),
            Item::Image(image) => image.matrix = at.then_inner(image.matrix),
            Item::Open(layer) => layer.clip = mapped(&layer.clip, at),
            Item::Close => {}
            Item::Link(_) | Item::Begin(_) | Item::End => continue,
        }
        scene.items.push(item);
    }
    let grey = Rgb {
        r: 0x7F,
        g: 0x7F,
        b: 0x7F,
    };
    let paint = Paint::Solid(Ink {
        rgb: grey,
        alpha: 1.0,
    });
    scene.items.push(Item::Path(PathItem {
        matrix: Matrix::IDENTITY,
        segments: rectangle(left, MARGIN, w, h),
        fill: None,
        even_odd: false,
        stroke: Some(Stroke {
            paint,
            width: 0.5,
            dashes: Vec::new(),
            cap: LineCap::Flat,
            join: LineJoin::Miter,
        }),
    }));
    scene.items.push(Item::End);
    h
}

/// Takes paragraphs, the next one last, as long as they fit; one that fits no page by itself is cut in two.
fn fill(
    scene: &Scene<'_>,
    left: &mut Vec<Paragraph>,
    [.., width, height]: [f64; 4],
) -> Vec<Paragraph> {
    let mut taken = Vec::new();
    while let Some(next) = left.pop() {
        taken.push(next);
        if tall(scene, &taken, width) <= height {
            continue;
        }
        let Some(next) = taken.pop() else {
            break;
        };
        if !taken.is_empty() {
            left.push(next);
            break;
        }
        let Some((first, second)) = halves(&next) else {
            taken.push(next);
            break;
        };
        left.extend([second, first]);
    }
    taken
}

fn tall(scene: &Scene<'_>, paragraphs: &[Paragraph], width: f64) -> f64 {
    let number = scene.number.to_string();
    let setting = Setting {
        fonts: scene.fonts,
        number: &number,
        scale: 1.0,
        reduction: 0.0,
    };
    let body = TextBody {
        body: BodyStyle::default(),
        paragraphs: paragraphs.to_vec(),
    };
    flow::total_height(&flow::set(&body, width, f64::INFINITY, setting))
}

/// A paragraph cut at a space near its middle.
fn halves(paragraph: &Paragraph) -> Option<(Paragraph, Paragraph)> {
    let total: usize = paragraph.runs.iter().map(|run| run.text.len()).sum();
    let mut before = 0;
    for (index, run) in paragraph.runs.iter().enumerate() {
        let end = before + run.text.len();
        if end * 2 < total {
            before = end;
            continue;
        }
        let middle = (total / 2).saturating_sub(before);
        let middle = (0..=middle)
            .rev()
            .find(|at| run.text.is_char_boundary(*at))?;
        let (head, tail) = run.text.split_at(middle);
        let cut = head
            .rfind(' ')
            .or_else(|| tail.find(' ').map(|at| at + middle))?;
        let part = |text: &str| Run {
            text: text.to_owned(),
            ..run.clone()
        };
        let (head, tail) = run.text.split_at(cut);
        let mut first = paragraph.clone();
        first.runs.truncate(index);
        first.runs.push(part(head));
        let mut second = paragraph.clone();
        second.runs.drain(..=index);
        second.runs.insert(0, part(tail.trim_start()));
        second.bullet = None;
        let shorter = |p: &Paragraph| p.runs.iter().map(|r| r.text.len()).sum::<usize>() < total;
        return (shorter(&first) && shorter(&second)).then_some((first, second));
    }
    None
}
