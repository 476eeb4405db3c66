//! Animations: the file's own XML again, without what moves shapes that are gone.

use std::ops::Range;

use super::transition::parsed;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// An animation without the effects on shapes that are gone. `None` where nothing is left of it, or it is none.
pub(super) fn pruned(raw: &str, gone: &dyn Fn(&str) -> bool) -> Option<String> {
    let (document, shift) = parsed(raw, "timing")?;
    let timing = document.root().child(Ns::P, "timing")?;
    let mut doomed = Vec::new();
    for child in timing.children() {
        if dies(child, gone, &mut doomed) {
            if child.name() == "tnLst" {
                return None;
            }
            doomed.push(child.span());
        }
    }
    let mut out = raw.trim().to_owned();
    doomed.sort_by_key(|span: &Range<usize>| std::cmp::Reverse(span.start));
    for span in doomed {
        out.replace_range(span.start - shift..span.end - shift, "");
    }
    Some(out)
}

/// Whether an element of an animation goes with the shapes. What goes of a list that stays is noted.
fn dies(node: Node<'_>, gone: &dyn Fn(&str) -> bool, doomed: &mut Vec<Range<usize>>) -> bool {
    if node.attribute("spid").is_some_and(|id| gone(&id)) {
        return true;
    }
    let is_list = matches!(node.name(), "childTnLst" | "bldLst" | "tnLst");
    let children: Vec<Node<'_>> = node.children().collect();
    let mut own = Vec::new();
    for child in &children {
        let mut inside = Vec::new();
        if dies(*child, gone, &mut inside) {
            if !is_list {
                return true;
            }
            own.push(child.span());
        } else {
            doomed.append(&mut inside);
        }
    }
    if is_list && own.len() == children.len() && !children.is_empty() {
        return true;
    }
    doomed.append(&mut own);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(shape: u32) -> String {
        format!(
            "<p:par><p:cTn><p:childTnLst><p:set><p:cBhvr><p:tgtEl><p:spTgt spid=\"{shape}\"/></p:tgtEl></p:cBhvr></p:set></p:childTnLst></p:cTn></p:par>"
        )
    }

    fn timing(effects: &str, builds: &str) -> String {
        format!(
            "<p:timing><p:tnLst><p:par><p:cTn><p:childTnLst><p:seq><p:cTn><p:childTnLst>{effects}</p:childTnLst></p:cTn></p:seq></p:childTnLst></p:cTn></p:par></p:tnLst><p:bldLst>{builds}</p:bldLst></p:timing>"
        )
    }

    #[test]
    fn only_the_effects_on_shapes_that_are_gone_go() {
        let build = |shape: u32| format!("<p:bldP spid=\"{shape}\" grpId=\"0\"/>");
        let raw = timing(&(effect(4) + &effect(5)), &(build(4) + &build(5)));
        let left = timing(&effect(5), &build(5));
        assert_eq!(pruned(&raw, &|id| id == "4"), Some(left));
        assert_eq!(pruned(&raw, &|_| false), Some(raw.clone()));
        assert_eq!(pruned(&raw, &|_| true), None);
    }
}
