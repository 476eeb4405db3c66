//! Custom shapes: those that are presets of ours by their type, all others by their enhanced path (ODF 1.3 part 3, 19.145).

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

use kurbo::{Arc, BezPath, Point, Shape, Vec2};

use crate::layout::preset::adjustment_names;
use crate::model::geometry::{CustomGeometry, Geometry, GeometryPath, PathShade, PresetGeometry};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::value;
use super::equation::Scope;
use super::path::{data, view_box};

/// Segments of one shape; more is no drawing.
const MOST_SEGMENTS: usize = 100_000;

/// The geometry of a custom shape. `None` where its path cannot be followed.
pub(super) fn geometry(element: Element<'_>, frame: &Frame) -> Option<Geometry> {
    let kind = value(element, Ns::Draw, "type").unwrap_or_default();
    let modifiers: Vec<f64> = value(element, Ns::Draw, "modifiers")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(|word| word.parse().unwrap_or(0.0))
        .collect();
    if let Some(preset) = preset(kind, &modifiers) {
        return Some(preset);
    }
    let formulas: BTreeMap<&str, &str> = element
        .children()
        .filter(|child| child.is(Ns::Draw, "equation"))
        .filter_map(|child| {
            let name = value(child, Ns::Draw, "name")?;
            Some((name, value(child, Ns::Draw, "formula")?))
        })
        .collect();
    let metric = |length: crate::model::units::Emu| length.points() / 72.0 * 2540.0;
    let size = (metric(frame.width), metric(frame.height));
    // A view of nothing is one in hundredths of a millimetre, as LibreOffice writes what comes from PowerPoint.
    let view = view_box(element).filter(|[_, _, width, height]| *width > 0.0 && *height > 0.0);
    let view = view.unwrap_or([0.0, 0.0, size.0.max(1.0), size.1.max(1.0)]);
    let size = if kind.starts_with("ooxml-") {
        (view[2], view[3])
    } else {
        size
    };
    let mut scope = Scope::new(formulas, &modifiers, view, size);
    let path = value(element, Ns::Draw, "enhanced-path")?;
    // Paths of PowerPoint's own custom shapes may each be drawn on a sheet of their own size.
    let sheets: Vec<f64> = value(element, Ns::Other, "sub-view-size")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let mut paths = Pen::new(&mut scope).draw(path, view)?;
    for (path, sheet) in paths.iter_mut().zip(sheets.chunks_exact(2)) {
        if sheet[0] > 0.0 && sheet[1] > 0.0 {
            (path.width, path.height) = (sheet[0], sheet[1]);
        }
    }
    let text_rect = value(element, Ns::Draw, "text-areas").and_then(|areas| {
        let words: Vec<&str> = areas.split([' ', ',']).filter(|w| !w.is_empty()).collect();
        let [left, top, right, bottom] = *words.first_chunk()?;
        let mut across = |word, at: f64, size: f64| (scope.word(word) - at) / size;
        Some([
            across(left, view[0], view[2]),
            across(top, view[1], view[3]),
            across(right, view[0], view[2]),
            across(bottom, view[1], view[3]),
        ])
    });
    Some(Geometry::Custom(CustomGeometry {
        paths,
        text_rect: text_rect.filter(|[left, top, right, bottom]| right > left && bottom > top),
    }))
}

