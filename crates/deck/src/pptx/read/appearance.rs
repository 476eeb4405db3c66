//! Appearance: outline, fill, line and effects of an element, its own over its style's over its placeholder's.

use super::color::ColorSpec;
use super::effects;
use super::fill::{self, Brush};
use super::geometry;
use super::lexical::count;
use super::line::LineSpec;
use super::reading::Reading;
use super::run_style::RunProps;
use super::sheet::Sheet;
use super::theme::ThemePart;
use crate::error::ReadError;
use crate::model::geometry::Geometry;
use crate::model::paint::{Effects, Fill};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;
use std::rc::Rc;

/// How an element looks, as far as some place says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Appearance {
    pub(super) geometry: Option<Geometry>,
    pub(super) fill: Option<Fill>,
    pub(super) line: LineSpec,
    pub(super) effects: Option<Effects>,
}

impl Appearance {
    /// Reads `spPr`.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        properties: Node<'_>,
        brush: Brush<'_>,
        frame: &Frame,
    ) -> Result<Self, ReadError> {
        let line = match properties.child(Ns::A, "ln") {
            Some(line) => LineSpec::read(reading, line, brush)?,
            None => LineSpec::default(),
        };
        Ok(Self {
            geometry: geometry::inside(properties, frame),
            fill: fill::inside(reading, properties, brush)?,
            line,
            effects: effects::inside(properties, brush),
        })
    }

    /// Reads `style`: references into the theme's matrix of formats.
    pub(super) fn of_style(
        reading: &mut Reading<'_>,
        style: Node<'_>,
        sheet: &Sheet<'_>,
    ) -> Result<Self, ReadError> {
        let mut found = Self::default();
        let theme = sheet.theme;
        if let Some(reference) = style.child(Ns::A, "fillRef") {
            found.fill = theme_fill(reading, reference, theme, sheet.brush())?;
        }
        if let Some(reference) = style.child(Ns::A, "lnRef") {
            let color = sheet.brush().color(reference);
            let brush = Brush {
                rels: &theme.rels,
                placeholder: color.as_ref(),
                ..sheet.brush()
            };
            let line = count(reference, "idx").and_then(|index| theme.format("lnStyleLst", index));
            if let Some(line) = line {
                found.line = LineSpec::read(reading, line, brush)?;
            }
        }
        if let Some(reference) = style.child(Ns::A, "effectRef") {
            let color = sheet.brush().color(reference);
            let brush = Brush {
                rels: &theme.rels,
                placeholder: color.as_ref(),
                ..sheet.brush()
            };
            let entry =
                count(reference, "idx").and_then(|index| theme.format("effectStyleLst", index));
            found.effects = entry.and_then(|entry| effects::inside(entry, brush));
        }
        Ok(found)
    }

    /// This, and what `below` says of the rest.
    #[must_use]
    pub(super) fn over(self, below: &Self) -> Self {
        Self {
            geometry: self.geometry.or_else(|| below.geometry.clone()),
            fill: self.fill.or_else(|| below.fill.clone()),
            line: self.line.over(&below.line),
            effects: self.effects.or_else(|| below.effects.clone()),
        }
    }
}

/// The fill that a `fillRef` or `bgRef` leads to: from 1 on in the fills, from 1001 on in the backgrounds.
pub(super) fn theme_fill(
    reading: &mut Reading<'_>,
    reference: Node<'_>,
    theme: &ThemePart,
    brush: Brush<'_>,
) -> Result<Option<Fill>, ReadError> {
    let color = brush.color(reference);
    let inner = Brush {
        rels: &theme.rels,
        placeholder: color.as_ref(),
        ..brush
    };
    let Some(index) = count(reference, "idx") else {
        return Ok(None);
    };
    let entry = match index {
        0 | 1000 => return Ok(Some(Fill::None)),
        1..1000 => theme.format("fillStyleLst", index),
        _ => theme.format("bgFillStyleLst", index - 1000),
    };
    match entry {
        Some(entry) => fill::read(reading, entry, inner),
        None => Ok(color.clone().map(|color| Fill::Solid { color })),
    }
}

/// What a `fontRef` says of letters.
pub(super) fn font(style: Node<'_>) -> RunProps {
    let Some(reference) = style.child(Ns::A, "fontRef") else {
        return RunProps::default();
    };
    let latin = match reference.attribute("idx").as_deref() {
        Some("major") => Some(Rc::from("+mj-lt")),
        Some("minor") => Some(Rc::from("+mn-lt")),
        _ => None,
    };
    RunProps::of_style(latin, ColorSpec::inside(reference), None, None)
}
