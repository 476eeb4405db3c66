//! Properties that changed: what an element in the source says itself stays, and only the difference is written into it.
//! What it never said goes on being inherited.

use super::splice::{start_tag, with_attribute};
use crate::package::xml::{Document, Element as Node};
use crate::pptx::write::lint_order::{place, places};

/// How deep properties may lie.
const DEPTH: usize = 64;

/// The properties in `node` (or none yet), changed as far as `before` and `after` differ: both are the same element,
/// written out in full. Empty where nothing is said in the end. `None` where they cannot be compared.
pub(super) fn blend(
    (source, node): (&str, Option<Node<'_>>),
    (before, after): (&str, &str),
) -> Option<String> {
    let (before, after) = (parsed(before)?, parsed(after)?);
    let (before, after) = (
        before.root().children().next()?,
        after.root().children().next()?,
    );
    let order = places(after)?;
    let name = match node {
        Some(node) => {
            let tag = source.get(start_tag(source, node))?;
            tag.trim_start_matches('<')
                .split([' ', '>', '/', '\n', '\r', '\t'])
                .next()?
                .to_owned()
        }
        None => format!("a:{}", after.name()),
    };
    let mut tag = match node {
        Some(node) => source.get(start_tag(source, node))?.to_owned(),
        None => format!("<{name}>"),
    };
    for (attribute, value) in after.attributes() {
        if before.attribute(attribute).as_deref() != Some(value) {
            tag = with_attribute(&tag, attribute, Some(value));
        }
    }
    for (attribute, _) in before.attributes() {
        if after.attribute(attribute).is_none() {
            tag = with_attribute(&tag, attribute, None);
        }
    }
    let mut inside = String::new();
    for at in 0..order.len() {
        let changed = children(before, order, at) != children(after, order, at);
        match node {
            _ if changed => inside.push_str(&children(after, order, at)),
            Some(node) => inside.push_str(&own(source, node, order, at)),
            None => {}
        }
    }
    let head = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    if inside.is_empty() && head.len() == name.len() + 1 {
        return Some(String::new());
    }
    Some(format!("{head}>{inside}</{name}>"))
}

/// The children at one place of the order, as they stand in the source.
fn own(source: &str, node: Node<'_>, order: &[&str], at: usize) -> String {
    let here = node
        .children()
        .filter(|child| place(order, *child) == Some(at));
    here.filter_map(|child| source.get(child.span())).collect()
}

/// The children at one place of an element that was written here.
fn children(node: Node<'_>, order: &[&str], at: usize) -> String {
    own(node.source(), node, order, at)
}

fn parsed(properties: &str) -> Option<Document> {
    let whole = format!(
        "<x xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{properties}</x>"
    );
    Document::parse("properties", whole.as_bytes(), DEPTH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "<a:rPr sz=\"1800\" b=\"0\"><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill><a:latin typeface=\"A\"/></a:rPr>";

    #[test]
    fn only_what_changed_is_written_on_the_element() {
        let bold = BEFORE.replace("b=\"0\"", "b=\"1\"");
        let new = blend(("", None), (BEFORE, &bold));
        assert_eq!(new.as_deref(), Some("<a:rPr b=\"1\"></a:rPr>"));
        assert_eq!(blend(("", None), (BEFORE, BEFORE)).as_deref(), Some(""));
        let source =
            parsed("<a:rPr lang=\"de\" i=\"1\"><a:latin typeface=\"Own\"/><a:extLst/></a:rPr>")
                .unwrap();
        let node = source.root().children().next();
        let red = bold.replace("000000", "FF0000");
        let new = blend((source.source(), node), (BEFORE, &red)).unwrap();
        let expected = "<a:rPr lang=\"de\" i=\"1\" b=\"1\"><a:solidFill><a:srgbClr val=\"FF0000\"/></a:solidFill><a:latin typeface=\"Own\"/><a:extLst/></a:rPr>";
        assert_eq!(new, expected);
    }
}
