//! Colours: how they are written, where a scheme's slots lead, and what transforms make of them.

use std::collections::BTreeMap;

use super::color_names;
use super::color_transform::apply;
use super::lexical::{degrees, fraction, get};
use crate::model::color::{Color, ColorTransform, Rgb, ThemeColor};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// A colour as written, before anyone knows which theme it meets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ColorSpec {
    base: Base,
    transforms: Vec<ColorTransform>,
}

#[derive(Clone, Debug, PartialEq)]
enum Base {
    Rgb(Rgb),
    Slot(String),
}

/// The colours of a theme, and which of them the slots of a part mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Palette {
    pub(super) colors: BTreeMap<String, Rgb>,
    /// From `bg1`, `tx1`, … to the theme's slots (`CT_ColorMapping`).
    pub(super) map: BTreeMap<String, String>,
}

const ELEMENTS: &[&str] = &[
    "srgbClr",
    "schemeClr",
    "sysClr",
    "prstClr",
    "scrgbClr",
    "hslClr",
];

/// The slots of a colour mapping.
const MAPPED: &[&str] = &[
    "bg1", "tx1", "bg2", "tx2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6",
    "hlink", "folHlink",
];

impl ColorSpec {
    /// Reads a colour element.
    pub(super) fn read(node: Node<'_>) -> Option<Self> {
        if node.ns() != Ns::A {
            return None;
        }
        let value = || node.attribute("val");
        let base = match node.name() {
            "srgbClr" => Base::Rgb(Rgb::parse(&value()?)?),
            "schemeClr" => Base::Slot(value()?.into_owned()),
            "sysClr" => Base::Rgb(system(node)),
            "prstClr" => Base::Rgb(color_names::named(&value()?)?),
            "scrgbClr" => {
                let channel = |name| get(node, name, fraction).unwrap_or(0.0);
                let linear = [channel("r"), channel("g"), channel("b")];
                Base::Rgb(super::color_transform::from_linear(linear))
            }
            "hslClr" => {
                let hue = get(node, "hue", degrees).unwrap_or(0.0);
                let part = |name| get(node, name, fraction).unwrap_or(0.0).clamp(0.0, 1.0);
                Base::Rgb(super::color_transform::from_hsl(
                    hue,
                    part("sat"),
                    part("lum"),
                ))
            }
            _ => return None,
        };
        let transforms = node.children().filter_map(transform).collect();
        Some(Self { base, transforms })
    }

    /// The colour of a slot.
    pub(super) fn slot(name: &str) -> Self {
        Self {
            base: Base::Slot(name.to_owned()),
            transforms: Vec::new(),
        }
    }

    /// The colour directly inside an element such as `solidFill`.
    pub(super) fn inside(node: Node<'_>) -> Option<Self> {
        node.children()
            .find(|child| ELEMENTS.contains(&child.name()))
            .and_then(Self::read)
    }

    /// The colour to draw. `placeholder` is what `phClr` means in the theme's own formats.
    pub(super) fn resolve(&self, palette: &Palette, placeholder: Option<&Color>) -> Color {
        let (start, theme) = match &self.base {
            Base::Rgb(rgb) => (Color::opaque(*rgb), None),
            Base::Slot(slot) if slot == "phClr" => {
                let given = placeholder.cloned();
                let given = given.unwrap_or_else(|| Color::opaque(Rgb::BLACK));
                let theme = given.theme.clone();
                (given, theme)
            }
            Base::Slot(slot) => {
                let theme = ThemeColor {
                    slot: slot.clone(),
                    transforms: Vec::new(),
                };
                (Color::opaque(palette.slot(slot)), Some(theme))
            }
        };
        let (rgb, alpha) = apply(start.rgb, start.alpha, &self.transforms);
        let theme = theme.map(|mut theme| {
            theme.transforms.extend(self.transforms.iter().cloned());
            theme
        });
        Color { rgb, alpha, theme }
    }
}

impl Palette {
    /// What a slot means here; black for one that is unknown.
    fn slot(&self, slot: &str) -> Rgb {
        let meant = match self.map.get(slot) {
            Some(meant) => meant.as_str(),
            None => match slot {
                "bg1" => "lt1",
                "tx1" => "dk1",
                "bg2" => "lt2",
                "tx2" => "dk2",
                other => other,
            },
        };
        self.colors.get(meant).copied().unwrap_or(Rgb::BLACK)
    }

    /// The same colours under the mapping of `node` (`clrMap` or `overrideClrMapping`).
    pub(super) fn mapped(&self, node: Node<'_>) -> Self {
        let map = MAPPED.iter().filter_map(|slot| {
            let meant = node.attribute(slot)?;
            Some(((*slot).to_owned(), meant.into_owned()))
        });
        Self {
            colors: self.colors.clone(),
            map: map.collect(),
        }
    }
}

fn transform(node: Node<'_>) -> Option<ColorTransform> {
    if node.ns() != Ns::A {
        return None;
    }
    let op = node.name();
    let value = match op {
        "comp" | "inv" | "gray" | "gamma" | "invGamma" => None,
        "hue" | "hueOff" => Some(get(node, "val", degrees)?),
        "tint" | "shade" | "alpha" | "alphaOff" | "alphaMod" | "hueMod" | "sat" | "satOff"
        | "satMod" | "lum" | "lumOff" | "lumMod" | "red" | "redOff" | "redMod" | "green"
        | "greenOff" | "greenMod" | "blue" | "blueOff" | "blueMod" => {
            Some(get(node, "val", fraction)?)
        }
        _ => return None,
    };
    Some(ColorTransform {
        op: op.to_owned(),
        value,
    })
}

/// A system colour: what it last was, else what it mostly is.
fn system(node: Node<'_>) -> Rgb {
    let last = node.attribute("lastClr").and_then(|last| Rgb::parse(&last));
    last.unwrap_or_else(|| match node.attribute("val").as_deref() {
        Some("window" | "menu" | "infoBk" | "btnHighlight" | "highlightText" | "captionText") => {
            Rgb::WHITE
        }
        Some("btnFace" | "3dLight" | "scrollBar") => Rgb {
            r: 0xF0,
            g: 0xF0,
            b: 0xF0,
        },
        Some("grayText" | "btnShadow") => Rgb {
            r: 0x6D,
            g: 0x6D,
            b: 0x6D,
        },
        Some("highlight" | "hotLight") => Rgb {
            r: 0,
            g: 0x78,
            b: 0xD7,
        },
        _ => Rgb::BLACK,
    })
}
