//! Shape trees: each child read by what it is, groups and diagrams with what is in them.

use super::diagram;
use super::fill;
use super::frame::{self, Space, on_slide};
use super::graphic_frame;
use super::identity::Identity;
use super::picture;
use super::scene::{Around, Scene};
use super::shape;
use super::sheet::{Sheet, SheetKind};
use crate::error::ReadError;
use crate::model::element::{Content, Element};
use crate::model::units::{Emu, Frame};
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};

/// Groups lie no deeper in each other than this; what is deeper becomes part of the group above.
const DEEPEST: usize = 24;

/// Reads the children of `spTree` or `grpSp`.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    tree: Node<'_>,
    around: Around<'_>,
) -> Result<Vec<Element>, ReadError> {
    let mut elements = Vec::new();
    for node in tree.children() {
        if matches!(node.ns(), Ns::P | Ns::DiagramDrawing) {
            element(scene, node, around, &mut elements)?;
        }
    }
    Ok(elements)
}

fn element(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    around: Around<'_>,
    elements: &mut Vec<Element>,
) -> Result<(), ReadError> {
    let known = matches!(
        node.name(),
        "sp" | "cxnSp" | "pic" | "grpSp" | "graphicFrame"
    );
    if !known {
        if node.name() == "contentPart" {
            scene
                .reading
                .warn("ink", "handwriting without a picture of it is left out");
        }
        return Ok(());
    }
    scene.reading.spend(1)?;
    let identity = Identity::read(scene.reading, &mut scene.ids, node, scene.sheet.rels);
    let before = scene.reading.enter_element(Some(identity.id.clone()));
    match node.name() {
        "sp" => {
            let shape = shape::read(scene, node, identity, around)?;
            elements.extend(with_text_frame(scene, node, shape, around));
        }
        "cxnSp" => elements.push(shape::connector(scene, node, identity, around)?),
        "pic" => elements.push(picture::read(scene, node, identity, around)?),
        "grpSp" => group(scene, node, identity, around, elements)?,
        _ => match graphic_frame::diagram(node) {
            Some(parts) => elements.push(smart_art(scene, node, parts, identity, around)?),
            None => elements.push(graphic_frame::read(scene, node, identity, around)?),
        },
    }
    scene.reading.enter_element(before);
    Ok(())
}

fn group(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
    elements: &mut Vec<Element>,
) -> Result<(), ReadError> {
    let properties = node.child(node.ns(), "grpSpPr");
    let xfrm = properties.and_then(|own| own.child(Ns::A, "xfrm"));
    let frame = xfrm.and_then(frame::read);
    let brush = fill::Brush {
        group: around.fill,
        ..scene.sheet.brush()
    };
    let own_fill = match properties {
        Some(own) => fill::inside(scene.reading, own, brush)?,
        None => None,
    };
    let space = frame.map(|frame| Space::of_group(around.space, frame, xfrm));
    let inner = Around {
        space: space.as_ref().or(around.space),
        fill: own_fill.as_ref().or(around.fill),
    };
    let children = read(scene, node, inner)?;
    if around.space.is_some_and(|space| space.depth >= DEEPEST) {
        scene.reading.warn(
            "deep_groups",
            "groups lie too deep in each other; the deepest are flattened",
        );
        elements.extend(children);
        return Ok(());
    }
    let frame = match frame {
        Some(frame) => on_slide(around.space, frame),
        None => bounds(&children),
    };
    elements.push(identity.element(frame, Content::Group { elements: children }));
    Ok(())
}

/// The box around elements.
fn bounds(elements: &[Element]) -> Frame {
    let frames = || elements.iter().map(|element| element.frame);
    let x = frames().map(|frame| frame.x).min().unwrap_or_default();
    let y = frames().map(|frame| frame.y).min().unwrap_or_default();
    let right = frames()
        .map(|frame| frame.x.0 + frame.width.0)
        .max()
        .unwrap_or_default();
    let bottom = frames()
        .map(|frame| frame.y.0 + frame.height.0)
        .max()
        .unwrap_or_default();
    Frame {
        x,
        y,
        width: Emu(right - x.0).clamped(),
        height: Emu(bottom - y.0).clamped(),
        ..Frame::default()
    }
}

/// A diagram's drawing may put the text of a shape elsewhere (`txXfrm`): then it becomes an element of its own.
fn with_text_frame(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    mut shape: Element,
    around: Around<'_>,
) -> Vec<Element> {
    let own = node
        .child(Ns::DiagramDrawing, "txXfrm")
        .and_then(frame::read);
    let frame = own
        .map(|frame| on_slide(around.space, frame))
        .filter(|frame| *frame != shape.frame && speaks(&shape));
    let Some((frame, text)) = frame.and_then(|frame| Some((frame, shape.text.take()?))) else {
        return vec![shape];
    };
    let id = scene.ids.beside(&shape.id);
    let text = Element {
        id,
        name: shape.name.clone(),
        frame,
        text: Some(text),
        ..bare(&shape)
    };
    vec![shape, text]
}

fn speaks(shape: &Element) -> bool {
    let paragraphs = shape.text.iter().flat_map(|text| &text.paragraphs);
    paragraphs
        .flat_map(|paragraph| &paragraph.runs)
        .next()
        .is_some()
}

fn bare(shape: &Element) -> Element {
    Element {
        geometry: None,
        fill: None,
        line: None,
        effects: None,
        alt: None,
        link: None,
        placeholder: None,
        ..shape.clone()
    }
}

fn smart_art(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    parts: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
) -> Result<Element, ReadError> {
    let frame = graphic_frame::frame(scene, node, &identity);
    let drawing = diagram::drawing(scene.reading, scene.sheet.rels, parts)?;
    let elements = if let Some((document, rels)) = drawing {
        drawn(scene, (&document, &rels), &identity.id, (frame, around))?
    } else {
        let placed = on_slide(around.space, frame);
        diagram::nodes(scene, parts, &identity.id, placed)?
    };
    let frame = on_slide(around.space, frame);
    Ok(identity.element(frame, Content::Diagram { elements }))
}

/// The shapes of a diagram's drawing, at the diagram's place and under its id.
fn drawn(
    scene: &mut Scene<'_, '_>,
    (document, rels): (&Document, &Relationships),
    id: &str,
    (frame, around): (Frame, Around<'_>),
) -> Result<Vec<Element>, ReadError> {
    let child = Frame {
        width: frame.width,
        height: frame.height,
        ..Frame::default()
    };
    let space = Space::new(around.space, frame, child);
    let mut ids = std::mem::take(&mut scene.ids);
    let outer = std::mem::replace(&mut ids.prefix, format!("{id}."));
    let sheet = Sheet {
        kind: SheetKind::Slide,
        rels,
        above: None,
        ..scene.sheet
    };
    let mut inner = Scene {
        ids,
        ..Scene::new(scene.reading, sheet)
    };
    let tree = document.root().child(Ns::DiagramDrawing, "spTree");
    let around = Around {
        space: Some(&space),
        fill: None,
    };
    let elements = tree
        .map(|tree| read(&mut inner, tree, around))
        .transpose()?;
    scene.ids = inner.ids;
    scene.ids.prefix = outer;
    Ok(elements.unwrap_or_default())
}
