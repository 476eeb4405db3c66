//! The style of letters (ODF 1.3 part 3, 16.29.29): from a stack of styles to a run's.

use crate::model::color::{Color, Rgb};
use crate::model::text::{Caps, RunStyle, Strike};
use crate::package::namespaces::Ns;

use super::book::{Book, first_family, value};
use super::length::{color, percent, points};
use super::style::{Kind, Stack};

/// The size of letters where no style says one: LibreOffice's.
const SIZE: f64 = 18.0;

/// The style of a run.
pub(super) fn run_style(book: &Book<'_>, stack: &Stack<'_>) -> RunStyle {
    let fo = |name| stack.get(Kind::Text, Ns::Fo, name);
    let style = |name| stack.get(Kind::Text, Ns::Style, name);
    let size = size(stack);
    RunStyle {
        font: font(book, stack, "font-name", "font-family")
            .unwrap_or("Liberation Sans")
            .to_owned(),
        font_east_asian: font(book, stack, "font-name-asian", "font-family-asian")
            .map(str::to_owned),
        font_complex: font(book, stack, "font-name-complex", "font-family-complex")
            .map(str::to_owned),
        size,
        bold: fo("font-weight").is_some_and(is_bold),
        italic: matches!(fo("font-style"), Some("italic" | "oblique")),
        underline: underline(stack).map(str::to_owned),
        underline_color: underline(stack)
            .and_then(|_| color(style("text-underline-color")?, 1.0))
            .map(Box::new),
        strike: match style("text-line-through-style").or_else(|| style("text-line-through-type")) {
            None | Some("none") => Strike::None,
            Some(_) if style("text-line-through-type") == Some("double") => Strike::Double,
            Some(_) => Strike::Single,
        },
        color: letter_color(stack),
        highlight: fo("background-color").and_then(|text| color(text, 1.0)),
        baseline: style("text-position").map_or(0.0, raised),
        spacing: fo("letter-spacing").and_then(points).unwrap_or(0.0),
        kerning: 0.0,
        caps: match (fo("text-transform"), fo("font-variant")) {
            (Some("uppercase"), _) => Caps::All,
            (_, Some("small-caps")) => Caps::Small,
            _ => Caps::None,
        },
        lang: language(stack),
    }
}

fn is_bold(weight: &str) -> bool {
    weight == "bold" || weight.parse().is_ok_and(|weight: u32| weight >= 600)
}

/// Sizes in percent are of what comes below them.
fn size(stack: &Stack<'_>) -> f64 {
    let mut factor = 1.0;
    for block in stack.all(Kind::Text) {
        let Some(text) = value(block, Ns::Fo, "font-size") else {
            continue;
        };
        if let Some(size) = points(text) {
            return (size * factor).clamp(1.0, 4_000.0);
        }
        factor *= percent(text).unwrap_or(1.0).clamp(0.01, 100.0);
    }
    (SIZE * factor).clamp(1.0, 4_000.0)
}

/// The nearest of a declared typeface and one that is named outright.
fn font<'a>(book: &Book<'a>, stack: &Stack<'a>, name: &str, family: &str) -> Option<&'a str> {
    let ns = if family == "font-family" {
        Ns::Fo
    } else {
        Ns::Style
    };
    let found = stack.all(Kind::Text).find_map(|block| {
        let declared = value(block, Ns::Style, name).map(|name| book.font(name));
        declared.or_else(|| value(block, ns, family).map(first_family))
    });
    found.filter(|font| !font.is_empty())
}

/// The nearest style that says a colour says its opacity too; "the window's" colour, which is black, has none.
fn letter_color(stack: &Stack<'_>) -> Color {
    for block in stack.all(Kind::Text) {
        let window = value(block, Ns::Style, "use-window-font-color") == Some("true");
        if window {
            break;
        }
        let alpha = value(block, Ns::Loext, "opacity").and_then(percent);
        let alpha = alpha.unwrap_or(1.0);
        if let Some(found) = value(block, Ns::Fo, "color").and_then(|text| color(text, alpha)) {
            return found;
        }
    }
    Color::opaque(Rgb::BLACK)
}

fn underline(stack: &Stack<'_>) -> Option<&'static str> {
    let of = |name| stack.get(Kind::Text, Ns::Style, name);
    let kind = of("text-underline-style").filter(|kind| *kind != "none")?;
    let double = of("text-underline-type") == Some("double");
    let heavy = matches!(of("text-underline-width"), Some("bold" | "thick"));
    Some(match (kind, double, heavy) {
        ("wave", true, _) => "wavyDbl",
        ("wave", _, true) => "wavyHeavy",
        ("wave", ..) => "wavy",
        ("dotted", _, true) => "dottedHeavy",
        ("dotted", ..) => "dotted",
        ("dash", _, true) => "dashHeavy",
        ("dash", ..) => "dash",
        ("long-dash", ..) => "dashLong",
        ("dot-dash", ..) => "dotDash",
        ("dot-dot-dash", ..) => "dotDotDash",
        (_, true, _) => "dbl",
        (_, _, true) => "heavy",
        _ => "sng",
    })
}

/// `super`, `sub` or a percentage.
fn raised(text: &str) -> f64 {
    match text.split_ascii_whitespace().next() {
        Some("super") => 0.3,
        Some("sub") => -0.25,
        Some(word) => percent(word).unwrap_or(0.0).clamp(-1.0, 1.0),
        None => 0.0,
    }
}

fn language(stack: &Stack<'_>) -> Option<String> {
    let of = |name| stack.get(Kind::Text, Ns::Fo, name);
    let plain = |text: &&str| {
        !text.is_empty() && *text != "none" && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let language = of("language").filter(plain)?;
    Some(match of("country").filter(plain) {
        Some(country) => format!("{language}-{country}"),
        None => language.to_owned(),
    })
}
