//! Pictures, and the videos and sounds that are written as pictures.

use super::fill;
use super::frame::on_slide;
use super::identity::Identity;
use super::reading::Reading;
use super::scene::{Around, Scene};
use super::shape::Look;
use crate::error::ReadError;
use crate::model::element::{Content, Element, Media, MediaKind, Picture};
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::Element as Node;

/// Reads a `pic`.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
) -> Result<Element, ReadError> {
    let inherited = scene.sheet.inherited(identity.placeholder.as_ref());
    let look = Look::read(scene, node, inherited, around)?;
    let content = content(scene, node, identity.application)?;
    let mut element = identity.element(on_slide(around.space, look.frame), content);
    look.dress(&mut element);
    Ok(element)
}

fn content(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    application: Option<Node<'_>>,
) -> Result<Content, ReadError> {
    let rels = scene.sheet.rels;
    let mut picture = Picture {
        asset: None,
        svg: None,
        crop: fill::crop(node),
        opacity: 1.0,
        recolor: Vec::new(),
    };
    if let Some(fill) = node
        .child(node.ns(), "blipFill")
        .or_else(|| node.child(Ns::A, "blipFill"))
    {
        let blip = fill::blip(scene.reading, fill, scene.sheet.brush())?;
        picture = Picture {
            asset: blip.asset,
            svg: blip.svg,
            crop: fill::crop(fill),
            opacity: blip.opacity,
            recolor: blip.recolor,
        };
    }
    match application
        .map(|known| media(scene.reading, known, rels))
        .transpose()?
        .flatten()
    {
        Some(media) => Ok(Content::Media(Media {
            poster: picture.asset,
            ..media
        })),
        None => Ok(Content::Picture(picture)),
    }
}

/// The video or sound that `nvPr` names.
fn media(
    reading: &mut Reading<'_>,
    application: Node<'_>,
    rels: &Relationships,
) -> Result<Option<Media>, ReadError> {
    let file = application.children().find_map(|child| {
        let kind = match child.name() {
            "videoFile" | "quickTimeFile" => MediaKind::Video,
            "audioFile" | "wavAudioFile" | "audioCd" => MediaKind::Audio,
            _ => return None,
        };
        Some((kind, child))
    });
    let embedded = application.descendants(Ns::P14, "media").first().copied();
    let kind = match (file, embedded) {
        (Some((kind, _)), _) => kind,
        (None, Some(_)) => MediaKind::Video,
        (None, None) => return Ok(None),
    };
    let reference = |node: Node<'_>| {
        let id = node
            .attribute_of(Ns::R, "embed")
            .or_else(|| node.attribute_of(Ns::R, "link"))?;
        rels.get(&id).map(|found| found.target.clone())
    };
    let mut media = Media {
        media: kind,
        poster: None,
        asset: None,
        target: None,
    };
    for place in [embedded, file.map(|(_, file)| file)].into_iter().flatten() {
        match reference(place) {
            Some(Target::Part(part)) if media.asset.is_none() => {
                media.asset = reading.asset_of(&part)?;
            }
            Some(Target::External(address)) if media.target.is_none() => {
                reading.warn(
                    "external_content",
                    format!("`{address}` lies outside of the file and is not fetched"),
                );
                media.target = Some(address);
            }
            Some(Target::Part(_) | Target::External(_) | Target::Nowhere(_)) | None => {}
        }
    }
    // A file that is embedded may still name where it once came from; that is no second place to play it from.
    if media.asset.is_some() {
        media.target = None;
    }
    Ok(Some(media))
}
