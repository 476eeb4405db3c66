//! Paragraphs and runs: lists with their levels, spans, links and fields, every style resolved.

use crate::error::ReadError;
use crate::model::text::{
    Align, Distance, Link, Paragraph, Run, RunStyle, Spacing, TabAlign, TabStop,
};
use crate::model::units::Emu;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::{Book, value};
use super::length::{emu, percent, points};
use super::letters::run_style;
use super::link::of_address;
use super::list::{Level, level};
use super::reading::Reading;
use super::style::{Kind, Stack};

/// Spaces that one `text:s` may stand for.
const MOST_SPACES: usize = 1_000;
/// Levels of an outline.
const LEVELS: usize = 9;

/// What text stands on: the styles of its shape or cell, and what an outline has for deeper levels.
#[derive(Clone, Default)]
pub(super) struct Ground<'a> {
    /// Styles of the shape.
    pub(super) stack: Stack<'a>,
    /// The name of the outline's styles without their number.
    pub(super) outline: Option<&'a str>,
}

/// Where in lists a paragraph is.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    style: Option<Element<'a>>,
    /// From 1; 0 outside of lists.
    depth: usize,
    /// The first paragraph of an item has its mark.
    marked: bool,
    start: Option<u32>,
}

/// Reads what lies in a text box, a shape or a cell.
pub(super) struct Writer<'r, 'p, 'a> {
    pub(super) reading: &'r mut Reading<'p>,
    pub(super) book: &'r Book<'a>,
    pub(super) ground: &'r Ground<'a>,
}

impl<'a> Writer<'_, '_, 'a> {
    /// The paragraphs in an element.
    pub(super) fn paragraphs(&mut self, inside: Element<'a>) -> Result<Vec<Paragraph>, ReadError> {
        let mut found = Vec::new();
        self.blocks(inside, Place::default(), &mut found)?;
        Ok(found)
    }

    fn blocks(
        &mut self,
        inside: Element<'a>,
        place: Place<'a>,
        found: &mut Vec<Paragraph>,
    ) -> Result<(), ReadError> {
        let mut place = place;
        for child in inside.children().filter(|child| child.ns() == Ns::Text) {
            match child.name() {
                "p" | "h" => {
                    found.push(self.paragraph(child, place)?);
                    place.marked = false;
                }
                "list" => {
                    let named = value(child, Ns::Text, "style-name");
                    let named = named.and_then(|name| self.book.named("list-style", name));
                    let deeper = Place {
                        style: named.or(place.style),
                        depth: place.depth + 1,
                        ..place
                    };
                    self.blocks(child, deeper, found)?;
                }
                "list-item" | "list-header" => {
                    let start = value(child, Ns::Text, "start-value");
                    let item = Place {
                        marked: child.name() == "list-item",
                        start: start.and_then(|text| text.parse().ok()),
                        ..place
                    };
                    self.blocks(child, item, found)?;
                }
                _ => self.blocks(child, place, found)?,
            }
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        element: Element<'a>,
        place: Place<'a>,
    ) -> Result<Paragraph, ReadError> {
        let named = value(element, Ns::Text, "style-name");
        let own = Stack::of(self.book, "paragraph", named);
        let stack = own.over(&self.level_ground(place.depth));
        let mut paragraph = styled(&stack);
        let depth = place.depth.saturating_sub(1).min(LEVELS - 1);
        let list = match place.style {
            Some(style) => Some(style),
            None => stack.inside(Kind::Graphic, Ns::Text, "list-style"),
        };
        if let (1.., Some(list)) = (place.depth, list) {
            let level = level(self.reading, self.book, list, depth, place.start)?;
            let numbered = stack.get(Kind::Paragraph, Ns::Text, "enable-numbering");
            hang(
                &mut paragraph,
                level,
                place.marked && numbered != Some("false"),
            );
        }
        paragraph.level = u8::try_from(depth).unwrap_or(0);
        let base = run_style(self.book, &stack);
        let mut runs = Runs {
            writer: self,
            made: Vec::new(),
            spaced: true,
        };
        runs.inline(element, &stack, &base, None)?;
        paragraph.runs = runs.finished();
        paragraph.end_style = Some(Box::new(base));
        Ok(paragraph)
    }

    /// The styles below a paragraph of a level of lists.
    fn level_ground(&self, depth: usize) -> Stack<'a> {
        match self.ground.outline {
            Some(outline) if depth > 1 => {
                let name = format!("{outline}{}", depth.min(LEVELS));
                let deeper = Stack::of(self.book, "presentation", Some(&name));
                deeper.over(&self.ground.stack)
            }
            _ => self.ground.stack.clone(),
        }
    }
}

/// A paragraph's own properties (ODF 1.3 part 3, 17.6).
fn styled(stack: &Stack<'_>) -> Paragraph {
    let fo = |name| stack.get(Kind::Paragraph, Ns::Fo, name);
    let length = |name| fo(name).and_then(emu).unwrap_or(Emu(0));
    let rtl = stack.get(Kind::Paragraph, Ns::Style, "writing-mode");
    let rtl = rtl.is_some_and(|mode| mode.starts_with("rl"));
    let above = |name| Distance::Points(fo(name).and_then(points).unwrap_or(0.0).max(0.0));
    let line = match fo("line-height") {
        None | Some("normal") => Distance::Percent(1.0),
        Some(text) => percent(text)
            .map(Distance::Percent)
            .or_else(|| points(text).map(Distance::Points))
            .unwrap_or(Distance::Percent(1.0)),
    };
    let tabs = stack.inside(Kind::Paragraph, Ns::Style, "tab-stops");
    Paragraph {
        align: align(fo("text-align"), rtl),
        rtl,
        margin: length("margin-left"),
        margin_right: length("margin-right"),
        indent: length("text-indent"),
        spacing: Spacing {
            line,
            before: above("margin-top"),
            after: above("margin-bottom"),
        },
        tabs: tabs
            .into_iter()
            .flat_map(Element::children)
            .take(64)
            .filter_map(tab)
            .collect(),
        ..Paragraph::default()
    }
}

