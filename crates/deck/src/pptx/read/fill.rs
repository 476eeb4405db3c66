//! Fills: none, solid, gradient, pattern, picture, and the group's own (ECMA-376 part 1, 20.1.8).

use super::color::{ColorSpec, Palette};
use super::lexical::{emu, flag, fraction, get, turn};
use super::reading::Reading;
use super::recolor;
use crate::error::ReadError;
use crate::model::asset::AssetId;
use crate::model::color::{Color, Rgb};
use crate::model::element::Crop;
use crate::model::paint::{Fill, GradientShape, GradientStop, Tiling};
use crate::model::recolor::Recolor;
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// What colours and pictures are resolved with.
#[derive(Clone, Copy)]
pub(super) struct Brush<'a> {
    pub(super) rels: &'a Relationships,
    pub(super) palette: &'a Palette,
    /// What `phClr` means, inside a theme's formats.
    pub(super) placeholder: Option<&'a Color>,
    /// What `grpFill` means, inside a group.
    pub(super) group: Option<&'a Fill>,
}

impl Brush<'_> {
    /// The colour directly inside an element.
    pub(super) fn color(&self, node: Node<'_>) -> Option<Color> {
        ColorSpec::inside(node).map(|spec| spec.resolve(self.palette, self.placeholder))
    }
}

/// The fill that stands directly inside an element such as `spPr` or `ln`.
pub(super) fn inside(
    reading: &mut Reading<'_>,
    node: Node<'_>,
    brush: Brush<'_>,
) -> Result<Option<Fill>, ReadError> {
    for child in node
        .children()
        .filter(|child| matches!(child.ns(), Ns::A | Ns::P | Ns::DiagramDrawing))
    {
        let found = read(reading, child, brush)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Reads a fill element; `None` where it is none.
pub(super) fn read(
    reading: &mut Reading<'_>,
    node: Node<'_>,
    brush: Brush<'_>,
) -> Result<Option<Fill>, ReadError> {
    Ok(match node.name() {
        "noFill" => Some(Fill::None),
        "solidFill" => Some(
            brush
                .color(node)
                .map_or(Fill::None, |color| Fill::Solid { color }),
        ),
        "gradFill" => Some(gradient(node, brush)),
        "pattFill" => Some(pattern(node, brush)),
        "blipFill" => Some(picture(reading, node, brush)?),
        "grpFill" => Some(brush.group.cloned().unwrap_or(Fill::None)),
        _ => None,
    })
}

fn gradient(node: Node<'_>, brush: Brush<'_>) -> Fill {
    let list = node.child(Ns::A, "gsLst");
    let stops = list
        .into_iter()
        .flat_map(Node::children)
        .filter_map(|stop| {
            let position = get(stop, "pos", fraction)?.clamp(0.0, 1.0);
            Some(GradientStop {
                position,
                color: brush.color(stop)?,
            })
        });
    let mut stops: Vec<_> = stops.take(256).collect();
    stops.sort_by(|a, b| a.position.total_cmp(&b.position));
    if stops.is_empty() {
        return Fill::None;
    }
    let shape = if let Some(path) = node.child(Ns::A, "path") {
        let focus = focus(path);
        match path.attribute("path").as_deref() {
            Some("rect") => GradientShape::Rectangle { focus },
            Some("shape") => GradientShape::Shape { focus },
            _ => GradientShape::Circle { focus },
        }
    } else {
        let line = node.child(Ns::A, "lin");
        GradientShape::Linear {
            angle: line.and_then(|line| get(line, "ang", turn)).unwrap_or(0.0),
            scaled: line
                .and_then(|line| get(line, "scaled", flag))
                .unwrap_or(false),
        }
    };
    Fill::Gradient {
        stops,
        shape,
        rotate_with_shape: get(node, "rotWithShape", flag).unwrap_or(true),
    }
}

/// The middle of the rectangle that a path gradient fills towards.
fn focus(path: Node<'_>) -> (f64, f64) {
    let Some(to) = path.child(Ns::A, "fillToRect") else {
        return (0.5, 0.5);
    };
    let side = |name| get(to, name, fraction).unwrap_or(0.0);
    let middle = |from: f64, to: f64| from.midpoint(1.0 - to).clamp(0.0, 1.0);
    (middle(side("l"), side("r")), middle(side("t"), side("b")))
}

fn pattern(node: Node<'_>, brush: Brush<'_>) -> Fill {
    let color = |name, otherwise| {
        let found = node.child(Ns::A, name).and_then(|side| brush.color(side));
        found.unwrap_or_else(|| Color::opaque(otherwise))
    };
    let preset = node.attribute("prst");
    Fill::Pattern {
        preset: preset.as_deref().unwrap_or("pct50").to_owned(),
        foreground: color("fgClr", Rgb::BLACK),
        background: color("bgClr", Rgb::WHITE),
    }
}

fn picture(reading: &mut Reading<'_>, node: Node<'_>, brush: Brush<'_>) -> Result<Fill, ReadError> {
    let found = blip(reading, node, brush)?;
    // A fill that says neither is repeated, as PowerPoint has it.
    let tile = node.child(Ns::A, "tile");
    Ok(match found.asset {
        Some(asset) => Fill::Picture {
            asset,
            crop: crop(node),
            tile: tile.is_some() || node.child(Ns::A, "stretch").is_none(),
            tiling: tile.map(tiling).unwrap_or_default(),
            opacity: found.opacity,
            recolor: found.recolor,
        },
        None => Fill::None,
    })
}

/// A picture as `a:blip` names it.
pub(super) struct Blip {
    pub(super) asset: Option<AssetId>,
    pub(super) svg: Option<AssetId>,
    pub(super) opacity: f64,
    pub(super) recolor: Vec<Recolor>,
}

/// The picture inside a `blipFill`.
pub(super) fn blip(
    reading: &mut Reading<'_>,
    fill: Node<'_>,
    brush: Brush<'_>,
) -> Result<Blip, ReadError> {
    let mut found = Blip {
        asset: None,
        svg: None,
        opacity: 1.0,
        recolor: Vec::new(),
    };
    let Some(blip) = fill.child(Ns::A, "blip") else {
        return Ok(found);
    };
    let reference = |node: Node<'_>, name| {
        node.attribute_of(Ns::R, name)
            .filter(|id| !id.is_empty())
            .map(std::borrow::Cow::into_owned)
    };
    if let Some(id) = reference(blip, "embed").or_else(|| reference(blip, "link")) {
        found.asset = reading.asset(brush.rels, &id)?;
    }
    let twin = blip
        .child(Ns::A, "extLst")
        .map(|list| list.descendants(Ns::Svg, "svgBlip"));
    if let Some(id) = twin
        .iter()
        .flatten()
        .find_map(|twin| reference(*twin, "embed"))
    {
        found.svg = reading.asset(brush.rels, &id)?;
    }
    if let Some(alpha) = blip.child(Ns::A, "alphaModFix") {
        found.opacity = get(alpha, "amt", fraction).unwrap_or(1.0).clamp(0.0, 1.0);
    }
    found.recolor = recolor::inside(blip, brush);
    Ok(found)
}

/// What `srcRect` cuts off, with what `stretch` leaves empty as negative crop.
pub(super) fn crop(fill: Node<'_>) -> Crop {
    let sides = |rect: Option<Node<'_>>| {
        ["l", "t", "r", "b"].map(|side| {
            rect.and_then(|rect| get(rect, side, fraction))
                .unwrap_or(0.0)
                .clamp(-100.0, 100.0)
        })
    };
    let [left, top, right, bottom] = sides(fill.child(Ns::A, "srcRect"));
    let stretch = fill.child(Ns::A, "stretch");
    let within = sides(stretch.and_then(|stretch| stretch.child(Ns::A, "fillRect")));
    // A picture that is laid beyond its box is cut off there; one that ends before leaves a rim.
    let (left, right) = laid((left, right), (within[0], within[2]));
    let (top, bottom) = laid((top, bottom), (within[1], within[3]));
    Crop {
        left,
        top,
        right,
        bottom,
    }
}

