//! Frames: text boxes, pictures, tables, charts, other programs' objects and media (ODF 1.3 part 3, 10.4).

use crate::error::ReadError;
use crate::model::asset::AssetId;
use crate::model::element::{Content, Crop, Element as Shape, Media, MediaKind, Ole, Picture};
use crate::model::geometry::{Geometry, PresetGeometry};
use crate::model::recolor::Recolor;
use crate::package::names::resolve;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};

use super::book::value;
use super::frame::frame;
use super::length::{percent, points};
use super::shape::{Shapes, placeholder};
use super::style::{Kind, Stack};
use super::{chart, table};

/// Reads a frame into a shape that has its name and id.
pub(super) fn read<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    mut shape: Shape,
) -> Result<Shape, ReadError> {
    shape.frame = frame(element);
    let stack = shapes.stack(element);
    shape.placeholder = placeholder(element);
    let first = element.children().find(|child| {
        let drawn = matches!(
            child.name(),
            "text-box" | "image" | "object" | "object-ole" | "plugin" | "floating-frame" | "applet"
        );
        (child.ns() == Ns::Draw && drawn) || child.is(Ns::Table, "table")
    });
    let Some(first) = first else {
        let detail = "a frame holds nothing that is known";
        shapes
            .reading
            .warn("unknown_graphic", Some(&shape.id), detail);
        return Ok(shape);
    };
    match first.name() {
        "text-box" => {
            shapes.paint(&mut shape, &stack)?;
            shape.text = shapes.body(element, first, &stack)?;
            let corner = value(first, Ns::Draw, "corner-radius");
            shape.geometry = corner
                .and_then(points)
                .filter(|corner| *corner > 0.0)
                .map(|_| {
                    Geometry::Preset(PresetGeometry {
                        name: "roundRect".to_owned(),
                        adjustments: std::collections::BTreeMap::new(),
                    })
                });
        }
        "image" => picture(shapes, element, &mut shape, &stack)?,
        "table" => {
            shape.content = Content::Table(table::read(shapes, first, &mut shape.frame)?);
            shape.placeholder = None;
        }
        "object" => embedded(shapes, element, first, &mut shape)?,
        "plugin" => media(shapes, element, first, &mut shape)?,
        _ => {
            let poster = replacement(shapes, element, &shape.id)?;
            shape.content = Content::Ole(Ole {
                program: None,
                poster,
            });
            shape.placeholder = None;
        }
    }
    Ok(shape)
}

fn picture<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    shape: &mut Shape,
    stack: &Stack<'a>,
) -> Result<(), ReadError> {
    let (mut asset, mut svg) = (None, None);
    for image in element
        .children()
        .filter(|child| child.is(Ns::Draw, "image"))
    {
        let Some(found) = bytes(shapes, image, &shape.id)? else {
            continue;
        };
        let known = shapes.reading.assets.get(&found);
        if known.is_some_and(|asset| asset.content_type == "image/svg+xml") {
            svg = svg.or(Some(found));
        } else {
            asset = asset.or(Some(found));
        }
    }
    if let Some(asset) = &asset {
        shapes.reading.remark(asset, &shape.id);
    }
    shapes.paint(shape, stack)?;
    // The fill and line of the standard style are of drawn shapes; pictures have theirs where their own style says so.
    let own = |name| stack.get(Kind::Graphic, Ns::Draw, name);
    if matches!(own("fill"), None | Some("none")) {
        shape.fill = None;
    }
    let opacity = own("image-opacity").and_then(percent).unwrap_or(1.0);
    let size = asset
        .as_ref()
        .and_then(|asset| shapes.reading.assets.get(asset));
    let size = size.and_then(|asset| asset.width.zip(asset.height));
    let clip = stack.get(Kind::Graphic, Ns::Fo, "clip");
    let mirrored = stack
        .get(Kind::Graphic, Ns::Style, "mirror")
        .unwrap_or_default();
    shape.frame.flip_h ^= mirrored.contains("horizontal");
    shape.frame.flip_v ^= mirrored.contains("vertical");
    let recolor = own("color-mode").and_then(recolored).into_iter().collect();
    shape.content = Content::Picture(Picture {
        crop: clip
            .and_then(|clip| crop(clip, size, shape))
            .unwrap_or_default(),
        opacity: opacity.clamp(0.0, 1.0),
        recolor,
        asset: asset.or_else(|| svg.clone()),
        svg,
    });
    Ok(())
}

/// What `draw:color-mode` makes of a picture (OpenDocument 1.3 part 3, 20.98).
fn recolored(mode: &str) -> Option<Recolor> {
    Some(match mode {
        "greyscale" => Recolor::Grayscale,
        "mono" => Recolor::BiLevel { threshold: 0.5 },
        // Black as light as LibreOffice shows it.
        "watermark" => Recolor::Luminance {
            brightness: 0.77,
            contrast: -0.7,
        },
        _ => return None,
    })
}

