//! Fills, lines and shadows of shapes and pages (ODF 1.3 part 3, 20.100 and following).

use crate::error::ReadError;
use crate::model::color::{Color, Rgb};
use crate::model::element::Crop;
use crate::model::paint::{
    Arrow, Effects, Fill, GradientShape, GradientStop, Line, LineCap, LineJoin, Shadow, Tiling,
};
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::{Book, value};
use super::length::{color, degrees, emu, percent, points};
use super::reading::Reading;
use super::style::{Kind, Stack};

/// How a shape or a page is filled. `None` where no style says anything.
pub(super) fn fill(
    reading: &mut Reading<'_>,
    book: &Book<'_>,
    stack: &Stack<'_>,
    kind: Kind,
    element: Option<&str>,
) -> Result<Option<Fill>, ReadError> {
    let get = |name| stack.get(kind, Ns::Draw, name);
    let alpha = get("opacity").and_then(percent).unwrap_or(1.0);
    let flat = || {
        let found = get("fill-color").and_then(|text| color(text, alpha));
        found.map(|color| Fill::Solid { color })
    };
    Ok(Some(match get("fill") {
        None => return Ok(None),
        Some("none") => Fill::None,
        Some("gradient") => {
            let named = get("fill-gradient-name").and_then(|name| book.named("gradient", name));
            match named {
                Some(gradient) => gradient_fill(gradient, alpha),
                None => flat().unwrap_or(Fill::None),
            }
        }
        Some("hatch") => {
            let hatch = get("fill-hatch-name").and_then(|name| book.named("hatch", name));
            let solid = get("fill-hatch-solid") == Some("true");
            hatched(hatch, alpha, flat().filter(|_| solid))
        }
        Some("bitmap") => {
            let named = get("fill-image-name").and_then(|name| book.named("fill-image", name));
            let address = named.and_then(|image| value(image, Ns::XLink, "href"));
            let asset = match address {
                Some(address) => reading.load(address, element)?,
                None => None,
            };
            let repeat = stack.get(kind, Ns::Style, "repeat").unwrap_or("repeat");
            match asset {
                Some(asset) => Fill::Picture {
                    asset,
                    crop: Crop::default(),
                    tile: repeat == "repeat",
                    tiling: Tiling::default(),
                    opacity: alpha.clamp(0.0, 1.0),
                    recolor: Vec::new(),
                },
                None => flat().unwrap_or(Fill::None),
            }
        }
        Some(_) => flat().unwrap_or(Fill::None),
    }))
}

/// Hatches as the pattern that looks most like them.
fn hatched(hatch: Option<Element<'_>>, alpha: f64, flat: Option<Fill>) -> Fill {
    let of = |name| hatch.and_then(|hatch| value(hatch, Ns::Draw, name));
    let ink = of("color").and_then(|text| color(text, alpha));
    let Some(foreground) = ink else {
        return flat.unwrap_or(Fill::None);
    };
    let turned = of("rotation")
        .and_then(degrees)
        .unwrap_or(0.0)
        .rem_euclid(180.0);
    let crossed = !matches!(of("style"), None | Some("single"));
    let slanted = (22.5..67.5).contains(&turned) || (112.5..157.5).contains(&turned);
    let preset = match (crossed, slanted, turned) {
        (true, true, _) => "diagCross",
        (true, false, _) => "cross",
        (false, true, turned) if turned < 90.0 => "upDiag",
        (false, true, _) => "dnDiag",
        (false, false, turned) if (67.5..112.5).contains(&turned) => "vert",
        (false, false, _) => "horz",
    };
    let background = match flat {
        Some(Fill::Solid { color }) => color,
        Some(_) | None => Color {
            alpha: 0.0,
            ..Color::opaque(Rgb::WHITE)
        },
    };
    Fill::Pattern {
        preset: preset.to_owned(),
        foreground,
        background,
    }
}

