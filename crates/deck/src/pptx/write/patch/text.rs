//! Text that changed: paragraphs that did not are left alone, and so are the properties of runs of which only the words
//! changed. What is new or looks otherwise is written as a difference to what stands there.

use super::blend::blend;
use super::splice::{Splice, content_end, start_tag};
use crate::error::WriteError;
use crate::model::text::{Paragraph, Run, TextBody};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::write::sheet::Sheet;
use crate::pptx::write::xml::Xml;
use crate::pptx::write::{body_style, paragraph_style, run_style, text as written};

/// Where changes go: the original text and the changes to it.
pub(super) struct Page<'a> {
    /// The part as it was.
    pub(super) source: &'a str,
    /// What is to be changed.
    pub(super) splice: &'a mut Splice,
}

/// Changes a text body from what it was to what it is. `styled` where the body's own style is written there too.
pub(super) fn body(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    (node, styled): (Node<'_>, bool),
    (before, after): (&TextBody, &TextBody),
) -> Result<(), WriteError> {
    if styled && before.body != after.body {
        let mut xml = Xml::default();
        body_style::write(&mut xml, &after.body);
        match node.child(Ns::A, "bodyPr") {
            Some(old) => page.splice.replace(old.span(), xml.finish()),
            None => return Ok(()),
        }
    }
    paragraphs(sheet, page, node, (&before.paragraphs, &after.paragraphs))
}

/// Changes paragraphs.
pub(super) fn paragraphs(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    node: Node<'_>,
    (before, after): (&[Paragraph], &[Paragraph]),
) -> Result<(), WriteError> {
    let nodes: Vec<Node<'_>> = node
        .children()
        .filter(|child| child.is(Ns::A, "p"))
        .collect();
    let (first, last) = common(before, after);
    let (old, new) = (
        &before[first..before.len() - last],
        &after[first..after.len() - last],
    );
    if old.len() == new.len() && nodes.len() == before.len() {
        for ((node, old), new) in nodes[first..]
            .iter()
            .zip(old)
            .zip(new)
            .filter(|((_, old), new)| old != new)
        {
            paragraph(sheet, page, *node, (old, new))?;
        }
        return Ok(());
    }
    let all = after.is_empty() || nodes.len() != before.len();
    let beside = first.saturating_sub(usize::from(old.is_empty()));
    let like = nodes.get(beside).zip(before.get(beside)).filter(|_| !all);
    let blended = match like {
        Some((node, like)) => added(sheet, page.source, (*node, like), new)?,
        None => None,
    };
    let mut xml = Xml::default();
    match blended {
        Some(text) => xml.raw(&text),
        None => written::paragraphs(sheet, &mut xml, if all { after } else { new })?,
    }
    let changed = if all {
        &nodes[..]
    } else {
        &nodes[first..nodes.len() - last]
    };
    let fallback = content_end(page.source, node);
    let at = changed.first().map(|node| node.span().start);
    let at = at
        .or_else(|| nodes.get(first).map(|node| node.span().start))
        .or(fallback);
    let Some(at) = at else { return Ok(()) };
    let text = if !all && new.is_empty() {
        String::new()
    } else {
        xml.finish()
    };
    match (changed.first(), changed.last()) {
        (Some(first), Some(last)) => page
            .splice
            .replace(first.span().start..last.span().end, text),
        _ => page.splice.insert(at, text),
    }
    Ok(())
}

/// Changes a paragraph where it stands: its properties, and its runs.
fn paragraph(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    node: Node<'_>,
    (before, after): (&Paragraph, &Paragraph),
) -> Result<(), WriteError> {
    let groups = groups(node, &before.runs);
    let groups = groups.filter(|_| !after.runs.is_empty() && !before.runs.is_empty());
    let properties = properties(sheet, (page.source, node), (before, after))?;
    let (Some(groups), Some(properties)) = (groups, properties) else {
        let mut xml = Xml::default();
        written::paragraph(sheet, &mut xml, after)?;
        page.splice.replace(node.span(), xml.finish());
        return Ok(());
    };
    match node.child(Ns::A, "pPr") {
        _ if same_but_text(before, after) => {}
        Some(old) => page.splice.replace(old.span(), properties),
        None => page
            .splice
            .insert(start_tag(page.source, node).end, properties),
    }
    runs(sheet, page, &groups, (&before.runs, &after.runs));
    Ok(())
}

/// Whether two paragraphs differ in their runs and end marks only.
fn same_but_text(before: &Paragraph, after: &Paragraph) -> bool {
    let same = Paragraph {
        runs: after.runs.clone(),
        end_style: after.end_style.clone(),
        ..before.clone()
    };
    same == *after
}

/// The properties of a paragraph with what changed; `None` where they cannot be told apart from what is inherited.
fn properties(
    sheet: &mut Sheet<'_, '_>,
    (source, node): (&str, Node<'_>),
    (before, after): (&Paragraph, &Paragraph),
) -> Result<Option<String>, WriteError> {
    if before.level != after.level && !same_but_level(before, after) {
        // Another level inherits otherwise: then only the whole says what is meant.
        return Ok(None);
    }
    let mut full = [Xml::default(), Xml::default()];
    for (xml, own) in full.iter_mut().zip([before, after]) {
        paragraph_style::write(sheet, xml, ("a:pPr", true), own, None)?;
    }
    let [before, after] = full.map(Xml::finish);
    let own = node.child(Ns::A, "pPr");
    Ok(blend((source, own), (&before, &after)))
}

fn same_but_level(before: &Paragraph, after: &Paragraph) -> bool {
    let same = Paragraph {
        level: after.level,
        ..before.clone()
    };
    same_but_text(&same, after)
}

/// Paragraphs that were added, written like the one they stand beside: what that inherits they inherit.
fn added(
    sheet: &mut Sheet<'_, '_>,
    source: &str,
    (node, like): (Node<'_>, &Paragraph),
    new: &[Paragraph],
) -> Result<Option<String>, WriteError> {
    let Some(groups) = groups(node, &like.runs) else {
        return Ok(None);
    };
    let (Some(group), Some(model)) = (groups.first(), like.runs.first()) else {
        return Ok(None);
    };
    let Some(first) = group.first() else {
        return Ok(None);
    };
    let mut out = String::new();
    for own in new {
        let tame = own
            .runs
            .iter()
            .all(|run| run.field.is_none() && run.link.is_none());
        if own.level != like.level || own.runs.is_empty() || !tame || model.link.is_some() {
            return Ok(None);
        }
        let Some(properties) = properties(sheet, (source, node), (like, own))? else {
            return Ok(None);
        };
        out.push_str("<a:p>");
        out.push_str(&properties);
        for run in &own.runs {
            let Some(style) = style(sheet, (source, *first), (model, run)) else {
                return Ok(None);
            };
            out.push_str(&worded(run, &style));
        }
        out.push_str("</a:p>");
    }
    Ok(Some(out))
}

/// The properties of a run with what changed.
fn style(
    sheet: &mut Sheet<'_, '_>,
    (source, node): (&str, Node<'_>),
    (before, after): (&Run, &Run),
) -> Option<String> {
    let mut full = [Xml::default(), Xml::default()];
    for (xml, own) in full.iter_mut().zip([before, after]) {
        run_style::write(sheet, xml, "a:rPr", (&own.style, None));
    }
    let [before, after] = full.map(Xml::finish);
    blend((source, node.child(Ns::A, "rPr")), (&before, &after))
}

/// A run without field, cut where its text breaks the line.
fn worded(run: &Run, style: &str) -> String {
    let mut xml = Xml::default();
    for (number, piece) in run.text.split(written::is_break).enumerate() {
        if number > 0 {
            xml.open("a:br");
            xml.raw(style);
            xml.close("a:br");
        }
        if !piece.is_empty() {
            xml.open("a:r");
            xml.raw(style);
            xml.element("a:t", piece);
            xml.close("a:r");
        }
    }
    xml.finish()
}

/// Changes the runs of a paragraph, the nodes of each told.
fn runs(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    groups: &[Vec<Node<'_>>],
    (before, after): (&[Run], &[Run]),
) {
    let (first, last) = common(before, after);
    let (old, new) = (
        &before[first..before.len() - last],
        &after[first..after.len() - last],
    );
    let changed = &groups[first..before.len() - last];
    if old.len() == new.len() {
        for ((group, old), new) in changed
            .iter()
            .zip(old)
            .zip(new)
            .filter(|((_, old), new)| old != new)
        {
            run(sheet, page, group, (old, new));
        }
        return;
    }
    let mut xml = Xml::default();
    // A new run is written like the one in whose place, or beside which, it stands.
    let beside = if old.is_empty() {
        first.saturating_sub(1)
    } else {
        first
    };
    let like = groups.get(beside).and_then(|group| group.first());
    for own in new {
        let model = before
            .get(beside)
            .filter(|model| plain(model) && plain(own));
        let blended = match (like, model) {
            (Some(node), Some(model)) => style(sheet, (page.source, *node), (model, own)),
            _ => None,
        };
        match blended {
            Some(style) => xml.raw(&worded(own, &style)),
            None => written::run(sheet, &mut xml, own),
        }
    }
    let start = |group: &Vec<Node<'_>>| group.first().map(|node| node.span().start);
    let end = |group: &Vec<Node<'_>>| group.last().map(|node| node.span().end);
    if let (Some(from), Some(to)) = (
        changed.first().and_then(start),
        changed.last().and_then(end),
    ) {
        page.splice.replace(from..to, xml.finish());
        return;
    }
    // Nothing goes: what comes stands beside the runs that stay.
    let before = groups[..first].last().and_then(end);
    if let Some(at) = before.or_else(|| groups.get(first).and_then(start)) {
        page.splice.insert(at, xml.finish());
    }
}

/// Whether a run is words alone, neither field nor link.
fn plain(run: &Run) -> bool {
    run.field.is_none() && run.link.is_none()
}

fn run(
    sheet: &mut Sheet<'_, '_>,
    page: &mut Page<'_>,
    group: &[Node<'_>],
    (before, after): (&Run, &Run),
) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let same_but_words = Run {
        text: after.text.clone(),
        ..before.clone()
    } == *after;
    let place = first
        .child(Ns::A, "t")
        .filter(|_| same_but_words && !after.text.contains(['\n', '\r', '\u{B}']));
    let Some(words) = place.filter(|_| !after.text.is_empty() && first.name() != "br") else {
        let blended = Some(())
            .filter(|()| plain(before) && plain(after) && !after.text.is_empty())
            .and_then(|()| style(sheet, (page.source, *first), (before, after)));
        let mut xml = Xml::default();
        match blended {
            Some(style) => xml.raw(&worded(after, &style)),
            None => written::run(sheet, &mut xml, after),
        }
        page.splice
            .replace(first.span().start..last.span().end, xml.finish());
        return;
    };
    let tag = page.source.get(words.span()).unwrap_or_default();
    let name = tag.trim_start_matches('<').split(['>', ' ', '/']).next();
    let mut xml = Xml::default();
    xml.element(name.unwrap_or("a:t"), &after.text);
    page.splice.replace(words.span(), xml.finish());
    for node in &group[1..] {
        page.splice.replace(node.span(), "");
    }
}

/// The nodes that each run was read from: the reader joins those of one style. `None` where they do not fit.
fn groups<'a>(node: Node<'a>, runs: &[Run]) -> Option<Vec<Vec<Node<'a>>>> {
    let is_run =
        |child: &Node<'_>| child.ns() == Ns::A && matches!(child.name(), "r" | "br" | "fld");
    let mut nodes = node.children().filter(is_run).peekable();
    let words = |node: Node<'_>| match node.name() {
        "br" => "\n".to_owned(),
        _ => node.child(Ns::A, "t").map(Node::text).unwrap_or_default(),
    };
    let mut groups = Vec::with_capacity(runs.len());
    for run in runs {
        let mut group = Vec::new();
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            let next = nodes.next()?;
            let text = words(next);
            if next.name() != "br" && text.contains(['\n', '\r']) {
                return None;
            }
            rest = rest.strip_prefix(text.as_str())?;
            if !text.is_empty() {
                group.push(next);
            }
        }
        groups.push(group);
    }
    nodes.all(|node| words(node).is_empty()).then_some(groups)
}

/// How many are equal at the start, and at the end beyond those.
pub(super) fn common<T: PartialEq>(before: &[T], after: &[T]) -> (usize, usize) {
    let first = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[first..], &after[first..]);
    let last = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (first, last)
}
