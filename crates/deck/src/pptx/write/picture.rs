//! Pictures, and videos and sounds with their posters: `p:pic`.

use super::fill;
use super::identity;
use super::recolor;
use super::shape;
use super::sheet::Sheet;
use super::space::Space;
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::element::{Crop, Element, Media, MediaKind, Picture};

/// The extension that holds the vector form of a picture.
const SVG: &str = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}";
/// The extension that holds embedded media.
const MEDIA: &str = "{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}";
/// The type of the relationship to embedded media.
const MEDIA_KIND: &str = "http://schemas.microsoft.com/office/2007/relationships/media";

/// Writes a picture.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (element, around): (&Element, &Space),
    picture: &Picture,
) -> Result<(), WriteError> {
    xml.open("p:pic");
    xml.open("p:nvPicPr");
    identity::write(sheet, xml, element, None);
    locked(xml);
    identity::application(xml, element.placeholder.as_ref());
    xml.close("p:nvPicPr");
    blip_fill(sheet, xml, picture)?;
    shape::properties(sheet, xml, element, around)?;
    xml.close("p:pic");
    Ok(())
}

/// Writes a video or a sound: its poster, and what it plays.
pub(super) fn media(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    (element, around): (&Element, &Space),
    media: &Media,
) -> Result<(), WriteError> {
    let picture = Picture {
        asset: media.poster.clone(),
        svg: None,
        crop: Crop::default(),
        opacity: 1.0,
        recolor: Vec::new(),
    };
    let (name, kind) = match media.media {
        MediaKind::Video => ("a:videoFile", "video"),
        MediaKind::Audio => ("a:audioFile", "audio"),
    };
    let embedded = match &media.asset {
        Some(asset) => Some(sheet.book.media(asset)?),
        None => None,
    };
    let file = match (&embedded, &media.target) {
        (Some(part), _) => Some(sheet.rels.part(kind, part)),
        (None, Some(address)) => Some(sheet.rels.external(kind, address)),
        (None, None) => None,
    };
    let Some(file) = file else {
        return write(sheet, xml, (element, around), &picture);
    };
    xml.open("p:pic");
    xml.open("p:nvPicPr");
    let plays = "<a:hlinkClick r:id=\"\" action=\"ppaction://media\"/>";
    identity::write(sheet, xml, element, Some(plays));
    locked(xml);
    xml.open("p:nvPr");
    if let Some(placeholder) = &element.placeholder {
        identity::place(xml, placeholder);
    }
    xml.tag(name).at("r:link", file).empty();
    if let Some(part) = &embedded {
        let id = sheet.rels.part_of(MEDIA_KIND, part);
        xml.open("p:extLst");
        xml.tag("p:ext").at("uri", MEDIA).open();
        xml.tag("p14:media")
            .at(
                "xmlns:p14",
                "http://schemas.microsoft.com/office/powerpoint/2010/main",
            )
            .at("r:embed", id)
            .empty();
        xml.close("p:ext");
        xml.close("p:extLst");
    }
    xml.close("p:nvPr");
    xml.close("p:nvPicPr");
    blip_fill(sheet, xml, &picture)?;
    shape::properties(sheet, xml, element, around)?;
    xml.close("p:pic");
    Ok(())
}

fn locked(xml: &mut Xml) {
    xml.open("p:cNvPicPr");
    xml.tag("a:picLocks").at("noChangeAspect", 1).empty();
    xml.close("p:cNvPicPr");
}

/// Writes the picture itself. A picture that lies outside of the deck is an empty frame.
fn blip_fill(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    picture: &Picture,
) -> Result<(), WriteError> {
    let vector = picture.svg.as_ref().or(picture
        .asset
        .as_ref()
        .filter(|asset| sheet.book.is_svg(asset)));
    let vector = vector.cloned();
    let embedded = match picture.asset.as_ref().or(vector.as_ref()) {
        Some(asset) => Some(sheet.image(asset)?),
        None => None,
    };
    xml.open("p:blipFill");
    xml.tag("a:blip").opt("r:embed", embedded).open();
    fill::opacity(xml, picture.opacity);
    recolor::write(xml, &sheet.colors(), &picture.recolor);
    if let Some(svg) = &vector {
        let id = sheet.image(svg)?;
        xml.open("a:extLst");
        xml.tag("a:ext").at("uri", SVG).open();
        xml.tag("asvg:svgBlip")
            .at(
                "xmlns:asvg",
                "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
            )
            .at("r:embed", id)
            .empty();
        xml.close("a:ext");
        xml.close("a:extLst");
    }
    xml.close("a:blip");
    fill::crop(xml, picture.crop);
    fill::stretch(xml);
    xml.close("p:blipFill");
    Ok(())
}
