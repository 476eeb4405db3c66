//! Pages become one PDF: exact sizes, embedded subsets, copyable text, links, an outline of titles.

use std::collections::BTreeMap;

use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::destination::XyzDestination;
use krilla::geom::{Point, Rect, Size};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::convert;
use crate::error::WriteError;
use crate::layout::fonts::{FaceId, FontBook};
use crate::layout::page::{GlyphRun, ImageItem, Item, LinkArea, Page, Pages, narrow, rectangle};
use crate::layout::picture;
use crate::model::asset::{AssetId, AssetSource};
use crate::model::text::Link;

/// What is written into a PDF besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// The title.
    pub title: String,
    /// Who made it.
    pub author: Option<String>,
    /// When it was made: year, month, day, hour, minute, second in UTC. Left out where absent, so that the same deck
    /// gives the same bytes.
    pub created: Option<(u16, u8, u8, u8, u8, u8)>,
}

/// Faces and pictures that were met already, and what kinds of picture may be embedded as they are.
struct Stock<'a> {
    fonts: &'a FontBook,
    assets: &'a dyn AssetSource,
    faces: BTreeMap<FaceId, Option<Font>>,
    images: BTreeMap<AssetId, Option<Image>>,
}

/// Writes pages as a PDF.
///
/// # Errors
///
/// `NoSlides` where there are no pages, `Drawing` where the PDF library refuses something.
pub fn write_pdf(
    pages: &Pages,
    assets: &dyn AssetSource,
    fonts: &FontBook,
    options: &PdfOptions,
) -> Result<Vec<u8>, WriteError> {
    if pages.pages.is_empty() {
        return Err(WriteError::NoSlides);
    }
    let mut stock = Stock {
        fonts,
        assets,
        faces: BTreeMap::new(),
        images: BTreeMap::new(),
    };
    let mut document = Document::new();
    let mut outline = Outline::new();
    for (index, page) in pages.pages.iter().enumerate() {
        write_page(&mut document, page, pages, &mut stock)?;
        if let Some(title) = &page.title {
            let top = XyzDestination::new(index, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(title.clone(), top));
        }
    }
    document.set_outline(outline);
    document.set_metadata(metadata(options));
    document.finish().map_err(|error| WriteError::Drawing {
        detail: format!("{error:?}"),
    })
}

fn metadata(options: &PdfOptions) -> Metadata {
    let mut metadata = Metadata::new().creator("SlideCraft".to_owned());
    if !options.title.is_empty() {
        metadata = metadata.title(options.title.clone());
    }
    if let Some(author) = &options.author {
        metadata = metadata.authors(vec![author.clone()]);
    }
    if let Some((year, month, day, hour, minute, second)) = options.created {
        let created = DateTime::new(year)
            .month(month)
            .day(day)
            .hour(hour)
            .minute(minute)
            .second(second);
        metadata = metadata.creation_date(created.utc_offset_hour(0).utc_offset_minute(0));
    }
    metadata
}

fn write_page(
    document: &mut Document,
    page: &Page,
    pages: &Pages,
    stock: &mut Stock<'_>,
) -> Result<(), WriteError> {
    let settings =
        PageSettings::from_wh(narrow(page.width), narrow(page.height)).ok_or_else(|| {
            WriteError::Drawing {
                detail: format!("page {} has no size", page.number),
            }
        })?;
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    for item in &page.items {
        match item {
            Item::Path(path) => {
                let Some(shape) = convert::path(&path.segments) else {
                    continue;
                };
                surface.push_transform(&convert::transform(path.matrix));
                surface.set_fill(path.fill.as_ref().map(convert::fill));
                surface.set_stroke(path.stroke.as_ref().map(convert::stroke));
                surface.draw_path(&shape);
                surface.pop();
            }
            Item::Glyphs(run) => glyphs(&mut surface, run, stock),
            Item::Image(image) => draw_image(&mut surface, image, stock),
            Item::Link(_) => {}
        }
    }
    surface.finish();
    for item in &page.items {
        if let Item::Link(area) = item
            && let Some(annotation) = link(area, page, pages)
        {
            sheet.add_annotation(annotation);
        }
    }
    sheet.finish();
    Ok(())
}

