//! List styles: paragraph styles by level, as masters, layouts, shapes and the presentation hold them.

use super::paragraph_style::ParagraphProps;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// Paragraph styles of the nine levels, whatever they lie on already laid below them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ListStyle {
    levels: [ParagraphProps; 9],
}

impl ListStyle {
    /// The style of a level.
    pub(super) fn level(&self, level: u8) -> &ParagraphProps {
        &self.levels[usize::from(level.min(8))]
    }

    /// Puts a `lstStyle`, `titleStyle`, … over this.
    pub(super) fn lay(&mut self, node: Node<'_>, rels: &Relationships) {
        for child in node.children().filter(|child| child.ns() == Ns::A) {
            match child.name().as_bytes() {
                b"defPPr" => {
                    let props = ParagraphProps::read(child, rels);
                    for level in &mut self.levels {
                        level.lay(&props);
                    }
                }
                [b'l', b'v', b'l', digit @ b'1'..=b'9', b'p', b'P', b'r'] => {
                    let level = &mut self.levels[usize::from(digit - b'1')];
                    level.lay(&ParagraphProps::read(child, rels));
                }
                _ => {}
            }
        }
    }

    /// Puts properties over every level.
    pub(super) fn lay_on_all(&mut self, props: &ParagraphProps) {
        for level in &mut self.levels {
            level.lay(props);
        }
    }
}

/// Whether a list style says anything.
pub(super) fn says_something(node: Option<Node<'_>>) -> Option<Node<'_>> {
    node.filter(|node| node.ns() == Ns::A && node.children().next().is_some())
}
