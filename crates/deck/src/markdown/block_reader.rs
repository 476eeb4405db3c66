//! `CommonMark`, tables and strikethrough as blocks; HTML comments that are no directives are notes.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::block::{Block, ColumnAlign, Image, Line, Mark, Span, TableBlock};

/// How deep lists are told apart; deeper ones look like the deepest.
const DEEPEST: usize = 8;

/// Keys of Marp's directives: a comment of only such lines is for the tool, not for the speaker.
const DIRECTIVES: [&str; 14] = [
    "theme",
    "class",
    "paginate",
    "header",
    "footer",
    "backgroundcolor",
    "backgroundimage",
    "backgroundposition",
    "backgroundrepeat",
    "backgroundsize",
    "color",
    "size",
    "style",
    "transition",
];

/// Reads blocks and adds the notes found among them to `notes`.
pub fn blocks(text: &str, notes: &mut Vec<String>) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        reader.take(event);
    }
    reader.end_line();
    reader.end_text();
    notes.append(&mut reader.notes);
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    lines: Vec<Line>,
    spans: Vec<Span>,
    style: Span,
    bold: usize,
    italic: usize,
    /// For each open list, the number of its next item; `None` for bullets.
    lists: Vec<Option<u64>>,
    mark: Option<Mark>,
    heading: Option<u8>,
    quotes: usize,
    code: Option<String>,
    image: Option<Image>,
    table: Option<TableBlock>,
    notes: Vec<String>,
    comment: Option<String>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, false),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text, true);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]"), false),
            Event::SoftBreak => self.text(" ", false),
            Event::HardBreak => self.text("\n", false),
            Event::Rule => {}
            Event::TaskListMarker(done) => self.text(if done { "☑ " } else { "☐ " }, false),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_line();
                self.heading = Some(number(level));
            }
            Tag::BlockQuote(_) => {
                self.end_line();
                self.quotes += 1;
            }
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                self.end_line();
                self.end_text();
                self.code = Some(String::new());
            }
            Tag::List(start) => {
                self.end_line();
                self.lists.push(start);
            }
            Tag::Item => self.start_item(),
            Tag::Table(aligns) => {
                self.end_line();
                self.end_text();
                self.table = Some(TableBlock {
                    aligns: aligns.into_iter().map(align).collect(),
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.italic += 1,
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => self.style.strike = true,
            Tag::Link { dest_url, .. } => self.style.link = Some(dest_url.into_string()),
            Tag::Image { dest_url, .. } => {
                self.image = Some(Image {
                    address: dest_url.into_string(),
                    alt: String::new(),
                });
            }
            Tag::Paragraph
            | Tag::HtmlBlock
            | Tag::TableCell
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn start_item(&mut self) {
        self.end_line();
        self.mark = Some(match self.lists.last_mut() {
            Some(Some(next)) => {
                *next += 1;
                Mark::Number(u32::try_from(*next - 1).unwrap_or(1))
            }
            Some(None) | None => Mark::Bullet,
        });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item => self.end_line(),
            TagEnd::BlockQuote(_) => {
                self.end_line();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.blocks.push(Block::Code(code.trim_end().to_owned()));
                }
            }
            TagEnd::List(_) => {
                self.end_line();
                self.lists.pop();
                self.mark = None;
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.blocks.extend(self.table.take().map(Block::Table)),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Strikethrough => self.style.strike = false,
            TagEnd::Link => self.style.link = None,
            TagEnd::Image => self.end_image(),
            TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn text(&mut self, text: &str, code: bool) {
        if let Some(block) = &mut self.code {
            block.push_str(text);
        } else if let Some(image) = &mut self.image {
            image.alt.push_str(text);
        } else {
            let mut span = self.style.clone();
            text.clone_into(&mut span.text);
            span.bold = self.bold > 0;
            span.italic = self.italic > 0;
            span.code = code;
            self.spans.push(span);
        }
    }

    /// Comments are notes, unless they speak to the tool; other HTML shows nothing.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if let Some(comment) = &mut self.comment {
                let Some((inside, after)) = rest.split_once("-->") else {
                    comment.push_str(rest);
                    return;
                };
                comment.push_str(inside);
                let comment = self.comment.take().unwrap_or_default();
                if !is_directive(&comment) {
                    self.notes.push(comment.trim().to_owned());
                }
                rest = after;
            }
            let Some((_, inside)) = rest.split_once("<!--") else {
                if rest.trim_start().to_lowercase().starts_with("<br") {
                    self.text("\n", false);
                }
                return;
            };
            self.comment = Some(String::new());
            rest = inside;
        }
    }

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else {
            return;
        };
        if self.table.is_some() {
            // A cell holds no picture; its words are better than nothing.
            let alt = image.alt;
            self.text(&alt, false);
            return;
        }
        self.end_line();
        self.end_text();
        self.blocks.push(Block::Image(image));
    }

    fn end_line(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        while spans.last().is_some_and(|span| span.text.trim().is_empty()) {
            spans.pop();
        }
        let heading = self.heading.take();
        if spans.is_empty() {
            return;
        }
        let in_list = !self.lists.is_empty();
        let mark = self
            .mark
            .take()
            .unwrap_or(if in_list { Mark::Continued } else { Mark::None });
        let level = self.lists.len().saturating_sub(1).min(DEEPEST);
        self.lines.push(Line {
            spans,
            level: u8::try_from(level).unwrap_or(0),
            mark,
            heading,
            quote: self.quotes > 0,
        });
    }

    fn end_text(&mut self) {
        if !self.lines.is_empty() {
            self.blocks
                .push(Block::Text(std::mem::take(&mut self.lines)));
        }
    }
}

fn is_directive(comment: &str) -> bool {
    let mut lines = comment
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let known = |line: &str| {
        line == "fit"
            || line.split_once(':').is_some_and(|(key, _)| {
                let key = key.trim().trim_start_matches(['_', '$']).to_lowercase();
                DIRECTIVES.contains(&key.as_str())
            })
    };
    lines.all(known)
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn align(alignment: Alignment) -> ColumnAlign {
    match alignment {
        Alignment::None | Alignment::Left => ColumnAlign::Left,
        Alignment::Center => ColumnAlign::Center,
        Alignment::Right => ColumnAlign::Right,
    }
}
