//! Markdown cut into front matter, slides, columns and notes, line by line; what a block is comes later.

use std::collections::BTreeMap;

/// What stands between slides and blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// `key: value` lines of the front matter, keys in lower case.
    pub front: BTreeMap<String, String>,
    /// The slides.
    pub slides: Vec<SlideSource>,
    /// Whether the author broke the slides by `---`, rather than by headings.
    pub ruled: bool,
}

/// One slide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlideSource {
    /// Its Markdown; more than one where it is set in columns. The first column of one is the whole slide.
    pub columns: Vec<String>,
    /// What stands above the columns.
    pub head: String,
    /// What the speaker says.
    pub notes: Vec<String>,
}

/// Cuts a text up.
pub fn cut(text: &str) -> Source {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let (front, body) = front_matter(text);
    let ruled = slides_by(body, false);
    let by_rules = ruled.len() > 1;
    let pieces = if by_rules {
        ruled
    } else {
        slides_by(body, true)
    };
    Source {
        front,
        slides: pieces.iter().map(|piece| slide(piece)).collect(),
        ruled: by_rules,
    }
}

/// The front matter: a block between `---` lines at the very top, if it holds a `key: value` line.
fn front_matter(text: &str) -> (BTreeMap<String, String>, &str) {
    let none = || (BTreeMap::new(), text);
    let Some(rest) = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))
    else {
        return none();
    };
    let mut at = 0;
    let mut found = BTreeMap::new();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        let line = line.trim_end();
        if line == "---" || line == "..." {
            if found.is_empty() {
                return none();
            }
            return (found, rest.get(at..).unwrap_or_default());
        }
        // Nested values belong to tools we are not; they are passed over.
        if let Some((key, value)) = line.split_once(':')
            && !key.starts_with([' ', '\t', '#', '-'])
        {
            let value = value.trim().trim_matches(['"', '\'']);
            found.insert(key.trim().to_lowercase(), value.to_owned());
        }
    }
    none()
}

/// Follows code fences, inside which nothing means anything.
#[derive(Default)]
struct Fence {
    open: Option<(char, usize)>,
}

impl Fence {
    /// Whether the line is code, its fences included.
    fn covers(&mut self, line: &str) -> bool {
        let line = line.trim_start();
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| line.chars().take_while(|c| *c == mark).count());
        match (self.open, mark) {
            (Some((open, least)), Some(mark)) if mark == open && length >= least => {
                self.open = None;
                true
            }
            (None, Some(mark)) if length >= 3 => {
                self.open = Some((mark, length));
                true
            }
            (open, _) => open.is_some(),
        }
    }
}

fn slides_by(body: &str, headings: bool) -> Vec<String> {
    let mut fence = Fence::default();
    let mut slides = vec![String::new()];
    let mut blank_before = true;
    let mut in_comment = false;
    for line in body.lines() {
        let text = line.trim_end();
        let code = fence.covers(text);
        let plain = !code && !in_comment;
        in_comment = (in_comment || text.contains("<!--")) && !text.contains("-->");
        let breaks = plain
            && if headings {
                (text.starts_with("# ") || text.starts_with("## "))
                    && slides.last().is_some_and(|slide| !slide.trim().is_empty())
            } else {
                // Right below text, dashes underline a heading instead.
                is_rule(text) && blank_before
            };
        if breaks {
            slides.push(String::new());
        }
        if (!breaks || headings)
            && let Some(slide) = slides.last_mut()
        {
            slide.push_str(line);
            slide.push('\n');
        }
        blank_before = text.trim().is_empty() || breaks;
    }
    slides
}

fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next().filter(|c| matches!(c, '-' | '*' | '_')) else {
        return false;
    };
    !line.starts_with("    ") && marks.clone().count() >= 2 && marks.all(|c| c == first)
}

/// Takes columns (`::: columns`, pandoc's manner) and notes out of a slide's text.
fn slide(text: &str) -> SlideSource {
    let mut fence = Fence::default();
    let mut slide = SlideSource::default();
    let mut note: Option<String> = None;
    let mut divisions: Vec<Division> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        let code = fence.covers(trimmed);
        if !code && trimmed.starts_with(":::") {
            division(trimmed, &mut divisions, &mut slide, &mut note);
            continue;
        }
        // From such a line on, the rest of the slide is notes (reveal.js).
        if !code && note.is_none() && matches!(trimmed, "Note:" | "Notes:") {
            note = Some(String::new());
            continue;
        }
        let into = match (&mut note, divisions.contains(&Division::Column)) {
            (Some(note), _) => note,
            (None, true) => match slide.columns.last_mut() {
                Some(column) => column,
                None => &mut slide.head,
            },
            (None, false) => &mut slide.head,
        };
        into.push_str(line);
        into.push('\n');
    }
    slide
        .notes
        .extend(note.filter(|note| !note.trim().is_empty()));
    slide
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Division {
    Columns,
    Column,
    Notes,
    Other,
}

fn division(
    line: &str,
    open: &mut Vec<Division>,
    slide: &mut SlideSource,
    note: &mut Option<String>,
) {
    let name = line.trim_start_matches(':').trim().to_lowercase();
    if name.is_empty() {
        if open.pop() == Some(Division::Notes) {
            slide.notes.extend(note.take());
        }
        return;
    }
    let kind = if name.contains("columns") {
        Division::Columns
    } else if name.contains("column") {
        slide.columns.push(String::new());
        Division::Column
    } else if name.contains("notes") {
        *note = Some(String::new());
        Division::Notes
    } else {
        Division::Other
    };
    open.push(kind);
}