/// A gradient (ODF 1.3 part 3, 16.40). What lies at its centre comes first in ours, and last in theirs.
fn gradient_fill(gradient: Element<'_>, alpha: f64) -> Fill {
    let of = |name: &'static str| value(gradient, Ns::Draw, name);
    let kind = of("style").unwrap_or("linear");
    let central = !matches!(kind, "linear" | "axial");
    let border = of("border")
        .and_then(percent)
        .unwrap_or(0.0)
        .clamp(0.0, 0.99);
    let mut stops = stops_of(gradient, alpha);
    for stop in &mut stops {
        let position = if stop.position.is_finite() {
            stop.position.clamp(0.0, 1.0)
        } else {
            0.0
        };
        stop.position = border + position * (1.0 - border);
    }
    let turned = of("angle").and_then(degrees).unwrap_or(0.0);
    let at = |name| of(name).and_then(percent).unwrap_or(0.5).clamp(0.0, 1.0);
    let focus = (at("cx"), at("cy"));
    if kind == "axial" {
        stops = mirrored(&stops);
    }
    if central {
        stops.reverse();
        for stop in &mut stops {
            stop.position = 1.0 - stop.position;
        }
    }
    let shape = match kind {
        "radial" | "ellipsoid" => GradientShape::Circle { focus },
        "square" | "rectangular" => GradientShape::Rectangle { focus },
        _ => GradientShape::Linear {
            angle: (90.0 - turned).rem_euclid(360.0),
            scaled: false,
        },
    };
    Fill::Gradient {
        stops,
        shape,
        rotate_with_shape: true,
    }
}

/// The colours of a gradient: its stops where it has some, else its start and its end.
fn stops_of(gradient: Element<'_>, alpha: f64) -> Vec<GradientStop> {
    let of = |name: &'static str| value(gradient, Ns::Draw, name);
    let strength = |name: &'static str| of(name).and_then(percent).unwrap_or(1.0);
    let shade = |name: &'static str, how: &'static str| {
        let found = of(name).and_then(|text| color(text, alpha));
        darkened(found.unwrap_or(Color::opaque(Rgb::BLACK)), strength(how))
    };
    let mut stops: Vec<GradientStop> = gradient
        .children()
        .filter(|child| child.is(Ns::Loext, "gradient-stop"))
        .filter_map(|stop| {
            let position = value(stop, Ns::SvgLike, "offset")?.parse().ok()?;
            let color = color(value(stop, Ns::Loext, "color-value")?, alpha)?;
            Some(GradientStop { position, color })
        })
        .collect();
    if stops.len() < 2 {
        let (start, end) = (
            shade("start-color", "start-intensity"),
            shade("end-color", "end-intensity"),
        );
        stops = vec![
            GradientStop {
                position: 0.0,
                color: start,
            },
            GradientStop {
                position: 1.0,
                color: end,
            },
        ];
    }
    stops
}

/// From the outer colour to the inner and back.
fn mirrored(stops: &[GradientStop]) -> Vec<GradientStop> {
    let there = stops.iter().map(|stop| GradientStop {
        position: stop.position / 2.0,
        color: stop.color.clone(),
    });
    let back = stops.iter().rev().map(|stop| GradientStop {
        position: 1.0 - stop.position / 2.0,
        color: stop.color.clone(),
    });
    there.chain(back).collect()
}

fn darkened(color: Color, strength: f64) -> Color {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a byte is a byte"
    )]
    let part = |byte: u8| (f64::from(byte) * strength.clamp(0.0, 1.0)).round() as u8;
    let Rgb { r, g, b } = color.rgb;
    Color {
        rgb: Rgb {
            r: part(r),
            g: part(g),
            b: part(b),
        },
        ..color
    }
}

/// How a shape's outline is drawn. `None` where it is not.
pub(super) fn line(book: &Book<'_>, stack: &Stack<'_>) -> Option<Line> {
    let draw = |name| stack.get(Kind::Graphic, Ns::Draw, name);
    let svg = |name| stack.get(Kind::Graphic, Ns::SvgLike, name);
    let kind = draw("stroke").filter(|kind| *kind != "none")?;
    let alpha = svg("stroke-opacity").and_then(fraction).unwrap_or(1.0);
    let ink = svg("stroke-color").and_then(|text| color(text, alpha));
    let width = svg("stroke-width").and_then(emu).unwrap_or(Emu(0));
    let dash = (kind == "dash").then(|| {
        let named = draw("stroke-dash").and_then(|name| book.named("stroke-dash", name));
        named
            .map_or("dash", |dash| dash_name(dash, width))
            .to_owned()
    });
    Some(Line {
        fill: Fill::Solid {
            color: ink.unwrap_or(Color::opaque(Rgb::BLACK)),
        },
        // A width of nothing is the thinnest line there is.
        width: Emu(width.0.max(3_175)),
        dash,
        cap: match svg("stroke-linecap") {
            Some("round") => LineCap::Round,
            Some("square") => LineCap::Square,
            _ => LineCap::Flat,
        },
        join: match draw("stroke-linejoin") {
            Some("miter") => LineJoin::Miter,
            Some("bevel") => LineJoin::Bevel,
            _ => LineJoin::Round,
        },
        compound: None,
        head: arrow(book, stack, "marker-start", "marker-start-width", width),
        tail: arrow(book, stack, "marker-end", "marker-end-width", width),
    })
}

