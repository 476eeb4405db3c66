//! Effects: shadow, glow, soft edge and reflection (ECMA-376 part 1, 20.1.8); of a list only what the model can hold.

use super::fill::{Brush, extent};
use super::lexical::{get, turn};
use crate::model::color::{Color, Rgb};
use crate::model::paint::{Effects, Glow, Shadow};
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
            "reflection" => effects.reflection = true,
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
    }
}

fn color(node: Node<'_>, brush: Brush<'_>) -> Color {
    brush
        .color(node)
        .unwrap_or_else(|| Color::opaque(Rgb::BLACK))
}
