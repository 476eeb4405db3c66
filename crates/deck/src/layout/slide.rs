//! Slides become pages: background, what layout and master put under them, then their own elements.

use super::element;
use super::fonts::FontBook;
use super::notes::notes_pages;
use super::page::{Item, Layer, Matrix, Meaning, Page, Pages, PathItem, Segment, rectangle};
use super::paint;
use super::picture::{self, Placing};
use super::recolor;
use super::shade;
use super::tile;
use crate::error::WriteError;
use crate::model::adopted;
use crate::model::asset::AssetSource;
use crate::model::color::Rgb;
use crate::model::deck::Deck;
use crate::model::element::{Content, Element};
use crate::model::geometry::PathShade;
use crate::model::paint::Fill;
use crate::model::slide::Slide;
use crate::model::units::Size;
use crate::watch::Watch;

/// Layers with a mask on one slide at most: each is a picture of its own while it is drawn.
const MOST_MASKS: u32 = 64;

/// What may be asked of a layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayoutOptions {
    /// Whether hidden slides become pages too.
    pub hidden_slides: bool,
    /// Whether a slide that has notes is followed by pages that show them.
    pub notes: bool,
}

/// What is known while a slide is laid out, and what was drawn so far.
pub struct Scene<'a> {
    /// The deck.
    pub deck: &'a Deck,
    /// Where pictures come from.
    pub assets: &'a dyn AssetSource,
    /// The faces.
    pub fonts: &'a FontBook,
    /// What slide-number fields show.
    pub number: usize,
    /// Whether text is the slide's title.
    pub heading: bool,
    /// What was drawn, lowest first.
    pub items: Vec<Item>,
    /// Characters no face has.
    pub missing: Vec<char>,
    /// Layers with a mask that may still be drawn.
    masks: u32,
}

impl<'a> Scene<'a> {
    /// An empty one.
    pub fn new(
        deck: &'a Deck,
        assets: &'a dyn AssetSource,
        fonts: &'a FontBook,
        number: usize,
    ) -> Self {
        Self {
            deck,
            assets,
            fonts,
            number,
            heading: false,
            items: Vec::new(),
            missing: Vec::new(),
            masks: MOST_MASKS,
        }
    }

    /// Whether one more layer may have a mask, which is then counted.
    pub fn afford_mask(&mut self) -> bool {
        let left = self.masks.checked_sub(1);
        self.masks = left.unwrap_or(0);
        left.is_some()
    }

    /// Remembers characters that no face has, each once.
    pub fn note_missing(&mut self, missing: &[char]) {
        for c in missing {
            if !self.missing.contains(c) && self.missing.len() < 256 {
                self.missing.push(*c);
            }
        }
    }

    /// The colour of links, by the theme.
    pub fn hyperlink(&self) -> Option<Rgb> {
        self.deck.theme.colors.get("hlink").copied()
    }

    /// The accent colours of the theme, in order; never empty.
    pub fn accents(&self) -> Vec<Rgb> {
        let found: Vec<Rgb> = (1..=6)
            .filter_map(|n| self.deck.theme.colors.get(&format!("accent{n}")).copied())
            .collect();
        if found.is_empty() {
            vec![Rgb {
                r: 0x44,
                g: 0x72,
                b: 0xC4,
            }]
        } else {
            found
        }
    }
}

/// Lays out every slide that is to be shown.
///
/// # Errors
///
/// `NoSlides` where there are none, `NothingToShow` where all are hidden, `Stopped` where the watcher asked to stop.
pub fn lay_out(
    deck: &Deck,
    assets: &dyn AssetSource,
    fonts: &FontBook,
    options: &LayoutOptions,
    watch: &dyn Watch,
) -> Result<Pages, WriteError> {
    let shown: Vec<usize> = deck
        .slides
        .iter()
        .enumerate()
        .filter(|(_, slide)| options.hidden_slides || !slide.hidden)
        .map(|(index, _)| index)
        .collect();
    if deck.slides.is_empty() {
        return Err(WriteError::NoSlides);
    }
    if shown.is_empty() {
        return Err(WriteError::NothingToShow);
    }
    let mut pages = Vec::with_capacity(shown.len());
    for (done, index) in shown.iter().enumerate() {
        let page = lay_out_slide(deck, *index, assets, fonts)?;
        let mut notes = Vec::new();
        if let (true, Some(slide)) = (options.notes, deck.slides.get(*index)) {
            let mut scene = Scene::new(deck, assets, fonts, index + 1);
            notes = notes_pages(&mut scene, slide, &page);
        }
        pages.push(page);
        pages.append(&mut notes);
        if !watch.step(done + 1, shown.len()) {
            return Err(WriteError::Stopped);
        }
    }
    Ok(Pages {
        pages,
        substitutions: substitutions(deck, fonts),
    })
}