/// `50%` or `0.5`.
fn fraction(text: &str) -> Option<f64> {
    let bare = || text.parse().ok().filter(|number: &f64| number.is_finite());
    percent(text).or_else(bare)
}

/// The preset dash that is nearest to `draw:dots1`, `draw:dots1-length` and their like.
fn dash_name(dash: Element<'_>, width: Emu) -> &'static str {
    let of = |name| value(dash, Ns::Draw, name);
    let in_widths = |name| {
        let text = of(name)?;
        let relative = percent(text);
        relative.or_else(|| points(text).map(|length| length / width.points().max(0.25)))
    };
    let first = in_widths("dots1-length").unwrap_or(1.0);
    let count = |name| {
        of(name)
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(0)
    };
    match (first, count("dots1"), count("dots2")) {
        (first, _, 2..) if first > 5.0 => "lgDashDotDot",
        (first, _, 1) if first > 5.0 => "lgDashDot",
        (_, _, 2..) => "sysDashDotDot",
        (_, _, 1) => "dashDot",
        (first, ..) if first > 5.0 => "lgDash",
        (first, ..) if first > 2.0 => "dash",
        (first, ..) if first > 1.5 => "sysDash",
        _ => "sysDot",
    }
}

/// A marker by its name, as LibreOffice and PowerPoint's import call them.
fn arrow(book: &Book<'_>, stack: &Stack<'_>, name: &str, wide: &str, width: Emu) -> Option<Arrow> {
    let marker = stack.get(Kind::Graphic, Ns::Draw, name);
    let marker = marker.filter(|marker| !marker.is_empty())?;
    book.named("marker", marker)?;
    let known = marker.to_ascii_lowercase();
    let kind = if known.contains("circle") || known.contains("oval") {
        "oval"
    } else if known.contains("diamond") || known.contains("square_20_45") {
        "diamond"
    } else if known.contains("stealth") || known.contains("concave") {
        "stealth"
    } else if known.contains("open") || known.contains("line") {
        "arrow"
    } else {
        "triangle"
    };
    let size = stack.get(Kind::Graphic, Ns::Draw, wide).and_then(points);
    let widths = size.unwrap_or(0.0) / width.points().max(0.75);
    let size = match widths {
        widths if widths < 2.5 => "sm",
        widths if widths > 4.0 => "lg",
        _ => "med",
    };
    Some(Arrow {
        kind: kind.to_owned(),
        width: size.to_owned(),
        length: size.to_owned(),
    })
}

/// The shadow of a shape.
pub(super) fn effects(stack: &Stack<'_>) -> Option<Effects> {
    let get = |name| stack.get(Kind::Graphic, Ns::Draw, name);
    if get("shadow") != Some("visible") {
        return None;
    }
    let length = |name| get(name).and_then(points).unwrap_or(0.0);
    let (x, y) = (length("shadow-offset-x"), length("shadow-offset-y"));
    let alpha = get("shadow-opacity").and_then(percent).unwrap_or(1.0);
    let blur = stack.get(Kind::Graphic, Ns::Loext, "shadow-blur");
    Some(Effects {
        shadow: Some(Shadow {
            inner: false,
            color: color(get("shadow-color").unwrap_or("#808080"), alpha)?,
            blur: blur.and_then(emu).unwrap_or(Emu(0)),
            distance: Emu::from_points(x.hypot(y)),
            angle: y.atan2(x).to_degrees().rem_euclid(360.0),
            scale: None,
        }),
        ..Effects::default()
    })
}
