//! What a slide is made of before it has a place: blocks of styled text, code, tables and pictures.

/// Text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The characters; a hard break is `\n` by itself.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// Code.
    pub code: bool,
    /// Where a click leads.
    pub link: Option<String>,
}

/// What stands before a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// A bullet.
    Bullet,
    /// A number, counted from this one.
    Number(u32),
    /// Nothing, but it belongs to the item above.
    Continued,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its text.
    pub spans: Vec<Span>,
    /// Depth in lists, from 0.
    pub level: u8,
    /// What stands before it.
    pub mark: Mark,
    /// The level of the heading it is, if it is one.
    pub heading: Option<u8>,
    /// Whether it is quoted.
    pub quote: bool,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its address as written.
    pub address: String,
    /// What it shows, in words.
    pub alt: String,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableBlock {
    /// How each column is set.
    pub aligns: Vec<ColumnAlign>,
    /// The rows, the heading first.
    pub rows: Vec<Vec<Vec<Span>>>,
}

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAlign {
    /// To the left.
    Left,
    /// To the middle.
    Center,
    /// To the right.
    Right,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Paragraphs that flow together.
    Text(Vec<Line>),
    /// Code, its line breaks kept.
    Code(String),
    /// A table.
    Table(TableBlock),
    /// A picture.
    Image(Image),
}

/// The plain text of spans.
pub fn plain(spans: &[Span]) -> String {
    let text: String = spans.iter().map(|span| span.text.as_str()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