/// Lays out one slide, hidden or not, by its index from 0.
///
/// # Errors
///
/// `Invalid` where there is no such slide.
pub fn lay_out_slide(
    deck: &Deck,
    index: usize,
    assets: &dyn AssetSource,
    fonts: &FontBook,
) -> Result<Page, WriteError> {
    let slide = deck.slides.get(index).ok_or_else(|| WriteError::Invalid {
        detail: format!("there is no slide {}", index + 1),
    })?;
    let (width, height) = page_size(deck.size);
    let mut scene = Scene::new(deck, assets, fonts, index + 1);
    scene.items.push(Item::Begin(Meaning::Decoration));
    background(&mut scene, &slide.background, width, height);
    for element in underlay(deck, slide) {
        element::draw(&mut scene, element, 0);
    }
    scene.items.push(Item::End);
    for element in adopted::elements(deck, slide) {
        element::draw(&mut scene, &element, 0);
    }
    Ok(Page {
        slide: slide.id.clone(),
        number: index + 1,
        title: title(&slide.elements),
        width,
        height,
        items: scene.items,
        missing: scene.missing,
    })
}

/// The page's sides in points, within what a slide may have.
fn page_size(size: Size) -> (f64, f64) {
    let side = |emu: crate::model::units::Emu| emu.clamp(Size::MIN_SIDE, Size::MAX_SIDE).points();
    (side(size.width), side(size.height))
}

fn background(scene: &mut Scene<'_>, fill: &Fill, width: f64, height: f64) {
    let place = [0.0, 0.0, width, height];
    if let Fill::Picture {
        asset,
        crop,
        opacity,
        tile,
        tiling,
        recolor,
    } = fill
    {
        let placing = Placing {
            matrix: Matrix::IDENTITY,
            place,
            crop: *crop,
            clip: Vec::new(),
            opacity: *opacity,
            recolor: recolor::changes(recolor),
            alt: None,
        };
        let there = picture::find(scene, &[asset]).is_some();
        if there && *tile {
            tile::tile(scene, asset, tiling, placing);
        } else if there {
            picture::place(scene, &[asset], placing);
        }
        return;
    }
    let page = rectangle(0.0, 0.0, width, height);
    if shade::draw(
        scene,
        fill,
        (Matrix::IDENTITY, place),
        (&page, PathShade::None),
    ) {
        return;
    }
    if let Some(paint) = paint::paint(fill, place) {
        scene.items.push(Item::Path(PathItem {
            matrix: Matrix::IDENTITY,
            segments: page,
            fill: Some(paint),
            even_odd: false,
            stroke: None,
        }));
    }
}

/// Draws the slide's background once more, within an outline on the page.
pub(super) fn behind(scene: &mut Scene<'_>, clip: Vec<Segment>) {
    let deck = scene.deck;
    let Some(slide) = scene
        .number
        .checked_sub(1)
        .and_then(|at| deck.slides.get(at))
    else {
        return;
    };
    let (width, height) = page_size(deck.size);
    scene.items.push(Item::Open(Layer {
        clip,
        even_odd: false,
        opacity: 1.0,
        mask: Vec::new(),
    }));
    background(scene, &slide.background, width, height);
    scene.items.push(Item::Close);
}

/// What master and layout put under a slide: everything but placeholders, unless slide or layout hide it.
fn underlay<'a>(deck: &'a Deck, slide: &Slide) -> Vec<&'a Element> {
    let layout = slide
        .layout
        .as_ref()
        .and_then(|id| deck.layouts.iter().find(|layout| layout.id == *id));
    let Some(layout) = layout.filter(|_| !slide.hide_master_elements) else {
        return Vec::new();
    };
    let master = deck
        .masters
        .iter()
        .find(|master| master.id == layout.master)
        .filter(|_| !layout.hide_master_elements);
    master
        .iter()
        .flat_map(|master| &master.elements)
        .chain(&layout.elements)
        .filter(|element| element.placeholder.is_none())
        .collect()
}

/// The text of the title placeholder on one line.
fn title(elements: &[Element]) -> Option<String> {
    let element = elements.iter().find(|e| element::is_title(e))?;
    let text = element.text.as_ref()?;
    let words: Vec<&str> = text
        .paragraphs
        .iter()
        .flat_map(|p| &p.runs)
        .map(|run| run.text.as_str())
        .collect();
    let line = words
        .concat()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!line.is_empty()).then_some(line)
}

/// The typefaces that the slides of a deck ask for and that are not there, each with the name of its stand-in.
pub fn substitutions(deck: &Deck, fonts: &FontBook) -> std::collections::BTreeMap<String, String> {
    let mut found = std::collections::BTreeMap::new();
    for slide in &deck.slides {
        collect(&slide.elements, fonts, &mut found);
    }
    found
}

fn collect(
    elements: &[Element],
    fonts: &FontBook,
    found: &mut std::collections::BTreeMap<String, String>,
) {
    for element in elements {
        if let Content::Group { elements } | Content::Diagram { elements } = &element.content {
            collect(elements, fonts, found);
        }
        let runs = element
            .text
            .iter()
            .flat_map(|t| &t.paragraphs)
            .flat_map(|p| &p.runs);
        for run in runs {
            if !found.contains_key(&run.style.font)
                && let Some(stand_in) = fonts.substitute(&run.style.font)
            {
                found.insert(run.style.font.clone(), stand_in.to_owned());
            }
        }
    }
}