fn glyphs(surface: &mut Surface<'_>, run: &GlyphRun, stock: &mut Stock<'_>) {
    let fonts = stock.fonts;
    let font = stock
        .faces
        .entry(fonts.program(run.face))
        .or_insert_with(|| {
            fonts
                .face(run.face)
                .and_then(|face| Font::new(face.data.into(), face.index))
        });
    let Some(font) = font.clone() else {
        return;
    };
    let size = run.size.max(0.01);
    let mut placed = Vec::with_capacity(run.glyphs.len());
    let mut pen = 0.0;
    for (index, glyph) in run.glyphs.iter().enumerate() {
        // The pen goes on to where the next glyph stands, so that letter spacing is kept.
        let next = run
            .glyphs
            .get(index + 1)
            .map_or(glyph.x + glyph.advance, |next| next.x);
        placed.push(KrillaGlyph::new(
            GlyphId::new(glyph.id),
            narrow((next - pen) / size),
            narrow((glyph.x - pen) / size),
            narrow(glyph.rise / size),
            0.0,
            glyph.text.clone(),
            None,
        ));
        pen = next;
    }
    surface.push_transform(&convert::transform(run.matrix));
    let paint = crate::layout::page::Paint::Solid(run.ink);
    surface.set_fill(Some(convert::fill(&paint)));
    surface.set_stroke(None);
    let start = Point::from_xy(narrow(run.x), narrow(run.y));
    surface.draw_glyphs(start, &placed, font, &run.text, narrow(size), false);
    surface.pop();
}

fn draw_image(surface: &mut Surface<'_>, item: &ImageItem, stock: &mut Stock<'_>) {
    let assets = stock.assets;
    let image = stock
        .images
        .entry(item.asset.clone())
        .or_insert_with(|| assets.asset(&item.asset).and_then(|bytes| load(&bytes)));
    let Some(image) = image.clone() else {
        return;
    };
    let [x, y, w, h] = item.place;
    let crop = item.crop;
    let (full_w, full_h) = (
        w / (1.0 - crop.left - crop.right),
        h / (1.0 - crop.top - crop.bottom),
    );
    let clip = if item.clip.is_empty() {
        rectangle(x, y, w, h)
    } else {
        item.clip.clone()
    };
    let (Some(clip), Some(size)) = (
        convert::path(&clip),
        Size::from_wh(narrow(full_w), narrow(full_h)),
    ) else {
        return;
    };
    let corner =
        crate::layout::page::Matrix::translate(x - crop.left * full_w, y - crop.top * full_h);
    surface.push_transform(&convert::transform(item.matrix));
    surface.push_clip_path(&clip, &krilla::paint::FillRule::NonZero);
    surface.push_opacity(convert::part(item.opacity));
    surface.push_transform(&convert::transform(corner));
    surface.draw_image(image, size);
    for _ in 0..4 {
        surface.pop();
    }
}

/// A picture for embedding: JPEG as it is once it is known to decode, everything else by its pixels.
fn load(bytes: &[u8]) -> Option<Image> {
    let pixels = picture::decode(bytes)?;
    if bytes.starts_with(&[0xFF, 0xD8])
        && let Ok(image) = Image::from_jpeg(bytes.to_vec().into(), true)
    {
        return Some(image);
    }
    let (width, height) = pixels.dimensions();
    Some(Image::from_rgba8(pixels.into_raw(), width, height))
}

fn link(area: &LinkArea, page: &Page, pages: &Pages) -> Option<Annotation> {
    let [left, top, right, bottom] = area.bounds.map(narrow);
    let rect = Rect::from_ltrb(left, top, right, bottom)?;
    let at = |index: usize| {
        Target::Destination(XyzDestination::new(index, Point::from_xy(0.0, 0.0)).into())
    };
    let here = pages
        .pages
        .iter()
        .position(|other| other.slide == page.slide)?;
    let last = pages.pages.len().checked_sub(1)?;
    let target = match &area.link {
        Link::Url(url) => Target::Action(Action::Link(LinkAction::new(url.clone()))),
        Link::Slide(id) => at(pages.pages.iter().position(|other| other.slide == *id)?),
        Link::Action(action) => match action.as_str() {
            "nextslide" => at((here + 1).min(last)),
            "previousslide" => at(here.saturating_sub(1)),
            "firstslide" => at(0),
            "lastslide" => at(last),
            _ => return None,
        },
    };
    Some(Annotation::new_link(
        LinkAnnotation::new(rect, target),
        None,
    ))
}
