//! Body styles: how text sits in its box, inherited attribute by attribute.

use super::lexical::{count, degrees, emu, flag, fraction, get};
use crate::model::text::{Anchor, Autofit, BodyStyle, Columns, Direction};
use crate::model::units::{Emu, Insets};
use crate::package::xml::Element as Node;

/// What one place says of a text body (`CT_TextBodyProperties`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct BodyProps {
    left: Option<Emu>,
    top: Option<Emu>,
    right: Option<Emu>,
    bottom: Option<Emu>,
    anchor: Option<Anchor>,
    anchor_center: Option<bool>,
    wrap: Option<bool>,
    direction: Option<Direction>,
    autofit: Option<Autofit>,
    columns: Option<u32>,
    gap: Option<Emu>,
    rotation: Option<f64>,
}

impl BodyProps {
    /// Reads `bodyPr`.
    pub(super) fn read(node: Node<'_>) -> Self {
        Self {
            left: get(node, "lIns", emu),
            top: get(node, "tIns", emu),
            right: get(node, "rIns", emu),
            bottom: get(node, "bIns", emu),
            anchor: get(node, "anchor", anchor),
            anchor_center: get(node, "anchorCtr", flag),
            wrap: get(node, "wrap", |wrap| match wrap {
                "none" => Some(false),
                "square" => Some(true),
                _ => None,
            }),
            direction: get(node, "vert", direction),
            autofit: node.children().find_map(autofit),
            columns: count(node, "numCol"),
            gap: get(node, "spcCol", emu),
            rotation: get(node, "rot", degrees),
        }
    }

    /// This, and what `below` says of the rest.
    #[must_use]
    pub(super) fn over(self, below: &Self) -> Self {
        Self {
            left: self.left.or(below.left),
            top: self.top.or(below.top),
            right: self.right.or(below.right),
            bottom: self.bottom.or(below.bottom),
            anchor: self.anchor.or(below.anchor),
            anchor_center: self.anchor_center.or(below.anchor_center),
            wrap: self.wrap.or(below.wrap),
            direction: self.direction.or(below.direction),
            autofit: self.autofit.or(below.autofit),
            columns: self.columns.or(below.columns),
            gap: self.gap.or(below.gap),
            rotation: self.rotation.or(below.rotation),
        }
    }

    /// The style as drawn.
    pub(super) fn resolve(&self) -> BodyStyle {
        let usual = Insets::default();
        let columns = self
            .columns
            .filter(|count| *count > 1)
            .map(|count| Columns {
                count: count.min(16),
                gap: self.gap.unwrap_or_default().max(Emu(0)),
            });
        BodyStyle {
            insets: Insets {
                left: self.left.unwrap_or(usual.left),
                top: self.top.unwrap_or(usual.top),
                right: self.right.unwrap_or(usual.right),
                bottom: self.bottom.unwrap_or(usual.bottom),
            },
            anchor: self.anchor.unwrap_or_default(),
            anchor_center: self.anchor_center.unwrap_or(false),
            wrap: self.wrap.unwrap_or(true),
            direction: self.direction.unwrap_or_default(),
            autofit: self.autofit.unwrap_or_default(),
            columns,
            rotation: self.rotation.unwrap_or(0.0),
        }
    }
}

/// `ST_TextAnchoringType`.
pub(super) fn anchor(text: &str) -> Option<Anchor> {
    match text {
        "t" | "just" | "dist" => Some(Anchor::Top),
        "ctr" => Some(Anchor::Middle),
        "b" => Some(Anchor::Bottom),
        _ => None,
    }
}

/// `ST_TextVerticalType`.
pub(super) fn direction(text: &str) -> Option<Direction> {
    match text {
        "horz" => Some(Direction::Horizontal),
        "vert" => Some(Direction::Vertical),
        "vert270" => Some(Direction::Vertical270),
        "eaVert" | "mongolianVert" => Some(Direction::EastAsianVertical),
        "wordArtVert" | "wordArtVertRtl" => Some(Direction::Stacked),
        _ => None,
    }
}

fn autofit(node: Node<'_>) -> Option<Autofit> {
    match node.name() {
        "noAutofit" => Some(Autofit::None),
        "spAutoFit" => Some(Autofit::Shape),
        "normAutofit" => Some(Autofit::Text {
            font_scale: get(node, "fontScale", fraction).map(|scale| scale.clamp(0.01, 1.0)),
            line_reduction: get(node, "lnSpcReduction", fraction).map(|part| part.clamp(0.0, 0.9)),
        }),
        _ => None,
    }
}
