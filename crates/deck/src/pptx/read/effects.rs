//! Effects: shadow, glow, soft edge and reflection (ECMA-376 part 1, 20.1.8); of a list only what the model can hold.

use super::fill::{Brush, extent};
use super::lexical::{degrees, fraction, get, turn};
use crate::model::color::{Color, Rgb};
use crate::model::paint::{Effects, Glow, Reflection, Shadow, ShadowScale};
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// The effects directly inside an element such as `spPr`; empty ones where it says that there are none.
pub(super) fn inside(node: Node<'_>, brush: Brush<'_>) -> Option<Effects> {
    let list = node.child(Ns::A, "effectLst")?;
    let mut effects = Effects::default();
    for effect in list.children() {
        match effect.name() {
            "outerShdw" | "prstShdw" => effects.shadow = Some(shadow(effect, brush, false)),
            "innerShdw" => {
                effects
                    .shadow
                    .get_or_insert_with(|| shadow(effect, brush, true));
            }
            "glow" => {
                effects.glow = Some(Glow {
                    color: color(effect, brush),
                    radius: extent(effect, "rad").unwrap_or_default(),
                });
            }
            "softEdge" => effects.soft_edge = extent(effect, "rad"),
            "reflection" => effects.reflection = Some(reflection(effect)),
            _ => {}
        }
    }
    Some(effects)
}

fn shadow(node: Node<'_>, brush: Brush<'_>, inner: bool) -> Shadow {
    let length = |name| extent(node, name).unwrap_or(Emu(0));
    Shadow {
        inner,
        color: color(node, brush),
        blur: length("blurRad"),
        distance: length("dist"),
        angle: get(node, "dir", turn).unwrap_or(0.0),
        scale: scale(node).map(Box::new).filter(|_| !inner),
    }
}

/// How a shadow is scaled and slanted; `None` where it is not.
fn scale(node: Node<'_>) -> Option<ShadowScale> {
    let part = |name| get(node, name, fraction).map_or(1.0, |part| part.clamp(-100.0, 100.0));
    let lean = |name| get(node, name, degrees).map_or(0.0, |angle| angle.clamp(-89.0, 89.0));
    let found = ShadowScale {
        width: part("sx"),
        height: part("sy"),
        skew_x: lean("kx"),
        skew_y: lean("ky"),
        align: node.attribute("algn").as_deref().unwrap_or("b").to_owned(),
    };
    let plain = ShadowScale {
        width: 1.0,
        height: 1.0,
        skew_x: 0.0,
        skew_y: 0.0,
        align: found.align.clone(),
    };
    (found != plain).then_some(found)
}

/// A reflection. It is taken to be as wide and as high as the element, the other way round.
fn reflection(node: Node<'_>) -> Reflection {
    let length = |name| extent(node, name).unwrap_or(Emu(0));
    let part = |name, usual| get(node, name, fraction).map_or(usual, |part| part.clamp(0.0, 1.0));
    Reflection {
        blur: length("blurRad"),
        distance: length("dist"),
        angle: get(node, "dir", turn).unwrap_or(0.0),
        start_opacity: part("stA", 1.0),
        end_opacity: part("endA", 0.0),
        start: part("stPos", 0.0),
        end: part("endPos", 1.0),
    }
}

fn color(node: Node<'_>, brush: Brush<'_>) -> Color {
    brush
        .color(node)
        .unwrap_or_else(|| Color::opaque(Rgb::BLACK))
}