/// The bytes of an image: in the package, or written into the document itself.
fn bytes<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    image: Element<'a>,
    id: &str,
) -> Result<Option<AssetId>, ReadError> {
    use base64::Engine as _;
    if let Some(data) = image.child(Ns::Office, "binary-data") {
        let text: String = data.text().split_ascii_whitespace().collect();
        let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(text) else {
            return Ok(None);
        };
        return Ok(Some(shapes.reading.add(
            bytes.into(),
            "application/octet-stream",
            None,
        )));
    }
    match value(image, Ns::XLink, "href") {
        Some(address) => shapes.reading.load(address, Some(id)),
        None => Ok(None),
    }
}

/// `rect(top, right, bottom, left)` in lengths of the picture at its own size, which is 96 dots to the inch where it does
/// not say another.
fn crop(clip: &str, pixels: Option<(u32, u32)>, shape: &Shape) -> Option<Crop> {
    let inner = clip.strip_prefix("rect(")?.strip_suffix(')')?;
    let sides: Vec<f64> = inner
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| points(word).unwrap_or(0.0))
        .collect();
    let [top, right, bottom, left] = *sides.first_chunk()?;
    let natural = pixels.map(|(width, height)| (f64::from(width) * 0.75, f64::from(height) * 0.75));
    let shown = (shape.frame.width.points(), shape.frame.height.points());
    let (width, height) = natural.unwrap_or((shown.0 + left + right, shown.1 + top + bottom));
    // Where less than nothing would be left, the picture has more dots to the inch than it says: half is kept.
    let part = |first: f64, second: f64, size: f64| {
        let size = size.max(1.0).max((first + second) * 1.05);
        (first / size, second / size)
    };
    let (left, right) = part(left, right, width);
    let (top, bottom) = part(top, bottom, height);
    Some(Crop {
        left,
        top,
        right,
        bottom,
    })
}

/// The picture that a program left in the place of its object.
fn replacement<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    id: &str,
) -> Result<Option<AssetId>, ReadError> {
    let Some(image) = element.child(Ns::Draw, "image") else {
        return Ok(None);
    };
    let found = bytes(shapes, image, id)?;
    if let Some(found) = &found {
        shapes.reading.remark(found, id);
    }
    Ok(found)
}

/// A chart where the object is one, else the picture of it.
fn embedded<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    object: Element<'a>,
    shape: &mut Shape,
) -> Result<(), ReadError> {
    shape.placeholder = None;
    let address = value(object, Ns::XLink, "href").unwrap_or_default();
    let content = part_of(shapes, address)?;
    let inner = content.as_ref().map(Document::root);
    let body = inner.and_then(|root| root.child(Ns::Office, "body"));
    if let Some(body) = body.and_then(|body| body.child(Ns::Office, "chart"))
        && let Some(found) = content
            .as_ref()
            .and_then(|content| chart::read(content, body))
    {
        shape.content = Content::Chart {
            chart: Box::new(found.chart),
        };
        for detail in found.lost {
            shapes
                .reading
                .warn("chart_feature", Some(&shape.id), detail);
        }
        return Ok(());
    }
    let math = inner.is_some_and(|root| root.name() == "math");
    if math {
        let detail = "a formula is shown by its picture";
        shapes.reading.warn("math", Some(&shape.id), detail);
    }
    let poster = replacement(shapes, element, &shape.id)?;
    shape.content = Content::Ole(Ole {
        program: None,
        poster,
    });
    Ok(())
}

fn part_of(shapes: &Shapes<'_, '_, '_>, address: &str) -> Result<Option<Document>, ReadError> {
    let Some(folder) = resolve("", address) else {
        return Ok(None);
    };
    match shapes.reading.package.xml(&format!("{folder}/content.xml")) {
        Ok(found) => Ok(found),
        Err(ReadError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn media<'a>(
    shapes: &mut Shapes<'_, '_, 'a>,
    element: Element<'a>,
    plugin: Element<'a>,
    shape: &mut Shape,
) -> Result<(), ReadError> {
    let address = value(plugin, Ns::XLink, "href").unwrap_or_default();
    let kind = value(plugin, Ns::Draw, "mime-type").unwrap_or_default();
    let sound = kind.starts_with("audio")
        || [".mp3", ".wav", ".ogg", ".m4a"]
            .iter()
            .any(|ending| address.to_ascii_lowercase().ends_with(ending));
    let inside = address
        .strip_prefix("vnd.sun.star.Package:")
        .unwrap_or(address);
    let outside = inside.contains("://") || inside.starts_with("../");
    let asset = if outside || inside.is_empty() {
        None
    } else {
        shapes.reading.load(inside, Some(&shape.id))?
    };
    let poster = replacement(shapes, element, &shape.id)?;
    shape.placeholder = None;
    shape.content = Content::Media(Media {
        media: if sound {
            MediaKind::Audio
        } else {
            MediaKind::Video
        },
        poster,
        target: outside.then(|| address.to_owned()),
        asset,
    });
    Ok(())
}
