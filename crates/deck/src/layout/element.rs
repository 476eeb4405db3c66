//! One element: its outline, its picture or table or chart, and its text.

use super::arrow;
use super::chart;
use super::compound;
use super::glow::Edge;
use super::outline::{self, Outline};
use super::page::{
    Item, LinkArea, Matrix, Meaning, Paint, PathItem, Segment, Stroke, bounds, mapped, rectangle,
};
use super::paint;
use super::picture::{self, Placing};
use super::recolor;
use super::slide::{self, Scene};
use super::table;
use super::tile;
use super::typeset::{TextBox, typeset};
use super::{effects, shade};
use crate::model::asset::AssetId;
use crate::model::element::{Content, Crop, Element, Media, Ole};
use crate::model::paint::Fill;
use crate::model::recolor::Recolor;
use crate::model::units::Frame;

/// Groups nest no deeper than this; what is below is not drawn.
const MAX_DEPTH: usize = 32;

/// Draws an element and what is in it.
pub fn draw(scene: &mut Scene<'_>, element: &Element, depth: usize) {
    if element.hidden || depth > MAX_DEPTH {
        return;
    }
    match &element.content {
        Content::Group { elements } | Content::Diagram { elements } => {
            for child in elements {
                draw(scene, child, depth + 1);
            }
        }
        Content::Table(content) => table::draw(scene, content, element),
        Content::Chart { chart } => {
            let said = element.alt.clone().or_else(|| chart.title.clone());
            scene.items.push(Item::Begin(Meaning::Figure(said)));
            chart::draw(scene, chart, placed(&element.frame));
            scene.items.push(Item::End);
        }
        Content::Picture(p) => {
            // The vector form comes first: it is sharp at any size.
            let forms: Vec<_> = p.svg.iter().chain(&p.asset).collect();
            picture(scene, element, &forms, (p.crop, p.opacity, &p.recolor));
        }
        Content::Media(Media { poster, .. }) | Content::Ole(Ole { poster, .. }) => {
            let poster: Vec<_> = poster.iter().collect();
            picture(scene, element, &poster, (Crop::default(), 1.0, &[]));
        }
        Content::Shape | Content::Connector { .. } => shape(scene, element),
    }
    if let Some(link) = &element.link {
        let (matrix, [x, y, w, h]) = placed(&element.frame);
        let bounds = bounds(&rectangle(x, y, w, h), matrix);
        scene.items.push(Item::Link(LinkArea {
            bounds,
            link: link.clone(),
        }));
    }
}

/// Where a frame's own upright coordinates go, and its box in points.
pub fn placed(frame: &Frame) -> (Matrix, [f64; 4]) {
    let place = [
        frame.x.clamped().points(),
        frame.y.clamped().points(),
        frame.width.clamped().points().max(0.0),
        frame.height.clamped().points().max(0.0),
    ];
    let [x, y, w, h] = place;
    let (cx, cy) = (x + w / 2.0, y + h / 2.0);
    let rotation = if frame.rotation.is_finite() {
        frame.rotation
    } else {
        0.0
    };
    let mut matrix = Matrix::IDENTITY;
    if rotation != 0.0 {
        matrix = Matrix::rotate_at(rotation, cx, cy);
    }
    if frame.flip_h || frame.flip_v {
        matrix = matrix.then_inner(Matrix::flip_at(frame.flip_h, frame.flip_v, cx, cy));
    }
    (matrix, place)
}

fn shape(scene: &mut Scene<'_>, element: &Element) {
    let (matrix, place) = placed(&element.frame);
    let outline = outline::outline(element.geometry.as_ref(), place);
    let said = element.alt.clone().filter(|said| !said.is_empty());
    scene.items.push(Item::Begin(match said {
        Some(said) => Meaning::Figure(Some(said)),
        None => Meaning::Decoration,
    }));
    let segments = seen(element, &outline);
    let edge = Edge {
        matrix,
        segments: &segments,
        width: line_width(element),
        density: density(element, &outline, place),
    };
    let effects = element.effects.as_ref();
    effects::below(scene, effects, edge);
    let begun = effects::begin(scene, effects, edge);
    outline_items(scene, element, &outline, (matrix, place));
    effects::end(scene, effects, edge, begun);
    scene.items.push(Item::End);
    text(scene, element, &outline);
}

fn outline_items(
    scene: &mut Scene<'_>,
    element: &Element,
    outline: &Outline,
    (matrix, place): (Matrix, [f64; 4]),
) {
    let stroke = element
        .line
        .as_ref()
        .and_then(|line| paint::stroke(line, place));
    for path in &outline.paths {
        let fill = element.fill.as_ref().filter(|_| path.filled);
        if let Some(Fill::Picture {
            asset,
            crop,
            opacity,
            tile,
            tiling,
            recolor,
        }) = fill
        {
            let placing = Placing {
                matrix,
                place,
                crop: *crop,
                clip: path.segments.clone(),
                opacity: *opacity,
                recolor: recolor::changes(recolor),
                alt: element.alt.clone(),
            };
            if *tile {
                tile::tile(scene, asset, tiling, placing);
            } else {
                picture::place(scene, &[asset], placing);
            }
        }
        if fill == Some(&Fill::Background) {
            slide::behind(scene, mapped(&path.segments, matrix));
        }
        let within = (path.segments.as_slice(), path.shade);
        let nested = fill.is_some_and(|fill| shade::draw(scene, fill, (matrix, place), within));
        let fill = fill
            .filter(|_| !nested)
            .and_then(|fill| paint::paint(fill, place))
            .map(|paint| paint::shaded(paint, path.shade));
        let line = element.line.as_ref().filter(|_| path.stroked);
        let Some((line, stroke)) = line.zip(stroke.as_ref()) else {
            paths(scene, (matrix, path.segments.clone()), (fill, None));
            continue;
        };
        let shown = arrow::pointed(line, stroke, &path.segments);
        let mut strokes = compound::strokes(line.compound.as_deref(), stroke, &shown.segments);
        if strokes.len() == 1 && shown.segments == path.segments {
            let own = strokes.pop().map(|(_, own)| own);
            paths(scene, (matrix, path.segments.clone()), (fill, own));
        } else {
            paths(scene, (matrix, path.segments.clone()), (fill, None));
            for (segments, own) in strokes {
                paths(scene, (matrix, segments), (None, Some(own)));
            }
        }
        arrow::heads(scene, line, stroke, (matrix, &shown));
    }
}

