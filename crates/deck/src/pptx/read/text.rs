//! Text: paragraphs and runs, every style resolved.

use std::rc::Rc;

use super::body_style::BodyProps;
use super::lexical::get;
use super::link;
use super::list_style::ListStyle;
use super::paragraph_style::ParagraphProps;
use super::reading::Reading;
use super::run_style::RunProps;
use super::sheet::{Sheet, SheetKind};
use crate::error::ReadError;
use crate::model::text::{Paragraph, Run, RunStyle, TextBody};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// What a text body is laid over.
#[derive(Clone, Debug)]
pub(super) struct TextLook {
    pub(super) list: Rc<ListStyle>,
    /// What the shape's style says of letters, over the list.
    pub(super) font: RunProps,
    pub(super) body: BodyProps,
}

impl TextLook {
    /// A list style alone.
    pub(super) fn of(list: &Rc<ListStyle>) -> Self {
        Self {
            list: Rc::clone(list),
            font: RunProps::default(),
            body: BodyProps::default(),
        }
    }

    /// This with what a `txBody` says of itself.
    pub(super) fn with(mut self, text: Node<'_>, sheet: &Sheet<'_>) -> Self {
        if let Some(body) = text.child(Ns::A, "bodyPr") {
            self.body = BodyProps::read(body).over(&self.body);
        }
        if let Some(list) = super::list_style::says_something(text.child(Ns::A, "lstStyle")) {
            let mut laid = (*self.list).clone();
            if self.font != RunProps::default() {
                let font = ParagraphProps::of_letters(std::mem::take(&mut self.font));
                laid.lay_on_all(&font);
            }
            laid.lay(list, sheet.rels);
            self.list = Rc::new(laid);
        }
        self
    }
}

/// Reads a `txBody`. On templates the text of placeholders is a prompt, which no viewer sees: it is left out.
pub(super) fn read(
    reading: &mut Reading<'_>,
    sheet: &Sheet<'_>,
    text: Node<'_>,
    look: &TextLook,
    prompt: bool,
) -> Result<TextBody, ReadError> {
    let mut paragraphs = Vec::new();
    for node in text.children().filter(|node| node.is(Ns::A, "p")) {
        reading.spend(1)?;
        let mut paragraph = paragraph(reading, sheet, node, look)?;
        if prompt && sheet.kind != SheetKind::Slide {
            let style = paragraph
                .runs
                .drain(..)
                .next()
                .map(|run| Box::new(run.style));
            paragraph.end_style = style.or(paragraph.end_style);
        }
        paragraphs.push(paragraph);
    }
    Ok(TextBody {
        body: look.body.resolve(),
        paragraphs,
    })
}

/// Reads a paragraph.
fn paragraph(
    reading: &mut Reading<'_>,
    sheet: &Sheet<'_>,
    node: Node<'_>,
    look: &TextLook,
) -> Result<Paragraph, ReadError> {
    let own = node.child(Ns::A, "pPr");
    let level = own
        .and_then(|own| get(own, "lvl", |lvl| lvl.trim().parse::<u8>().ok()))
        .unwrap_or(0)
        .min(8);
    let mut props = look.list.level(level).clone();
    props.run.lay(&look.font);
    if let Some(own) = own {
        props.lay(&ParagraphProps::read(own, sheet.rels));
    }
    let mut paragraph = props.resolve(level);
    paragraph.bullet = props.bullet.resolve(reading, sheet.theme, sheet.brush())?;
    let mut end = None;
    for child in node.children() {
        match (child.ns(), child.name()) {
            (Ns::A, "r" | "br" | "fld") => {
                reading.spend(1)?;
                let run = run(reading, sheet, child, &props.run);
                push_lines(&mut paragraph.runs, run);
            }
            (Ns::A14, "m") => {
                let words: String = child
                    .descendants(Ns::Math, "t")
                    .iter()
                    .map(|t| t.text())
                    .collect();
                reading.warn("math", "a formula is kept as the letters in it");
                let style = props.run.resolve(sheet.theme, sheet.palette);
                push(
                    &mut paragraph.runs,
                    Run {
                        text: words,
                        style,
                        ..Run::default()
                    },
                );
            }
            (Ns::A, "endParaRPr") => end = Some(child),
            _ => {}
        }
    }
    if paragraph.runs.last().is_none_or(|last| last.text == "\n") {
        paragraph.end_style = Some(Box::new(style(sheet, end, &props.run)));
    }
    Ok(paragraph)
}

fn style(sheet: &Sheet<'_>, own: Option<Node<'_>>, below: &RunProps) -> RunStyle {
    let Some(own) = own else {
        return below.resolve(sheet.theme, sheet.palette);
    };
    let mut props = below.clone();
    props.lay(&RunProps::read(own));
    props.resolve(sheet.theme, sheet.palette)
}

fn run(reading: &mut Reading<'_>, sheet: &Sheet<'_>, node: Node<'_>, below: &RunProps) -> Run {
    let own = node.child(Ns::A, "rPr");
    let mut props = below.clone();
    let mut link = None;
    if let Some(own) = own {
        props.lay(&RunProps::read(own));
        link = link::inside(reading, own, sheet.rels);
    }
    let mut style = props.resolve(sheet.theme, sheet.palette);
    if node.name() == "br" {
        return Run {
            text: "\n".to_owned(),
            style,
            link,
            field: None,
        };
    }
    let text = node.child(Ns::A, "t").map(Node::text).unwrap_or_default();
    let private = |c| ('\u{F000}'..='\u{F0FF}').contains(&c);
    if let Some(symbol) = props.symbol().filter(|_| text.chars().any(private))
        && let Some(face) = sheet.theme.typeface(symbol)
    {
        style.font = face;
    }
    let field = (node.name() == "fld").then(|| {
        let kind = node.attribute("type");
        kind.as_deref().unwrap_or("unknown").to_owned()
    });
    Run {
        text,
        style,
        link,
        field,
    }
}

/// Adds a run, its line ends as runs of their own: programs that write them into text mean breaks.
fn push_lines(runs: &mut Vec<Run>, run: Run) {
    if run.text == "\n" || !run.text.contains(['\n', '\r']) {
        return push(runs, run);
    }
    let text = run.text.replace("\r\n", "\n").replace('\r', "\n");
    for piece in text.split_inclusive('\n') {
        let words = piece.trim_end_matches('\n');
        let with = |text: &str| Run {
            text: text.to_owned(),
            ..run.clone()
        };
        push(runs, with(words));
        if words.len() < piece.len() {
            push(runs, with("\n"));
        }
    }
}

/// Adds a run; joins it to the one before where nobody could see the seam.
fn push(runs: &mut Vec<Run>, run: Run) {
    if run.text.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if joins(last, &run) => last.text.push_str(&run.text),
        _ => runs.push(run),
    }
}

fn joins(last: &Run, next: &Run) -> bool {
    let breaks = |run: &Run| run.text == "\n";
    if breaks(last)
        || breaks(next)
        || last.field.is_some()
        || next.field.is_some()
        || last.link != next.link
    {
        return false;
    }
    if last.style == next.style {
        return true;
    }
    // A word that only changes its language in the middle is one word.
    let of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    let inside = last.text.ends_with(of_a_word) && next.text.starts_with(of_a_word);
    inside && same_but_language(&last.style, &next.style)
}

fn same_but_language(a: &RunStyle, b: &RunStyle) -> bool {
    if a.lang == b.lang {
        return false;
    }
    let mut other = b.clone();
    other.lang.clone_from(&a.lang);
    *a == other
}
