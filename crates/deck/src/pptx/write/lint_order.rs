//! The order that the schemas want of children (ECMA-376 part 1, annex A): PowerPoint repairs files that break it.

use super::lint_chart;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element as Node};

/// What may fill something.
const FILL: &str = "noFill|solidFill|gradFill|blipFill|pattFill|grpFill";

/// Elements whose children come in one order: namespace, name, and the places in it. Names that stand for each other
/// share a place; `FILL` is every fill.
const ORDERS: &[(Ns, &str, &[&str])] = &[
    (
        Ns::P,
        "presentation",
        &[
            "sldMasterIdLst",
            "notesMasterIdLst",
            "handoutMasterIdLst",
            "sldIdLst",
            "sldSz",
            "notesSz",
            "smartTags",
            "embeddedFontLst",
            "custShowLst",
            "photoAlbum",
            "custDataLst",
            "kinsoku",
            "defaultTextStyle",
            "modifyVerifier",
            "extLst",
        ],
    ),
    (
        Ns::P,
        "sld",
        &["cSld", "clrMapOvr", "transition", "timing", "extLst"],
    ),
    (
        Ns::P,
        "sldLayout",
        &["cSld", "clrMapOvr", "transition", "timing", "hf", "extLst"],
    ),
    (
        Ns::P,
        "sldMaster",
        &[
            "cSld",
            "clrMap",
            "sldLayoutIdLst",
            "transition",
            "timing",
            "hf",
            "txStyles",
            "extLst",
        ],
    ),
    (Ns::P, "notes", &["cSld", "clrMapOvr", "extLst"]),
    (
        Ns::P,
        "cSld",
        &["bg", "spTree", "custDataLst", "controls", "extLst"],
    ),
    (
        Ns::P,
        "nvPr",
        &[
            "ph",
            "audioCd|wavAudioFile|audioFile|videoFile|quickTimeFile",
            "custDataLst",
            "extLst",
        ],
    ),
    (Ns::P, "cNvPr", &["hlinkClick", "hlinkHover", "extLst"]),
    (
        Ns::P,
        "sp",
        &["nvSpPr", "spPr", "style", "txBody", "extLst"],
    ),
    (Ns::P, "cxnSp", &["nvCxnSpPr", "spPr", "style", "extLst"]),
    (
        Ns::P,
        "pic",
        &["nvPicPr", "blipFill", "spPr", "style", "extLst"],
    ),
    (
        Ns::P,
        "graphicFrame",
        &["nvGraphicFramePr", "xfrm", "graphic", "extLst"],
    ),
    (Ns::P, "blipFill", &["blip", "srcRect", "tile|stretch"]),
    (
        Ns::P,
        "spPr",
        &[
            "xfrm",
            "custGeom|prstGeom",
            "FILL",
            "ln",
            "effectLst|effectDag",
            "scene3d",
            "sp3d",
            "extLst",
        ],
    ),
    (
        Ns::P,
        "grpSpPr",
        &["xfrm", "FILL", "effectLst|effectDag", "scene3d", "extLst"],
    ),
    (Ns::P, "txBody", &["bodyPr", "lstStyle", "p"]),
    (Ns::A, "txBody", &["bodyPr", "lstStyle", "p"]),
    (
        Ns::A,
        "bodyPr",
        &[
            "prstTxWarp",
            "noAutofit|normAutofit|spAutoFit",
            "scene3d",
            "sp3d|flatTx",
            "extLst",
        ],
    ),
    (Ns::A, "p", &["pPr", "r|br|fld|m", "endParaRPr"]),
    (Ns::A, "fld", &["rPr", "pPr", "t"]),
    (Ns::A, "r", &["rPr", "t"]),
    (
        Ns::A,
        "ln",
        &[
            "FILL",
            "prstDash|custDash",
            "round|bevel|miter",
            "headEnd",
            "tailEnd",
            "extLst",
        ],
    ),
    (
        Ns::A,
        "effectLst",
        &[
            "blur",
            "fillOverlay",
            "glow",
            "innerShdw",
            "outerShdw",
            "prstShdw",
            "reflection",
            "softEdge",
        ],
    ),
    (Ns::A, "tbl", &["tblPr", "tblGrid", "tr"]),
    (Ns::A, "tr", &["tc", "extLst"]),
    (Ns::A, "tc", &["txBody", "tcPr", "extLst"]),
    (
        Ns::A,
        "tcPr",
        &[
            "lnL", "lnR", "lnT", "lnB", "lnTlToBr", "lnBlToTr", "cell3D", "FILL", "headers",
            "extLst",
        ],
    ),
];

