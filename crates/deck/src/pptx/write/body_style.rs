//! Body styles: how text sits in its box.

use super::number::{angle, coordinate32, fraction, positive};
use super::xml::Xml;
use crate::model::text::{Anchor, Autofit, BodyStyle, Direction};

/// Writes `a:bodyPr`.
pub(super) fn write(xml: &mut Xml, body: &BodyStyle) {
    let insets = &body.insets;
    let rotation = Some(angle(body.rotation)).filter(|angle| *angle != 0);
    let columns = body.columns.map(|columns| columns.count.clamp(1, 16));
    xml.tag("a:bodyPr")
        .opt("rot", rotation)
        .at("vert", direction(body.direction))
        .at("wrap", if body.wrap { "square" } else { "none" })
        .at("lIns", coordinate32(insets.left))
        .at("tIns", coordinate32(insets.top))
        .at("rIns", coordinate32(insets.right))
        .at("bIns", coordinate32(insets.bottom))
        .at("numCol", columns.unwrap_or(1))
        .opt("spcCol", body.columns.map(|columns| positive(columns.gap)))
        .at("rtlCol", 0)
        .at("anchor", anchor(body.anchor))
        .at("anchorCtr", i32::from(body.anchor_center))
        .open();
    match body.autofit {
        Autofit::None => xml.empty("a:noAutofit"),
        Autofit::Shape => xml.empty("a:spAutoFit"),
        Autofit::Text {
            font_scale,
            line_reduction,
        } => xml
            .tag("a:normAutofit")
            .opt(
                "fontScale",
                font_scale.map(|part| fraction(part).clamp(1_000, 100_000)),
            )
            .opt(
                "lnSpcReduction",
                line_reduction.map(|part| fraction(part).clamp(0, 90_000)),
            )
            .empty(),
    }
    xml.close("a:bodyPr");
}

/// The word for where text stands.
pub(super) fn anchor(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Top => "t",
        Anchor::Middle => "ctr",
        Anchor::Bottom => "b",
    }
}

/// The word for which way text runs.
pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Horizontal => "horz",
        Direction::Vertical => "vert",
        Direction::Vertical270 => "vert270",
        Direction::EastAsianVertical => "eaVert",
        Direction::Stacked => "wordArtVert",
    }
}
