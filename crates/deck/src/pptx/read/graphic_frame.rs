//! Graphic frames: tables, charts and embedded objects, by what is in them.

use super::chart;
use super::fill;
use super::frame::{self, on_slide};
use super::identity::Identity;
use super::scene::{Around, Scene};
use super::table;
use crate::error::ReadError;
use crate::model::element::{Content, Element, Ole};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// The relationships of a diagram, where a frame holds one.
pub(super) fn diagram(node: Node<'_>) -> Option<Node<'_>> {
    data(node)?.child(Ns::Diagram, "relIds")
}

fn data(node: Node<'_>) -> Option<Node<'_>> {
    node.child(Ns::A, "graphic")?.child(Ns::A, "graphicData")
}

/// Where a frame is, in the space of its group.
pub(super) fn frame(scene: &Scene<'_, '_>, node: Node<'_>, identity: &Identity<'_>) -> Frame {
    let own = node.child(node.ns(), "xfrm").and_then(frame::read);
    let above = || scene.sheet.inherited(identity.placeholder.as_ref())?.frame;
    own.or_else(above).unwrap_or_default()
}

/// Reads a frame that holds no diagram.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
) -> Result<Element, ReadError> {
    let frame = on_slide(around.space, frame(scene, node, &identity));
    let data = data(node);
    let inside = |ns, name| data.and_then(|data| data.child(ns, name));
    let content = if let Some(table) = inside(Ns::A, "tbl") {
        Content::Table(table::read(scene, table)?)
    } else if let Some(reference) = inside(Ns::Chart, "chart") {
        Content::Chart {
            chart: Box::new(chart::read(scene, reference)?),
        }
    } else if let Some(object) =
        data.and_then(|data| data.descendants(Ns::P, "oleObj").first().copied())
    {
        Content::Ole(ole(scene, object)?)
    } else {
        let uri = data
            .and_then(|data| data.attribute("uri"))
            .unwrap_or_default();
        scene.reading.warn(
            "unknown_graphic",
            format!("a graphic of the kind `{uri}` is kept as a box"),
        );
        Content::Ole(Ole {
            program: None,
            poster: None,
        })
    };
    Ok(identity.element(frame, content))
}

fn ole(scene: &mut Scene<'_, '_>, object: Node<'_>) -> Result<Ole, ReadError> {
    let program = object
        .attribute("progId")
        .and_then(|program| super::lexical::filled(&program));
    let picture = object
        .child(Ns::P, "pic")
        .and_then(|picture| picture.child(Ns::P, "blipFill"));
    let poster = match picture {
        Some(fill) => fill::blip(scene.reading, fill, scene.sheet.brush())?.asset,
        None => legacy_poster(scene, object)?,
    };
    Ok(Ole { program, poster })
}

/// Files up to 2007 keep the picture in a VML drawing beside the slide, by shape id.
fn legacy_poster(
    scene: &mut Scene<'_, '_>,
    object: Node<'_>,
) -> Result<Option<crate::model::asset::AssetId>, ReadError> {
    let (Some(id), Some(part)) = (
        object.attribute("spid"),
        scene.sheet.rels.part_of_kind("vmlDrawing"),
    ) else {
        return Ok(None);
    };
    let Some(drawing) = scene.reading.optional(part)? else {
        return Ok(None);
    };
    let rels = scene.reading.relationships(part)?;
    let shapes = drawing.root().descendants(Ns::Other, "shape");
    let named = |shape: &&Node<'_>| {
        [Ns::None, Ns::Other].iter().any(|ns| {
            ["id", "spid"]
                .iter()
                .any(|name| shape.attribute_of(*ns, name).is_some_and(|own| own == id))
        })
    };
    let Some(image) = shapes
        .iter()
        .find(named)
        .and_then(|shape| shape.child(Ns::Other, "imagedata"))
    else {
        return Ok(None);
    };
    match image.attribute_of(Ns::Other, "relid") {
        Some(id) => scene.reading.asset(&rels, &id),
        None => Ok(None),
    }
}