fn tab(stop: Element<'_>) -> Option<TabStop> {
    Some(TabStop {
        position: value(stop, Ns::Style, "position").and_then(emu)?,
        align: match value(stop, Ns::Style, "type") {
            Some("center") => TabAlign::Center,
            Some("right") => TabAlign::Right,
            Some("char") => TabAlign::Decimal,
            _ => TabAlign::Left,
        },
    })
}

fn align(text: Option<&str>, rtl: bool) -> Align {
    match text {
        Some("center") => Align::Center,
        Some("justify") => Align::Justify,
        Some("right") => Align::Right,
        Some("end") if !rtl => Align::Right,
        Some("start") | None if rtl => Align::Right,
        _ => Align::Left,
    }
}

/// Margins of a paragraph count from where its list places it.
fn hang(paragraph: &mut Paragraph, level: Level, marked: bool) {
    paragraph.margin = Emu(paragraph.margin.0 + Emu::from_points(level.margin).0).clamped();
    paragraph.indent = Emu(paragraph.indent.0 + Emu::from_points(level.indent).0).clamped();
    if marked {
        paragraph.bullet = level.bullet;
    }
    if paragraph.bullet.is_none() {
        // Without a mark the first line stands with the others.
        paragraph.indent = Emu(paragraph.indent.0.max(0));
    }
}

struct Runs<'w, 'r, 'p, 'a> {
    writer: &'w mut Writer<'r, 'p, 'a>,
    made: Vec<Run>,
    /// The last character was a space, so that the next one is none (ODF 1.3 part 3, 6.1.2).
    spaced: bool,
}

impl<'a> Runs<'_, '_, '_, 'a> {
    fn inline(
        &mut self,
        inside: Element<'a>,
        stack: &Stack<'a>,
        style: &RunStyle,
        link: Option<&Link>,
    ) -> Result<(), ReadError> {
        for node in inside.mixed() {
            match node {
                Err(text) => {
                    let text = self.collapsed(text);
                    self.push(&text, style, link, None);
                }
                Ok(child) => self.element(child, stack, style, link)?,
            }
        }
        Ok(())
    }

    fn element(
        &mut self,
        child: Element<'a>,
        stack: &Stack<'a>,
        style: &RunStyle,
        link: Option<&Link>,
    ) -> Result<(), ReadError> {
        match (child.ns(), child.name()) {
            (Ns::Text, "s") => {
                let count = value(child, Ns::Text, "c").and_then(|text| text.parse().ok());
                let count: usize = count.unwrap_or(1);
                self.push(&" ".repeat(count.min(MOST_SPACES)), style, link, None);
                self.spaced = false;
            }
            (Ns::Text, "tab") => {
                self.push("\t", style, link, None);
                self.spaced = false;
            }
            (Ns::Text, "line-break") => {
                self.break_line(style);
                self.spaced = true;
            }
            (Ns::Text, "span") => {
                let named = value(child, Ns::Text, "style-name");
                let own = Stack::of(self.writer.book, "text", named);
                if own.is_empty() {
                    return self.inline(child, stack, style, link);
                }
                let stack = own.over(stack);
                let style = run_style(self.writer.book, &stack);
                self.inline(child, &stack, &style, link)?;
            }
            (Ns::Text, "a") => {
                let address = value(child, Ns::XLink, "href").unwrap_or_default();
                let own = of_address(self.writer.reading, address);
                self.inline(child, stack, style, own.as_ref().or(link))?;
            }
            (Ns::Office, "annotation" | "annotation-end") | (Ns::Text, "note" | "ruby-text") => {}
            (Ns::Draw | Ns::Scene, _) => {
                let detail = "a shape stands inside of a text; it is left out";
                self.writer.reading.warn("shape_in_text", None, detail);
            }
            (Ns::Text | Ns::Presentation, name) if field(name).is_some() => {
                let shown = match name {
                    "page-number" => self.writer.reading.page_number(),
                    _ => child.text(),
                };
                self.push(&shown, style, link, field(name));
                self.spaced = false;
            }
            _ => self.inline(child, stack, style, link)?,
        }
        Ok(())
    }

    fn collapsed(&mut self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        for letter in text.chars() {
            let space = matches!(letter, ' ' | '\t' | '\n' | '\r');
            if !(space && self.spaced) {
                kept.push(if space { ' ' } else { letter });
            }
            self.spaced = space;
        }
        kept
    }

    fn break_line(&mut self, style: &RunStyle) {
        self.made.push(Run {
            text: "\n".to_owned(),
            style: style.clone(),
            ..Run::default()
        });
    }

    fn push(&mut self, text: &str, style: &RunStyle, link: Option<&Link>, field: Option<&str>) {
        if text.is_empty() {
            return;
        }
        if let Some(last) = self.made.last_mut()
            && field.is_none()
            && last.field.is_none()
            && last.text != "\n"
            && last.link.as_ref() == link
            && last.style == *style
        {
            last.text.push_str(text);
            return;
        }
        self.made.push(Run {
            text: text.to_owned(),
            style: style.clone(),
            link: link.cloned(),
            field: field.map(str::to_owned),
        });
    }

    fn finished(self) -> Vec<Run> {
        self.made
    }
}

/// The field of ours that a field of theirs is.
fn field(name: &str) -> Option<&'static str> {
    match name {
        "page-number" => Some("slidenum"),
        "date" | "time" => Some("datetime1"),
        _ => None,
    }
}
