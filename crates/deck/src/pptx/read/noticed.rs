//! What is on a slide and has no place in the deck: noticed, and said with slide and shape. `docs/UNSUPPORTED.md` lists it.

use super::reading::Reading;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::{Document, Element as Node};

/// Elements of `DrawingML` that are not kept, the code of the warning, and what becomes of them.
const ELEMENTS: &[(&str, &str, &str)] = &[
    ("scene3d", "three_d", THREE_D),
    ("sp3d", "three_d", THREE_D),
    (
        "prstTxWarp",
        "text_warp",
        "text along a curve is set straight",
    ),
    ("effectDag", "effect", EFFECT),
    ("fillOverlay", "effect", EFFECT),
    ("blur", "effect", EFFECT),
    (
        "custDash",
        "custom_dash",
        "dashes of its own are drawn as plain dashes",
    ),
    ("lnTlToBr", "diagonal_border", DIAGONAL),
    ("lnBlToTr", "diagonal_border", DIAGONAL),
    ("hlinkHover", "hover_link", HOVER),
    ("hlinkMouseOver", "hover_link", HOVER),
    ("hsl", "recolor", RECOLOR),
    ("clrRepl", "recolor", RECOLOR),
    ("alphaBiLevel", "recolor", RECOLOR),
    ("alphaCeiling", "recolor", RECOLOR),
    ("alphaFloor", "recolor", RECOLOR),
    ("alphaInv", "recolor", RECOLOR),
    ("alphaRepl", "recolor", RECOLOR),
];
const THREE_D: &str =
    "depth, bevels and light are kept in the source only; the shape is drawn flat";
const EFFECT: &str = "an effect that has no place in the deck is kept in the source only";
const DIAGONAL: &str = "a diagonal border of a cell is kept in the source only";
const HOVER: &str = "what happens under the pointer is kept in the source only";
const RECOLOR: &str = "one way in which the picture is recoloured has no place in the deck; it is kept in the source only";

/// What stands in the text of letters: an outline, or effects.
const LETTERS: &[(&str, &str, &str)] = &[
    (
        "ln",
        "text_outline",
        "the outline of letters is kept in the source only",
    ),
    (
        "effectLst",
        "text_effect",
        "shadows and glow of letters are kept in the source only",
    ),
];

/// Elements that stand for themselves in a tree of shapes.
const SHAPES: &[&str] = &["sp", "cxnSp", "pic", "graphicFrame"];

/// Notices what a slide holds besides.
pub(super) fn slide(reading: &mut Reading<'_>, document: &Document, rels: &Relationships) {
    let content = document.root().child(Ns::P, "cSld");
    if content.is_some_and(|content| content.child(Ns::P, "controls").is_some()) {
        let detail = "controls that run code are kept in the source only, and never run";
        reading.warn("control", detail);
    }
    external(reading, rels);
    let tree = content.and_then(|content| content.child(Ns::P, "spTree"));
    // Most slides hold none of this, and one walk over them tells so.
    if let Some(tree) = tree.filter(|tree| tree.inside().any(is_suspect)) {
        shapes(reading, tree);
    }
}

/// Whether an element, or what is directly in it, is one of those.
fn is_suspect(node: Node<'_>) -> bool {
    if node.ns() != Ns::A {
        return false;
    }
    match node.name() {
        "rPr" | "endParaRPr" => node.children().any(|child| listed(LETTERS, child.name())),
        name => listed(ELEMENTS, name),
    }
}

fn listed(names: &[(&str, &str, &str)], name: &str) -> bool {
    names.iter().any(|(known, _, _)| *known == name)
}

fn shapes(reading: &mut Reading<'_>, tree: Node<'_>) {
    for node in tree.children().filter(|node| node.ns() == Ns::P) {
        if node.name() == "grpSp" {
            shapes(reading, node);
        } else if SHAPES.contains(&node.name()) {
            let around = node.children().find(|child| child.name().starts_with("nv"));
            let own = around.and_then(|around| around.child(Ns::P, "cNvPr"));
            let id = own.and_then(|own| own.attribute("id"));
            let before = reading.enter_element(id.map(std::borrow::Cow::into_owned));
            let mut said = Vec::new();
            look(reading, node, &mut said);
            reading.enter_element(before);
        }
    }
}

/// Warns of what is inside a shape, of each kind once.
fn look(reading: &mut Reading<'_>, node: Node<'_>, said: &mut Vec<&'static str>) {
    let in_letters = node.ns() == Ns::A && matches!(node.name(), "rPr" | "endParaRPr");
    for child in node.children() {
        if child.ns() == Ns::A {
            let letters = LETTERS.iter().filter(|_| in_letters);
            let mut known = letters.chain(ELEMENTS);
            let found = known.find(|(name, _, _)| *name == child.name());
            let found = found.filter(|_| means_something(child));
            if let Some((_, code, detail)) = found
                && !said.contains(code)
            {
                said.push(code);
                reading.warn(code, *detail);
            }
        }
        look(reading, child, said);
    }
}

/// Whether an element that is there says more than that there is nothing.
fn means_something(node: Node<'_>) -> bool {
    match node.name() {
        "prstTxWarp" => node.attribute("prst").as_deref() != Some("textNoShape"),
        "ln" => node.children().next().is_some() && node.child(Ns::A, "noFill").is_none(),
        "effectLst" => node.children().next().is_some(),
        _ => true,
    }
}

/// Warns of everything outside that the slide names, besides links that somebody may click.
fn external(reading: &mut Reading<'_>, rels: &Relationships) {
    for (_, found) in rels.iter().filter(|(_, found)| found.kind != "hyperlink") {
        let Target::External(address) = &found.target else {
            continue;
        };
        let quoted = format!("`{address}`");
        if !reading
            .warnings
            .iter()
            .any(|known| known.detail.contains(&quoted))
        {
            let kind = &found.kind;
            reading.warn(
                "external_content",
                format!("{quoted} ({kind}) lies outside of the file and is not fetched"),
            );
        }
    }
}

/// Notices what the presentation holds besides its slides.
pub(super) fn presentation(reading: &mut Reading<'_>, root: Node<'_>) {
    let fonts = root.child(Ns::P, "embeddedFontLst");
    let fonts = fonts.into_iter().flat_map(Node::children);
    for font in fonts.filter_map(|font| font.child(Ns::P, "font")) {
        let face = font.attribute("typeface").unwrap_or_default();
        reading.warn(
            "embedded_font",
            format!("the font `{face}` is embedded; it is kept in the source and not used to draw"),
        );
    }
    if root.child(Ns::P, "custShowLst").is_some() {
        reading.warn(
            "custom_show",
            "shows of some of the slides are kept in the source only",
        );
    }
}

/// Notices what a chart holds that the deck's charts have no place for.
pub(super) fn chart(reading: &mut Reading<'_>, root: Node<'_>) {
    let kinds = [
        ("dTable", "its table of data"),
        ("dispUnits", "the units of its axes"),
        ("view3D", "its depth"),
        ("userShapes", "shapes drawn on it"),
        ("ofPieChart", "the second plot of its pie"),
        ("surfaceChart", "the bands of its surface"),
        ("surface3DChart", "the bands of its surface"),
    ];
    let there: Vec<&str> = kinds
        .iter()
        .filter(|(name, _)| !root.descendants(Ns::Chart, name).is_empty())
        .map(|(_, words)| *words)
        .collect();
    if !there.is_empty() {
        let list = there.join(", ");
        reading.warn(
            "chart_feature",
            format!("of a chart {list} is kept in the source only"),
        );
    }
}
