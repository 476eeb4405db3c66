//! Children of one element that come, go or are written anew, each at its place in the order of the schema.

use super::splice::{Splice, content_end, start_tag};
use crate::package::xml::Element as Node;
use crate::pptx::write::lint_order::{place, place_of, places};

/// Changes among the children of an element.
pub(super) struct Children<'a> {
    node: Node<'a>,
    all: Vec<(&'static str, String, bool)>,
}

impl<'a> Children<'a> {
    /// No changes yet.
    pub(super) fn of(node: Node<'a>) -> Self {
        Self {
            node,
            all: Vec::new(),
        }
    }

    /// Puts XML in the place of all children of a name; nothing takes them away.
    pub(super) fn set(&mut self, name: &'static str, xml: impl Into<String>) {
        self.all.push((name, xml.into(), true));
    }

    /// Puts XML behind the children of a name.
    pub(super) fn add(&mut self, name: &'static str, xml: impl Into<String>) {
        self.all.push((name, xml.into(), false));
    }

    /// Sets the `val` of a child that has nothing else.
    pub(super) fn value(&mut self, name: &'static str, value: impl std::fmt::Display) {
        let mut xml = crate::pptx::write::xml::Xml::default();
        xml.value(&format!("c:{name}"), value);
        self.set(name, xml.finish());
    }

    /// Makes the changes. `None` where the order of the children is not known.
    pub(super) fn make(mut self, splice: &mut Splice) -> Option<()> {
        let order = places(self.node)?;
        let wanted = |name: &str| place_of(order, name);
        self.all.sort_by_key(|(name, _, _)| wanted(name));
        let source = self.node.source();
        let mut new = String::new();
        let end = content_end(source, self.node);
        for (name, xml, replaces) in self.all {
            let at = wanted(name)?;
            let mut old = self.node.children().filter(|own| own.name() == name);
            if replaces && let Some(first) = old.next() {
                splice.replace(first.span(), xml);
                old.for_each(|more| splice.replace(more.span(), ""));
                continue;
            }
            let mut children = self.node.children();
            let next = children.find(|own| place(order, *own).is_some_and(|own| own > at));
            match (next, end) {
                (Some(next), _) => splice.insert(next.span().start, xml),
                (None, Some(end)) => splice.insert(end, xml),
                (None, None) => new.push_str(&xml),
            }
        }
        if !new.is_empty() {
            let range = start_tag(source, self.node);
            let tag = source.get(range.clone())?.trim_end_matches("/>").trim_end();
            let name = tag.trim_start_matches('<').split_whitespace().next()?;
            splice.replace(range, format!("{tag}>{new}</{name}>"));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::xml::Document;

    #[test]
    fn children_come_and_go_where_the_schema_wants_them() {
        let space = "xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'";
        let source =
            format!("<c:scaling {space}><c:orientation val='minMax'/><c:min val='1'/></c:scaling>");
        let changed = |source: &str| {
            let document = Document::parse("a part", source.as_bytes(), 8).expect("XML");
            let mut children = Children::of(document.root());
            children.set("min", "");
            children.set("orientation", "<new/>");
            children.value("max", 5);
            children.value("logBase", 10);
            let mut splice = Splice::default();
            children.make(&mut splice).expect("the order is known");
            splice.apply(source)
        };
        let new = "<c:logBase val=\"10\"/><new/><c:max val=\"5\"/>";
        assert_eq!(
            changed(&source),
            format!("<c:scaling {space}>{new}</c:scaling>")
        );
        assert_eq!(
            changed(&format!("<c:scaling {space}/>")),
            format!("<c:scaling {space}>{new}</c:scaling>")
        );
    }
}
