//! Lines: what an element says of its outline, over what its style and its placeholder say.

use super::fill::{self, Brush, extent};
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::paint::{Arrow, Fill, Line, LineCap, LineJoin};
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// 0.75 points: what a line is wide where no one says (ECMA-376 `CT_LineProperties`, as PowerPoint takes it).
const WIDTH: Emu = Emu(9_525);

/// What one place says of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LineSpec {
    fill: Option<Fill>,
    width: Option<Emu>,
    dash: Option<String>,
    cap: Option<LineCap>,
    join: Option<LineJoin>,
    compound: Option<String>,
    head: Option<Head>,
    tail: Option<Head>,
}

/// What is at one end of a line.
#[derive(Clone, Debug, PartialEq)]
enum Head {
    None,
    Arrow(Arrow),
}

impl Head {
    fn arrow(self) -> Option<Arrow> {
        match self {
            Self::None => None,
            Self::Arrow(arrow) => Some(arrow),
        }
    }
}

impl LineSpec {
    /// Reads `a:ln` and what is written like it.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        node: Node<'_>,
        brush: Brush<'_>,
    ) -> Result<Self, ReadError> {
        let dash = node
            .child(Ns::A, "prstDash")
            .and_then(|dash| dash.attribute("val"));
        let dash = dash.map(std::borrow::Cow::into_owned);
        let custom = node.child(Ns::A, "custDash").map(|_| "dash".to_owned());
        let join = node.children().find_map(|child| match child.name() {
            "round" => Some(LineJoin::Round),
            "bevel" => Some(LineJoin::Bevel),
            "miter" => Some(LineJoin::Miter),
            _ => None,
        });
        let cap = node.attribute("cap").and_then(|cap| match &*cap {
            "flat" => Some(LineCap::Flat),
            "rnd" => Some(LineCap::Round),
            "sq" => Some(LineCap::Square),
            _ => None,
        });
        Ok(Self {
            fill: fill::inside(reading, node, brush)?,
            width: extent(node, "w"),
            dash: dash.or(custom),
            cap,
            join,
            compound: node.attribute("cmpd").map(std::borrow::Cow::into_owned),
            head: node.child(Ns::A, "headEnd").map(head),
            tail: node.child(Ns::A, "tailEnd").map(head),
        })
    }

    /// This, and what `below` says of the rest.
    #[must_use]
    pub(super) fn over(self, below: &Self) -> Self {
        Self {
            fill: self.fill.or_else(|| below.fill.clone()),
            width: self.width.or(below.width),
            dash: self.dash.or_else(|| below.dash.clone()),
            cap: self.cap.or(below.cap),
            join: self.join.or(below.join),
            compound: self.compound.or_else(|| below.compound.clone()),
            head: self.head.or_else(|| below.head.clone()),
            tail: self.tail.or_else(|| below.tail.clone()),
        }
    }

    /// The line as drawn; none where nothing paints it.
    pub(super) fn resolve(self) -> Option<Line> {
        let fill = self.fill.filter(|fill| *fill != Fill::None)?;
        Some(Line {
            fill,
            width: self.width.unwrap_or(WIDTH),
            dash: self.dash.filter(|dash| dash != "solid"),
            cap: self.cap.unwrap_or_default(),
            join: self.join.unwrap_or_default(),
            compound: self.compound.filter(|compound| compound != "sng"),
            head: self.head.and_then(Head::arrow),
            tail: self.tail.and_then(Head::arrow),
        })
    }
}

fn head(node: Node<'_>) -> Head {
    arrow(node).map_or(Head::None, Head::Arrow)
}

fn arrow(node: Node<'_>) -> Option<Arrow> {
    let kind = node.attribute("type").filter(|kind| kind != "none")?;
    let side = |name| {
        let size = node.attribute(name);
        size.as_deref()
            .filter(|size| matches!(*size, "sm" | "med" | "lg"))
            .unwrap_or("med")
            .to_owned()
    };
    Some(Arrow {
        kind: kind.into_owned(),
        width: side("w"),
        length: side("len"),
    })
}

impl LineSpec {
    /// Whether it says how the line is painted, if only that it is not.
    pub(super) fn says_paint(&self) -> bool {
        self.fill.is_some()
    }
}
