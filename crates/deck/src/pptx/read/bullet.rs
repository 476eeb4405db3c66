//! Bullets: mark, typeface, colour and size, each inherited on its own (ECMA-376 part 1, 21.1.2.4).

use std::rc::Rc;

use super::color::ColorSpec;
use super::fill::Brush;
use super::lexical::{count, fraction, get, number};
use super::reading::Reading;
use super::theme::ThemePart;
use crate::error::ReadError;
use crate::model::text::{Bullet, BulletMark, Distance};
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// What one place says of a bullet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct BulletProps {
    mark: Option<Mark>,
    font: Option<Choice<Rc<str>>>,
    color: Option<Choice<Rc<ColorSpec>>>,
    size: Option<Choice<Distance>>,
}

/// What a bullet takes from its text, or has of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Choice<T> {
    Text,
    Own(T),
}

impl<T> Choice<T> {
    fn own(&self) -> Option<&T> {
        match self {
            Self::Text => None,
            Self::Own(own) => Some(own),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Mark {
    None,
    Char(Rc<str>),
    Number(Rc<str>, u32),
    /// The part that holds the picture.
    Picture(Rc<str>),
}

impl BulletProps {
    /// Reads the bullet inside paragraph properties.
    pub(super) fn read(node: Node<'_>, rels: &Relationships) -> Self {
        let mut props = Self::default();
        for child in node.children().filter(|child| child.ns() == Ns::A) {
            match child.name() {
                "buNone" => props.mark = Some(Mark::None),
                "buChar" => {
                    let mark = child.attribute("char").unwrap_or_default();
                    props.mark = Some(if mark.is_empty() {
                        Mark::None
                    } else {
                        Mark::Char(Rc::from(&*mark))
                    });
                }
                "buAutoNum" => {
                    let scheme = child.attribute("type");
                    let scheme = Rc::from(scheme.as_deref().unwrap_or("arabicPeriod"));
                    let start = count(child, "startAt").unwrap_or(1).clamp(1, 32_767);
                    props.mark = Some(Mark::Number(scheme, start));
                }
                "buBlip" => {
                    let id = child
                        .child(Ns::A, "blip")
                        .and_then(|blip| blip.attribute_of(Ns::R, "embed"));
                    let part = id.and_then(|id| rels.part(&id));
                    props.mark = part.map(|part| Mark::Picture(Rc::from(part)));
                }
                "buFontTx" => props.font = Some(Choice::Text),
                "buFont" => {
                    let face = child.attribute("typeface");
                    props.font = face.map(|face| Choice::Own(Rc::from(&*face)));
                }
                "buClrTx" => props.color = Some(Choice::Text),
                "buClr" => {
                    props.color = ColorSpec::inside(child).map(|color| Choice::Own(Rc::new(color)));
                }
                "buSzTx" => props.size = Some(Choice::Text),
                "buSzPct" => {
                    let size = get(child, "val", fraction);
                    props.size =
                        size.map(|size| Choice::Own(Distance::Percent(size.clamp(0.01, 40.0))));
                }
                "buSzPts" => {
                    let size = get(child, "val", number);
                    props.size = size.map(|size| {
                        Choice::Own(Distance::Points((size / 100.0).clamp(1.0, 4000.0)))
                    });
                }
                _ => {}
            }
        }
        props
    }

    /// Puts what `above` says over this.
    pub(super) fn lay(&mut self, above: &Self) {
        if above.mark.is_some() {
            self.mark.clone_from(&above.mark);
        }
        if above.font.is_some() {
            self.font.clone_from(&above.font);
        }
        if above.color.is_some() {
            self.color.clone_from(&above.color);
        }
        if above.size.is_some() {
            self.size = above.size;
        }
    }

    /// The bullet as drawn.
    pub(super) fn resolve(
        &self,
        reading: &mut Reading<'_>,
        theme: &ThemePart,
        brush: Brush<'_>,
    ) -> Result<Option<Bullet>, ReadError> {
        let mark = match &self.mark {
            None | Some(Mark::None) => return Ok(None),
            Some(Mark::Char(mark)) => BulletMark::Char(mark.to_string()),
            Some(Mark::Number(scheme, start)) => BulletMark::Number {
                scheme: scheme.to_string(),
                start: *start,
            },
            Some(Mark::Picture(part)) => match reading.asset_of(part)? {
                Some(asset) => BulletMark::Picture(asset),
                None => BulletMark::Char("•".to_owned()),
            },
        };
        let color = self.color.as_ref().and_then(Choice::own);
        let font = self.font.as_ref().and_then(Choice::own);
        Ok(Some(Bullet {
            mark,
            font: font.and_then(|font| theme.typeface(font)),
            color: color.map(|color| color.resolve(brush.palette, brush.placeholder)),
            size: self.size.as_ref().and_then(Choice::own).copied(),
        }))
    }
}