/// A path, where there is something to see of it.
fn paths(
    scene: &mut Scene<'_>,
    (matrix, segments): (Matrix, Vec<Segment>),
    (fill, stroke): (Option<Paint>, Option<Stroke>),
) {
    if fill.is_some() || stroke.is_some() {
        scene.items.push(Item::Path(PathItem {
            matrix,
            segments,
            fill,
            even_odd: false,
            stroke,
        }));
    }
}

/// The outline that effects are about: of what is filled, or of all where nothing is.
fn seen(element: &Element, outline: &Outline) -> Vec<Segment> {
    if element.effects.is_none() {
        return Vec::new();
    }
    let any = outline.paths.iter().any(|path| path.filled);
    let paths = outline.paths.iter().filter(|path| path.filled || !any);
    paths.flat_map(|path| path.segments.clone()).collect()
}

/// How dense what fills an element with effects is, 0 to 1.
fn density(element: &Element, outline: &Outline, place: [f64; 4]) -> f64 {
    let filled = outline.paths.iter().any(|path| path.filled);
    if element.effects.is_none() || !filled {
        return 0.0;
    }
    match &element.fill {
        Some(Fill::Picture { opacity, .. }) => *opacity,
        Some(Fill::Background) => 1.0,
        Some(fill) => paint::paint(fill, place).map_or(0.0, |paint| paint::density(&paint)),
        None => 0.0,
    }
}

/// How wide the line of an element with effects is drawn, in points; 0 where it has none.
fn line_width(element: &Element) -> f64 {
    let line = element.line.as_ref().filter(|_| element.effects.is_some());
    let stroke = line.and_then(|line| paint::stroke(line, [0.0, 0.0, 1.0, 1.0]));
    stroke.map_or(0.0, |stroke| stroke.width)
}

fn text(scene: &mut Scene<'_>, element: &Element, outline: &Outline) {
    let Some(body) = &element.text else {
        return;
    };
    if body
        .paragraphs
        .iter()
        .all(|p| p.runs.iter().all(|run| run.text.is_empty()))
    {
        return;
    }
    // Text turns with its shape but is never mirrored; upside down it stands on its head.
    let frame = Frame {
        flip_h: false,
        flip_v: false,
        rotation: element.frame.rotation + if element.frame.flip_v { 180.0 } else { 0.0 },
        ..element.frame
    };
    let (matrix, _) = placed(&frame);
    let [left, top, right, bottom] = outline.text;
    let insets = &body.body.insets;
    let x = left + insets.left.points();
    let y = top + insets.top.points();
    let width = (right - insets.right.points() - x).max(1.0);
    let height = (bottom - insets.bottom.points() - y).max(0.0);
    scene.heading = is_title(element);
    typeset(
        scene,
        body,
        TextBox {
            matrix,
            place: [x, y, width, height],
        },
    );
    scene.heading = false;
}

/// Whether an element is its slide's title.
pub fn is_title(element: &Element) -> bool {
    let role = element.placeholder.as_ref().map(|p| p.role.as_str());
    matches!(role, Some("title" | "ctrTitle"))
}

fn picture(
    scene: &mut Scene<'_>,
    element: &Element,
    assets: &[&AssetId],
    (crop, opacity, recolor): (Crop, f64, &[Recolor]),
) {
    let (matrix, place) = placed(&element.frame);
    let outline = outline::outline(element.geometry.as_ref(), place);
    scene
        .items
        .push(Item::Begin(Meaning::Figure(element.alt.clone())));
    let first = outline.paths.first();
    let segments = first.map(|path| path.segments.clone()).unwrap_or_default();
    let edge = Edge {
        matrix,
        segments: &segments,
        width: line_width(element),
        density: if assets.is_empty() { 0.0 } else { opacity },
    };
    let effects = element.effects.as_ref();
    effects::below(scene, effects, edge);
    let begun = effects::begin(scene, effects, edge);
    let behind = element.fill.as_ref();
    if let Some(fill) = behind.and_then(|fill| paint::paint(fill, place)) {
        let [x, y, w, h] = place;
        paths(scene, (matrix, rectangle(x, y, w, h)), (Some(fill), None));
    }
    let clip = if outline.upright {
        Vec::new()
    } else {
        segments.clone()
    };
    let placing = Placing {
        matrix,
        place,
        crop,
        clip,
        opacity,
        recolor: recolor::changes(recolor),
        alt: element.alt.clone(),
    };
    picture::place(scene, assets, placing);
    let line = element.line.as_ref();
    if let Some((line, stroke)) = line.and_then(|line| Some((line, paint::stroke(line, place)?))) {
        for (segments, own) in compound::strokes(line.compound.as_deref(), &stroke, &segments) {
            paths(scene, (matrix, segments), (None, Some(own)));
        }
    }
    effects::end(scene, effects, edge, begun);
    scene.items.push(Item::End);
    text(scene, element, &outline);
}
