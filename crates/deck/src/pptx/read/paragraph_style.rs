//! Paragraph styles: what each place says of paragraphs, laid over each other, level by level.

use super::bullet::BulletProps;
use super::lexical::{emu, flag, fraction, get, number};
use super::run_style::RunProps;
use crate::model::text::{Align, Distance, Paragraph, Spacing, TabAlign, TabStop};
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// What one place says of a paragraph and its letters (`CT_TextParagraphProperties`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ParagraphProps {
    align: Option<Align>,
    rtl: Option<bool>,
    margin: Option<Emu>,
    margin_right: Option<Emu>,
    indent: Option<Emu>,
    line: Option<Distance>,
    before: Option<Distance>,
    after: Option<Distance>,
    tabs: Option<Vec<TabStop>>,
    pub(super) bullet: BulletProps,
    pub(super) run: RunProps,
}

impl ParagraphProps {
    /// Reads `pPr`, `defPPr` or `lvl1pPr` and the like.
    pub(super) fn read(node: Node<'_>, rels: &Relationships) -> Self {
        let distance = |name| node.child(Ns::A, name).and_then(distance);
        Self {
            align: get(node, "algn", |align| match align {
                "l" => Some(Align::Left),
                "ctr" => Some(Align::Center),
                "r" => Some(Align::Right),
                "just" | "justLow" => Some(Align::Justify),
                "dist" | "thaiDist" => Some(Align::Distribute),
                _ => None,
            }),
            rtl: get(node, "rtl", flag),
            margin: get(node, "marL", emu),
            margin_right: get(node, "marR", emu),
            indent: get(node, "indent", emu),
            line: distance("lnSpc"),
            before: distance("spcBef"),
            after: distance("spcAft"),
            tabs: node.child(Ns::A, "tabLst").map(tabs),
            bullet: BulletProps::read(node, rels),
            run: node
                .child(Ns::A, "defRPr")
                .map(RunProps::read)
                .unwrap_or_default(),
        }
    }

    /// Says something of letters only.
    pub(super) fn of_letters(run: RunProps) -> Self {
        Self {
            run,
            ..Self::default()
        }
    }

    /// Puts what `above` says over this.
    pub(super) fn lay(&mut self, above: &Self) {
        self.align = above.align.or(self.align);
        self.rtl = above.rtl.or(self.rtl);
        self.margin = above.margin.or(self.margin);
        self.margin_right = above.margin_right.or(self.margin_right);
        self.indent = above.indent.or(self.indent);
        self.line = above.line.or(self.line);
        self.before = above.before.or(self.before);
        self.after = above.after.or(self.after);
        if above.tabs.is_some() {
            self.tabs.clone_from(&above.tabs);
        }
        self.bullet.lay(&above.bullet);
        self.run.lay(&above.run);
    }

    /// The paragraph without bullet and runs.
    pub(super) fn resolve(&self, level: u8) -> Paragraph {
        let usual = Spacing::default();
        Paragraph {
            level,
            align: self.align.unwrap_or_default(),
            rtl: self.rtl.unwrap_or(false),
            margin: self.margin.unwrap_or_default(),
            margin_right: self.margin_right.unwrap_or_default(),
            indent: self.indent.unwrap_or_default(),
            spacing: Spacing {
                line: self.line.unwrap_or(usual.line),
                before: self.before.unwrap_or(usual.before),
                after: self.after.unwrap_or(usual.after),
            },
            tabs: self.tabs.clone().unwrap_or_default(),
            ..Paragraph::default()
        }
    }
}

fn distance(node: Node<'_>) -> Option<Distance> {
    node.children().find_map(|child| match child.name() {
        "spcPct" => {
            get(child, "val", fraction).map(|value| Distance::Percent(value.clamp(0.0, 132.0)))
        }
        "spcPts" => get(child, "val", number)
            .map(|value| Distance::Points((value / 100.0).clamp(0.0, 1584.0))),
        _ => None,
    })
}

fn tabs(node: Node<'_>) -> Vec<TabStop> {
    let stops = node.children().filter_map(|stop| {
        let align = match stop.attribute("algn").as_deref() {
            Some("ctr") => TabAlign::Center,
            Some("r") => TabAlign::Right,
            Some("dec") => TabAlign::Decimal,
            _ => TabAlign::Left,
        };
        Some(TabStop {
            position: get(stop, "pos", emu)?,
            align,
        })
    });
    stops.take(32).collect()
}