/// The order within paragraph properties, whatever they are called.
const PARAGRAPH: &[&str] = &[
    "lnSpc",
    "spcBef",
    "spcAft",
    "buClrTx|buClr",
    "buSzTx|buSzPct|buSzPts",
    "buFontTx|buFont",
    "buNone|buAutoNum|buChar|buBlip",
    "tabLst",
    "defRPr",
    "extLst",
];
/// The order within run properties, whatever they are called.
const RUN: &[&str] = &[
    "ln",
    "FILL",
    "effectLst|effectDag",
    "highlight",
    "uLnTx|uLn",
    "uFillTx|uFill",
    "latin",
    "ea",
    "cs",
    "sym",
    "hlinkClick",
    "hlinkMouseOver",
    "rtl",
    "extLst",
];

/// Notes every element of a part whose children do not come in order, or that has a child the schema does not know there.
pub(super) fn order(name: &str, document: &Document, faults: &mut Vec<String>) {
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if let Some(places) = places(node)
            && let Some(child) = astray(node, places)
        {
            faults.push(format!(
                "`{}` of `{name}` has its `{}` where the schema does not want it",
                node.name(),
                child.name()
            ));
        }
        open.extend(node.children());
    }
}

/// The order of an element's children, where it is known.
pub(super) fn places(node: Node<'_>) -> Option<&'static [&'static str]> {
    let known = ORDERS
        .iter()
        .find(|(ns, name, _)| node.is(*ns, name))
        .map(|(_, _, places)| *places);
    known.or_else(|| match (node.ns(), node.name()) {
        (Ns::Chart, name) => lint_chart::places(name),
        (Ns::A, "rPr" | "endParaRPr" | "defRPr") => Some(RUN),
        (Ns::A, "pPr" | "defPPr") => Some(PARAGRAPH),
        (Ns::A, name) if name.starts_with("lvl") && name.ends_with("pPr") => Some(PARAGRAPH),
        _ => None,
    })
}

/// The first child that is not in its place.
fn astray<'a>(node: Node<'a>, places: &[&str]) -> Option<Node<'a>> {
    let mut at = 0;
    for child in node.children().filter(is_ordered) {
        match place(places, child) {
            Some(found) if found >= at => at = found,
            _ => return Some(child),
        }
    }
    None
}

/// Whether the standard orders an element; what extensions put there is theirs to order.
fn is_ordered(node: &Node<'_>) -> bool {
    matches!(node.ns(), Ns::P | Ns::A | Ns::Chart)
}

/// The place of a child in an order.
pub(super) fn place(places: &[&str], child: Node<'_>) -> Option<usize> {
    place_of(places, child.name())
}

/// The place of children of a name in an order.
pub(super) fn place_of(places: &[&str], name: &str) -> Option<usize> {
    places.iter().position(|place| {
        let place = if *place == "FILL" { FILL } else { place };
        place.split('|').any(|own| own == name)
    })
}

/// The children of an element in the order that its schema wants; `None` where they stand so, or one has no place.
pub(super) fn in_order(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    let places = places(node)?;
    astray(node, places)?;
    let mut children: Vec<(usize, Node<'_>)> = Vec::new();
    for child in node.children() {
        children.push((place(places, child)?, child));
    }
    children.sort_by_key(|(place, _)| *place);
    Some(children.into_iter().map(|(_, child)| child).collect())
}
