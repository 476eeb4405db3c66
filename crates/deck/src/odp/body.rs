//! How text sits in a shape or a cell: padding, anchors, columns, direction, growth.

use crate::model::text::{Anchor, Autofit, BodyStyle, Columns, Direction};
use crate::model::units::{Emu, Insets};
use crate::package::namespaces::Ns;

use super::book::value;
use super::length::emu;
use super::style::{Kind, Stack};

/// How text stands in its box.
pub(super) fn body_style(stack: &Stack<'_>, text_box: bool) -> BodyStyle {
    let draw = |name| stack.get(Kind::Graphic, Ns::Draw, name);
    let fo = |name| stack.get(Kind::Graphic, Ns::Fo, name);
    // A text box that may grow in width does so before it breaks a line; other shapes say outright whether they break.
    let wrap = if text_box {
        draw("auto-grow-width") != Some("true")
    } else {
        fo("wrap-option") != Some("no-wrap")
    };
    let upright = stack
        .get(Kind::Paragraph, Ns::Style, "writing-mode")
        .or_else(|| stack.get(Kind::Graphic, Ns::Style, "writing-mode"));
    let columns = stack.inside(Kind::Graphic, Ns::Style, "columns");
    let columns = columns.and_then(|columns| {
        let count = value(columns, Ns::Fo, "column-count")?.parse().ok()?;
        let gap = value(columns, Ns::Fo, "column-gap").and_then(emu);
        (2..=16).contains(&count).then_some(Columns {
            count,
            gap: gap.unwrap_or(Emu(0)),
        })
    });
    BodyStyle {
        insets: insets(
            stack,
            Insets {
                left: Emu(90_000),
                top: Emu(45_000),
                right: Emu(90_000),
                bottom: Emu(45_000),
            },
        ),
        anchor: match draw("textarea-vertical-align") {
            Some("middle") => Anchor::Middle,
            Some("bottom") => Anchor::Bottom,
            _ => Anchor::Top,
        },
        anchor_center: !wrap && draw("textarea-horizontal-align") == Some("center"),
        wrap,
        direction: match upright {
            Some("tb-rl" | "tb") => Direction::Vertical,
            Some("bt-lr") => Direction::Vertical270,
            _ => Direction::Horizontal,
        },
        autofit: match (draw("fit-to-size"), draw("auto-grow-height")) {
            (Some("shrink-to-fit"), _) => Autofit::Text {
                font_scale: None,
                line_reduction: None,
            },
            (_, Some("true")) => Autofit::Shape,
            _ => Autofit::None,
        },
        columns,
        rotation: 0.0,
    }
}

/// `fo:padding` and its four sides.
pub(super) fn insets(stack: &Stack<'_>, usual: Insets) -> Insets {
    let of = |side: &str, usual: Emu| {
        let found = stack.all(Kind::Graphic).find_map(|block| {
            value(block, Ns::Fo, side).or_else(|| value(block, Ns::Fo, "padding"))
        });
        found.and_then(emu).unwrap_or(usual)
    };
    Insets {
        left: of("padding-left", usual.left),
        top: of("padding-top", usual.top),
        right: of("padding-right", usual.right),
        bottom: of("padding-bottom", usual.bottom),
    }
}
