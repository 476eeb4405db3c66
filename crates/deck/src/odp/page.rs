//! A drawing page as a slide: background, elements, footers, notes, comments.

use crate::error::ReadError;
use crate::model::element::{Content, Element as Shape};
use crate::model::slide::{Comment, Notes, Slide};
use crate::model::text::{Paragraph, Run};
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::{Book, value};
use super::master::{MasterPage, background};
use super::reading::Reading;
use super::shape::Shapes;
use super::style::{Kind, Stack};

/// What a page is read with.
pub(super) struct Pages<'r, 'p, 'a> {
    pub(super) reading: &'r mut Reading<'p>,
    pub(super) book: &'r Book<'a>,
    pub(super) masters: &'r [MasterPage<'a>],
    /// Where footers and dates are declared by name.
    pub(super) presentation: Element<'a>,
}

impl<'a> Pages<'_, '_, 'a> {
    /// Reads a page.
    pub(super) fn read(&mut self, page: Element<'a>, id: &str) -> Result<Slide, ReadError> {
        self.reading.turn_to(Some(id.to_owned()));
        let style = Stack::of(
            self.book,
            "drawing-page",
            value(page, Ns::Draw, "style-name"),
        );
        let says = |name: &str| style.get(Kind::Page, Ns::Presentation, name);
        let wanted = value(page, Ns::Draw, "master-page-name").unwrap_or_default();
        let master = self.masters.iter().find(|master| master.name == wanted);
        let own = background(self.reading, self.book, value(page, Ns::Draw, "style-name"))?;
        let inherited = master.map(|master| master.master.background.clone());
        let mut shapes = Shapes {
            reading: self.reading,
            book: self.book,
        };
        let mut elements = shapes.read(page)?;
        connect(&mut elements, &self.reading.shapes);
        for footer in master.iter().flat_map(|master| &master.footers) {
            let mut footer = footer.clone();
            if self.fill_footer(&mut footer, page, &says) {
                footer.id = self.reading.next_id();
                elements.push(footer);
            }
        }
        self.moving(page);
        let notes = page.child(Ns::Presentation, "notes");
        Ok(Slide {
            id: id.to_owned(),
            name: value(page, Ns::Draw, "name").map(str::to_owned),
            hidden: says("visibility") == Some("hidden"),
            layout: master.map(|master| master.layout.id.clone()),
            background: own.or(inherited).unwrap_or(crate::model::paint::Fill::None),
            hide_master_elements: says("background-objects-visible") == Some("false"),
            elements,
            notes: match notes {
                Some(notes) => self.notes(notes)?,
                None => None,
            },
            comments: comments(page),
            transition: None,
            timing: None,
        })
    }

    /// Gives a footer of the master the page's own words; `false` where the page does not show it.
    fn fill_footer(
        &self,
        footer: &mut Shape,
        page: Element<'a>,
        says: &dyn Fn(&str) -> Option<&'a str>,
    ) -> bool {
        let role = footer
            .placeholder
            .as_ref()
            .map(|holder| holder.role.as_str());
        let (display, used, declared) = match role {
            Some("dt") => ("display-date-time", "use-date-time-name", "date-time-decl"),
            Some("ftr") => ("display-footer", "use-footer-name", "footer-decl"),
            _ => {
                let number = self.reading.page_number();
                let paragraphs = footer.text.iter_mut().flat_map(|text| &mut text.paragraphs);
                for run in paragraphs.flat_map(|paragraph| &mut paragraph.runs) {
                    if run.field.as_deref() == Some("slidenum") {
                        run.text.clone_from(&number);
                    }
                }
                return says("display-page-number") == Some("true") && footer.text.is_some();
            }
        };
        if says(display) != Some("true") {
            return false;
        }
        let Some(name) = value(page, Ns::Presentation, used) else {
            return false;
        };
        let declarations = self.presentation.children();
        let mut declarations = declarations.filter(|child| {
            child.is(Ns::Presentation, declared)
                && value(*child, Ns::Presentation, "name") == Some(name)
        });
        let Some(text) = declarations.next().map(Element::text) else {
            return false;
        };
        let words = text.trim();
        let Some(body) = &mut footer.text else {
            return false;
        };
        let first = body
            .paragraphs
            .iter()
            .flat_map(|paragraph| &paragraph.runs)
            .next();
        let style = first.map(|run| run.style.clone()).unwrap_or_default();
        body.paragraphs.truncate(1);
        if let Some(paragraph) = body.paragraphs.first_mut() {
            paragraph.runs = vec![Run {
                text: words.to_owned(),
                style,
                ..Run::default()
            }];
        }
        !words.is_empty()
    }

