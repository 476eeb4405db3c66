//! How the parts of a chart look: letters, lines, insides and places.

use super::color::ColorSpec;
use super::fill::{self, Brush};
use super::lexical::{flag, get, number};
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::chart::{Lettering, LineLook, Place};
use crate::model::color::Color;
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Units of a length in a point, of a turn in a degree.
const EMU: f64 = 12_700.0;
const TURN: f64 = 60_000.0;

/// What `txPr`, or the rich text of a title, says of letters: the first run over its paragraph.
pub(super) fn lettering(brush: Brush<'_>, node: Node<'_>) -> Lettering {
    let mut found = Lettering::default();
    letters(brush, node, &mut found, 0);
    found
}

/// Looks at properties in the order of the file, in which those of a run follow those of its paragraph.
fn letters(brush: Brush<'_>, node: Node<'_>, found: &mut Lettering, runs: usize) -> usize {
    let mut runs = runs;
    match node.name() {
        // Some programs write a turn beyond any, for one that follows the room there is.
        "bodyPr" => {
            let turn = get(node, "rot", number).map(|turn| turn / TURN);
            found.angle = turn.filter(|turn| turn.abs() <= 360.0);
        }
        "defRPr" | "rPr" if runs == 0 => {
            let size = get(node, "sz", number).map(|size| (size / 100.0).clamp(1.0, 4000.0));
            found.size = size.or(found.size);
            found.bold = get(node, "b", flag).or(found.bold);
            found.italic = get(node, "i", flag).or(found.italic);
            found.color = solid(brush, node).or(found.color.take());
            return runs + usize::from(node.name() == "rPr");
        }
        _ => {}
    }
    for child in node.children().filter(|child| child.name() != "spPr") {
        runs = letters(brush, child, found, runs);
    }
    runs
}

/// The colour of a `solidFill` inside.
fn solid(brush: Brush<'_>, node: Node<'_>) -> Option<Color> {
    node.child(Ns::A, "solidFill")
        .and_then(|fill| brush.color(fill))
}

/// The line that `spPr` says something of.
pub(super) fn line(brush: Brush<'_>, own: Node<'_>) -> Option<LineLook> {
    let node = own.child(Ns::A, "ln")?;
    let dash = node.child(Ns::A, "prstDash");
    let dash = dash.and_then(|dash| dash.attribute("val"));
    let stops = || node.child(Ns::A, "gradFill")?.child(Ns::A, "gsLst");
    let stop = |stop: Node<'_>| Some(ColorSpec::inside(stop)?.resolve(brush.palette, None));
    let found = LineLook {
        none: node.child(Ns::A, "noFill").is_some(),
        color: solid(brush, node).or_else(|| stops()?.children().find_map(stop)),
        width: get(node, "w", number).map(|width| (width / EMU).clamp(0.0, 1_584.0)),
        dash: dash
            .map(std::borrow::Cow::into_owned)
            .filter(|dash| dash != "solid"),
    };
    (found != LineLook::default()).then_some(found)
}

/// What `spPr` says of the inside. Pictures are not told.
pub(super) fn area(
    reading: &mut Reading<'_>,
    own: Node<'_>,
    brush: Brush<'_>,
) -> Result<Option<Fill>, ReadError> {
    if own.child(Ns::A, "blipFill").is_some() {
        return Ok(None);
    }
    fill::inside(reading, own, brush)
}

/// Where a part is put by hand, where that is told from the edges (ECMA-376 part 1, 21.2.2.95).
pub(super) fn place(node: Node<'_>) -> Option<Place> {
    let layout = node.child(Ns::Chart, "layout")?;
    let manual = layout.child(Ns::Chart, "manualLayout")?;
    let word = |name| super::chart::value(manual, name);
    let part = |name| super::chart::numbered(manual, name).map(|part| part.clamp(-2.0, 2.0));
    if ["xMode", "yMode"]
        .into_iter()
        .any(|mode| word(mode).as_deref() != Some("edge"))
    {
        return None;
    }
    let (x, y) = (part("x")?, part("y")?);
    // A size may be told by the far edge instead.
    let size = |name, mode, from: f64| {
        let size = part(name)?;
        let far = word(mode).as_deref() == Some("edge");
        Some(if far { size - from } else { size }).filter(|size| *size > 0.0)
    };
    Some(Place {
        x,
        y,
        width: size("w", "wMode", x),
        height: size("h", "hMode", y),
        inner: word("layoutTarget").as_deref() == Some("inner"),
    })
}
