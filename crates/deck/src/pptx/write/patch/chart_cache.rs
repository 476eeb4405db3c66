//! The points that a chart last took from its cells: those that did not change stay as they are written.

use super::chart::Edit;
use super::splice::{content_end, start_tag};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use crate::pptx::read::chart_series::is_date;
use crate::pptx::write::chart::grid::serial;
use crate::pptx::write::chart::workbook::{Cell, number};
use crate::pptx::write::xml::{Xml, escape};

/// The points of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Points<'a> {
    /// Words.
    Words(&'a [String]),
    /// Numbers; some may be missing.
    Numbers(&'a [Option<f64>]),
}

/// What cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Words,
    Numbers,
    Days,
}

impl Kind {
    /// What the cells of a reference hold.
    pub(super) fn of(held: Node<'_>) -> Self {
        if !held.name().starts_with("num") {
            return Self::Words;
        }
        let format = cache(held).and_then(|own| own.child(Ns::Chart, "formatCode"));
        match format.map(Node::text) {
            Some(format) if is_date(&format) => Self::Days,
            _ => Self::Numbers,
        }
    }
}

impl Points<'_> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// What a cell holds for a point.
    pub(super) fn cell(&self, at: usize, kind: Kind) -> Cell {
        match self {
            Self::Numbers(numbers) => number(numbers.get(at).copied().flatten()),
            Self::Words(words) => {
                let word = words.get(at).map_or("", String::as_str);
                match numeric(word, kind) {
                    Some(value) => Cell::Number(value),
                    None if word.is_empty() => Cell::Empty,
                    None => Cell::Words(word.to_owned()),
                }
            }
        }
    }

    /// Whether a point is what it was.
    fn same(&self, other: &Self, at: usize) -> bool {
        match (self, other) {
            (Self::Words(a), Self::Words(b)) => a.get(at).is_some() && a.get(at) == b.get(at),
            (Self::Numbers(a), Self::Numbers(b)) => a.get(at).is_some() && a.get(at) == b.get(at),
            _ => false,
        }
    }
}

/// The number that a word stands for in cells of a kind.
fn numeric(word: &str, kind: Kind) -> Option<f64> {
    let value = || {
        word.trim()
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
    };
    #[expect(clippy::cast_precision_loss, reason = "days of ten thousand years")]
    match kind {
        Kind::Words => None,
        Kind::Numbers => value(),
        Kind::Days => serial(word).map(|day| day as f64).or_else(value),
    }
}

/// What holds the points of the first of these children: a reference with what it last gave, or the points themselves.
pub(super) fn held<'a>(series: Node<'a>, names: &[&str]) -> Option<Node<'a>> {
    let own = names
        .iter()
        .find_map(|name| series.child(Ns::Chart, name))?;
    let known = [
        "strRef",
        "numRef",
        "multiLvlStrRef",
        "strLit",
        "numLit",
        "v",
    ];
    own.children()
        .find(|own| own.ns() == Ns::Chart && known.contains(&own.name()))
}

