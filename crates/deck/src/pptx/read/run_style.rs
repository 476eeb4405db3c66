//! Run styles: what each place says of letters, laid over each other, then resolved against theme and mapping.

use std::rc::Rc;

use super::color::{ColorSpec, Palette};
use super::lexical::{filled, flag, fraction, get, number};
use super::theme::ThemePart;
use crate::model::color::{Color, Rgb};
use crate::model::text::{Caps, RunStyle, Strike};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// What one place says of letters (`CT_TextCharacterProperties`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RunProps {
    pub(super) latin: Option<Rc<str>>,
    east_asian: Option<Rc<str>>,
    complex: Option<Rc<str>>,
    symbol: Option<Rc<str>>,
    pub(super) size: Option<f64>,
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    underline: Option<Rc<str>>,
    underline_ink: Option<LineInk>,
    strike: Option<Strike>,
    ink: Option<Ink>,
    highlight: Option<Rc<ColorSpec>>,
    baseline: Option<f64>,
    spacing: Option<f64>,
    kerning: Option<f64>,
    caps: Option<Caps>,
    lang: Option<Rc<str>>,
}

/// How letters are painted.
#[derive(Clone, Debug, PartialEq)]
enum Ink {
    None,
    Color(Rc<ColorSpec>),
}

/// How the line below letters is painted.
#[derive(Clone, Debug, PartialEq)]
enum LineInk {
    /// As the letters are.
    Letters,
    Color(Rc<ColorSpec>),
}

impl LineInk {
    /// What a `uFill` or a `uLn` says.
    fn inside(node: Node<'_>) -> Option<Self> {
        let fill = node.child(Ns::A, "solidFill")?;
        Some(Self::Color(Rc::new(ColorSpec::inside(fill)?)))
    }
}

impl Ink {
    fn of(color: ColorSpec) -> Self {
        Self::Color(Rc::new(color))
    }
}

impl RunProps {
    /// Reads `rPr`, `defRPr` or `endParaRPr`.
    pub(super) fn read(node: Node<'_>) -> Self {
        let mut props = Self {
            size: get(node, "sz", number).map(|size| (size / 100.0).clamp(1.0, 4000.0)),
            bold: get(node, "b", flag),
            italic: get(node, "i", flag),
            underline: node.attribute("u").map(|line| Rc::from(&*line)),
            strike: get(node, "strike", |strike| match strike {
                "noStrike" => Some(Strike::None),
                "sngStrike" => Some(Strike::Single),
                "dblStrike" => Some(Strike::Double),
                _ => None,
            }),
            baseline: get(node, "baseline", fraction).map(|baseline| baseline.clamp(-10.0, 10.0)),
            spacing: get(node, "spc", points),
            kerning: get(node, "kern", points),
            caps: get(node, "cap", |caps| match caps {
                "none" => Some(Caps::None),
                "small" => Some(Caps::Small),
                "all" => Some(Caps::All),
                _ => None,
            }),
            lang: node
                .attribute("lang")
                .and_then(|lang| filled(&lang))
                .map(Rc::from),
            ..Self::default()
        };
        for child in node.children().filter(|child| child.ns() == Ns::A) {
            let face = || {
                child
                    .attribute("typeface")
                    .and_then(|face| filled(&face))
                    .map(Rc::from)
            };
            match child.name() {
                "latin" => props.latin = face(),
                "ea" => props.east_asian = face(),
                "cs" => props.complex = face(),
                "sym" => props.symbol = face(),
                "highlight" => props.highlight = ColorSpec::inside(child).map(Rc::new),
                "uFillTx" => props.underline_ink = Some(LineInk::Letters),
                // The fill of the line stands after the line itself and says more.
                "uFill" | "uLn" => {
                    props.underline_ink = LineInk::inside(child).or(props.underline_ink);
                }
                "noFill" => props.ink = Some(Ink::None),
                "solidFill" => {
                    props.ink = ColorSpec::inside(child).map(Ink::of);
                }
                "gradFill" => props.ink = first_stop(child).map(Ink::of),
                "pattFill" => {
                    let front = child.child(Ns::A, "fgClr").and_then(ColorSpec::inside);
                    props.ink = front.map(Ink::of);
                }
                _ => {}
            }
        }
        props
    }

