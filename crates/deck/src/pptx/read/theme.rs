//! Themes: colour scheme, font scheme and the matrix of formats that shapes refer to.

use std::collections::BTreeMap;

use super::color::{ColorSpec, Palette};
use super::lexical::filled;
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::color::Rgb;
use crate::model::template::{Theme, ThemeFonts};
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::{Document, Element as Node};

/// The slots of a colour scheme.
const SLOTS: &[&str] = &[
    "dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6",
    "hlink", "folHlink",
];
/// The scheme of PowerPoint's own blank presentation, in the order of the slots.
const OFFICE: [u32; 12] = [
    0x00_0000, 0xFF_FFFF, 0x44_546A, 0xE7_E6E6, 0x44_72C4, 0xED_7D31, 0xA5_A5A5, 0xFF_C000,
    0x5B_9BD5, 0x70_AD47, 0x05_63C1, 0x95_4F72,
];

/// A theme and the part it came from.
#[derive(Debug)]
pub(super) struct ThemePart {
    pub(super) model: Theme,
    pub(super) rels: Relationships,
    major: Faces,
    minor: Faces,
    document: Option<Document>,
}

/// The typefaces of one role.
#[derive(Clone, Debug, Default)]
struct Faces {
    latin: Option<String>,
    east_asian: Option<String>,
    complex: Option<String>,
}

impl ThemePart {
    /// Reads the theme of a part; what PowerPoint starts with where there is none.
    pub(super) fn read(reading: &mut Reading<'_>, part: Option<&str>) -> Result<Self, ReadError> {
        let Some(part) = part else {
            reading.warn(
                "missing_theme",
                "a master has no theme; Office colours and fonts are used",
            );
            return Ok(Self::office());
        };
        let Some(document) = reading.optional(part)? else {
            return Ok(Self::office());
        };
        let rels = reading.relationships(part)?;
        let mut theme = Self {
            rels,
            ..Self::office()
        };
        theme.model.name = document
            .root()
            .attribute("name")
            .as_deref()
            .and_then(filled);
        theme.take(&document);
        theme.document = Some(document);
        Ok(theme)
    }

    fn take(&mut self, document: &Document) {
        let Some(elements) = document.root().child(Ns::A, "themeElements") else {
            return;
        };
        if let Some(scheme) = elements.child(Ns::A, "clrScheme") {
            take_colors(&mut self.model.colors, scheme);
        }
        if let Some(scheme) = elements.child(Ns::A, "fontScheme") {
            self.major = faces(scheme.child(Ns::A, "majorFont"));
            self.minor = faces(scheme.child(Ns::A, "minorFont"));
            if let Some(latin) = &self.major.latin {
                self.model.fonts.major.clone_from(latin);
            }
            if let Some(latin) = &self.minor.latin {
                self.model.fonts.minor.clone_from(latin);
            }
        }
    }

    fn office() -> Self {
        let rgb = |hex: &u32| {
            let [_, r, g, b] = hex.to_be_bytes();
            Rgb { r, g, b }
        };
        let colors = SLOTS
            .iter()
            .zip(&OFFICE)
            .map(|(slot, hex)| ((*slot).to_owned(), rgb(hex)));
        let fonts = ThemeFonts {
            major: "Calibri Light".to_owned(),
            minor: "Calibri".to_owned(),
        };
        let colors = colors.collect();
        Self {
            model: Theme {
                name: None,
                colors,
                fonts,
            },
            rels: Relationships::default(),
            major: Faces::default(),
            minor: Faces::default(),
            document: None,
        }
    }

    /// The theme's colours, before any mapping.
    pub(super) fn palette(&self) -> Palette {
        Palette {
            colors: self.model.colors.clone(),
            map: BTreeMap::new(),
        }
    }

    /// A typeface by name, the theme's own names (`+mn-lt`, …) resolved. `None` where the theme names none.
    pub(super) fn typeface(&self, name: &str) -> Option<String> {
        let Some(role) = name.strip_prefix('+') else {
            return filled(name);
        };
        let (faces, latin) = if role.starts_with("mj") {
            (&self.major, &self.model.fonts.major)
        } else {
            (&self.minor, &self.model.fonts.minor)
        };
        match role.get(3..) {
            Some("ea") => faces.east_asian.clone(),
            Some("cs") => faces.complex.clone(),
            _ => Some(latin.clone()),
        }
    }

    /// An entry of the format scheme, counted from 1.
    pub(super) fn format(&self, list: &str, index: u32) -> Option<Node<'_>> {
        let index = usize::try_from(index).ok()?.checked_sub(1)?;
        let elements = self
            .document
            .as_ref()?
            .root()
            .child(Ns::A, "themeElements")?;
        elements
            .child(Ns::A, "fmtScheme")?
            .child(Ns::A, list)?
            .children()
            .nth(index)
    }
}

fn take_colors(colors: &mut BTreeMap<String, Rgb>, scheme: Node<'_>) {
    for slot in scheme
        .children()
        .filter(|slot| SLOTS.contains(&slot.name()))
    {
        if let Some(spec) = ColorSpec::inside(slot) {
            let color = spec.resolve(&Palette::default(), None);
            colors.insert(slot.name().to_owned(), color.rgb);
        }
    }
}

/// The palette of a part that overrides the theme's colours; `None` where it does not.
pub(super) fn overridden(
    reading: &mut Reading<'_>,
    rels: &Relationships,
    palette: &Palette,
) -> Result<Option<Palette>, ReadError> {
    let Some(part) = rels.part_of_kind("themeOverride") else {
        return Ok(None);
    };
    let Some(document) = reading.optional(part)? else {
        return Ok(None);
    };
    let Some(scheme) = document.root().child(Ns::A, "clrScheme") else {
        return Ok(None);
    };
    let mut own = palette.clone();
    take_colors(&mut own.colors, scheme);
    Ok(Some(own))
}

fn faces(font: Option<Node<'_>>) -> Faces {
    let face = |name: &str| {
        let typeface = font?.child(Ns::A, name)?.attribute("typeface")?;
        filled(&typeface)
    };
    Faces {
        latin: face("latin"),
        east_asian: face("ea"),
        complex: face("cs"),
    }
}
