//! What is done to the colours of a picture: the children of `a:blip` (ECMA-376 part 1, 20.1.8).
//!
//! What `a14:imgProps` tells is left to the source: the picture of the blip is what came of it, and the one that it was
//! made from lies beside it.

use super::color::ColorSpec;
use super::fill::Brush;
use super::lexical::{flag, fraction, get};
use crate::model::color::Color;
use crate::model::recolor::Recolor;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Changes that are read at most.
const MOST: usize = 16;

/// What stands in a `blip`.
pub(super) fn inside(blip: Node<'_>, brush: Brush<'_>) -> Vec<Recolor> {
    let own = blip.children().filter(|child| child.ns() == Ns::A);
    own.filter_map(|child| read(child, brush))
        .take(MOST)
        .collect()
}

fn read(node: Node<'_>, brush: Brush<'_>) -> Option<Recolor> {
    let part = |name, least| get(node, name, fraction).map(|own| own.clamp(least, 1.0));
    Some(match node.name() {
        "grayscl" => Recolor::Grayscale,
        "biLevel" => Recolor::BiLevel {
            threshold: part("thresh", 0.0).unwrap_or(0.5),
        },
        // Many files say that nothing is to be done.
        "lum" => match (part("bright", -1.0), part("contrast", -1.0)) {
            (None | Some(0.0), None | Some(0.0)) => return None,
            (brightness, contrast) => Recolor::Luminance {
                brightness: brightness.unwrap_or(0.0),
                contrast: contrast.unwrap_or(0.0),
            },
        },
        "duotone" => {
            let mut colors = node.children().filter_map(|child| color(child, brush));
            Recolor::Duotone {
                dark: colors.next()?,
                light: colors.next()?,
            }
        }
        "clrChange" => Recolor::ColorChange {
            from: brush.color(node.child(Ns::A, "clrFrom")?)?,
            to: brush.color(node.child(Ns::A, "clrTo")?)?,
            keep_opacity: get(node, "useA", flag) == Some(false),
        },
        _ => return None,
    })
}

fn color(node: Node<'_>, brush: Brush<'_>) -> Option<Color> {
    Some(ColorSpec::read(node)?.resolve(brush.palette, brush.placeholder))
}