    /// What a style says of letters: typeface, colour and weight.
    pub(super) fn of_style(
        latin: Option<Rc<str>>,
        color: Option<ColorSpec>,
        bold: Option<bool>,
        italic: Option<bool>,
    ) -> Self {
        Self {
            latin,
            bold,
            italic,
            ink: color.map(Ink::of),
            ..Self::default()
        }
    }

    /// Puts what `above` says over this.
    pub(super) fn lay(&mut self, above: &Self) {
        fn set<T: Clone>(below: &mut Option<T>, above: Option<&T>) {
            if let Some(above) = above {
                *below = Some(above.clone());
            }
        }
        set(&mut self.latin, above.latin.as_ref());
        set(&mut self.east_asian, above.east_asian.as_ref());
        set(&mut self.complex, above.complex.as_ref());
        set(&mut self.symbol, above.symbol.as_ref());
        set(&mut self.size, above.size.as_ref());
        set(&mut self.bold, above.bold.as_ref());
        set(&mut self.italic, above.italic.as_ref());
        set(&mut self.underline, above.underline.as_ref());
        set(&mut self.underline_ink, above.underline_ink.as_ref());
        set(&mut self.strike, above.strike.as_ref());
        set(&mut self.ink, above.ink.as_ref());
        set(&mut self.highlight, above.highlight.as_ref());
        set(&mut self.baseline, above.baseline.as_ref());
        set(&mut self.spacing, above.spacing.as_ref());
        set(&mut self.kerning, above.kerning.as_ref());
        set(&mut self.caps, above.caps.as_ref());
        set(&mut self.lang, above.lang.as_ref());
    }

    /// The style as drawn.
    pub(super) fn resolve(&self, theme: &ThemePart, palette: &Palette) -> RunStyle {
        let face = |name: &Option<Rc<str>>| name.as_deref().and_then(|name| theme.typeface(name));
        let font = face(&self.latin).unwrap_or_else(|| theme.model.fonts.minor.clone());
        let color = |spec: &Rc<ColorSpec>| spec.resolve(palette, None);
        let color = match &self.ink {
            None => Color::opaque(Rgb::BLACK),
            Some(Ink::Color(spec)) => color(spec),
            Some(Ink::None) => Color {
                rgb: Rgb::BLACK,
                alpha: 0.0,
                theme: None,
            },
        };
        RunStyle {
            font,
            font_east_asian: face(&self.east_asian),
            font_complex: face(&self.complex),
            size: self.size.unwrap_or(18.0),
            bold: self.bold.unwrap_or(false),
            italic: self.italic.unwrap_or(false),
            underline: self
                .underline
                .as_deref()
                .filter(|line| *line != "none")
                .map(str::to_owned),
            underline_color: self.underline_color(palette).map(Box::new),
            strike: self.strike.unwrap_or_default(),
            color,
            highlight: self
                .highlight
                .as_ref()
                .map(|spec| spec.resolve(palette, None)),
            baseline: self.baseline.unwrap_or(0.0),
            spacing: self.spacing.unwrap_or(0.0),
            kerning: self.kerning.unwrap_or(0.0).max(0.0),
            caps: self.caps.unwrap_or_default(),
            lang: self.lang.as_deref().map(str::to_owned),
        }
    }

    /// The colour of the line below letters, where there is one and it has a colour of its own.
    fn underline_color(&self, palette: &Palette) -> Option<Color> {
        self.underline.as_deref().filter(|line| *line != "none")?;
        match self.underline_ink.as_ref()? {
            LineInk::Letters => None,
            LineInk::Color(spec) => Some(spec.resolve(palette, None)),
        }
    }

    /// The typeface of symbols, for letters of the private area.
    pub(super) fn symbol(&self) -> Option<&str> {
        self.symbol.as_deref()
    }
}

/// Points from hundredths of a point, or with a unit.
fn points(text: &str) -> Option<f64> {
    let value = match number(text) {
        Some(hundredths) => hundredths / 100.0,
        None => super::lexical::emu(text)?.points(),
    };
    Some(value.clamp(-4000.0, 4000.0))
}

fn first_stop(node: Node<'_>) -> Option<ColorSpec> {
    node.child(Ns::A, "gsLst")?
        .children()
        .find_map(ColorSpec::inside)
}
