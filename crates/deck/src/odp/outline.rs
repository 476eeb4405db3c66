//! Outlines of drawn shapes: rectangles, parts of ellipses, the ways of connectors, and the box of what is only marked.

use std::collections::BTreeMap;

use crate::model::color::{Color, Rgb};
use crate::model::geometry::{Geometry, GeometryPath, PathShade, PresetGeometry};
use crate::model::paint::{Fill, Line, LineCap, LineJoin};
use crate::model::units::{Emu, Frame};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::value;
use super::frame::between;
use super::length::{degrees, emu};
use super::path;

/// A rectangle's rounded corners; none where they are square.
pub(super) fn rectangle(element: Element<'_>, frame: &Frame) -> Option<Geometry> {
    let corner =
        value(element, Ns::Draw, "corner-radius").or_else(|| value(element, Ns::SvgLike, "rx"));
    let corner = corner.and_then(emu).filter(|corner| corner.0 > 0)?;
    let short = frame.width.0.min(frame.height.0).max(1);
    Some(Geometry::Preset(PresetGeometry {
        name: "roundRect".to_owned(),
        adjustments: [(
            "adj".to_owned(),
            (corner.0.saturating_mul(100_000) / short).min(50_000),
        )]
        .into(),
    }))
}

/// Ellipses, and the parts of them between two angles.
pub(super) fn round(element: Element<'_>) -> Geometry {
    let name = match value(element, Ns::Draw, "kind") {
        Some("section") => "pie",
        Some("cut") => "chord",
        Some("arc") => "arc",
        _ => "ellipse",
    };
    // Theirs turn against the clock and ours with it, in 60,000ths of a degree.
    let angle = |which| {
        let text = value(element, Ns::Draw, which)?;
        let turned = text.parse().ok().or_else(|| degrees(text))?;
        #[expect(clippy::cast_possible_truncation, reason = "within one turn")]
        Some(((-turned).rem_euclid(360.0) * 60_000.0) as i64)
    };
    let mut adjustments = BTreeMap::new();
    if name != "ellipse" {
        adjustments.extend(angle("end-angle").map(|angle| ("adj1".to_owned(), angle)));
        adjustments.extend(angle("start-angle").map(|angle| ("adj2".to_owned(), angle)));
    }
    Geometry::Preset(PresetGeometry {
        name: name.to_owned(),
        adjustments,
    })
}

/// The way of a connector as the file draws it, and the box it takes.
pub(super) fn route(element: Element<'_>) -> Option<(Geometry, Frame)> {
    use kurbo::Shape as _;
    let path = kurbo::BezPath::from_svg(value(element, Ns::SvgLike, "d")?).ok()?;
    let bounds = path.bounding_box();
    let ends = between(element);
    if !bounds.is_finite() || (bounds.width() <= 0.0 && bounds.height() <= 0.0) {
        return None;
    }
    let geometry = path::custom(vec![GeometryPath {
        width: bounds.width().max(1.0),
        height: bounds.height().max(1.0),
        d: path::data(&path, bounds.x0, bounds.y0)?,
        no_fill: true,
        no_stroke: false,
        shade: PathShade::None,
    }]);
    // Data is in hundredths of a millimetre, from where the view says its corner is or from the page's own.
    let place = |hundredths: f64| Emu::from_points(hundredths / 2540.0 * 72.0);
    let view = path::view_box(element).unwrap_or([0.0, 0.0, 0.0, 0.0]);
    let (mut x, mut y) = (place(bounds.x0), place(bounds.y0));
    let first = path.elements().first().and_then(kurbo::PathEl::end_point)?;
    if view[0].abs() < 0.5 && view[1].abs() < 0.5 {
        // The path starts where the connector does.
        let start = (
            if ends.flip_h {
                ends.x.0 + ends.width.0
            } else {
                ends.x.0
            },
            if ends.flip_v {
                ends.y.0 + ends.height.0
            } else {
                ends.y.0
            },
        );
        x = Emu(start.0 + place(bounds.x0 - first.x).0);
        y = Emu(start.1 + place(bounds.y0 - first.y).0);
    }
    let frame = Frame {
        x,
        y,
        width: place(bounds.width()),
        height: place(bounds.height()),
        ..Frame::default()
    };
    Some((geometry, frame))
}

/// The thin line around what is only marked.
pub(super) fn plain_line() -> Line {
    Line {
        fill: Fill::Solid {
            color: Color::opaque(Rgb {
                r: 0x80,
                g: 0x80,
                b: 0x80,
            }),
        },
        width: Emu(9_525),
        dash: Some("dash".to_owned()),
        cap: LineCap::Flat,
        join: LineJoin::Round,
        compound: None,
        head: None,
        tail: None,
    }
}