/// What is cut off at both ends of a side when what is left of it is laid `within` the box.
fn laid(cut: (f64, f64), within: (f64, f64)) -> (f64, f64) {
    let (shown, room) = (1.0 - cut.0 - cut.1, 1.0 - within.0 - within.1);
    if within == (0.0, 0.0) || room < 0.001 {
        return cut;
    }
    let share = shown / room;
    (cut.0 - within.0 * share, cut.1 - within.1 * share)
}

fn tiling(tile: Node<'_>) -> Tiling {
    let moved = |name| get(tile, name, emu).unwrap_or(Emu(0));
    let scaled = |name| {
        get(tile, name, fraction)
            .unwrap_or(1.0)
            .clamp(-100.0, 100.0)
    };
    let flip = tile.attribute("flip");
    let flip = flip.as_deref().unwrap_or("none");
    Tiling {
        align: tile
            .attribute("algn")
            .map_or((0.0, 0.0), |name| side(&name)),
        offset: (moved("tx"), moved("ty")),
        scale: (scaled("sx"), scaled("sy")),
        flip: (matches!(flip, "x" | "xy"), matches!(flip, "y" | "xy")),
    }
}

/// A side or corner of a box by its name, 0 to 1 from the left top (ECMA-376 part 1, 20.1.10.53).
fn side(name: &str) -> (f64, f64) {
    let across = match name {
        "t" | "ctr" | "b" => 0.5,
        "tr" | "r" | "br" => 1.0,
        _ => 0.0,
    };
    let down = match name {
        "l" | "ctr" | "r" => 0.5,
        "bl" | "b" | "br" => 1.0,
        _ => 0.0,
    };
    (across, down)
}

/// A positive length of an attribute.
pub(super) fn extent(node: Node<'_>, name: &str) -> Option<crate::model::units::Emu> {
    get(node, name, emu).map(|length| length.max(crate::model::units::Emu(0)))
}