/// The formula of a reference.
pub(super) fn formula(held: Node<'_>) -> Option<Node<'_>> {
    held.child(Ns::Chart, "f")
}

fn cache(held: Node<'_>) -> Option<Node<'_>> {
    if held.name().ends_with("Lit") {
        return Some(held);
    }
    held.children().find(|own| own.name().ends_with("Cache"))
}

/// Changes the points, and the formula where one is given.
pub(super) fn change(
    edit: &mut Edit<'_>,
    held: Node<'_>,
    (old, new): (Points<'_>, Points<'_>),
    formula: Option<String>,
) {
    if held.name() == "v" {
        if let Points::Words([word]) = new {
            replace_text(edit, held, word);
        }
        return;
    }
    let kind = Kind::of(held);
    let fits = |word: &String| word.is_empty() || numeric(word, kind).is_some();
    let words = match new {
        Points::Words(words) => kind != Kind::Words && !words.iter().all(fits),
        Points::Numbers(_) => false,
    };
    let Some(cache) = cache(held).filter(|_| !words) else {
        let known = self::formula(held).map(Node::text);
        edit.splice
            .replace(held.span(), written(&new, formula.or(known).as_deref()));
        return;
    };
    if let (Some(formula), Some(node)) = (formula, self::formula(held)) {
        replace_text(edit, node, &formula);
    }
    if old == new {
        return;
    }
    points(edit, cache, (old, new), kind);
}

/// Changes the points of a cache.
fn points(edit: &mut Edit<'_>, cache: Node<'_>, (old, new): (Points<'_>, Points<'_>), kind: Kind) {
    let inside = cache.child(Ns::Chart, "lvl").unwrap_or(cache);
    let nodes: Vec<Node<'_>> = inside
        .children()
        .filter(|own| own.is(Ns::Chart, "pt"))
        .collect();
    let at = |own: &Node<'_>| {
        own.attribute("idx")
            .and_then(|at| at.trim().parse::<usize>().ok())
    };
    let mut points = String::new();
    for number in 0..new.len() {
        let known = nodes.iter().find(|own| at(own) == Some(number));
        match known.filter(|_| old.same(&new, number)) {
            Some(known) => points.push_str(edit.source.get(known.span()).unwrap_or_default()),
            None => points.push_str(&point(&new, number, kind)),
        }
    }
    match (
        nodes.first(),
        nodes.last(),
        content_end(edit.source, inside),
    ) {
        (Some(first), Some(last), _) => {
            edit.splice
                .replace(first.span().start..last.span().end, points);
        }
        (_, _, Some(end)) => edit.splice.insert(end, points),
        _ => {}
    }
    if let Some(count) = cache.child(Ns::Chart, "ptCount") {
        edit.splice
            .replace(count.span(), format!("<c:ptCount val=\"{}\"/>", new.len()));
    }
}

/// One point; nothing where there is no value.
fn point(points: &Points<'_>, at: usize, kind: Kind) -> String {
    let mut text = String::new();
    match points.cell(at, kind) {
        Cell::Number(value) => text = value.to_string(),
        Cell::Words(words) => escape(&mut text, &words, false),
        Cell::Empty if matches!(points, Points::Words(_)) && kind == Kind::Words => {}
        Cell::Empty => return text,
    }
    format!("<c:pt idx=\"{at}\"><c:v>{text}</c:v></c:pt>")
}

/// Points with a formula, or by themselves.
fn written(points: &Points<'_>, formula: Option<&str>) -> String {
    let (name, kind) = match points {
        Points::Words(_) => ("str", Kind::Words),
        Points::Numbers(_) => ("num", Kind::Numbers),
    };
    let all: String = (0..points.len())
        .map(|at| point(points, at, kind))
        .collect();
    let inside = format!("<c:ptCount val=\"{}\"/>{all}", points.len());
    let Some(formula) = formula else {
        return format!("<c:{name}Lit>{inside}</c:{name}Lit>");
    };
    let mut xml = Xml::default();
    xml.element("c:f", formula);
    format!(
        "<c:{name}Ref>{}<c:{name}Cache>{inside}</c:{name}Cache></c:{name}Ref>",
        xml.finish()
    )
}

/// Points that come from no cell, in an element of a name.
pub(super) fn literal(name: &str, points: &Points<'_>) -> String {
    format!("<c:{name}>{}</c:{name}>", written(points, None))
}

/// Gives the values another number format.
pub(super) fn format(edit: &mut Edit<'_>, held: Node<'_>, format: Option<&str>) {
    let Some(cache) = cache(held) else { return };
    let mut xml = Xml::default();
    if let Some(format) = format {
        xml.element("c:formatCode", format);
    }
    match cache.child(Ns::Chart, "formatCode") {
        Some(old) => edit.splice.replace(old.span(), xml.finish()),
        None => edit
            .splice
            .insert(start_tag(edit.source, cache).end, xml.finish()),
    }
}

fn replace_text(edit: &mut Edit<'_>, node: Node<'_>, text: &str) {
    let mut escaped = String::new();
    escape(&mut escaped, text, false);
    let tag = start_tag(edit.source, node);
    match content_end(edit.source, node) {
        Some(end) => edit.splice.replace(tag.end..end, escaped),
        None => edit.splice.replace(
            node.span(),
            format!("<c:{0}>{escaped}</c:{0}>", node.name()),
        ),
    }
}
