//! Shapes, text boxes and connectors: `sp` and `cxnSp`, of slides and of diagram drawings.

use super::appearance::{Appearance, font};
use super::fill::Brush;
use super::frame::{self, on_slide};
use super::geometry::site;
use super::identity::Identity;
use super::inheritance::Inherited;
use super::lexical::is_on;
use super::scene::{Around, Scene};
use super::sheet::SheetKind;
use super::text::{self, TextLook};
use crate::error::ReadError;
use crate::model::element::{Connection, Content, Element};
use crate::model::paint::{Effects, Fill};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// What an element looks like before it is placed on the slide.
pub(super) struct Look {
    /// Where it is, in the space of its group; nowhere in particular where no one says.
    pub(super) frame: Frame,
    /// Whether someone says.
    placed: bool,
    pub(super) appearance: Appearance,
}

impl Look {
    /// Reads `spPr` and `style` over what the placeholder above says.
    pub(super) fn read(
        scene: &mut Scene<'_, '_>,
        node: Node<'_>,
        inherited: Option<&Inherited>,
        around: Around<'_>,
    ) -> Result<Self, ReadError> {
        let properties = node.child(node.ns(), "spPr");
        let own = properties
            .and_then(|own| own.child(Ns::A, "xfrm"))
            .and_then(frame::read);
        let given = own.or_else(|| inherited.and_then(|above| above.frame));
        let frame = given.unwrap_or_default();
        let brush = Brush {
            group: around.fill,
            ..scene.sheet.brush()
        };
        let mut appearance = match properties {
            Some(own) => Appearance::read(scene.reading, own, brush, &frame)?,
            None => Appearance::default(),
        };
        if is_on(node, "useBgFill") {
            appearance.fill = Some(Fill::Background);
        }
        if let Some(style) = node.child(node.ns(), "style") {
            let style = Appearance::of_style(scene.reading, style, &scene.sheet)?;
            appearance = appearance.over(&style);
        }
        if let Some(above) = inherited {
            appearance = appearance.over(&above.appearance);
        }
        Ok(Self {
            frame,
            placed: given.is_some(),
            appearance,
        })
    }

    /// Puts the look on an element.
    pub(super) fn dress(self, element: &mut Element) {
        element.geometry = self.appearance.geometry;
        element.fill = self.appearance.fill;
        element.line = self.appearance.line.resolve();
        element.effects = self
            .appearance
            .effects
            .filter(|effects| *effects != Effects::default());
    }
}

/// Reads a shape.
pub(super) fn read(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
) -> Result<Element, ReadError> {
    let placeholder = identity.placeholder.clone();
    let inherited = scene.sheet.inherited(placeholder.as_ref());
    let look = Look::read(scene, node, inherited, around)?;
    let styles = scene.sheet.styles.of(placeholder.as_ref());
    let style = node.child(node.ns(), "style");
    let mut text_look = TextLook::of(inherited.map_or(styles, |above| &above.list));
    if let Some(above) = inherited {
        text_look.body = above.body.clone();
    }
    if let Some(style) = style {
        text_look.font = font(style);
    }
    let body = node.child(node.ns(), "txBody");
    if let Some(body) = body {
        text_look = text_look.with(body, &scene.sheet);
    }
    if scene.sheet.kind != SheetKind::Slide
        && let Some(placeholder) = &placeholder
    {
        let inherited = Inherited {
            frame: look.placed.then_some(look.frame),
            appearance: look.appearance.clone(),
            body: text_look.body.clone(),
            list: text_look.list.clone(),
        };
        scene.placeholders.add(placeholder, inherited);
    }
    let mut element = identity.element(on_slide(around.space, look.frame), Content::Shape);
    if let Some(body) = body {
        let prompt = placeholder.is_some();
        element.text = Some(text::read(
            scene.reading,
            &scene.sheet,
            body,
            &text_look,
            prompt,
        )?);
    }
    look.dress(&mut element);
    Ok(element)
}

/// Reads a connector.
pub(super) fn connector(
    scene: &mut Scene<'_, '_>,
    node: Node<'_>,
    identity: Identity<'_>,
    around: Around<'_>,
) -> Result<Element, ReadError> {
    let look = Look::read(scene, node, None, around)?;
    let around_own = node.child(node.ns(), "nvCxnSpPr");
    let own = around_own.and_then(|known| known.child(known.ns(), "cNvCxnSpPr"));
    let end = |name| {
        let end = own?.child(Ns::A, name)?;
        let element = end.attribute("id")?.into_owned();
        Some(Connection {
            element,
            site: site(end),
        })
    };
    let content = Content::Connector {
        start: end("stCxn"),
        end: end("endCxn"),
    };
    let mut element = identity.element(on_slide(around.space, look.frame), content);
    look.dress(&mut element);
    if element.geometry.is_none() {
        element.geometry = Some(super::geometry::straight());
    }
    Ok(element)
}
