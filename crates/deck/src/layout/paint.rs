//! Fills and lines of the model as paints of the display list.

use super::page::{Ink, Paint, Stroke};
use super::pattern;
use crate::model::color::{Color, Rgb};
use crate::model::geometry::PathShade;
use crate::model::paint::{Fill, GradientShape, GradientStop, Line};

/// A colour of the model as ink.
pub fn ink(color: &Color) -> Ink {
    let alpha = if color.alpha.is_finite() {
        color.alpha.clamp(0.0, 1.0)
    } else {
        1.0
    };
    Ink {
        rgb: color.rgb,
        alpha,
    }
}

/// A fill over a box of left, top, width and height; `None` where nothing or a picture is painted.
pub fn paint(fill: &Fill, [x, y, width, height]: [f64; 4]) -> Option<Paint> {
    match fill {
        Fill::None | Fill::Picture { .. } | Fill::Background => None,
        Fill::Solid { color } => Some(Paint::Solid(ink(color))),
        Fill::Pattern {
            foreground,
            background,
            preset,
        } => Some(Paint::Pattern {
            rows: pattern::rows(preset),
            marks: ink(foreground),
            ground: ink(background),
        }),
        Fill::Gradient { stops, shape, .. } => {
            let mut stops = sorted(stops);
            if let [(_, only)] = stops.as_slice() {
                return Some(Paint::Solid(*only));
            }
            if stops.is_empty() {
                return None;
            }
            Some(match shape {
                GradientShape::Linear { angle, scaled } => {
                    let angle = if angle.is_finite() { *angle } else { 0.0 };
                    let line = gradient_line([x, y, width, height], angle, *scaled);
                    Paint::Linear { line, stops }
                }
                GradientShape::Circle { focus }
                | GradientShape::Rectangle { focus }
                | GradientShape::Shape { focus } => {
                    let (fx, fy) = (unit(focus.0), unit(focus.1));
                    let (cx, cy) = (x + width * fx, y + height * fy);
                    let reach = f64::hypot(width * fx.max(1.0 - fx), height * fy.max(1.0 - fy));
                    if !reach.is_normal() {
                        return stops.pop().map(|(_, ink)| Paint::Solid(ink));
                    }
                    Paint::Radial {
                        circle: [cx, cy, reach],
                        stops,
                    }
                }
            })
        }
    }
}

/// A part of one; a half where it is none.
pub fn unit(value: f64) -> f64 {
    if value.is_finite() {
        value.clamp(0.0, 1.0)
    } else {
        0.5
    }
}

/// The stops of a gradient in order.
pub fn sorted(stops: &[GradientStop]) -> Vec<(f64, Ink)> {
    let mut stops: Vec<(f64, Ink)> = stops
        .iter()
        .map(|stop| (unit(stop.position), ink(&stop.color)))
        .collect();
    stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    stops
}

/// The line through the centre along which a gradient runs so that its ends touch the corners.
fn gradient_line([x, y, width, height]: [f64; 4], angle: f64, scaled: bool) -> [f64; 4] {
    let (mut dy, mut dx) = angle.to_radians().sin_cos();
    if scaled && width > 0.0 && height > 0.0 {
        let (sx, sy) = (dx * width, dy * height);
        let length = f64::hypot(sx, sy);
        if length > 0.0 {
            (dx, dy) = (sx / length, sy / length);
        }
    }
    let half = (dx * width).abs().midpoint((dy * height).abs());
    let (cx, cy) = (x + width / 2.0, y + height / 2.0);
    [
        cx - dx * half,
        cy - dy * half,
        cx + dx * half,
        cy + dy * half,
    ]
}

/// The colour of a gradient at a part of its way, 0 to 1; black where it has no stops.
pub fn blended(stops: &[(f64, Ink)], part: f64) -> Ink {
    let black = Ink {
        rgb: Rgb::BLACK,
        alpha: 1.0,
    };
    let next = stops.iter().position(|(at, _)| *at >= part);
    let next = next.unwrap_or(stops.len().saturating_sub(1));
    let before = next.saturating_sub(1);
    match (stops.get(before), stops.get(next)) {
        (Some((from, a)), Some((to, b))) if to > from => {
            mix(*a, *b, ((part - from) / (to - from)).clamp(0.0, 1.0))
        }
        (_, Some((_, ink))) => *ink,
        _ => black,
    }
}

