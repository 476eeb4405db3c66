//! The structure of a document: what its drawings mean to a reader who does not see them (ISO 32000-1, 14.7 and 14.8).

use std::num::{NonZeroU16, NonZeroU32};

use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagKind,
};

use crate::layout::page::Meaning;

/// The parts of one page, as they come.
#[derive(Default)]
pub(super) struct Structure {
    open: Vec<Open>,
    done: Vec<Child>,
}

struct Open {
    part: Part,
    /// All that is drawn until it ends is one piece of content, already begun.
    whole: bool,
    /// It lies within a piece of content and means nothing by itself.
    within: bool,
}

struct Part {
    role: Meaning,
    children: Vec<Child>,
}

enum Child {
    Leaf(Identifier),
    Part(Part),
}

/// What a single drawing is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// Letters.
    Text,
    /// A picture nobody described.
    Picture,
    /// Lines and areas.
    Ornament,
}

impl Structure {
    /// A meaning begins.
    pub(super) fn begin(&mut self, surface: &mut Surface<'_>, meaning: &Meaning) {
        let within = self.open.last().is_some_and(|o| o.whole || o.within);
        let whole = !within && matches!(meaning, Meaning::Figure(_) | Meaning::Decoration);
        let mut children = Vec::new();
        if whole {
            let tag = if matches!(meaning, Meaning::Decoration) {
                ornament()
            } else {
                ContentTag::Other
            };
            let leaf = surface.start_tagged(tag);
            if !matches!(meaning, Meaning::Decoration) {
                children.push(Child::Leaf(leaf));
            }
        }
        let role = meaning.clone();
        self.open.push(Open {
            part: Part { role, children },
            whole,
            within,
        });
    }

    /// The last meaning ends.
    pub(super) fn end(&mut self, surface: &mut Surface<'_>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        if open.whole {
            surface.end_tagged();
        }
        if !open.within && !open.part.children.is_empty() {
            self.add(Child::Part(open.part));
        }
    }

    /// Draws one thing under its tag, unless it lies in a piece of content that has one.
    pub(super) fn draw(
        &mut self,
        surface: &mut Surface<'_>,
        leaf: Leaf,
        draw: impl FnOnce(&mut Surface<'_>),
    ) {
        if self.open.last().is_some_and(|o| o.whole || o.within) {
            return draw(surface);
        }
        let tag = match leaf {
            Leaf::Text => ContentTag::Span(SpanTag::empty()),
            Leaf::Picture => ContentTag::Other,
            Leaf::Ornament => ornament(),
        };
        let content = surface.start_tagged(tag);
        draw(surface);
        surface.end_tagged();
        let child = Child::Leaf(content);
        match leaf {
            Leaf::Ornament => {}
            Leaf::Text if !self.open.is_empty() => self.add(child),
            Leaf::Text => self.add(Child::Part(Part {
                role: Meaning::Paragraph,
                children: vec![child],
            })),
            Leaf::Picture => self.add(Child::Part(Part {
                role: Meaning::Figure(None),
                children: vec![child],
            })),
        }
    }

    fn add(&mut self, child: Child) {
        match self.open.last_mut() {
            Some(open) => open.part.children.push(child),
            None => self.done.push(child),
        }
    }

    /// The page as a section of the document; the links on it come last.
    pub(super) fn finish(self, links: Vec<Identifier>) -> TagGroup {
        let mut section = TagGroup::new(Tag::Section);
        fill(&mut section, self.done);
        for link in links {
            let mut group = TagGroup::new(Tag::Link);
            group.push(link);
            section.push(group);
        }
        section
    }
}

fn ornament() -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout))
}

/// Puts children into a group; neighbouring entries of a list become one list.
fn fill(group: &mut TagGroup, children: Vec<Child>) {
    let mut list: Option<TagGroup> = None;
    for child in children {
        let entry = matches!(
            &child,
            Child::Part(Part {
                role: Meaning::ListItem,
                ..
            })
        );
        if !entry && let Some(list) = list.take() {
            group.push(list);
        }
        match child {
            Child::Leaf(content) => group.push(content),
            Child::Part(part) if entry => {
                let mut body = TagGroup::new(Tag::LBody);
                fill(&mut body, part.children);
                let mut item = TagGroup::new(Tag::LI);
                item.push(body);
                list.get_or_insert_with(|| TagGroup::new(Tag::L(ListNumbering::None)))
                    .push(item);
            }
            Child::Part(part) => {
                let mut inner = TagGroup::new(tag(&part.role));
                fill(&mut inner, part.children);
                group.push(inner);
            }
        }
    }
    if let Some(list) = list {
        group.push(list);
    }
}

fn tag(meaning: &Meaning) -> TagKind {
    match meaning {
        Meaning::Heading(level) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, None).into()
        }
        Meaning::Paragraph | Meaning::ListItem | Meaning::Decoration => Tag::P.into(),
        Meaning::Table => Tag::Table.into(),
        Meaning::Row => Tag::TR.into(),
        Meaning::Cell {
            header,
            span: (columns, rows),
        } => {
            let more = |count: u32| NonZeroU32::new(count).filter(|count| count.get() > 1);
            if *header {
                Tag::TH(TableHeaderScope::Column)
                    .with_col_span(more(*columns))
                    .with_row_span(more(*rows))
                    .into()
            } else {
                Tag::TD
                    .with_col_span(more(*columns))
                    .with_row_span(more(*rows))
                    .into()
            }
        }
        Meaning::Figure(alt) => Tag::Figure(alt.clone()).into(),
    }
}
