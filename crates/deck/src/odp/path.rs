//! Paths of `draw:path`, `draw:polygon`, `draw:polyline` and connectors as geometry of the frame they fill.

use kurbo::{BezPath, PathEl, Point};

use crate::model::geometry::{CustomGeometry, Geometry, GeometryPath, PathShade};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::value;

/// The numbers of a `svg:viewBox`.
pub(super) fn view_box(element: Element<'_>) -> Option<[f64; 4]> {
    let text = value(element, Ns::SvgLike, "viewBox")?;
    let mut numbers = [0.0; 4];
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    for number in &mut numbers {
        *number = words.next()?.parse().ok().filter(|n: &f64| n.is_finite())?;
    }
    Some(numbers)
}

/// The geometry of `svg:d`.
pub(super) fn of_data(element: Element<'_>, open: bool) -> Option<Geometry> {
    let path = BezPath::from_svg(value(element, Ns::SvgLike, "d")?).ok()?;
    geometry(&path, view_box(element), open)
}

/// The geometry of `draw:points`.
pub(super) fn of_points(element: Element<'_>, closed: bool) -> Option<Geometry> {
    let mut path = BezPath::new();
    for pair in value(element, Ns::Draw, "points")?.split_ascii_whitespace() {
        let (x, y) = pair.split_once(',')?;
        let point = Point::new(x.parse().ok()?, y.parse().ok()?);
        if path.elements().is_empty() {
            path.move_to(point);
        } else {
            path.line_to(point);
        }
    }
    if closed && !path.elements().is_empty() {
        path.close_path();
    }
    geometry(&path, view_box(element), !closed)
}

fn geometry(path: &BezPath, view: Option<[f64; 4]>, open: bool) -> Option<Geometry> {
    let view = view.filter(|[_, _, width, height]| *width > 0.0 || *height > 0.0);
    let [x, y, width, height] = view?;
    Some(custom(vec![GeometryPath {
        width: width.max(1.0),
        height: height.max(1.0),
        d: data(path, x, y)?,
        no_fill: open,
        no_stroke: false,
        shade: PathShade::None,
    }]))
}

/// Paths as a geometry.
pub(super) fn custom(paths: Vec<GeometryPath>) -> Geometry {
    Geometry::Custom(CustomGeometry {
        paths,
        text_rect: None,
    })
}

/// Path data in absolute letters, moved so that the view begins at nothing. `None` for paths that are empty or endless.
pub(super) fn data(path: &BezPath, left: f64, top: f64) -> Option<String> {
    use std::fmt::Write as _;
    if path.elements().is_empty() || !path.is_finite() {
        return None;
    }
    let mut text = String::new();
    let tidy = |number: f64| (number * 1000.0).round() / 1000.0 + 0.0;
    let mut put = |letter: char, points: &[Point]| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push(letter);
        for point in points {
            // Writing to a string cannot fail.
            let _ = write!(text, " {} {}", tidy(point.x - left), tidy(point.y - top));
        }
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => put('M', &[to]),
            PathEl::LineTo(to) => put('L', &[to]),
            PathEl::QuadTo(by, to) => put('Q', &[by, to]),
            PathEl::CurveTo(first, second, to) => put('C', &[first, second, to]),
            PathEl::ClosePath => put('Z', &[]),
        }
    }
    Some(text)
}