    /// What moves is told and not kept: ours keeps PowerPoint's XML, which this is not.
    fn moving(&mut self, page: Element<'a>) {
        let timed = page.child(Ns::Animation, "par");
        let moves = timed.is_some_and(|timed| {
            timed.children().any(|child| {
                child.ns() == Ns::Animation
                    && child.name() != "transitionFilter"
                    && child
                        .children()
                        .next()
                        .is_some_and(|inner| inner.name() != "transitionFilter")
            })
        });
        if moves || page.child(Ns::Presentation, "animations").is_some() {
            let detail = "the animation of the slide is not kept; the slide is as it ends up";
            self.reading.warn("animation", None, detail);
        }
    }

    fn notes(&mut self, notes: Element<'a>) -> Result<Option<Notes>, ReadError> {
        let mut shapes = Shapes {
            reading: self.reading,
            book: self.book,
        };
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let frames = notes.children().filter(|child| {
            child.is(Ns::Draw, "frame") && value(*child, Ns::Presentation, "class") == Some("notes")
        });
        for frame in frames.filter_map(|frame| Some((frame, frame.child(Ns::Draw, "text-box")?))) {
            let stack = shapes.stack(frame.0);
            let body = shapes.body(frame.0, frame.1, &stack)?;
            paragraphs.extend(body.into_iter().flat_map(|body| body.paragraphs));
        }
        Ok((!paragraphs.is_empty()).then_some(Notes { paragraphs }))
    }
}

/// Ends of connectors, which name things by the file's ids, name elements; ends at nothing are loose.
fn connect(elements: &mut [Shape], known: &std::collections::BTreeMap<String, String>) {
    for element in elements {
        match &mut element.content {
            Content::Connector { start, end } => {
                for side in [start, end] {
                    if let Some(connection) = side {
                        match known.get(&connection.element) {
                            Some(id) => id.clone_into(&mut connection.element),
                            None => *side = None,
                        }
                    }
                }
            }
            Content::Group { elements } | Content::Diagram { elements } => connect(elements, known),
            Content::Shape
            | Content::Picture(_)
            | Content::Table(_)
            | Content::Chart { .. }
            | Content::Media(_)
            | Content::Ole(_) => {}
        }
    }
}

/// Remarks of reviewers (ODF 1.3 part 3, 14.1).
fn comments(page: Element<'_>) -> Vec<Comment> {
    let of = |annotation: Element<'_>, name| {
        let found = annotation.child(Ns::Dc, name).map(Element::text);
        found.filter(|text| !text.is_empty())
    };
    page.descendants(Ns::Office, "annotation")
        .into_iter()
        .map(|annotation| Comment {
            author: of(annotation, "creator").unwrap_or_default(),
            created: of(annotation, "date"),
            text: annotation
                .descendants(Ns::Text, "p")
                .into_iter()
                .map(words)
                .collect::<Vec<_>>()
                .join("\n"),
        })
        .collect()
}

fn words(element: Element<'_>) -> String {
    let pieces = element.mixed().map(|node| match node {
        Ok(child) if child.is(Ns::Text, "s") => " ".to_owned(),
        Ok(child) => words(child),
        Err(text) => text.to_owned(),
    });
    pieces.collect()
}
