//! What stands on a page, kind by kind, as elements.

use crate::error::ReadError;
use crate::model::element::{Connection, Content, Element as Shape, Placeholder};
use crate::model::geometry::{Geometry, PresetGeometry};
use crate::model::text::{Link, TextBody};
use crate::model::units::Frame;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::body::body_style;
use super::book::{Book, value};
use super::frame::{around, between, frame};
use super::link::{of_address, of_events};
use super::outline::{plain_line, rectangle, round, route};
use super::reading::Reading;
use super::style::{Kind, Stack};
use super::text::{Ground, Writer};
use super::{enhanced, object, paint, path};

/// What shapes are read with.
pub(super) struct Shapes<'r, 'p, 'a> {
    pub(super) reading: &'r mut Reading<'p>,
    pub(super) book: &'r Book<'a>,
}

impl<'a> Shapes<'_, '_, 'a> {
    /// The elements that stand directly in a page or a group, lowest first.
    pub(super) fn read(&mut self, inside: Element<'a>) -> Result<Vec<Shape>, ReadError> {
        self.linked(inside, None)
    }

    fn linked(
        &mut self,
        inside: Element<'a>,
        link: Option<&Link>,
    ) -> Result<Vec<Shape>, ReadError> {
        let mut found = Vec::new();
        for child in inside.children() {
            match (child.ns(), child.name()) {
                (Ns::Draw, "a") => {
                    let address = value(child, Ns::XLink, "href").unwrap_or_default();
                    let own = of_address(self.reading, address);
                    found.extend(self.linked(child, own.as_ref().or(link))?);
                }
                (Ns::Draw | Ns::Scene, _) => {
                    if let Some(mut shape) = self.shape(child)? {
                        shape.link = shape.link.or_else(|| link.cloned());
                        found.push(shape);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn shape(&mut self, element: Element<'a>) -> Result<Option<Shape>, ReadError> {
        // The note of a page shows the page itself, layers are only listed, and points to glue to are no shapes.
        if matches!(
            element.name(),
            "page-thumbnail" | "layer-set" | "glue-point" | "image-map" | "contour-polygon"
        ) {
            return Ok(None);
        }
        let mut shape = self.common(element);
        match element.name() {
            "g" => {
                let elements = self.read(element)?;
                if elements.is_empty() {
                    return Ok(None);
                }
                shape.frame = around(elements.iter().map(|element| &element.frame));
                shape.content = Content::Group { elements };
            }
            "frame" => return object::read(self, element, shape).map(Some),
            "line" | "connector" | "measure" => self.line(element, &mut shape)?,
            "scene" => {
                let detail = "a scene in three dimensions is shown as a box";
                self.reading.warn("three_d", Some(&shape.id), detail);
                shape.frame = frame(element);
                shape.line = Some(plain_line());
            }
            "control" => {
                let detail = "a control of a form is shown as a box and never run";
                self.reading.warn("control", Some(&shape.id), detail);
                shape.frame = frame(element);
                shape.line = Some(plain_line());
            }
            "rect" | "ellipse" | "circle" | "custom-shape" | "polygon" | "polyline" | "path"
            | "caption" | "regular-polygon" => self.area(element, &mut shape)?,
            name => {
                let detail = format!("`draw:{name}` is not known; its text is kept in a box");
                self.reading
                    .warn("unknown_graphic", Some(&shape.id), detail);
                self.area(element, &mut shape)?;
            }
        }
        Ok(Some(shape))
    }

    /// What every shape may say: name, what a screen reader reads, link, layer.
    fn common(&mut self, element: Element<'a>) -> Shape {
        let id = self.reading.next_id();
        for name in [(Ns::Draw, "id"), (Ns::Other, "id")] {
            if let Some(known) = value(element, name.0, name.1) {
                self.reading.shapes.insert(known.to_owned(), id.clone());
            }
        }
        let title = element.child(Ns::SvgLike, "title").map(Element::text);
        let description = element.child(Ns::SvgLike, "desc").map(Element::text);
        let decorative = self
            .stack(element)
            .get(Kind::Graphic, Ns::Loext, "decorative");
        let alt = match (title, description) {
            (Some(title), Some(more)) if title != more && !title.is_empty() && !more.is_empty() => {
                Some(format!("{title}. {more}"))
            }
            (title, more) => more.filter(|text| !text.is_empty()).or(title),
        };
        Shape {
            name: value(element, Ns::Draw, "name")
                .unwrap_or_default()
                .to_owned(),
            content: Content::Shape,
            alt: alt
                .filter(|text| !text.is_empty())
                .or_else(|| (decorative == Some("true")).then(String::new)),
            hidden: value(element, Ns::Draw, "display") == Some("none"),
            frame: Frame::default(),
            placeholder: None,
            geometry: None,
            fill: None,
            line: None,
            effects: None,
            link: of_events(self.reading, element),
            text: None,
            id,
        }
    }

    /// The styles of a shape, with the defaults.
    pub(super) fn stack(&self, element: Element<'a>) -> Stack<'a> {
        let of = |family: &str, ns| {
            let name = value(element, ns, "style-name");
            Stack::of(self.book, family, name)
        };
        let own = of("presentation", Ns::Presentation);
        let own = if own.is_empty() {
            of("graphic", Ns::Draw)
        } else if own.names().any(|name| name.ends_with("-backgroundobjects")) {
            // LibreOffice sets these styles on its standard one, and its files do not say so.
            own.over(&Stack::of(self.book, "graphic", Some("standard")))
        } else {
            own
        };
        own.with_default(self.book.usual("graphic"))
    }

    /// Fill, line and shadow by style.
    pub(super) fn paint(&mut self, shape: &mut Shape, stack: &Stack<'a>) -> Result<(), ReadError> {
        let fill = paint::fill(
            self.reading,
            self.book,
            stack,
            Kind::Graphic,
            Some(&shape.id),
        )?;
        shape.fill = fill.filter(|fill| *fill != crate::model::paint::Fill::None);
        shape.line = paint::line(self.book, stack);
        shape.effects = paint::effects(stack);
        Ok(())
    }

    fn area(&mut self, element: Element<'a>, shape: &mut Shape) -> Result<(), ReadError> {
        shape.frame = frame(element);
        let stack = self.stack(element);
        self.paint(shape, &stack)?;
        shape.geometry = match element.name() {
            "rect" => rectangle(element, &shape.frame),
            "ellipse" | "circle" => Some(round(element)),
            "polygon" => path::of_points(element, true),
            "polyline" => path::of_points(element, false),
            "path" => path::of_data(element, false),
            "custom-shape" => self.custom(element, shape),
            _ => None,
        };
        if element.name() == "polyline" {
            shape.fill = None;
        }
        shape.text = self.body(element, element, &stack)?;
        if let (Some(text), Some(own)) = (
            &mut shape.text,
            element.child(Ns::Draw, "enhanced-geometry"),
        ) {
            let turned = value(own, Ns::Draw, "text-rotate-angle").and_then(|t| t.parse().ok());
            text.body.rotation = -turned
                .filter(|turned: &f64| turned.is_finite())
                .unwrap_or(0.0);
        }
        shape.placeholder = placeholder(element);
        Ok(())
    }

    fn custom(&mut self, element: Element<'a>, shape: &mut Shape) -> Option<Geometry> {
        let own = element.child(Ns::Draw, "enhanced-geometry")?;
        shape.frame.flip_h = value(own, Ns::Draw, "mirror-horizontal") == Some("true");
        shape.frame.flip_v = value(own, Ns::Draw, "mirror-vertical") == Some("true");
        let kind = value(own, Ns::Draw, "type").unwrap_or_default();
        if kind.starts_with("fontwork") || value(own, Ns::Draw, "text-path") == Some("true") {
            let detail = "text along a curve is shown straight";
            self.reading.warn("text_warp", Some(&shape.id), detail);
            (shape.fill, shape.line) = (None, None);
            return None;
        }
        let found = enhanced::geometry(own, &shape.frame);
        if found.is_none() {
            let detail = format!("the outline of a shape of type `{kind}` is shown as a box");
            self.reading
                .warn("unknown_graphic", Some(&shape.id), detail);
        }
        found
    }

    fn line(&mut self, element: Element<'a>, shape: &mut Shape) -> Result<(), ReadError> {
        shape.frame = if value(element, Ns::Draw, "transform").is_some()
            && value(element, Ns::SvgLike, "x1").is_none()
        {
            frame(element)
        } else {
            between(element)
        };
        let stack = self.stack(element);
        self.paint(shape, &stack)?;
        shape.fill = None;
        let preset = |name: &str| {
            Some(Geometry::Preset(PresetGeometry {
                name: name.to_owned(),
                adjustments: std::collections::BTreeMap::new(),
            }))
        };
        let bent = element.name() == "connector"
            && !matches!(value(element, Ns::Draw, "type"), Some("line"));
        shape.geometry = match bent.then(|| route(element)).flatten() {
            Some((geometry, place)) => {
                shape.frame = place;
                Some(geometry)
            }
            None if bent => preset("bentConnector3"),
            None => preset("line"),
        };
        let end = |which: &str, point: &str| {
            let site = value(element, Ns::Draw, point).and_then(|text| text.parse().ok());
            Some(Connection {
                element: value(element, Ns::Draw, which)?.to_owned(),
                site: site.unwrap_or(0),
            })
        };
        let connected = Content::Connector {
            start: end("start-shape", "start-glue-point"),
            end: end("end-shape", "end-glue-point"),
        };
        shape.text = self.body(element, element, &stack)?;
        // A line with words is a shape: connectors have none.
        if shape.text.is_none() {
            shape.content = connected;
        }
        Ok(())
    }

    /// The text of a shape; none where there is not a paragraph with a letter.
    pub(super) fn body(
        &mut self,
        element: Element<'a>,
        inside: Element<'a>,
        stack: &Stack<'a>,
    ) -> Result<Option<TextBody>, ReadError> {
        let named = value(element, Ns::Draw, "text-style-name");
        let paragraph = Stack::of(self.book, "paragraph", named);
        let outline = value(element, Ns::Presentation, "class") == Some("outline");
        let outline = outline.then(|| stack.own(Ns::Style, "parent-style-name"));
        let own = value(element, Ns::Presentation, "style-name");
        let numbered = |name: &'a str| {
            name.strip_suffix('1')
                .filter(|name| name.ends_with("outline"))
        };
        let ground = Ground {
            stack: paragraph.over(stack),
            outline: outline.and_then(|parent| {
                let mut names = [own, parent].into_iter().flatten();
                names.find_map(numbered)
            }),
        };
        let mut writer = Writer {
            reading: self.reading,
            book: self.book,
            ground: &ground,
        };
        let paragraphs = writer.paragraphs(inside)?;
        let said = paragraphs
            .iter()
            .any(|paragraph| !paragraph.runs.is_empty());
        Ok(said.then(|| TextBody {
            body: body_style(stack, inside.is(Ns::Draw, "text-box")),
            paragraphs,
        }))
    }
}

/// The part of a page's layout that a shape fills.
pub(super) fn placeholder(element: Element<'_>) -> Option<Placeholder> {
    value(element, Ns::Presentation, "class").and_then(role)
}

/// The role of a class (ODF 1.3 part 3, 19.389).
fn role(class: &str) -> Option<Placeholder> {
    let (role, index) = match class {
        "title" => ("title", None),
        "subtitle" => ("subTitle", Some(1)),
        "outline" => ("body", Some(1)),
        "date-time" => ("dt", Some(10)),
        "footer" => ("ftr", Some(11)),
        "page-number" => ("sldNum", Some(12)),
        _ => return None,
    };
    Some(Placeholder {
        role: role.to_owned(),
        index,
    })
}