/// The preset of a type: PowerPoint's own, which `LibreOffice` keeps by name, and those of its own that are the same.
fn preset(kind: &str, modifiers: &[f64]) -> Option<Geometry> {
    let whole = |number: &f64| rounded(*number);
    // `LibreOffice`'s own shapes are measured on a square of 21,600.
    let part = || {
        modifiers
            .first()
            .map(|first| rounded(first / 21_600.0 * 100_000.0))
    };
    let (name, adjustments): (&str, BTreeMap<String, i64>) = match kind {
        "rectangle" | "mso-spt202" => ("rect", BTreeMap::new()),
        "ellipse" => ("ellipse", BTreeMap::new()),
        "diamond" => ("diamond", BTreeMap::new()),
        "right-triangle" => ("rtTriangle", BTreeMap::new()),
        "round-rectangle" => {
            let corner = part().map(|corner| ("adj".to_owned(), corner));
            ("roundRect", corner.into_iter().collect())
        }
        "isosceles-triangle" => {
            let top = part().map(|top| ("adj".to_owned(), top));
            ("triangle", top.into_iter().collect())
        }
        _ => {
            let name = kind.strip_prefix("ooxml-")?;
            let names = adjustment_names(name)?;
            let given = names.iter().zip(modifiers);
            let given = given.map(|(name, value)| ((*name).to_owned(), whole(value)));
            (name, given.collect())
        }
    };
    Some(Geometry::Preset(PresetGeometry {
        name: name.to_owned(),
        adjustments,
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is the clamp wanted here"
)]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

/// Follows the letters of a path.
struct Pen<'s, 'a> {
    scope: &'s mut Scope<'a>,
    path: BezPath,
    at: Point,
    no_fill: bool,
    no_stroke: bool,
    shade: PathShade,
    /// Whether the next quarter of an ellipse starts along x; quarters in a row take turns.
    along_x: bool,
    segments: usize,
}

impl<'s, 'a> Pen<'s, 'a> {
    fn new(scope: &'s mut Scope<'a>) -> Self {
        Self {
            scope,
            path: BezPath::new(),
            at: Point::ZERO,
            no_fill: false,
            no_stroke: false,
            shade: PathShade::None,
            along_x: true,
            segments: 0,
        }
    }

    fn draw(mut self, text: &'a str, view: [f64; 4]) -> Option<Vec<GeometryPath>> {
        let mut paths = Vec::new();
        let mut words = words(text).into_iter().peekable();
        while let Some(word) = words.next() {
            let mut numbers = Vec::new();
            while let Some(next) = words.next_if(|next| !is_command(next)) {
                numbers.push(self.scope.word(next));
            }
            if word == "N" {
                paths.extend(self.finished(view));
                continue;
            }
            self.command(word, &numbers)?;
        }
        paths.extend(self.finished(view));
        (!paths.is_empty()).then_some(paths)
    }

    fn finished(&mut self, view: [f64; 4]) -> Option<GeometryPath> {
        let path = std::mem::take(&mut self.path);
        let done = GeometryPath {
            width: view[2],
            height: view[3],
            d: data(&path, view[0], view[1]).unwrap_or_default(),
            no_fill: self.no_fill,
            no_stroke: self.no_stroke,
            shade: self.shade,
        };
        (self.no_fill, self.no_stroke) = (false, false);
        self.shade = PathShade::None;
        (!done.d.is_empty()).then_some(done)
    }

    fn command(&mut self, letter: &str, numbers: &[f64]) -> Option<()> {
        let size = match letter {
            "M" | "L" | "X" | "Y" => 2,
            "C" | "T" | "U" => 6,
            "Q" | "G" => 4,
            "A" | "B" | "V" | "W" => 8,
            _ => 0,
        };
        if size == 0 {
            return self.state(letter);
        }
        self.along_x = letter == "X";
        for (count, given) in numbers.chunks_exact(size).enumerate() {
            self.segments += 1;
            if self.segments > MOST_SEGMENTS {
                return None;
            }
            match letter {
                "M" if count == 0 => self.go(Point::new(given[0], given[1])),
                "M" | "L" => self.line(Point::new(given[0], given[1])),
                "C" => self.curve(given),
                "Q" => {
                    self.started();
                    let to = Point::new(given[2], given[3]);
                    self.path.quad_to(Point::new(given[0], given[1]), to);
                    self.at = to;
                }
                "X" | "Y" => self.quarter(Point::new(given[0], given[1])),
                "T" | "U" => self.sweep(given, letter == "U"),
                "G" => self.arc_to(given),
                _ => self.box_arc(
                    given,
                    matches!(letter, "B" | "V"),
                    matches!(letter, "V" | "W"),
                ),
            }
        }
        Some(())
    }

    fn state(&mut self, letter: &str) -> Option<()> {
        match letter {
            "Z" => {
                if !self.path.elements().is_empty() {
                    self.path.close_path();
                }
            }
            "F" => self.no_fill = true,
            "S" => self.no_stroke = true,
            "H" => self.shade = PathShade::DarkenLess,
            "I" => self.shade = PathShade::Darken,
            "J" => self.shade = PathShade::LightenLess,
            "K" => self.shade = PathShade::Lighten,
            _ => return None,
        }
        Some(())
    }

    fn started(&mut self) {
        if self.path.elements().is_empty() {
            self.path.move_to(self.at);
        }
    }

    fn go(&mut self, to: Point) {
        self.path.move_to(to);
        self.at = to;
    }

    fn line(&mut self, to: Point) {
        self.started();
        self.path.line_to(to);
        self.at = to;
    }

    fn curve(&mut self, given: &[f64]) {
        self.started();
        let to = Point::new(given[4], given[5]);
        let (first, second) = (
            Point::new(given[0], given[1]),
            Point::new(given[2], given[3]),
        );
        self.path.curve_to(first, second, to);
        self.at = to;
    }

    /// A quarter of an ellipse, whose first tangent is along x or along y.
    fn quarter(&mut self, to: Point) {
        const KAPPA: f64 = 0.552_284_749_8;
        self.started();
        let way = to - self.at;
        let (first, second) = if self.along_x {
            (
                Vec2::new(way.x * KAPPA, 0.0),
                Vec2::new(0.0, -way.y * KAPPA),
            )
        } else {
            (
                Vec2::new(0.0, way.y * KAPPA),
                Vec2::new(-way.x * KAPPA, 0.0),
            )
        };
        self.path.curve_to(self.at + first, to + second, to);
        self.at = to;
        self.along_x = !self.along_x;
    }

    /// `T` and `U`: part of an ellipse by centre, radii and two angles in degrees.
    fn sweep(&mut self, given: &[f64], anew: bool) {
        let centre = Point::new(given[0], given[1]);
        let (from, to) = (given[4].to_radians(), given[5].to_radians());
        let mut sweep = to - from;
        if sweep <= 0.0 {
            sweep = sweep.rem_euclid(TAU);
        }
        if sweep == 0.0 {
            sweep = TAU;
        }
        self.arc(centre, (given[2], given[3]), from, sweep.min(TAU), anew);
    }

    /// `G`: part of an ellipse by radii, first angle and sweep in degrees, from where the pen is.
    fn arc_to(&mut self, given: &[f64]) {
        let (from, sweep) = (given[2].to_radians(), given[3].to_radians());
        let reach = Vec2::new(given[0] * from.cos(), given[1] * from.sin());
        let centre = self.at - reach;
        self.arc(
            centre,
            (given[0], given[1]),
            from,
            sweep.clamp(-TAU, TAU),
            false,
        );
    }

    /// `A`, `B`, `V`, `W`: part of the ellipse in a box, between the rays to two points.
    fn box_arc(&mut self, given: &[f64], anew: bool, clockwise: bool) {
        let centre = Point::new(
            f64::midpoint(given[0], given[2]),
            f64::midpoint(given[1], given[3]),
        );
        let radii = (
            (given[2] - given[0]).abs() / 2.0,
            (given[3] - given[1]).abs() / 2.0,
        );
        let angle = |x: f64, y: f64| {
            ((y - centre.y) / radii.1.max(1e-9)).atan2((x - centre.x) / radii.0.max(1e-9))
        };
        let (from, to) = (angle(given[4], given[5]), angle(given[6], given[7]));
        let mut sweep = (to - from).rem_euclid(TAU);
        if sweep == 0.0 {
            sweep = TAU;
        }
        if !clockwise {
            sweep -= TAU;
            if sweep == 0.0 {
                sweep = -TAU;
            }
        }
        self.arc(centre, radii, from, sweep, anew);
    }

    fn arc(&mut self, centre: Point, radii: (f64, f64), from: f64, sweep: f64, anew: bool) {
        let start = centre + Vec2::new(radii.0 * from.cos(), radii.1 * from.sin());
        if anew || self.path.elements().is_empty() {
            self.path.move_to(start);
        } else {
            self.path.line_to(start);
        }
        let arc = Arc::new(centre, Vec2::new(radii.0, radii.1), from, sweep, 0.0);
        // Quarters are close enough to a thousandth of a radius, as PowerPoint's own are.
        let tolerance = (radii.0.abs() + radii.1.abs()).max(1.0) / 2_000.0;
        if radii.0.is_finite() && radii.1.is_finite() && sweep.abs() <= 4.0 * PI + FRAC_PI_2 {
            self.path.extend(arc.path_elements(tolerance).skip(1));
        }
        self.at = centre
            + Vec2::new(
                radii.0 * (from + sweep).cos(),
                radii.1 * (from + sweep).sin(),
            );
    }
}

fn is_command(word: &str) -> bool {
    word.len() == 1 && word.starts_with(|letter: char| letter.is_ascii_uppercase())
}

/// Letters, numbers and names of a path; a letter may touch what follows it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split([' ', ',', '\t', '\n', '\r']) {
        let mut rest = word;
        while rest.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            let (letter, after) = rest.split_at(1);
            words.push(letter);
            rest = after;
        }
        if !rest.is_empty() {
            words.push(rest);
        }
    }
    words
}
