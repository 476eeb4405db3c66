//! Outlines: presets with their adjustments, and paths of their own with every formula evaluated.

use std::collections::HashMap;
use std::fmt::Write;

use super::lexical::{count, get, is_on, number, units};
use crate::formula;
use crate::model::geometry::{CustomGeometry, Geometry, GeometryPath, PathShade, PresetGeometry};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Guides and path commands of one outline; what is beyond is left out.
const MOST_STEPS: usize = 20_000;

/// The outline inside an element such as `spPr`.
pub(super) fn inside(node: Node<'_>, frame: &Frame) -> Option<Geometry> {
    node.children()
        .filter(|child| child.ns() == Ns::A)
        .find_map(|child| match child.name() {
            "prstGeom" => preset(child),
            "custGeom" => custom(child, units(frame.width), units(frame.height)),
            _ => None,
        })
}

fn preset(node: Node<'_>) -> Option<Geometry> {
    let name = node.attribute("prst")?.into_owned();
    let list = node.child(Ns::A, "avLst");
    let adjustments = list
        .into_iter()
        .flat_map(Node::children)
        .filter_map(|guide| {
            let formula = guide.attribute("fmla")?;
            let value = formula::evaluate(&formula, &|_| None)?;
            Some((guide.attribute("name")?.into_owned(), whole(value)))
        });
    let adjustments = adjustments.take(64).collect();
    Some(Geometry::Preset(PresetGeometry { name, adjustments }))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is the clamp wanted here"
)]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Guides and the box they are in.
struct Guides {
    named: HashMap<String, f64>,
    width: f64,
    height: f64,
}

impl Guides {
    fn lookup(&self, name: &str) -> Option<f64> {
        self.named
            .get(name)
            .copied()
            .or_else(|| formula::predefined(name, self.width, self.height))
    }

    fn take(&mut self, list: Option<Node<'_>>) {
        for guide in list.into_iter().flat_map(Node::children).take(MOST_STEPS) {
            let (Some(name), Some(formula)) = (guide.attribute("name"), guide.attribute("fmla"))
            else {
                continue;
            };
            if let Some(value) = formula::evaluate(&formula, &|name| self.lookup(name)) {
                self.named.insert(name.into_owned(), value);
            }
        }
    }

    fn value(&self, node: Node<'_>, name: &str) -> Option<f64> {
        let word = node.attribute(name)?;
        formula::argument(word.trim(), &|name| self.lookup(name))
    }
}

fn custom(node: Node<'_>, width: f64, height: f64) -> Option<Geometry> {
    let mut guides = Guides {
        named: HashMap::new(),
        width,
        height,
    };
    guides.take(node.child(Ns::A, "avLst"));
    guides.take(node.child(Ns::A, "gdLst"));
    let list = node.child(Ns::A, "pathLst")?;
    let paths: Vec<_> = list
        .children()
        .filter(|path| path.is(Ns::A, "path"))
        .filter_map(|path| read_path(path, &guides))
        .collect();
    if paths.is_empty() {
        return None;
    }
    let text_rect = node
        .child(Ns::A, "rect")
        .and_then(|rect| text_rect(rect, &guides));
    Some(Geometry::Custom(CustomGeometry { paths, text_rect }))
}

fn text_rect(rect: Node<'_>, guides: &Guides) -> Option<[f64; 4]> {
    let part = |name, side: f64| {
        let value = guides.value(rect, name)?;
        (side > 0.0).then(|| (value / side).clamp(-10.0, 10.0))
    };
    let (width, height) = (guides.width, guides.height);
    let found = [
        part("l", width)?,
        part("t", height)?,
        part("r", width)?,
        part("b", height)?,
    ];
    let whole = found
        .iter()
        .zip([0.0, 0.0, 1.0, 1.0])
        .all(|(a, b)| (a - b).abs() < 1e-9);
    (!whole).then_some(found)
}