/// A colour between two.
pub fn mix(from: Ink, to: Ink, part: f64) -> Ink {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a byte first"
    )]
    let channel = |a: u8, b: u8| {
        (f64::from(a) + (f64::from(b) - f64::from(a)) * part)
            .round()
            .clamp(0.0, 255.0) as u8
    };
    Ink {
        rgb: Rgb {
            r: channel(from.rgb.r, to.rgb.r),
            g: channel(from.rgb.g, to.rgb.g),
            b: channel(from.rgb.b, to.rgb.b),
        },
        alpha: from.alpha + (to.alpha - from.alpha) * part,
    }
}

/// A paint lightened or darkened as a path asks.
#[must_use]
pub fn shaded(paint: Paint, shade: PathShade) -> Paint {
    let (toward, part) = match shade {
        PathShade::None => return paint,
        PathShade::Lighten => (Rgb::WHITE, 0.4),
        PathShade::LightenLess => (Rgb::WHITE, 0.2),
        PathShade::Darken => (Rgb::BLACK, 0.4),
        PathShade::DarkenLess => (Rgb::BLACK, 0.2),
    };
    let change = |ink: Ink| {
        mix(
            ink,
            Ink {
                rgb: toward,
                alpha: ink.alpha,
            },
            part,
        )
    };
    inked(paint, &change)
}

/// A paint whose inks are changed, each by itself.
#[must_use]
pub fn inked(paint: Paint, change: &dyn Fn(Ink) -> Ink) -> Paint {
    let all = |stops: Vec<(f64, Ink)>| stops.into_iter().map(|(at, i)| (at, change(i))).collect();
    match paint {
        Paint::Solid(ink) => Paint::Solid(change(ink)),
        Paint::Linear { line, stops } => Paint::Linear {
            line,
            stops: all(stops),
        },
        Paint::Radial { circle, stops } => Paint::Radial {
            circle,
            stops: all(stops),
        },
        Paint::Pattern {
            rows,
            marks,
            ground,
        } => Paint::Pattern {
            rows,
            marks: change(marks),
            ground: change(ground),
        },
    }
}

/// A line of the model as a stroke over a box.
pub fn stroke(line: &Line, place: [f64; 4]) -> Option<Stroke> {
    let paint = paint(&line.fill, place)?;
    // A line of no width is drawn as thin as can be seen.
    let width = line.width.points().clamp(0.0, 1584.0).max(0.25);
    let dashes = line.dash.as_deref().map_or(&[][..], dashes);
    Some(Stroke {
        paint,
        width,
        dashes: dashes.iter().map(|part| part * width).collect(),
        cap: line.cap,
        join: line.join,
    })
}

/// Dashes and gaps in line widths, by ECMA-376 part 1, 20.1.10.48.
fn dashes(name: &str) -> &'static [f64] {
    match name {
        "dot" => &[1.0, 3.0],
        "dash" => &[4.0, 3.0],
        "lgDash" => &[8.0, 3.0],
        "dashDot" => &[4.0, 3.0, 1.0, 3.0],
        "lgDashDot" => &[8.0, 3.0, 1.0, 3.0],
        "lgDashDotDot" => &[8.0, 3.0, 1.0, 3.0, 1.0, 3.0],
        "sysDash" => &[3.0, 1.0],
        "sysDot" => &[1.0, 1.0],
        "sysDashDot" => &[3.0, 1.0, 1.0, 1.0],
        "sysDashDotDot" => &[3.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        _ => &[],
    }
}

/// How dense a paint is at its densest, 0 to 1.
pub fn density(paint: &Paint) -> f64 {
    let most = |stops: &[(f64, Ink)]| stops.iter().map(|(_, ink)| ink.alpha).fold(0.0, f64::max);
    match paint {
        Paint::Solid(ink) => ink.alpha,
        Paint::Linear { stops, .. } | Paint::Radial { stops, .. } => most(stops),
        Paint::Pattern { marks, ground, .. } => marks.alpha.max(ground.alpha),
    }
}