fn read_path(node: Node<'_>, guides: &Guides) -> Option<GeometryPath> {
    let side = |name, own: f64| {
        get(node, name, number)
            .filter(|side| *side > 0.0)
            .unwrap_or(if own > 0.0 { own } else { 1.0 })
    };
    let mut pen = Pen {
        d: String::new(),
        at: (0.0, 0.0),
        start: (0.0, 0.0),
    };
    for command in node.children().take(MOST_STEPS) {
        pen.draw(command, guides);
    }
    let shade = match node.attribute("fill").as_deref() {
        Some("lighten") => PathShade::Lighten,
        Some("lightenLess") => PathShade::LightenLess,
        Some("darken") => PathShade::Darken,
        Some("darkenLess") => PathShade::DarkenLess,
        _ => PathShade::None,
    };
    (!pen.d.is_empty()).then(|| GeometryPath {
        width: side("w", guides.width),
        height: side("h", guides.height),
        d: pen.d,
        no_fill: node.attribute("fill").as_deref() == Some("none"),
        no_stroke: node.attribute("stroke").is_some() && !is_on(node, "stroke"),
        shade,
    })
}

struct Pen {
    d: String,
    at: (f64, f64),
    start: (f64, f64),
}

impl Pen {
    fn draw(&mut self, command: Node<'_>, guides: &Guides) {
        let points: Option<Vec<(f64, f64)>> = command
            .children()
            .filter(|point| point.is(Ns::A, "pt"))
            .map(|point| Some((guides.value(point, "x")?, guides.value(point, "y")?)))
            .collect();
        let points = points.unwrap_or_default();
        match (command.name(), points.as_slice()) {
            ("moveTo", [to, ..]) => {
                self.write('M', &[*to]);
                self.start = *to;
            }
            ("lnTo", [to, ..]) => self.write('L', &[*to]),
            ("quadBezTo", [a, to, ..]) => self.write('Q', &[*a, *to]),
            ("cubicBezTo", [a, b, to, ..]) => self.write('C', &[*a, *b, *to]),
            ("arcTo", _) => self.arc(command, guides),
            ("close", _) if !self.d.is_empty() => {
                self.d.push_str("Z ");
                self.at = self.start;
            }
            _ => {}
        }
    }

    fn write(&mut self, letter: char, points: &[(f64, f64)]) {
        if self.d.is_empty() && letter != 'M' {
            self.d.push_str("M 0 0 ");
        }
        self.d.push(letter);
        for (x, y) in points {
            // Writing to a string cannot fail. A thousandth of a unit is far below what can be seen.
            let _ = write!(self.d, " {} {}", thousandths(*x), thousandths(*y));
            self.at = (*x, *y);
        }
        self.d.push(' ');
    }

    /// An elliptical arc as cubics of at most a quarter turn each.
    fn arc(&mut self, node: Node<'_>, guides: &Guides) {
        let value = |name| guides.value(node, name);
        let (Some(wide), Some(high), Some(start), Some(swing)) =
            (value("wR"), value("hR"), value("stAng"), value("swAng"))
        else {
            return;
        };
        let start = (start / 60_000.0).to_radians();
        let swing = (swing / 60_000.0).clamp(-360.0, 360.0).to_radians();
        let parts = (swing.abs() / std::f64::consts::FRAC_PI_2 - 1e-9)
            .ceil()
            .clamp(1.0, 4.0);
        let part = swing / parts;
        let bulge = 4.0 / 3.0 * (part / 4.0).tan();
        let centre = (
            self.at.0 - wide * start.cos(),
            self.at.1 - high * start.sin(),
        );
        let mut from = start;
        for _ in [1.0, 2.0, 3.0, 4.0].iter().filter(|n| **n <= parts) {
            let to = from + part;
            let on = |x: f64, y: f64| (centre.0 + wide * x, centre.1 + high * y);
            let points = [
                on(
                    from.cos() - bulge * from.sin(),
                    from.sin() + bulge * from.cos(),
                ),
                on(to.cos() + bulge * to.sin(), to.sin() - bulge * to.cos()),
                on(to.cos(), to.sin()),
            ];
            self.write('C', &points);
            from = to;
        }
    }
}

fn thousandths(value: f64) -> f64 {
    let rounded = (value * 1000.0).round() / 1000.0;
    // No negative zero, which would be written with its sign.
    if rounded == 0.0 {
        0.0
    } else {
        rounded.clamp(-1e15, 1e15)
    }
}

/// The number of a connection site.
pub(super) fn site(node: Node<'_>) -> u32 {
    count(node, "idx").unwrap_or(0)
}

/// The outline of a connector that names none.
pub(super) fn straight() -> Geometry {
    Geometry::Preset(PresetGeometry {
        name: "line".to_owned(),
        adjustments: std::collections::BTreeMap::new(),
    })
}
